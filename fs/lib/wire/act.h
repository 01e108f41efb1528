/*
 * An act: the signed commit, its statement and its signature, read together and held against each other. This is what the
 * auditor's verifier, the register and the seal's firmware all call first, on the same raw bytes.
 */
#ifndef WIRE_ACT_H
#define WIRE_ACT_H

#include "commit.h"
#include "pgpsig.h"
#include "statement.h"

enum { ACT_FILE_NAME_MAX = 96 };

struct act {
	uint8_t id[SHA256_SIZE]; /* SHA-256 of the signed payload */
	uint8_t key[FINGERPRINT_SIZE]; /* the statement's Key, equal to the signature's issuer */
	struct commit commit;          /* spans into the raw bytes */
	struct statement statement;
	struct pgpsig signature; /* its spans point into packet[] */
	uint8_t digest[SHA256_SIZE]; /* what was signed, where that is a SHA-256: made with the id, whose bytes it begins with */
	uint8_t packet[PGPSIG_MAX];
	size_t packet_len;
};

/*
 * Reads the raw commit: canonical commit, statement and signature; author equal to Actor and Archive, commit time equal to Time,
 * summary as statement_summary() writes it, as many parents as the kind has, issuer equal to Key, not signed before Time.
 * Spans point into `raw`, which must outlive the act (and the act must not be copied: its signature points into itself).
 * Returns the first reason found, in that order; where the parts contradict each other it is WIRE_MALFORMED_COMMIT, WIRE_WRONG_KEY
 * or WIRE_WRONG_TIME. More than ACT_MAX bytes are WIRE_TOO_LONG (a register commit may have COMMIT_MAX). The act is unspecified
 * unless WIRE_OK.
 */
enum wire_code act_read(struct act *act, struct span raw);

/* Verifies an EdDSA signature over the payload; see pgpsig_verify for the others. */
enum wire_code act_verify(const struct act *act, const uint8_t point[ED25519_POINT_SIZE]);

/* Of its statement: what the Subject-SHA256 of later acts names. */
static inline void
act_statement_digest(uint8_t digest[SHA256_SIZE], const struct act *act)
{
	wire_sha256_of(digest, act->statement.text);
}

/*
 * The file name an act adds to its subject's directory: <act>.<level>.<actor>, and .<n> when n > 1. Level: KEY_LEVEL, else
 * KEY_VERSION, of a stamp KEY_SEQ, else 0. NUL-terminated; returns the length, 0 when it does not fit (ACT_FILE_NAME_MAX bytes always do).
 */
size_t act_file_name(char *out, size_t size, const struct statement *st, unsigned n);

#endif

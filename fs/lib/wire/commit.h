/*
 * The git commit object of an act, read strictly (gitformat: headers `tree`, `parent`*, `author`, `committer`, `gpgsig`, blank
 * line, message). Exactly these headers in this order, each line ended by LF, no CR, no NUL, nothing after the message.
 * Author and committer are one and the same line:
 *
 *	<actor> <<actor>@<archive id>> <seconds> +0000
 *
 * so that what git shows as the author is what the statement says, bound to its Actor, Archive and Time by wire/act.h.
 */
#ifndef WIRE_COMMIT_H
#define WIRE_COMMIT_H

#include "code.h"
#include "text.h"

enum {
	COMMIT_PARENTS_MAX = 33,	/* a register commit: main and at most 32 tips */
	COMMIT_SIGNATURE_MAX = 2048,	/* armored; an RSA 4096 signature has about 850 bytes */
	COMMIT_MAX = 16384,		/* a register commit; other acts are at most ACT_MAX */
	ACT_MAX = 4096,
	ACT_SEAL_MAX = 2048,		/* acts shown to a seal */
};

struct commit {
	uint8_t tree[OBJECT_ID_SIZE];
	uint8_t parent[COMMIT_PARENTS_MAX][OBJECT_ID_SIZE];
	unsigned parents;
	struct span actor;	/* of the author line */
	struct span archive;	/* 32 hex digits */
	int64_t time;
	struct span message;	/* summary, blank line, statement */
	struct span summary;	/* without its newline */
	struct span statement;
	struct span head;	/* payload = head + tail: all before and all behind the gpgsig header */
	struct span tail;
	struct span gpgsig;	/* the header's value as it stands, continuation spaces included; ends before its newline */
};

/* Reads the raw bytes of a signed commit. WIRE_MALFORMED_COMMIT or WIRE_TOO_LONG otherwise. */
enum wire_code commit_read(struct commit *c, struct span raw);

/* The act id: SHA-256 of the signed payload (acts.md 7). */
void commit_payload_digest(uint8_t id[SHA256_SIZE], const struct commit *c);

/*
 * Writes the payload to be signed: tree, parents, author, committer and message made from summary and statement.
 * Returns its length, 0 when it does not fit.
 */
size_t commit_write_payload(char *out, size_t size, const struct commit *c);

/* Puts `armor` (as from armor_write) as gpgsig header into a payload. Returns the length of the raw commit, 0 when it does not fit. */
size_t commit_write_signed(char *out, size_t size, struct span payload, struct span armor);

/* The armor that the gpgsig header carries, its continuation spaces taken off; ends in a newline. 0 when it does not fit. */
size_t commit_signature_armor(char *out, size_t size, const struct commit *c);

#endif

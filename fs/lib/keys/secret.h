/*
 * Our own keys: Ed25519 keys of drives, devices and registrars, which sign in process (acts.md 10). A key is a file of mode 0600 that only its owner
 * reads, or a systemd credential, in the grammar of records, keys in this order:
 *
 *	Format: 1
 *	Kind: secret
 *	User-Id: registrar <registrar@0123456789abcdef0123456789abcdef>
 *	Created: 2026-11-22T07:00:00Z
 *	Seed: <64 hex digits>
 *
 * Fingerprint and certificate follow from these, so that nothing can contradict them.
 */
#ifndef CH_SECRET_H
#define CH_SECRET_H

#include "base/arena.h"
#include "base/error.h"
#include "wire/pgpkey.h"

struct ch_secret {
	uint8_t seed[ED25519_SEED_SIZE];
	uint8_t fingerprint[FINGERPRINT_SIZE];
	int64_t created;
	char user_id[PGPKEY_USER_ID_MAX + 1];
};

/*
 * Makes a new key and its file, durably. CH_REFUSED when `path` exists already, whatever it is: a key is never overwritten; CH_USAGE when
 * the user id is not a value of 1 to PGPKEY_USER_ID_MAX bytes; CH_IO. The caller must wipe the key with ch_secret_clear(), also after an error.
 */
const struct ch_error *ch_secret_create(struct ch_secret *secret, const char *path, struct span user_id);

/*
 * CH_REFUSED when the file is not a regular one of the effective user's that nobody else can read or write, or not in the form above;
 * CH_IO. The caller must wipe the key with ch_secret_clear(), also after an error.
 */
const struct ch_error *ch_secret_load(struct ch_secret *secret, const char *path);

void ch_secret_clear(struct ch_secret *secret);

/* The public certificate, in ASCII armor. */
struct span ch_secret_certificate(const struct ch_secret *secret, struct ch_arena *arena);

#endif

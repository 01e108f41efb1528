/*
 * An exported keyring (`gpg --export`, armored or not), and whether one of its keys has made a detached signature. Signatures in the one form that
 * wire/pgpsig.h reads are verified here; everything else by gpg, in a home of its own that holds these keys only. Expiry,
 * of keys and of signatures, is not looked at: today's clock has no say. A key that its certificate revokes is not believed.
 */
#ifndef CH_KEYRING_H
#define CH_KEYRING_H

#include "base/arena.h"
#include "base/error.h"
#include "base/map.h"
#include "wire/text.h"

enum ch_signed_verdict { CH_SIGNED_GOOD, CH_SIGNED_BAD, CH_SIGNED_UNKNOWN, CH_SIGNED_NOT };

struct ch_signed {
	enum ch_signed_verdict verdict;
	const char *reason; /* static; empty when good */
	char key[65];	    /* hexadecimal: fingerprint of the key that signed, or else what the signature says of it; may be empty */
};

enum { CH_KEYRING_HOME = 4096 };

struct ch_keyring {
	char home[CH_KEYRING_HOME]; /* gpg's: nobody's configuration or trust has a say in it */
	struct ch_map keys;
	struct ch_arena arena;
};

/* `directory`: where temporary files may be. CH_REFUSED when there is no public key in it. The caller must close it, even after an error. */
const struct ch_error *ch_keyring_open(struct ch_keyring *ring, struct span exported, const char *directory);
void ch_keyring_close(struct ch_keyring *ring); /* accepts a zeroed one */

/* Of head + tail; `armor` is what stands in a gpgsig header. From several threads at once. */
const struct ch_error *ch_keyring_check(struct ch_signed *by, const struct ch_keyring *ring, struct span armor, struct span head, struct span tail);

#endif

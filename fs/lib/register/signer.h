/* Who signs: a person through gpg-agent, or one of our own keys in process (acts.md 10). */
#ifndef CH_SIGNER_H
#define CH_SIGNER_H

#include "keys/secret.h"
#include "state.h"

struct ch_signer {
	struct span actor;
	uint8_t key[FINGERPRINT_SIZE];
	const struct ch_secret *own; /* NULL: gpg-agent */
};

/*
 * The person whose secret key is at hand; `as` (may be empty) chooses between several: without it CH_USAGE. CH_REFUSED when there is none. Of several
 * keys of one person the one that a seal is given: Ed25519, registered last.
 */
const struct ch_error *ch_signer_person(struct ch_signer *signer, struct ch_state *state, struct span as);

/*
 * A person who signs elsewhere: the secret key is not asked for. `key`: the fingerprint of one of the person's keys that decide; may be empty when there is
 * only one. CH_REFUSED.
 */
const struct ch_error *ch_signer_elsewhere(struct ch_signer *signer, struct ch_state *state, struct span person, struct span key);

/* One of our own keys; the secret must outlive the signer. */
void ch_signer_own(struct ch_signer *signer, const struct ch_secret *secret, struct span actor);

/* Signs a payload (wire/commit.h): *raw is the signed commit, in the arena. */
const struct ch_error *ch_signer_commit(struct span *raw, const struct ch_signer *signer, struct span payload, struct ch_arena *arena);

/* The same with a signature that is there: one packet in canonical form (wire/pgpsig.h). */
const struct ch_error *ch_signer_put(struct span *raw, struct span payload, struct span packet, struct ch_arena *arena);

/* Signs a text: *armor is the detached signature, in the arena. */
const struct ch_error *ch_signer_text(struct span *armor, const struct ch_signer *signer, struct span text, struct ch_arena *arena);

#endif

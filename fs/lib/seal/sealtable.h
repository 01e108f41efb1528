/*
 * Composing the approver table of a seal (wire/table.h) from the policy and the people in force: everybody who may apply for it, decide at one
 * of its levels, or administrate it, with the key that the seal will know.
 */
#ifndef CH_SEALTABLE_H
#define CH_SEALTABLE_H

#include "register/state.h"

struct ch_sealtable {
	uint64_t version;
	struct span text;
	uint8_t digest[SHA256_SIZE];
	const struct ch_person **unusable; /* would be in it, but have no Ed25519 key; in order of id */
	size_t unusable_count;
};

/*
 * The table that would follow the one in force. NOT-ALLOWED: the policy has no levels for the seal; LIMIT: more persons than a table holds, or nobody.
 * All of it is in the state's arena.
 */
const struct ch_error *ch_sealtable_compose(struct ch_sealtable *out, struct ch_state *state, const struct ch_seal *seal);

#endif

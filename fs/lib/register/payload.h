/*
 * Acts that are signed elsewhere, by somebody who has gpg or another OpenPGP program and nothing of ours. A payload is the commit of an act without its
 * signature: the bytes that are signed, whose SHA-256 is the act's id.
 *
 * A decision brings nothing but its statement, so its tree follows from its bytes and nothing is kept of it: it can be handed in wherever the archive
 * is. What an application brings is kept where it was drawn up, safe from `git gc`, by refs/payloads/<seconds>/<act id>: the time until which the
 * register will take it.
 */
#ifndef CH_PAYLOAD_H
#define CH_PAYLOAD_H

#include "draft.h"

/*
 * Asks the judge, then draws up what is to be signed, in the arena; what it brings is durable. CH_REFUSED when the judge would refuse it. With `unjudged`,
 * of an act that another one must come before, nobody is asked.
 */
const struct ch_error *ch_payload_draw(struct span *payload, struct ch_draft *draft, struct ch_state *state, struct ch_store *store,
				       const struct ch_signer *signer, bool unjudged);

/* Whether these can be the bytes of a payload at all. CH_REFUSED with what has become of them, and what to do. */
const struct ch_error *ch_payload_check(struct span payload);

/*
 * The act that payload and signature (as from ch_detached_read) make: its commit and all that it needs are in the store, nothing is judged yet. CH_REFUSED,
 * and in which words, when the two are not an act of this archive, or the key is not the one that the payload names.
 */
const struct ch_error *ch_payload_complete(struct ch_oid *commit, const struct act **act, struct span payload, struct span packet, struct ch_state *state,
					   struct ch_store *store);

/*
 * The same from the bytes of a signed act that brings nothing but its statement, as a seal has kept it. WRONG-PREVIOUS when the act that it follows is not in the
 * register.
 */
const struct ch_error *ch_payload_restore(struct ch_oid *commit, const struct act **act, struct span raw, struct ch_state *state, struct ch_store *store);

/* As ch_judge(), and in words that help when what it brings is not here. */
const struct ch_error *ch_payload_judge(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act, int64_t received);

/* Lets go of what is kept for acts that the register has, or takes no more. */
const struct ch_error *ch_payload_tidy(struct ch_state *state, struct ch_store *store, int64_t now);

#endif

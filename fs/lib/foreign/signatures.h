/*
 * Whether the commits of any repository are signed by a key of a keyring. Nothing is said of what they contain, of who may do what or of tags: that
 * a commit is good means that somebody with this key signed these bytes.
 */
#ifndef CH_SIGNATURES_H
#define CH_SIGNATURES_H

#include "history.h"
#include "keys/keyring.h"

struct ch_commit_verdict {
	struct ch_oid commit;
	struct ch_signed by;
};

/* Walks from where the history begins and tells of each commit, in the order of the walk. Signatures are checked on all processors. */
const struct ch_error *ch_signatures_check(struct ch_history *history, const struct ch_keyring *ring,
					   void (*see)(void *context, const struct ch_commit_verdict *verdict), void *context);

#endif

/* The register that a clone was made from, as stock git reaches it. */
#ifndef CH_REMOTE_H
#define CH_REMOTE_H

#include "git.h"
#include "origin.h"
#include "answer.h"

#define CH_FETCHED "refs/chancery/fetched"

struct ch_remote {
	struct ch_git git;
	struct ch_origin origin;
	bool known; /* it has been reached before: what is not there now is a disk or a host that is not there now */
};

/*
 * Brings its main to CH_FETCHED, and the promises that were made to us to refs/offered/ (promises.h). CH_LATER when nobody answers or not to the end, CH_REFUSED when we are not
 * let in or there is nothing; the message has git's words.
 */
const struct ch_error *ch_remote_fetch(const struct ch_remote *remote, struct ch_arena *arena);

/* The same of a view (register/partial.h), into the repository `into`. */
const struct ch_error *ch_remote_fetch_view(const struct ch_remote *remote, const char *into, struct ch_arena *arena);

/* What became of a push. */
struct ch_push_answer {
	bool taken;	  /* nothing was refused */
	bool there;	  /* all of it lies there already, from an earlier time */
	struct span said; /* by the other side: for ch_answer_refusal() */
};

/* Sends everything in the outbox; `again` (may be NULL) is one more reference as `git push` has it, to wake the other side. Errors as above. */
const struct ch_error *ch_remote_push(struct ch_push_answer *answer, const struct ch_remote *remote, const char *again, struct ch_arena *arena);

#endif

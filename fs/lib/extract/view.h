/*
 * Making a view: the repository from which somebody clones a part of an archive (register/partial.h). Who may fetch it is for ssh, the file system or the web
 * server to say, as for every git repository.
 */
#ifndef CH_VIEW_H
#define CH_VIEW_H

#include "register/state.h"

struct ch_viewed {
	uint64_t pages;	      /* that are new in it */
	size_t acts;	      /* likewise */
	uint64_t seq;	      /* of its last page */
	struct ch_oid commit; /* the view */
};

/*
 * Makes the view in `directory`, or brings it up to date with the state, which is that of main. `only`: which applications, patterns one a line; empty: those
 * that it has. Other patterns than it has are refused: what somebody was given cannot be taken back. Durable when it returns NULL, and whole at each
 * moment for who fetches meanwhile. Only one may do it at a time: CH_LATER, when that lasts longer than `wait` seconds. One that is further than this
 * state, since main is, too, is left so.
 * What it costs follows from what is new and from how many directories of main lead to these applications.
 */
const struct ch_error *ch_view_update(struct ch_viewed *out, struct ch_state *state, struct ch_store *store, const char *directory, struct span only, unsigned wait);

#endif

/*
 * Between a clone and its register: the outbox goes there, the register comes here, and each of one's acts gets its verdict from the pages.
 * Every step can be done again, and is safe against the death of either side at any moment: an act leaves the outbox when it has been seen on a
 * page, never because somebody said so.
 *
 *	ch_sync
 *	  send           large content, then the outbox; what is refused at receipt is set aside with the reason
 *	  receive        fetch, verify, move main; a register that does not go on from ours is kept as proof and main stays
 *	  settle         accepted, refused, or still waiting
 *	  ch_promises    what the registrar has acknowledged must be on a page
 *	  bring_content  large content that this clone wants to have (wish.h)
 */
#ifndef CH_SYNC_H
#define CH_SYNC_H

#include "large.h"
#include "memory.h"
#include "outbox.h"
#include "remote.h"

enum ch_fate { CH_WAITS, CH_ACCEPTED, CH_TURNED_DOWN };

struct ch_settled {
	enum ch_fate fate;
	struct ch_oid commit;
	const struct act *act;
	uint64_t seq;	     /* of the page, when one names it */
	enum wire_code code; /* of a refusal, and why */
	const char *reason;
};

struct ch_sync {
	struct ch_store *store;
	struct ch_remote remote;
	const struct ch_line *follow;	    /* go on with the register that has this page, whatever we have seen; NULL: never */
	const struct ch_observer *observer; /* of reading the register; may be NULL */
	void (*settled)(void *context, const struct ch_settled *settled); /* told of each act that was in the outbox */
	void *context;
	struct ch_arena arena;

	struct span fetch; /* patterns of large content to be brought now, whatever the clone wants otherwise; empty: none */
	bool sent; /* there was something to send */
	bool unanswered; /* it was taken, and no register has said so */

	/* results */
	uint64_t pages;	   /* that are new here */
	size_t waiting;	   /* acts still in the outbox */
	size_t handed_back; /* acts that the other side had lost */
	size_t fetched;	    /* large contents */
	struct ch_error shortage; /* why not all that are wanted; class 0: they are here. Nothing else depends on it */
};

/*
 * `state`, zeroed, becomes that of main; it stays zeroed when main did not move and nothing waited. The caller must clear it, also after an error. CH_LATER: the other side cannot be reached, nothing is lost.
 * A register that the administrators have begun anew behind a good page is gone on with; acts behind that page go out again.
 * CH_REFUSED: what was fetched does not hold; or "ROLLBACK: ...", "FORK: ...": then both registers are kept in refs/forks/, and acts that ours has
 * and the other one lacks are sent to it again. The caller must free sync->arena.
 */
const struct ch_error *ch_sync(struct ch_sync *sync, struct ch_state *state);

#endif

/*
 * The register: pages, each a commit on main that names the acts it accepts and refuses (acts.md section 3). Reading replays and verifies
 * every page and every act, from the founding on or from where it is remembered that this was done before (prefix.h): there is no unverified way to
 * a state.
 */
#ifndef CH_PAGE_H
#define CH_PAGE_H

#include "judge.h"
#include "signer.h"
#include "state.h"

struct ch_page {
	const struct act *act;
	struct ch_oid commit;
	uint64_t seq;
	int64_t received;
};

/* Told of each page and each act in order; NULL members are not called. */
struct ch_observer {
	void (*page)(void *context, const struct ch_page *page);
	void (*entry)(void *context, const struct ch_entry *entry, const struct act *act, const struct ch_judgement *judgement);
	void *context;
};

/*
 * Replays main into a zeroed state. The first page that does not hold ends it with CH_REFUSED (or CH_UNKNOWN) and the exact reason;
 * an archive not founded yet gives an empty state. A state that was replayed before is brought up to date. observer may be NULL. The caller must clear the state, also after an error.
 */
const struct ch_error *ch_replay(struct ch_state *state, struct ch_store *store, const struct ch_observer *observer);

/* The same for a register whose last page is `head`, wherever main is: before main is moved to what has been fetched. */
const struct ch_error *ch_replay_to(struct ch_state *state, struct ch_store *store, const struct ch_oid *head, const struct ch_observer *observer);

/*
 * The same for an extract: the given pages only (ascending Seq, gaps allowed), and of the acts that they name those found in `commits`
 * (act id -> struct ch_oid). Trees of pages are not recomputed: they hold what was not extracted.
 */
const struct ch_error *ch_replay_extract(struct ch_state *state, struct ch_store *store, const struct ch_oid *pages, size_t count,
					 const struct ch_map *commits, const struct ch_observer *observer);

/*
 * Lets an act that no page names count, if the next page could accept it: what has been signed here and not been registered yet. Its entry has seq
 * CH_SEQ_EXPECTED. An act that would be refused, or is on a page already, leaves the state as it is. Such a state is never written to a page.
 */
#define CH_SEQ_EXPECTED UINT64_MAX
const struct ch_error *ch_expect(struct ch_state *state, struct ch_store *store, const struct ch_oid *commit);

/*
 * Registers acts (commits that are in the store) on new pages, as few as hold them, in this order, which must put parents before children. The state must
 * be that of main; it is brought up to date by this call. Accepted or refused, each is on the page when this returns NULL, durably.
 * With `all` set, nothing is registered unless every act is accepted: then the first refusal is the error (CH_REFUSED).
 * Nothing is registered either when one of them is on a page already (DUPLICATE), has a parent that is on none (WRONG-PREVIOUS), or cannot be read.
 * After an error the state is good for nothing but clearing.
 * Takes and releases the store's lock unless the caller holds it. CH_LATER when main has moved since the state was read,
 * or when this machine's clock must be wrong.
 */
const struct ch_error *ch_register(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts,
				   size_t count, bool all);

/* Told of the acts of a batch, in order, before main moves: what they are told is true when the call returns NULL. NULL for `written`: not told. */
struct ch_outcome {
	void (*judged)(void *context, const struct ch_entry *entry, const struct ch_judgement *judgement);
	void (*barred)(void *context, const struct ch_oid *commit, const struct ch_error *why); /* not on a page, nor can it be */
	const struct ch_error *(*written)(void *context); /* all pages are signed, none is on disk: what is written to the store now is durable with them */
	void *context;
};

/*
 * The same for a batch of several people's acts: none is in the way of another. What cannot stand on a page is told and left out; when nothing is
 * left there is no page. When another registrar has taken over on a page that was filled, the rest is left to him: nobody is told of those acts, and the
 * caller comes again with his key. Errors are those of reading and writing, and CH_LATER.
 */
const struct ch_error *ch_register_each(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts,
					size_t count, const struct ch_outcome *told);

/*
 * The act id of a page and its number, found from each other going back from the page `head`, which must have been verified. WRONG-CONTENT: a page to come;
 * LIMIT: not among the last pages, so that nobody makes the register walk all of it for one act.
 */
enum { PAGES_BACK_MAX = 10000 };
const struct ch_error *ch_page_id(uint8_t id[SHA256_SIZE], struct ch_store *store, const struct ch_oid *head, uint64_t seq);
const struct ch_error *ch_page_seq(uint64_t *seq, struct ch_store *store, const struct ch_oid *head, const uint8_t id[SHA256_SIZE]);

/* The page of that number on the line that ends in `head`; CH_REFUSED when it has none. */
const struct ch_error *ch_page_at(struct ch_oid *page, struct ch_store *store, const struct ch_oid *head, uint64_t seq);

/*
 * Begins anew behind the last good page, to which the state has been replayed (ch_page_at(), ch_replay_to()): a page with these acts, by which the
 * administrators make `registrar` the registrar, signed by him (acts.md 18). main moves to it from wherever it is; what was there stays reachable below
 * refs/lost/. CH_REFUSED when they do not, or too few of them.
 */
const struct ch_error *ch_register_recovery(struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar, const struct ch_oid *acts,
					    size_t count);

#endif

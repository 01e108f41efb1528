#include "page_list.h"

#include <inttypes.h>
#include <stdlib.h>

#include "acts.h"
#include "page.h"

/* Bytes of pages that are kept from finding them until they are replayed; of a register that has more nothing is kept. */
enum { KEPT_MAX = 24 << 20 };

/* Pages from which on the rest are read as much is read. */
enum { MUCH = 16 };

/* Of a page only where it stands: everything else is looked at when it is replayed. */
static const struct ch_error *
page_before(struct span *raw, struct ch_oid *before, uint64_t *seq, struct ch_store *store, const struct ch_oid *at, struct ch_arena *arena)
{
	const struct ch_error *error;
	const struct act *act;
	struct commit commit;
	struct statement st;

	if ((error = ch_act_raw(raw, store, at, arena)))
		return error;
	if (commit_read(&commit, *raw) != WIRE_OK || statement_read(&st, commit.statement) != WIRE_OK)
		return ch_act_read(&act, store, at, arena); /* says why not */
	if (st.kind != ACT_REGISTER || !statement_number(seq, &st, KEY_SEQ))
		return ch_refuse(WIRE_WRONG_CONTENT, "main holds a commit that is no page of the register");
	if (commit.parents == 0)
		return ch_refuse(WIRE_WRONG_CONTENT, "page %" PRIu64 " of the register has no parent", *seq);
	memcpy(before->id, commit.parent[0], sizeof(before->id));
	return NULL;
}

static void
keep_nothing(struct page_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		list->pages[i].raw = span_of(NULL, 0);
	ch_arena_clear(&list->kept);
	list->large = true;
}

static void
add_page(struct page_list *list, const struct ch_oid *commit, struct span raw)
{
	if (list->count == list->size &&
	    (list->pages = reallocarray(list->pages, list->size = list->size ? 2 * list->size : 64, sizeof(*list->pages))) == NULL)
		abort();
	if (list->kept.size > KEPT_MAX)
		keep_nothing(list);
	raw = list->large ? span_of(NULL, 0) : ch_arena_copy(&list->kept, raw);
	list->pages[list->count++] = (struct ch_ahead_page){.commit = *commit, .raw = raw};
}

static void
read_much(struct page_list *list, struct ch_store *store)
{
	ch_store_read_much(store);
	list->much = store;
}

void
page_list_clear(struct page_list *list)
{
	if (list->much)
		ch_store_read_little(list->much);
	free(list->pages);
	ch_arena_clear(&list->kept);
}

const struct ch_error *
page_list(struct page_list *list, struct ch_state *state, struct ch_store *store, struct ch_oid at)
{
	const struct ch_error *error = NULL;
	struct ch_arena arena = {0};
	uint64_t seq = 0;

	while (seq != 1 && error == NULL) {
		struct ch_oid page = at;
		struct span raw;
		if (state->seq && ch_oid_equal(&at, &state->head))
			return NULL;
		if (list->count == MUCH)
			read_much(list, store);
		if ((error = page_before(&raw, &at, &seq, store, &page, &arena)) == NULL)
			add_page(list, &page, raw);
		ch_arena_clear(&arena);
	}
	if (error)
		return error;
	return state->seq ? ch_refuse(WIRE_WRONG_PREVIOUS, "the register has been taken back behind page %" PRIu64 ", or this is a fork", state->seq) : NULL;
}

const struct ch_error *
ch_page_at(struct ch_oid *page, struct ch_store *store, const struct ch_oid *head, uint64_t seq)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct ch_oid before = *head;
	uint64_t at = 0;
	struct span raw;

	do {
		*page = before;
		error = page_before(&raw, &before, &at, store, page, &arena);
		ch_arena_clear(&arena);
		if (error)
			return error;
	} while (at > seq && at > 1);
	return at == seq ? NULL : ch_fail(CH_REFUSED, "the register has no page %" PRIu64, seq);
}

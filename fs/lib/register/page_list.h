/* The pages of a register before they are replayed. Only for page_*.c. */
#ifndef CH_PAGE_LIST_H
#define CH_PAGE_LIST_H

#include "ahead.h"
#include "state.h"

struct page_list {
	struct ch_ahead_page *pages; /* newest first */
	size_t count, size;
	struct ch_arena kept;
	bool large;
	struct ch_store *much; /* that is read for it as what much is read of; NULL: there are few */
};

/* The first-parent line of `head` down to the page that the state is at, into a zeroed list. The caller must clear it, also after an error. */
const struct ch_error *page_list(struct page_list *list, struct ch_state *state, struct ch_store *store, struct ch_oid head);
void page_list_clear(struct page_list *list);

#endif

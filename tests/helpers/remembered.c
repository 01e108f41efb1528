/* remembered ARCHIVE: how many pages of its register whoever works beside its hooks verifies now, and how many there are. */
#include <inttypes.h>
#include <stdio.h>

#include "helper.h"
#include "register/local.h"
#include "register/page.h"

static void
count_page(void *context, const struct ch_page *page)
{
	(void)page;
	++*(uint64_t *)context;
}

int
main(int argc, char **argv)
{
	struct ch_store store;
	struct ch_state state = {0};
	uint64_t pages = 0;

	if (argc != 2)
		return 2;
	must(ch_store_open(&store, argv[1]));
	ch_local_remember(&store);
	must(ch_replay(&state, &store, &(struct ch_observer){.page = count_page, .context = &pages}));
	printf("%" PRIu64 " of %" PRIu64 "\n", pages, state.seq);
	ch_state_clear(&state);
	ch_store_close(&store);
	return 0;
}

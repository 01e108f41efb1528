/* One space of a cut put on top of what main holds. Only for save*.c. */
#ifndef CH_SAVE_MERGE_H
#define CH_SAVE_MERGE_H

#include "overlay.h"
#include "store/treeedit.h"

struct ch_merge {
	struct span space;	  /* its name */
	struct ch_cut_file *files; /* of that space; their content is stored */
	size_t count;
	uint64_t seq;		  /* names what is in conflict */
};

/* The tree of the space afterwards; *any is false when it is empty. *changed: it is not that of main. */
const struct ch_error *ch_merge_space(struct ch_oid *tree, bool *any, bool *changed, const struct ch_merge *merge, struct ch_store *store,
				      const struct ch_oid *main_tree, struct ch_arena *arena);

#endif

/* A hash index over records that are numbered from 0: it holds numbers only, four bytes each, and asks for a record's key. */
#ifndef CH_INDEX_H
#define CH_INDEX_H

#include "flat.h"

struct ch_index {
	struct ch_flat slots; /* uint32_t: a number + 1 in the low `bits`, a part of its key's hash above; 0: free */
	uint32_t bits, count;
	struct span (*key)(const void *context, uint32_t number);
	const void *context;
};

void ch_index_begin(struct ch_index *index, struct span (*key)(const void *context, uint32_t number), const void *context);

/* CH_NONE: there is none. */
uint32_t ch_index_find(const struct ch_index *index, struct span key);

/* The record must be there, and its key not in the index. */
void ch_index_add(struct ch_index *index, uint32_t number);

#endif

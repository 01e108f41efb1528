#include "people.h"

#include <stdlib.h>

static int
by_id(const void *a, const void *b)
{
	const struct ch_person *x = *(const struct ch_person *const *)a, *y = *(const struct ch_person *const *)b;

	return span_compare(x->id, y->id);
}

size_t
ch_people(const struct ch_person ***out, struct ch_state *state)
{
	size_t count = 0;

	*out = ch_arena_alloc(&state->arena, (state->people.count + 1) * sizeof(**out));
	for (size_t i = 0; i < state->people.size; i++)
		if (state->people.slots[i].value)
			(*out)[count++] = state->people.slots[i].value;
	qsort(*out, count, sizeof(**out), by_id);
	return count;
}

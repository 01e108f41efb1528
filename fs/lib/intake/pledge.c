#include "pledge.h"

#include <time.h>

void
ch_pledge_add(struct ch_pledges *pledges, struct span client, struct span name, const uint8_t act[SHA256_SIZE])
{
	struct ch_pledge *last = pledges->count ? &pledges->list[pledges->count - 1] : NULL;

	if (last == NULL || !span_equal(last->client, client)) {
		pledges->list = ch_arena_grow(&pledges->arena, pledges->list, pledges->count, sizeof(*pledges->list));
		last = &pledges->list[pledges->count++];
		*last = (struct ch_pledge){.client = client, .name = name};
	}
	last->acts = ch_arena_grow(&pledges->arena, last->acts, last->count, sizeof(*last->acts));
	memcpy(last->acts[last->count++], act, SHA256_SIZE);
}

const struct ch_error *
ch_pledges_write(struct ch_pledges *pledges, const struct ch_state *state, struct ch_store *store, const struct ch_secret *registrar)
{
	size_t written = 0;

	for (size_t i = 0; i < pledges->count; i++) {
		struct ch_pledge *pledge = &pledges->list[i];
		const struct ch_promise promise = {.archive = state->id, .time = time(NULL), .seq = state->seq, .head = state->head, .acts = pledge->acts,
						   .count = pledge->count};
		const struct ch_error *error;
		struct span file;

		if ((error = ch_promise_write(&file, &promise, registrar, &pledges->arena)) == NULL)
			error = ch_store_write(&pledge->blob, store, CH_BLOB, file);
		else if (error->class == CH_REFUSED)
			continue;
		if (error)
			return error;
		pledges->list[written++] = *pledge;
	}
	pledges->count = written;
	return NULL;
}

void
ch_pledges_point(struct ch_pledges *pledges, struct ch_store *store)
{
	for (size_t i = 0; i < pledges->count; i++)
		ch_promise_point(store, pledges->list[i].client, pledges->list[i].name, &pledges->list[i].blob, &pledges->arena);
}

void
ch_pledges_clear(struct ch_pledges *pledges)
{
	ch_arena_clear(&pledges->arena);
	*pledges = (struct ch_pledges){0};
}

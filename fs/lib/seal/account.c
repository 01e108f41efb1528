#include "account.h"

#include <stdlib.h>

bool
ch_use_lacks_photo(const struct ch_use *press)
{
	return press->owed && ch_use_photographed(press) == CH_NO_PHOTO;
}

const char *
ch_use_uncovered(const struct ch_use *press, struct ch_arena *arena)
{
	if (press->application == NULL)
		return "for no application that is known";
	if (press->session && press->session->code != WIRE_OK)
		return ch_arena_format(arena, "its session was refused: %s", wire_code_name(press->session->code));
	if (press->application->seal != press->seal)
		return "for an application that was for another device";
	return NULL;
}

static void
add_use(struct ch_account *a, const struct ch_use *use, struct ch_arena *arena)
{
	enum ch_photographed photo = ch_use_photographed(use);

	if (use->seal != a->seal)
		return;
	a->receipts++;
	if (use->receipt.kind != RECEIPT_PRESS)
		return;
	a->presses++;
	a->photos += photo == CH_PHOTO_ACKNOWLEDGED;
	a->later += photo == CH_PHOTO_LATER;
	a->voids += photo == CH_PHOTO_VOID;
	a->missing += ch_use_lacks_photo(use);
	a->uncovered += ch_use_uncovered(use, arena) != NULL;
}

static int
by_seal(const void *a, const void *b)
{
	const struct ch_seal *x = ((const struct ch_account *)a)->seal, *y = ((const struct ch_account *)b)->seal;
	int ids = span_compare(x->id, y->id);

	return ids ? ids : (x->epoch > y->epoch) - (x->epoch < y->epoch);
}

void
ch_accounts(struct ch_account **out, size_t *count, struct ch_state *state, const struct ch_use *uses, size_t use_count)
{
	*out = NULL;
	*count = 0;
	for (size_t i = 0; i < state->seals.size; i++)
		for (const struct ch_seal *seal = state->seals.slots[i].value; seal; seal = seal->before) {
			struct ch_account a = {.seal = seal};
			for (size_t j = 0; j < use_count; j++)
				add_use(&a, &uses[j], &state->arena);
			ch_unproven(&a.unproven, &a.unproven_count, state, seal);
			*out = ch_arena_grow(&state->arena, *out, *count, sizeof(a));
			(*out)[(*count)++] = a;
		}
	if (*count)
		qsort(*out, *count, sizeof(**out), by_seal);
}

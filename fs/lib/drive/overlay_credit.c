#include <stdlib.h>

#include "overlay_inside.h"

static struct ch_overlay_credit *
find(const struct ch_overlay *overlay, struct span space, struct span person)
{
	for (size_t i = 0; i < overlay->credit_count; i++)
		if (span_equal(overlay->credits[i].space, space) && span_equal(overlay->credits[i].person, person))
			return &overlay->credits[i];
	return NULL;
}

static struct span
copy(struct span bytes)
{
	uint8_t *copied = malloc(bytes.len + 1);

	if (copied == NULL)
		abort();
	memcpy(copied, bytes.data, bytes.len);
	return span_of(copied, bytes.len);
}

static struct ch_overlay_credit *
find_or_add(struct ch_overlay *overlay, struct span space, struct span person)
{
	struct ch_overlay_credit *credit = find(overlay, space, person);

	if (credit)
		return credit;
	overlay->credits = reallocarray(overlay->credits, overlay->credit_count + 1, sizeof(*credit));
	if (overlay->credits == NULL)
		abort();
	credit = &overlay->credits[overlay->credit_count++];
	*credit = (struct ch_overlay_credit){.space = copy(space), .person = copy(person)};
	return credit;
}

void
overlay_credit_note(struct ch_overlay *overlay, const struct ch_operation *operation, uint64_t sequence)
{
	find_or_add(overlay, operation->path, operation->target)->sequence = sequence;
}

const struct ch_error *
ch_overlay_credit(struct ch_overlay *overlay, struct span space, struct span person)
{
	struct ch_operation op = {.kind = CH_OP_CREDIT, .time = overlay_now(), .path = space, .target = person};
	struct ch_overlay_credit *credit = find_or_add(overlay, space, person);
	const struct ch_error *error;

	if (credit->sequence > overlay->cut)
		return NULL;
	if ((error = overlay_announce(overlay)) || (error = ch_journal_append(&credit->sequence, overlay->journal, &op)))
		credit->sequence = overlay->journal->sequence;
	return error;
}

void
overlay_credit_cut(struct ch_cut *cut, struct ch_overlay *overlay)
{
	overlay->cut = cut->through;
	cut->credits = ch_arena_alloc(&cut->arena, (overlay->credit_count + 1) * sizeof(*cut->credits));
	for (size_t i = 0; i < overlay->credit_count; i++) {
		const struct ch_overlay_credit *credit = &overlay->credits[i];

		cut->credits[cut->credit_count++] = (struct ch_overlay_credit){
			ch_arena_copy(&cut->arena, credit->space), ch_arena_copy(&cut->arena, credit->person), credit->sequence};
	}
}

static void
release(struct ch_overlay_credit *credit)
{
	free((void *)credit->space.data);
	free((void *)credit->person.data);
}

void
overlay_credit_settle(struct ch_overlay *overlay, struct span space, uint64_t through)
{
	size_t kept = 0;

	for (size_t i = 0; i < overlay->credit_count; i++) {
		struct ch_overlay_credit *credit = &overlay->credits[i];

		if (credit->sequence <= through && span_equal(credit->space, space))
			release(credit);
		else
			overlay->credits[kept++] = *credit;
	}
	overlay->credit_count = kept;
}

void
overlay_credit_release(struct ch_overlay *overlay)
{
	for (size_t i = 0; i < overlay->credit_count; i++)
		release(&overlay->credits[i]);
	free(overlay->credits);
	overlay->credits = NULL;
	overlay->credit_count = 0;
}

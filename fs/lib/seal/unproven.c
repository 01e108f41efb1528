#include "unproven.h"

struct search {
	struct ch_state *state;
	const struct ch_seal *seal;
	struct ch_unproven *found;
	size_t count;
};

static bool
is_of_seal(const struct search *s, const struct ch_entry *entry)
{
	const struct ch_subject *subject = ch_entry_about(s->state, entry);
	const struct ch_application *application;

	if (subject == NULL || subject->name.kind != CH_APPLICATION || !span_equal(subject->name.seal, s->seal->id))
		return false;
	application = ch_application_of(subject);
	return application && application->seal == s->seal;
}

static void
add(struct search *s, const struct ch_entry *session)
{
	struct ch_unproven item = {.session = session, .application = ch_application_of(ch_entry_about(s->state, session))};

	statement_number(&item.presses, &ch_entry_act(s->state, session)->statement, KEY_PRESSES);
	s->found = ch_arena_grow(&s->state->arena, s->found, s->count, sizeof(item));
	s->found[s->count++] = item;
}

/* Receipts come without a gap: those of a session bring with them those of all sessions before it. */
static void
settle(struct search *s, const struct ch_entry *record)
{
	uint8_t id[SHA256_SIZE];
	size_t settled = 0;

	if (!statement_bytes(id, sizeof(id), &ch_entry_act(s->state, record)->statement, KEY_SESSION))
		return;
	for (size_t i = 0; i < s->count; i++)
		if (memcmp(s->found[i].session->id, id, sizeof(id)) == 0)
			settled = i + 1;
	if (settled)
		memmove(s->found, s->found + settled, (s->count - settled) * sizeof(*s->found));
	s->count -= settled;
}

void
ch_unproven(struct ch_unproven **out, size_t *count, struct ch_state *state, const struct ch_seal *seal)
{
	struct search s = {.state = state, .seal = seal};

	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if ((entry->kind != ACT_SEAL_SESSION && (entry->kind != ACT_SEAL_RECORD || entry->code != WIRE_OK)) || !is_of_seal(&s, entry))
			continue;
		if (entry->kind == ACT_SEAL_SESSION)
			add(&s, entry);
		else
			settle(&s, entry);
	}
	*out = s.found;
	*count = s.count;
}

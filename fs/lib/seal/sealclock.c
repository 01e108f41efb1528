#include "sealclock.h"

static int64_t
said(const struct ch_state *state, const struct ch_entry *entry)
{
	int64_t until = INT64_MIN;

	if (entry)
		statement_time(&until, &ch_entry_act(state, entry)->statement, KEY_UNTIL);
	return until;
}

static bool
is_by_same(const struct ch_state *state, const struct ch_entry *a, const struct ch_entry *b)
{
	return a && span_equal(ch_entry_act(state, a)->statement.value[KEY_ACTOR], ch_entry_act(state, b)->statement.value[KEY_ACTOR]);
}

/* Keeps the two that say the most, the first of them more, and of one person one. */
static void
hear(struct ch_sealclock *clock, const struct ch_state *state, const struct ch_entry *entry)
{
	const struct ch_entry **word = clock->word;

	if (said(state, entry) > said(state, word[0])) {
		if (!is_by_same(state, word[0], entry))
			word[1] = word[0];
		word[0] = entry;
	} else if (!is_by_same(state, word[0], entry) && said(state, entry) > said(state, word[1])) {
		word[1] = entry;
	}
}

void
ch_sealclock_find(struct ch_sealclock *clock, const struct ch_state *state, const struct ch_seal *seal, size_t known)
{
	uint64_t epoch = 0;

	*clock = (struct ch_sealclock){0};
	for (size_t i = 0; i < known && i < seal->subject->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(seal->subject, i);
		if (entry->kind == ACT_SEAL_CLOCK && statement_number(&epoch, &ch_entry_act(state, entry)->statement, KEY_EPOCH) && epoch == seal->epoch)
			hear(clock, state, entry);
	}
	clock->until = said(state, clock->word[1]);
}

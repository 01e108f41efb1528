#include "unsaved.h"

#include "drive/journal.h"

struct pending {
	uint64_t saved, count;
};

/* How far the journal's changes are in the archive already: its latest save says. */
static uint64_t
saved_through(const struct cli *cli, const struct ch_journal *journal)
{
	char id[2 * CH_JOURNAL_ID_SIZE + 1];
	uint64_t sequence = 0;

	text_put_hex(id, journal->id, sizeof(journal->id));
	for (size_t i = cli->state.entry_count; i-- > 0;) {
		const struct ch_entry *entry = ch_state_entry(&cli->state, i);
		struct span number;
		if (entry->code != WIRE_OK || !act_saves(entry->kind))
			continue;
		number = ch_entry_act(&cli->state, entry)->statement.value[KEY_JOURNAL];
		if (span_is(span_cut(&number, ' '), id) && text_get_number(&sequence, number))
			break;
	}
	return sequence;
}

static const struct ch_error *
count_change(void *context, const struct ch_journal_record *record)
{
	struct pending *pending = context;

	pending->count += ch_operation_is_change(record->operation.kind) && record->sequence > pending->saved;
	return NULL;
}

static const struct ch_error *
count_once(struct pending *pending, struct ch_journal_looks *looks, struct cli *cli, uint64_t through)
{
	const struct ch_error *error;
	struct ch_journal journal;

	*pending = (struct pending){0};
	if ((error = ch_journal_look(&journal, cli->store.path)) == NULL) {
		pending->saved = saved_through(cli, &journal);
		if (pending->saved < through)
			pending->saved = through;
		error = ch_journal_replay(&journal, count_change, pending);
	}
	ch_journal_looked(looks, &journal);
	ch_journal_close(&journal);
	return error;
}

const struct ch_error *
cli_unsaved(uint64_t *count, struct cli *cli)
{
	struct ch_journal_survey survey;
	struct pending pending = {0};
	struct ch_journal_looks looks = {0};
	const struct ch_error *error;

	*count = 0;
	if ((error = ch_journal_survey(&survey, cli->store.path)))
		return error;
	/* The drive may give up a segment between the listing and the reading. */
	do
		error = count_once(&pending, &looks, cli, survey.through);
	while (error && looks.vain < CH_JOURNAL_LOOKS);
	*count = pending.count;
	return error;
}

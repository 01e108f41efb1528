#include "space.h"

static const struct ch_saves *
saves_of(const struct ch_subject *subject)
{
	const struct ch_ledger *ledger = subject ? &subject->state->ledger : NULL;
	uint32_t number = subject && subject->name.kind == CH_SPACE ? ch_ledger_chain(ledger, subject->chain)->detail : CH_NONE;

	return number == CH_NONE ? NULL : ch_flat_at(&ledger->saves, number);
}

const struct ch_space_version *
ch_space_at(const struct ch_subject *subject, uint64_t seq)
{
	const struct ch_saves *saves = saves_of(subject);
	const struct ch_space_version *version = saves ? ch_ledger_version(&subject->state->ledger, saves->version) : NULL;

	while (version && version->seq > seq && ch_state_trouble(subject->state) == NULL)
		version = ch_ledger_version(&subject->state->ledger, version->before);
	return version;
}

struct ch_space_journal
ch_space_journal_of(const struct statement *save)
{
	struct span number = save->value[KEY_JOURNAL], id = span_cut(&number, ' ');
	struct ch_space_journal journal = {0};

	text_get_hex(journal.id, sizeof(journal.id), id);
	text_get_number(&journal.sequence, number);
	return journal;
}

static struct ch_space_journal *
find(const struct ch_state *state, const struct ch_saves *saves, const uint8_t id[CH_SPACE_JOURNAL_SIZE])
{
	struct ch_space_journal *journal = saves ? ch_ledger_journal(&state->ledger, saves->journal) : NULL;

	while (journal && memcmp(journal->id, id, CH_SPACE_JOURNAL_SIZE) != 0)
		journal = ch_state_trouble(state) ? NULL : ch_ledger_journal(&state->ledger, journal->before);
	return journal;
}

const struct ch_space_journal *
ch_space_saved(const struct ch_subject *subject, const uint8_t journal[CH_SPACE_JOURNAL_SIZE])
{
	return subject ? find(subject->state, saves_of(subject), journal) : NULL;
}

static void
take_journal(struct ch_state *state, struct ch_saves *saves, const struct statement *save, const struct ch_oid *commit)
{
	struct ch_space_journal journal = ch_space_journal_of(save), *known = find(state, saves, journal.id);
	struct ch_ledger *ledger = &state->ledger;

	journal.act = *commit;
	if (known) {
		journal.before = known->before;
		*known = journal;
		return;
	}
	journal.before = saves->journal;
	saves->journal = ledger->journals.count;
	*(struct ch_space_journal *)ch_flat_add(&ledger->journals) = journal;
}

/* The version of the page being judged. */
static struct ch_space_version *
present(struct ch_state *state, struct ch_subject *subject, struct ch_saves *saves)
{
	struct ch_space_version *version = ch_ledger_version(&state->ledger, saves->version);

	if (version && version->seq == state->seq)
		return version;
	version = ch_flat_add(&state->ledger.versions);
	*version = (struct ch_space_version){.seq = state->seq, .before = saves->version};
	saves->version = state->ledger.versions.count - 1;
	subject->saved_next = state->saved;
	state->saved = subject;
	return version;
}

void
ch_space_take(struct ch_state *state, struct ch_subject *subject, const struct act *save, const struct ch_oid *commit)
{
	struct ch_saves *saves = ch_ledger_saves(&state->ledger, subject->chain);

	take_journal(state, saves, &save->statement, commit);
	present(state, subject, saves)->tip = *commit;
}

const struct ch_error *
ch_space_settle(struct ch_state *state)
{
	for (; state->saved; state->saved = state->saved->saved_next) {
		struct ch_space_version *version = ch_ledger_version(&state->ledger, saves_of(state->saved)->version);
		const struct ch_error *error;
		struct ch_node node;

		if ((error = ch_livetree_find(&node, &version->any, state->main, state->saved->path)))
			return error;
		if (version->any)
			version->tree = node.id;
	}
	return NULL;
}

#include "space.h"

const struct ch_space_version *
ch_space_at(const struct ch_subject *subject, uint64_t seq)
{
	const struct ch_space *space = subject ? subject->space : NULL;
	size_t low = 0, high = space ? space->count : 0;

	while (low < high) {
		size_t middle = (low + high) / 2;

		if (space->versions[middle].seq <= seq)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &space->versions[low - 1] : NULL;
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
find(const struct ch_space *space, const uint8_t id[CH_SPACE_JOURNAL_SIZE])
{
	for (size_t i = 0; space && i < space->journal_count; i++)
		if (memcmp(space->journals[i].id, id, CH_SPACE_JOURNAL_SIZE) == 0)
			return &space->journals[i];
	return NULL;
}

bool
ch_space_saved(uint64_t *sequence, const struct ch_subject *subject, const uint8_t journal[CH_SPACE_JOURNAL_SIZE])
{
	const struct ch_space_journal *found = subject ? find(subject->space, journal) : NULL;

	if (found)
		*sequence = found->sequence;
	return found != NULL;
}

static void
take_journal(struct ch_state *state, struct ch_space *space, const struct statement *save)
{
	const struct ch_space_journal journal = ch_space_journal_of(save);
	struct ch_space_journal *known = find(space, journal.id);

	if (known == NULL) {
		space->journals = ch_arena_grow(&state->arena, space->journals, space->journal_count, sizeof(*space->journals));
		known = &space->journals[space->journal_count++];
	}
	*known = journal;
}

/* The version of the page being judged. */
static struct ch_space_version *
present(struct ch_state *state, struct ch_subject *subject)
{
	struct ch_space *space = subject->space;

	if (space->count && space->versions[space->count - 1].seq == state->seq)
		return &space->versions[space->count - 1];
	space->versions = ch_arena_grow(&state->arena, space->versions, space->count, sizeof(*space->versions));
	space->versions[space->count] = (struct ch_space_version){.seq = state->seq};
	space->next = state->saved;
	state->saved = subject;
	return &space->versions[space->count++];
}

void
ch_space_take(struct ch_state *state, struct ch_subject *subject, const struct act *save, const struct ch_oid *commit)
{
	if (subject->space == NULL)
		subject->space = ch_arena_alloc(&state->arena, sizeof(*subject->space));
	take_journal(state, subject->space, &save->statement);
	present(state, subject)->tip = *commit;
}

const struct ch_error *
ch_space_settle(struct ch_state *state)
{
	for (; state->saved; state->saved = state->saved->space->next) {
		struct ch_space *space = state->saved->space;
		struct ch_space_version *version = &space->versions[space->count - 1];
		const struct ch_error *error;
		struct ch_node node;

		if ((error = ch_livetree_find(&node, &version->any, state->main, state->saved->path)))
			return error;
		if (version->any)
			version->tree = node.id;
	}
	return NULL;
}

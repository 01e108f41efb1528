#include "stamp.h"

enum { CLOCKS_DIFFER = 300 };

static void
judged(struct ch_stamp *stamp, enum ch_stamp_verdict verdict, const char *reason, struct ch_arena *arena)
{
	stamp->verdict = verdict;
	stamp->reason = ch_arena_text(arena, span_text(reason));
}

/* When the page was received; false when none of its acts is here, as in an extract. */
static bool
page_received(int64_t *received, const struct ch_state *state, uint64_t page)
{
	size_t low = 0, high = state->entry_count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (ch_state_entry(state, middle)->seq < page)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == state->entry_count || ch_state_entry(state, low)->seq != page)
		return false;
	*received = ch_state_entry(state, low)->received;
	return true;
}

/* False, and judged, when it does not hold. */
static bool
check_times(struct ch_stamp *stamp, struct ch_state *state)
{
	int64_t received;

	if (page_received(&received, state, stamp->page) && received > stamp->token.time + CLOCKS_DIFFER)
		judged(stamp, CH_STAMP_BAD, "the page says that it was received after it was stamped", &state->arena);
	else if (stamp->token.time > stamp->entry->received + CLOCKS_DIFFER)
		judged(stamp, CH_STAMP_BAD, "it was registered before it was made", &state->arena);
	return stamp->verdict == CH_STAMP_GOOD;
}

static void
check(struct ch_stamp *stamp, struct ch_state *state, struct span token, const struct ch_trust *trust)
{
	const struct ch_error *error;

	if ((error = ch_token_read(&stamp->token, token, &state->arena)))
		judged(stamp, CH_STAMP_BAD, error->message, &state->arena);
	else if (memcmp(stamp->token.imprint, stamp->head, SHA256_SIZE) != 0)
		judged(stamp, CH_STAMP_BAD, "the token is over something else than the page", &state->arena);
	else if (check_times(stamp, state)) {
		if (trust == NULL)
			judged(stamp, CH_STAMP_UNKNOWN, "authority not checked", &state->arena);
		else if ((error = ch_token_check(token, trust)))
			judged(stamp, error->class == CH_UNKNOWN ? CH_STAMP_UNKNOWN : CH_STAMP_BAD, error->message, &state->arena);
	}
}

static const struct ch_error *
add(struct ch_stamp **stamps, size_t *count, struct ch_state *state, struct ch_store *store, const struct ch_entry *entry, const struct ch_trust *trust)
{
	const struct act *act = ch_entry_act(state, entry);
	const struct ch_subject *subject = ch_entry_subject(state, entry);
	const struct ch_error *error;
	struct ch_stamp *stamp;
	struct span token;

	if ((error = ch_content_file(&token, store, act, subject->path, ch_content_token_name(subject->name.number, &state->arena), &state->arena)))
		return error;
	*stamps = ch_arena_grow(&state->arena, *stamps, *count, sizeof(*stamp));
	stamp = &(*stamps)[(*count)++];
	*stamp = (struct ch_stamp){.entry = entry, .page = subject->name.number};
	statement_bytes(stamp->head, sizeof(stamp->head), &act->statement, KEY_HEAD);
	check(stamp, state, token, trust);
	return NULL;
}

const struct ch_error *
ch_stamps(struct ch_stamp **stamps, size_t *count, struct ch_state *state, struct ch_store *store, const struct ch_trust *trust)
{
	const struct ch_error *error;

	*stamps = NULL;
	*count = 0;
	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (entry->code == WIRE_OK && entry->kind == ACT_STAMP && (error = add(stamps, count, state, store, entry, trust)))
			return error;
	}
	return ch_state_trouble(state);
}

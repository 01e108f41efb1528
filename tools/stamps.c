#include "stamps.h"

#include <inttypes.h>

static const char *
word(const struct ch_stamp *stamp, bool checked)
{
	switch (stamp->verdict) {
	case CH_STAMP_GOOD:
		return "stamped";
	case CH_STAMP_UNKNOWN:
		return checked ? "stamp-unknown" : "stamp-unchecked";
	case CH_STAMP_BAD:
		break;
	}
	return "stamp-bad";
}

/* The acts that were there at its time. */
static uint64_t
acts_before(const struct ch_state *state, const struct ch_stamp *stamp)
{
	uint64_t count = 0;

	while (count < state->entry_count && ch_state_entry(state, count)->seq <= stamp->page)
		count++;
	return count;
}

static void
print(struct cli *cli, struct ch_state *state, const struct ch_stamp *stamp, bool checked)
{
	char when[TIME_TEXT + 1];

	text_put_time(when, stamp->token.time);
	cli_record(cli,
		   (struct cli_field[]){{"stamp", span_text(word(stamp, checked))},
					{"page", ch_arena_number(&state->arena, stamp->page)},
					{"acts", ch_arena_number(&state->arena, acts_before(state, stamp))},
					{"before", stamp->token.authority.len ? span_text(when) : SPAN_LITERAL("none")},
					{"by", stamp->token.authority.len ? stamp->token.authority : SPAN_LITERAL("none")},
					{"reason", span_text(stamp->reason ? stamp->reason : "none")}},
		   6);
}

/* Of those that hold, one by somebody who is trusted before one by somebody else, then the one of the highest page. */
static const struct ch_stamp *
best_of(const struct ch_stamp *stamps, size_t count)
{
	const struct ch_stamp *best = NULL;

	for (size_t i = 0; i < count; i++) {
		const struct ch_stamp *s = &stamps[i];
		if (s->verdict != CH_STAMP_BAD &&
		    (best == NULL || s->verdict < best->verdict || (s->verdict == best->verdict && s->page > best->page)))
			best = s;
	}
	return best;
}

static const struct ch_error *
trusted(struct ch_trust **trust, struct cli *cli, const char *path)
{
	const struct ch_error *error;
	struct span pem;

	*trust = NULL;
	if (path == NULL)
		return NULL;
	if ((error = cli_read_file(&pem, cli, path, TRUST_MAX)))
		return error;
	error = ch_trust_read(trust, pem);
	return error ? ch_fail(error->class, "'%s' %s", path, error->message) : NULL;
}

static const struct ch_error *
outcome(const struct ch_stamp *stamps, size_t count, const struct stamps_wanted *wanted)
{
	const struct ch_stamp *best = best_of(stamps, count);

	if (wanted->authority == NULL)
		return NULL;
	for (size_t i = 0; i < count; i++)
		if (stamps[i].verdict == CH_STAMP_BAD)
			return ch_fail(CH_REFUSED, "the time-stamp of page %" PRIu64 " does not hold: %s", stamps[i].page, stamps[i].reason);
	if (best == NULL)
		return ch_fail(CH_UNKNOWN, "no page has been stamped: the times are the registrar's word");
	return best->verdict == CH_STAMP_GOOD ? NULL : ch_fail(CH_UNKNOWN, "no time-stamp is by an authority in '%s': %s", wanted->authority, best->reason);
}

const struct ch_error *
verify_stamps(struct cli *cli, struct ch_state *state, struct ch_store *store, const struct stamps_wanted *wanted)
{
	const struct ch_error *error;
	const struct ch_stamp *best;
	struct ch_stamp *stamps;
	struct ch_trust *trust;
	size_t count;

	if ((error = trusted(&trust, cli, wanted->authority)))
		return error;
	if ((error = ch_stamps(&stamps, &count, state, store, trust)) == NULL) {
		best = best_of(stamps, count);
		for (size_t i = 0; i < count && !cli->quiet; i++)
			if (wanted->all || &stamps[i] == best || stamps[i].verdict == CH_STAMP_BAD)
				print(cli, state, &stamps[i], trust != NULL);
		error = outcome(stamps, count, wanted);
	}
	ch_trust_free(trust);
	return error;
}

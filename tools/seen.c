#include "seen.h"

#include <stdlib.h>
#include <unistd.h>

#include "register/charter.h"

enum { OF_PERSON, IN_CLONE, PLACES };

/* Where it is remembered; NULL: not there. */
static void
find_places(const char *places[PLACES], struct cli *cli)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct ch_arena *arena = &cli->state.arena;
	const char *id = ch_arena_text(arena, cli->state.id);

	places[OF_PERSON] = places[IN_CLONE] = NULL;
	if (state && state[0] == '/')
		places[OF_PERSON] = ch_arena_format(arena, "%s/chancery/seen/%s", state, id);
	else if (home && home[0] == '/')
		places[OF_PERSON] = ch_arena_format(arena, "%s/.local/state/chancery/seen/%s", home, id);
	if (access(ch_arena_format(arena, "%s/chancery/origin", cli->store.path), F_OK) == 0)
		places[IN_CLONE] = ch_arena_format(arena, "%s/chancery/seen", cli->store.path);
}

static void
save(struct cli *cli, const char *place)
{
	const struct ch_error *error = ch_memory_save(place, &cli->state);

	if (error)
		fprintf(stderr, "%s: that page %llu has been seen will not be remembered: %s\n", cli->name, (unsigned long long)cli->state.seq, error->message);
}

/* In a clone it may be this copy alone that is behind: its user has seen more elsewhere. */
static const struct ch_error *
advise(const struct cli *cli, const struct ch_error *error, const struct ch_line *seen, const struct ch_line *now, bool by_clone)
{
	const struct ch_error e = *error;

	if (e.class != CH_REFUSED || by_clone || !cli->is_clone || now->seq >= seen->seq)
		return error;
	return ch_fail(CH_REFUSED, "%s; if only this clone is behind, run chancery-sync -A '%s'", e.message, cli->store.path);
}

static const struct ch_error *
compare(struct cli *cli, const char *place, bool by_clone)
{
	const struct ch_line now = {cli->state.seq, cli->state.head};
	const struct ch_error *error;
	struct ch_memory memory;
	struct ch_line seen;
	bool known;

	if ((error = ch_memory_load(&memory, &known, place, &cli->state.arena)))
		return error;
	if (known && !span_equal(memory.archive, cli->state.id))
		return ch_refuse(WIRE_WRONG_ARCHIVE, "'%s' is about another archive", place);
	seen = (struct ch_line){memory.seq, memory.head};
	if (known && ch_memory_left_behind(&cli->state, memory.epoch, seen.seq))
		fprintf(stderr, "%s: the administrators have begun anew on page %llu; what was seen behind it is lost\n", cli->name,
			(unsigned long long)ch_charter_recovered(&cli->state, memory.epoch));
	else if (known && (error = ch_memory_compare(&cli->store, &seen, &now, cli->store.path)))
		return advise(cli, error, &seen, &now, by_clone);
	else if (known && now.seq <= seen.seq)
		return NULL;
	save(cli, place);
	return NULL;
}

const struct ch_error *
cli_seen(struct cli *cli)
{
	const struct ch_error *error = NULL;
	const char *places[PLACES];

	find_places(places, cli);
	for (size_t i = 0; i < PLACES && error == NULL; i++)
		if (places[i])
			error = compare(cli, places[i], i == IN_CLONE);
	return error;
}

const struct ch_error *
cli_seen_anew(struct cli *cli)
{
	const struct ch_error *error = NULL;
	const char *places[PLACES];

	find_places(places, cli);
	for (size_t i = 0; i < PLACES && error == NULL; i++)
		if (places[i])
			error = ch_memory_save(places[i], &cli->state);
	return error;
}

bool
cli_line(struct ch_line *line, const char *text)
{
	struct span rest = span_text(text), number = span_cut(&rest, ':');

	return text_get_number(&line->seq, number) && line->seq > 0 && text_get_hex(line->head.id, OBJECT_ID_SIZE, rest);
}

#include "cli.h"

#include <stdlib.h>

#include "seen.h"
#include "send.h"

static void
see_page(void *cli, const struct ch_page *page)
{
	cli_progress(cli, page->seq);
}

/*
 * In this user's own directories: an archive that was handed over may bring a memory along, with the key that fits it. Where there is no place for it
 * everything is verified each time.
 */
void
cli_remember(struct cli *cli)
{
	const char *cache = getenv("XDG_CACHE_HOME"), *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");
	struct ch_store *store = &cli->store;
	char name[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];

	if (cli->full || (cli->serves && ch_local_remember(store)))
		return;
	wire_sha256_of(digest, span_text(store->path));
	text_put_hex(name, digest, sizeof(digest));
	if (cache && *cache == '/')
		snprintf(store->memory, sizeof(store->memory), "%s/chancery/memory-%.16s", cache, name);
	else if (home)
		snprintf(store->memory, sizeof(store->memory), "%s/.cache/chancery/memory-%.16s", home, name);
	if (state && *state == '/')
		snprintf(store->memory_key, sizeof(store->memory_key), "%s/chancery/memory.key", state);
	else if (home)
		snprintf(store->memory_key, sizeof(store->memory_key), "%s/.local/state/chancery/memory.key", home);
	if (*store->memory_key == '\0')
		*store->memory = '\0';
}

void
cli_warn_forgotten(const struct cli *cli)
{
	if (cli->state.forgotten)
		fprintf(stderr, "%s: warning: %s: all of it was verified again, from the founding on\n", cli->name, cli->state.forgotten);
}

static const struct ch_error *
replay(struct cli *cli)
{
	const struct ch_observer observer = {.page = see_page, .context = cli};
	const struct ch_error *error;

	cli_remember(cli);
	error = ch_replay(&cli->state, &cli->store, &observer);
	cli_progress_end(cli);
	cli_warn_forgotten(cli);
	if (error == NULL && cli->state.seq)
		error = cli_seen(cli);
	if (error == NULL && cli->is_clone && !cli->only_registered && cli->state.seq)
		error = ch_outbox_expect(&cli->state, &cli->store, cli->origin.client);
	return error;
}

const struct ch_error *
cli_open_store(struct cli *cli)
{
	const struct ch_error *error;

	if ((cli->archive = cli_archive(cli).value) == NULL)
		return ch_fail(CH_USAGE, "which archive? say -A DIRECTORY or set CHANCERY_ARCHIVE");
	if ((error = ch_store_open(&cli->store, cli->archive)))
		return error;
	cli->opened = true;
	return ch_origin_load(&cli->origin, &cli->is_clone, &cli->store, &cli->lasting);
}

const struct ch_error *
cli_open(struct cli *cli)
{
	const struct ch_error *error;

	if ((error = cli_open_store(cli)) || (error = replay(cli)))
		return error;
	if (cli->state.seq == 0 && cli->is_clone)
		return ch_fail(CH_REFUSED, "'%s' is a clone that was not finished; see chancery-clone", cli->archive);
	if (cli->state.seq == 0)
		return ch_fail(CH_REFUSED, "'%s' has not been founded; see chancery-init", cli->archive);
	return NULL;
}

const struct ch_error *
cli_need_device(struct cli *cli)
{
	const struct ch_error *error = ch_local_device_id(&cli->device_id, &cli->device, &cli->state);

	if (error == NULL || error->code != WIRE_UNKNOWN_KEY || !cli->is_clone)
		return error;
	return ch_refuse(WIRE_UNKNOWN_KEY,
			 "this device's key has not been admitted, or it is not known here yet: an administrator admits it with people-key, see chancery-clone; then chancery-sync");
}

/* Persons decide in a clone whether or not its device is admitted. */
static const struct ch_error *
load_keys(struct cli *cli)
{
	const struct ch_error *error;

	if (!cli->is_clone && (error = ch_local_registrar_of(&cli->registrar, &cli->store, &cli->state)))
		return error;
	if ((error = ch_local_device(&cli->device, &cli->store)))
		return error;
	return (error = cli_need_device(cli)) && !cli->is_clone ? error : NULL;
}

const struct ch_error *
cli_open_to_register(struct cli *cli)
{
	const struct ch_error *error = cli_open(cli);

	return error ? error : load_keys(cli);
}

const struct ch_error *
cli_read_to_register(struct cli *cli)
{
	const struct ch_error *error = replay(cli);

	return error ? error : load_keys(cli);
}

const struct ch_error *
cli_open_to_act(struct cli *cli)
{
	const char *as = cli_person(cli).value;
	const struct ch_error *error;

	if ((error = cli_open_to_register(cli)))
		return error;
	return ch_signer_person(&cli->signer, &cli->state, span_text(as ? as : ""));
}

/* The signer's actor is a span into the state that is about to go. */
const struct ch_error *
cli_reload(struct cli *cli)
{
	char actor[ID_MAX + 1], device[ID_MAX + 1];
	const struct ch_error *error;

	snprintf(actor, sizeof(actor), "%.*s", (int)cli->signer.actor.len, (const char *)cli->signer.actor.data);
	snprintf(device, sizeof(device), "%.*s", (int)cli->device_id.len, (const char *)cli->device_id.data);
	ch_state_clear(&cli->state);
	if ((error = replay(cli)))
		return error;
	cli->signer.actor = span_text(ch_arena_text(&cli->state.arena, span_text(actor)));
	cli->device_id = span_text(ch_arena_text(&cli->state.arena, span_text(device)));
	return NULL;
}

/*
 * chancery-clone: an archive of one's own of a register that is kept elsewhere.
 *
 *	main
 *	  prepare     an empty archive that knows where it comes from; one that was begun before is finished
 *	  ch_sync     fetch, verify from the founding on, and only then a main; then large content
 *	  finish      this clone's device key, for an administrator to admit
 */
#include <limits.h>
#include <stdlib.h>
#include <unistd.h>

#include "seen.h"
#include "send.h"
#include "sync/view.h"
#include "sync/wish.h"

struct cloning {
	struct cli *cli;
	const char *url, *directory, *content;
	const char *view; /* NULL: all of it */
};

/* A path means the same from wherever the clone is used later. What is only pushed to need not be there, or be seen, now. */
static const struct ch_error *
absolute(struct cloning *c, const char **url, bool needed)
{
	char path[PATH_MAX];

	if (cli_is_remote(*url))
		return NULL;
	if (realpath(*url, path) == NULL)
		return needed ? ch_fail_errno("cannot find '%s'", *url) : NULL;
	*url = ch_arena_text(&c->cli->lasting, span_text(path));
	return NULL;
}

static const struct ch_error *
come_from(struct cloning *c)
{
	const struct ch_error *error;

	if ((c->view && !c->cli->store.partial && (error = ch_view_begin(&c->cli->store))) || (error = ch_origin_create(&c->cli->store, c->url, c->view)))
		return error;
	return ch_origin_load(&c->cli->origin, &c->cli->is_clone, &c->cli->store, &c->cli->lasting);
}

/* What an interrupted call has left is gone on with; anything else that is there is not touched. */
static const struct ch_error *
resume(struct cloning *c)
{
	struct cli *cli = c->cli;
	const struct ch_error *error;
	struct ch_oid head;
	bool founded;

	if ((error = ch_store_open(&cli->store, c->directory)))
		return error;
	cli->opened = true;
	if ((error = ch_origin_load(&cli->origin, &cli->is_clone, &cli->store, &cli->lasting)) || (error = ch_store_head(&head, &founded, &cli->store)))
		return error;
	if (!cli->is_clone || (founded && !(span_is(cli->origin.url, c->url) && span_is(cli->origin.view, c->view ? c->view : ""))))
		return ch_fail(CH_REFUSED, "'%s' is there already and no clone of '%s'", c->directory, c->url);
	return founded ? NULL : come_from(c);
}

static const struct ch_error *
prepare(struct cloning *c)
{
	struct cli *cli = c->cli;
	const struct ch_error *error;

	if ((error = ch_origin_check(c->url, c->view)))
		return error;
	if (access(c->directory, F_OK) == 0 && rmdir(c->directory) != 0)
		return resume(c);
	if ((error = ch_store_create(&cli->store, c->directory)))
		return error;
	cli->opened = true;
	return come_from(c);
}

static const struct ch_error *
finish(struct cloning *c)
{
	struct cli *cli = c->cli;
	const struct ch_state *state = &cli->state;
	const struct ch_error *error;

	if ((error = ch_local_create_device(&cli->device, &cli->store, cli->origin.client, state->id)))
		return error;
	if (cli->quiet)
		return NULL;
	cli_record(cli,
		   (struct cli_field[]){{"archive", state->id},
					{"name", state->name},
					{"directory", span_text(cli->store.path)},
					{"seq", ch_arena_number(&cli->lasting, state->seq)},
					{"head", ch_arena_hex(&cli->lasting, state->head.id, OBJECT_ID_SIZE)},
					{"registrar", ch_arena_hex(&cli->lasting, state->registrar->key.fingerprint, FINGERPRINT_SIZE)},
					{"device-key", ch_arena_hex(&cli->lasting, cli->device.fingerprint, FINGERPRINT_SIZE)}},
		   7);
	cli_flush();
	if (cli_need_device(cli))
		fprintf(stderr,
			"%s: compare the registrar's fingerprint with what you were told; an administrator admits this device's key, '%s/chancery/keys/device.asc', "
			"before you apply or save here\n",
			cli->name, cli->store.path);
	return NULL;
}

static const struct ch_error *
run(struct cloning *c)
{
	struct cli *cli = c->cli;
	const struct ch_error *error;
	struct ch_sync sync;

	if ((error = absolute(c, &c->url, c->view == NULL)) || (c->view && (error = absolute(c, &c->view, true))) || (error = prepare(c)) ||
	    (c->content && (error = ch_wish_save(&cli->store, span_text(c->content)))))
		return error;
	cli_sync_begin(&sync, cli);
	error = ch_sync(&sync, &cli->state);
	cli_progress_end(cli);
	ch_arena_clear(&sync.arena);
	if (error == NULL && cli->state.seq == 0)
		error = ch_replay(&cli->state, &cli->store, NULL);
	if (error || (error = cli_seen(cli)) || (error = finish(c)))
		return error;
	return cli_shortage(&sync);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"content", required_argument, NULL, 'c'}, {"only", required_argument, NULL, 'o'}, {0}};
	struct cli cli = {.name = "chancery-clone", .synopsis = "[-q] [--json] [--content which] [--only view] url directory", .options = options};
	struct cloning c = {.cli = &cli};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		*(option == 'c' ? &c.content : &c.view) = optarg;
	if (cli.count != 2)
		cli_usage(&cli, "wants the URL of an archive and a directory that is not there yet");
	if (cli.dry_run)
		cli_usage(&cli, "there is nothing to say beforehand");
	c.url = cli.operands[0];
	c.directory = cli.operands[1];
	return cli_end(&cli, run(&c));
}

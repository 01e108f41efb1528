/*
 * chancery-receive: git's pre-receive hook. Refuses what cannot be an act of this archive, while it is still in quarantine.
 *
 *	main
 *	  install          --install: writes the hooks
 *	  receive          what is pushed, on standard input
 *	    open_archive   objects of the archive and of the quarantine that git has made in it, nothing else
 *	    ch_door        fs/lib/intake/door.h
 *	    report         one line for each reference that is refused; then nothing comes in
 */
#include <limits.h>
#include <stdlib.h>

#include "hook.h"
#include "intake/door.h"
#include "intake/hooks.h"
#include "intake/quarantine.h"

struct receiving {
	struct cli *cli;
	struct hook_environment environment;
	bool install;
};

static const struct ch_error *
open_archive(struct receiving *r, const char *path)
{
	struct cli *cli = r->cli;
	char archive[PATH_MAX], objects[PATH_MAX];
	const struct ch_error *error;

	if (realpath(path, archive) == NULL)
		return ch_fail_errno("cannot open archive '%s'", path);
	if (r->environment.quarantine && (error = ch_quarantine(objects, archive, r->environment.quarantine)))
		return error;
	if ((error = ch_store_look(&cli->store, archive, r->environment.quarantine ? objects : NULL)))
		return error;
	cli->opened = true;
	cli_remember(cli);
	if ((error = ch_replay(&cli->state, &cli->store, NULL)))
		return error;
	return cli->state.seq ? NULL : ch_fail(CH_REFUSED, "'%s' has not been founded; see chancery-init", path);
}

/* git lets bytes into a name that a terminal may take for commands. */
static const char *
printable(struct ch_arena *arena, struct span name)
{
	char *text = ch_arena_text(arena, name);

	for (char *c = text; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
	return text;
}

static size_t
report(struct cli *cli, const struct ch_push *push)
{
	size_t refused = 0;

	for (size_t i = 0; i < push->count; i++) {
		const struct ch_push_ref *ref = &push->refs[i];
		if (ref->code == WIRE_OK)
			continue;
		refused++;
		fprintf(stderr, "%s: %s: %s: %s\n", cli->name, wire_code_name(ref->code), printable(&cli->state.arena, ref->name), ref->reason);
	}
	return refused;
}

static const struct ch_error *
receive(struct receiving *r, const char *path, size_t *refused)
{
	const struct ch_error *error;
	struct ch_push push;
	size_t acts;

	if ((error = hook_push(&push, r->cli)))
		return error;
	push.visitor = r->environment.visitor;
	if ((error = open_archive(r, path)) || (error = ch_door(&push, &acts, &r->cli->state, &r->cli->store)))
		return error;
	*refused = report(r->cli, &push);
	return NULL;
}

static const struct ch_error *
install(struct receiving *r, const char *path)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;
	const char *tools;

	if ((error = cli_tools(&tools, cli)) || (error = ch_store_open(&cli->store, path)))
		return error;
	cli->opened = true;
	if ((error = ch_origin_load(&cli->origin, &cli->is_clone, &cli->store, &cli->lasting)))
		return error;
	if (cli->is_clone)
		return ch_fail(CH_REFUSED, "'%s' is a clone: who pushes there waits for ever; the register is at '%.*s'", path, (int)cli->origin.url.len,
			       (const char *)cli->origin.url.data);
	return cli->dry_run ? NULL : ch_hooks_install(&cli->store, tools);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"install", no_argument, NULL, 'i'}, {0}};
	struct cli cli = {.name = "chancery-receive", .synopsis = "-A archive\n[-n] --install [-A archive]", .options = options};
	struct receiving r = {.cli = &cli};
	const struct ch_error *error;
	const char *archive;
	size_t refused = 0;
	int status;

	while (cli_option(&cli, argc, argv) != -1)
		r.install = true;
	if (cli.count)
		cli_usage(&cli, "takes no operands");
	if (r.install && (archive = cli_archive(&cli).value) == NULL)
		cli_usage(&cli, "which archive? say -A DIRECTORY or set CHANCERY_ARCHIVE");
	if (!r.install && (archive = cli.archive) == NULL)
		cli_usage(&cli, "wants -A: as a hook it believes neither environment nor configuration");
	cli.serves = !r.install;
	hook_environment(&r.environment);
	error = r.install ? install(&r, archive) : receive(&r, archive, &refused);
	status = cli_end(&cli, error);
	hook_environment_clear(&r.environment);
	return status == 0 && refused ? CH_REFUSED : status;
}

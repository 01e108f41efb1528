#include "scrub.h"

#include <errno.h>

#include "drive/journal.h"
#include "large/depot.h"
#include "store/scrub.h"

static void
looked(void *context, const struct ch_scrub *scrub)
{
	cli_tell(context, scrub->objects + scrub->files, "objects and files read");
}

static void
damaged(void *context, const char *name, const char *why)
{
	cli_progress_end(context);
	cli_record(context, (struct cli_field[]){{"what", SPAN_LITERAL("damaged")}, {"name", span_text(name)}, {"reason", span_text(why)}}, 3);
}

static const struct ch_error *
see_change(void *context, const struct ch_journal_record *record)
{
	(void)context, (void)record;
	return NULL;
}

/* Records have checksums of their own; a drive that is mounted may take a segment away while it is read. */
static void
check_journal(struct ch_scrub *scrub, const char *archive)
{
	struct ch_journal journal = {0};
	const struct ch_error *error;

	if ((error = ch_journal_look(&journal, archive)) == NULL)
		error = ch_journal_replay(&journal, see_change, NULL);
	if (error && error->errnum != ENOENT) {
		scrub->bad++;
		damaged(scrub->context, "chancery/journal", error->message);
	}
	ch_journal_close(&journal);
	scrub->files++;
}

const struct ch_error *
verify_store(struct cli *cli)
{
	struct ch_scrub scrub = {.looked = looked, .damaged = damaged, .context = cli};
	const struct ch_error *error = ch_scrub_store(&scrub, &cli->store);

	if (error == NULL) {
		ch_depot_scrub(&scrub, cli->store.path);
		check_journal(&scrub, cli->store.path);
	}
	cli_progress_end(cli);
	if (error)
		return error;
	if (!cli->quiet)
		cli_record(cli,
			   (struct cli_field[]){{"what", SPAN_LITERAL("store")},
						{"verdict", span_text(scrub.bad ? "bad" : "good")},
						{"objects", ch_arena_number(&cli->state.arena, scrub.objects)},
						{"files", ch_arena_number(&cli->state.arena, scrub.files)},
						{"damaged", ch_arena_number(&cli->state.arena, scrub.bad)}},
			   5);
	return scrub.bad ? ch_fail(CH_REFUSED, "%llu objects or files of '%s' are damaged; take them from a backup, see chancery-backup(8)",
				   (unsigned long long)scrub.bad, cli->store.path)
			 : NULL;
}

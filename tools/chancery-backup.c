/*
 * chancery-backup: a second archive that follows this one, made while it is in use; and the way back.
 *
 *	main
 *	  back_up
 *	    compare          what is there already must be an earlier state of this archive
 *	    snapshot_journal, snapshot_times, snapshot_references   what the backup will say: first the journal, then when files were changed, then main
 *	    copy_everything  what that needs: objects, large files, keys and the rest
 *	    put              the references, then the journal and the times; only then is anything taken away
 *	  restore            the same bytes back, verified, and held against what this user has seen
 *
 * rsync(1) copies (rsync.h). References are read before objects are copied, so that all they reach is there by then; the journal before
 * the references, since what main carries of a journal counts as saved (chancery-journal(5)); times are of a page that main has, or are
 * nobody's. Whenever it is interrupted the backup is whole: the one before.
 */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "drive/journal.h"
#include "drive/times.h"
#include "foreign/refs.h"
#include "rsync.h"
#include "sync/memory.h"

enum { TRIES = 5, REFERENCES_MAX = 64 << 20 };

struct backup {
	struct cli *cli;
	const char *elsewhere; /* the backup */
	const char *directory; /* of --restore: what is to be made */
	char stage[4096];      /* ours, temporary */
	bool restore;
	bool timed;	     /* the stage has times */
	struct ch_line line; /* the page with which the backup ends */
};

static struct ch_arena *
arena_of(struct backup *b)
{
	return &b->cli->lasting;
}

static const char *
below(struct backup *b, const char *directory, const char *name)
{
	return ch_arena_format(arena_of(b), "%s/%s", directory, name);
}

/* ---- the stage ---- */

static const struct ch_error *
open_stage(struct backup *b)
{
	snprintf(b->stage, sizeof(b->stage), "%s/chancery-backup-XXXXXX", cli_temporary());
	if (mkdtemp(b->stage) == NULL) {
		b->stage[0] = '\0';
		return ch_fail_errno("cannot create a directory in '%s'", cli_temporary());
	}
	return NULL;
}

static void
close_stage(struct backup *b)
{
	if (b->stage[0])
		ch_file_remove_tree(b->stage);
}

static const struct ch_error *
see_change(void *context, const struct ch_journal_record *record)
{
	(void)context, (void)record;
	return NULL;
}

/* A copy is good when it reads well: while it was made, the drive may have given up a segment. */
static const struct ch_error *
check_journal(struct backup *b)
{
	struct ch_journal journal = {0};
	const struct ch_error *error;

	if ((error = ch_journal_look(&journal, b->stage)) == NULL)
		error = ch_journal_replay(&journal, see_change, NULL);
	ch_journal_close(&journal);
	return error;
}

static const struct ch_error *
snapshot_journal(struct backup *b)
{
	static const char *const options[] = {"--delete", "--exclude=spare.*", "--exclude=lock", "--exclude=trouble", "--exclude=misnamed", NULL};
	const char *from = below(b, b->cli->store.path, "chancery/journal/"), *to = below(b, b->stage, "chancery/journal/");
	const struct ch_error *error = NULL;

	for (int tries = 0; tries < TRIES; tries++)
		if ((error = rsync_copy(b->cli, options, from, to)) || (error = check_journal(b)) == NULL)
			return error;
	return error;
}

static const struct ch_error *
snapshot_times(struct backup *b)
{
	return ch_times_copy(&b->timed, b->cli->store.path, below(b, b->stage, "times"));
}

static const struct ch_error *
make_directory(struct backup *b, const char *name)
{
	const char *path = below(b, b->stage, name);

	return mkdir(path, 0755) == 0 ? NULL : ch_fail_errno("cannot create '%s'", path);
}

/* All in one file, as `git pack-refs --all` has them. */
static const struct ch_error *
snapshot_references(struct backup *b)
{
	const struct ch_error *error;
	struct ch_refs refs = {0};
	char *text = NULL;
	size_t size;
	FILE *out;

	if ((error = ch_refs_read(&refs, b->cli->store.path, arena_of(b))) || (error = make_directory(b, "refs")) ||
	    (error = make_directory(b, "refs/heads")) || (error = make_directory(b, "refs/tags")))
		return error;
	if ((out = open_memstream(&text, &size)) == NULL)
		abort();
	for (size_t i = 0; i < refs.count; i++) {
		char hex[2 * OBJECT_ID_SIZE + 1];

		text_put_hex(hex, refs.list[i].id.id, OBJECT_ID_SIZE);
		if (strncmp(refs.list[i].name, "refs/", strlen("refs/")) == 0)
			fprintf(out, "%s %s\n", hex, refs.list[i].name);
		if (strcmp(refs.list[i].name, "refs/heads/main") == 0)
			b->line.head = refs.list[i].id;
	}
	fclose(out);
	error = ch_file_create(below(b, b->stage, "packed-refs"), span_of(text, size), 0644);
	free(text);
	return error ? error : ch_line_read(&b->line, &b->cli->store, &b->line.head);
}

/* ---- backing up ---- */

/* Nothing is written over but what this tool has made. */
static const struct ch_error *
check_place(struct backup *b)
{
	DIR *entries = cli_is_remote(b->elsewhere) ? NULL : opendir(b->elsewhere);
	const struct dirent *entry;
	bool empty = true;

	if (entries == NULL)
		return NULL;
	while ((entry = readdir(entries)))
		empty = empty && entry->d_name[0] == '.';
	closedir(entries);
	if (empty || access(below(b, b->elsewhere, "chancery/backup"), F_OK) == 0)
		return NULL;
	return ch_fail(CH_REFUSED, "'%s' is not empty, and no backup of ours: name another directory", b->elsewhere);
}

/* *old is what the backup ends with; *exists is false when there is none yet. */
static const struct ch_error *
read_old(struct ch_oid *old, bool *exists, struct backup *b)
{
	const char *copied = below(b, b->stage, "old");
	struct ch_refs refs = {0};
	const struct ch_ref *ref;
	const struct ch_error *error;
	struct span text;

	if ((error = rsync_get(exists, b->cli, b->elsewhere, "packed-refs", copied)) || !*exists)
		return error;
	if ((error = ch_file_read(&text, copied, REFERENCES_MAX, arena_of(b))))
		return error;
	if (!ch_refs_packed(&refs, text, arena_of(b)) || (ref = ch_refs_find(&refs, "refs/heads/main")) == NULL)
		return ch_fail(CH_REFUSED, "'%s' has references, but no main: it is no backup of ours", b->elsewhere);
	*old = ref->id;
	return NULL;
}

static const struct ch_error *
compare(struct backup *b)
{
	struct ch_line now = {.seq = b->cli->state.seq, .head = b->cli->state.head}, seen;
	const struct ch_error *error;
	char hex[2 * OBJECT_ID_SIZE + 1];
	struct ch_oid old;
	bool exists;

	if ((error = check_place(b)) || (error = read_old(&old, &exists, b)) || !exists)
		return error;
	if (ch_line_read(&seen, &b->cli->store, &old) == NULL)
		return ch_memory_compare(&b->cli->store, &seen, &now, b->cli->store.path);
	text_put_hex(hex, old.id, OBJECT_ID_SIZE);
	return ch_fail(CH_REFUSED, "ROLLBACK: the backup ends with page %s, which '%s' does not have: it has lost something, or is another archive; it is left alone", hex,
		       b->cli->store.path);
}

/* Nothing that somebody is writing, and nothing that says who works in the archive. */
#define UNFINISHED "--exclude=tmp_*", "--exclude=tmp_objdir-*", "--exclude=incoming-*", "--exclude=*.lock", "--exclude=*.keep", "--exclude=*.new"

static const struct ch_error *
copy_everything(struct backup *b)
{
	static const char *const objects[] = {UNFINISHED, "--exclude=/info/alternates", NULL};
	static const char *const large[] = {NULL};
	static const char *const rest[] = {"--delete", "--exclude=/lock", "--exclude=/memory*", "--exclude=/keys/memory", "--exclude=/times*", "--exclude=/journal",
					   "--exclude=/backup", NULL};
	static const char *const git[] = {"--include=/HEAD", "--include=/config", "--include=/description", "--include=/hooks/", "--include=/hooks/**",
					  "--include=/info/", "--include=/info/attributes", "--exclude=*", NULL};
	const char *archive = b->cli->store.path;
	const struct ch_error *error;

	if ((error = rsync_copy(b->cli, objects, below(b, archive, "objects/"), below(b, b->elsewhere, "objects/"))))
		return error;
	if (access(below(b, archive, "lfs/objects"), F_OK) == 0 &&
	    (error = rsync_copy(b->cli, large, below(b, archive, "lfs/objects/"), below(b, b->elsewhere, "lfs/objects/"))))
		return error;
	if ((error = rsync_copy(b->cli, rest, below(b, archive, "chancery/"), below(b, b->elsewhere, "chancery/"))))
		return error;
	return rsync_copy(b->cli, git, below(b, archive, ""), below(b, b->elsewhere, ""));
}

/* From here on the backup is the new one. What it does not need any more is taken away last. */
static const struct ch_error *
put(struct backup *b)
{
	static const char *const gone[] = {"--delete", "--ignore-times", NULL};
	static const char *const packs[] = {UNFINISHED, "--delete-after", NULL};
	const struct ch_error *error;

	if ((error = rsync_copy(b->cli, gone + 1, below(b, b->stage, "packed-refs"), below(b, b->elsewhere, ""))) ||
	    (error = rsync_copy(b->cli, gone, below(b, b->stage, "refs/"), below(b, b->elsewhere, "refs/"))) ||
	    (error = rsync_copy(b->cli, gone, below(b, b->stage, "chancery/journal/"), below(b, b->elsewhere, "chancery/journal/"))) ||
	    (b->timed && (error = rsync_copy(b->cli, gone + 1, below(b, b->stage, "times"), below(b, b->elsewhere, "chancery/")))))
		return error;
	return rsync_copy(b->cli, packs, below(b, b->cli->store.path, "objects/"), below(b, b->elsewhere, "objects/"));
}

/* A place that one tool has begun another may go on with. */
static const struct ch_error *
mark(struct backup *b)
{
	const struct ch_error *error = ch_file_create(below(b, b->stage, "backup"), SPAN_LITERAL("Format: 1\nKind: backup\n"), 0600);

	return error ? error : rsync_copy(b->cli, NULL, below(b, b->stage, "backup"), below(b, b->elsewhere, "chancery/"));
}

static void
show(struct backup *b, const char *place)
{
	struct ch_arena *arena = arena_of(b);

	if (!b->cli->quiet)
		cli_record(b->cli,
			   (struct cli_field[]){{"place", span_text(place)},
						{"seq", ch_arena_number(arena, b->line.seq)},
						{"head", ch_arena_hex(arena, b->line.head.id, OBJECT_ID_SIZE)}},
			   3);
}

static const struct ch_error *
back_up(struct backup *b)
{
	const struct ch_error *error;

	b->cli->only_registered = true;
	if ((error = cli_open(b->cli)) || (error = open_stage(b)) || (error = compare(b)))
		return error;
	if (b->cli->dry_run) {
		b->line = (struct ch_line){b->cli->state.seq, b->cli->state.head};
		show(b, b->elsewhere);
		return NULL;
	}
	if (!cli_is_remote(b->elsewhere) && mkdir(b->elsewhere, 0700) != 0 && errno != EEXIST)
		return ch_fail_errno("cannot create '%s'", b->elsewhere);
	if ((error = mark(b)) || (error = snapshot_journal(b)) || (error = snapshot_times(b)) || (error = snapshot_references(b)) ||
	    (error = copy_everything(b)) || (error = put(b)))
		return error;
	show(b, b->elsewhere);
	return NULL;
}

/* ---- and back ---- */

/* A journal goes on where others may have seen it further: an empty one begins anew, under another id. */
static void
renew_journal(struct backup *b)
{
	struct ch_journal_survey survey;
	const char *path = below(b, b->directory, "chancery/journal");

	if (ch_journal_survey(&survey, b->directory) == NULL && survey.pending == 0 && ch_file_remove_tree(path))
		mkdir(path, 0700);
}

static const struct ch_error *
restore(struct backup *b)
{
	static const char *const options[] = {"--exclude=/chancery/backup", NULL};
	const struct ch_error *error;
	struct ch_oid head;
	bool exists;

	if (rmdir(b->directory) != 0 && errno != ENOENT)
		return ch_fail(CH_REFUSED, "'%s' is there already: an archive is restored beside it, and then put in its place", b->directory);
	if ((error = open_stage(b)) || (error = read_old(&head, &exists, b)))
		return error;
	if (!exists)
		return ch_fail(CH_REFUSED, "'%s' is no backup", b->elsewhere);
	if ((error = rsync_copy(b->cli, options, below(b, b->elsewhere, ""), below(b, b->directory, ""))))
		return error;
	renew_journal(b);
	b->cli->archive = b->directory;
	b->cli->only_registered = b->cli->full = true;
	error = cli_open(b->cli);
	b->line = (struct ch_line){b->cli->state.seq, b->cli->state.head};
	if (b->cli->state.seq)
		show(b, b->directory);
	return error;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"restore", no_argument, NULL, 'r'}, {0}};
	struct cli cli = {.name = "chancery-backup",
			  .synopsis = "[-nq] [--json] [-A archive] [host:]backup\n[-q] [--json] --restore [host:]backup directory",
			  .options = options};
	struct backup backup = {.cli = &cli};
	const struct ch_error *error;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		backup.restore = backup.restore || option == 'r';
	if (cli.count != (backup.restore ? 2 : 1))
		cli_usage(&cli, backup.restore ? "wants the backup and the directory that is to be made" : "wants the place of the backup");
	backup.elsewhere = cli.operands[0];
	backup.directory = cli.operands[cli.count - 1];
	error = backup.restore ? restore(&backup) : back_up(&backup);
	close_stage(&backup);
	return cli_end(&cli, error);
}

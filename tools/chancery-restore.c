/*
 * chancery-restore: an older version of a file or directory, back in its place, elsewhere, or just shown.
 *
 *	main
 *	  run
 *	    locate        where the path is, if it is that of a file on a mounted drive
 *	    list          without a point in time: the versions of a file
 *	    find_state    the tree of main as of then, or of an act
 *	    collect       what is to be restored, and what has been changed since
 *	    put_back      by a save of this machine, as the drive saves
 *	    write_out     --output: elsewhere
 */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "drive/save.h"
#include "large/depot.h"
#include "mounts.h"
#include "register/past.h"
#include "register/versions.h"
#include "send.h"
#include "store/object.h"
#include "store/treeedit.h"
#include "wire/crypto.h"

enum { OPT_AT = 0x2000, OPT_ACT, DAY = 86400, DAY_TEXT = 10 };

/* One file of the older state, and what main has in its place. */
struct piece {
	struct span path;
	struct ch_oid old, now;
	bool is; /* main has a file there */
	bool same;
};

struct restoring {
	struct cli *cli;
	const char *at, *act, *output;
	bool force;
	struct span path;
	struct ch_oid tree; /* the older state */
	struct ch_node node; /* of `path` in it */
	struct piece *pieces;
	size_t count;
};

static const struct ch_error *
list(struct cli *cli, struct span path)
{
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_error *error;
	struct ch_versions versions;
	enum ch_was kind;

	if ((error = ch_versions(&versions, &cli->state, &cli->store, path, 0, arena)))
		return error;
	for (size_t i = 0; i < versions.count; i++) {
		const struct ch_version *version = &versions.list[i];
		uint64_t size = 0;
		char time[TIME_TEXT + 1];

		if (version->there && (error = ch_pointer_size(&size, &cli->store, &version->blob)))
			return error;
		text_put_time(time, version->entry->received);
		cli_record(cli,
			   (struct cli_field[]){{"time", ch_arena_copy(arena, span_text(time))},
						{"page", ch_arena_number(arena, version->entry->seq)},
						{"actor", ch_entry_act(&cli->state, version->entry)->statement.value[KEY_ACTOR]},
						{"act", ch_arena_hex(arena, version->entry->id, SHA256_SIZE)},
						{"size", version->there ? ch_arena_number(arena, size) : SPAN_LITERAL("removed")},
						{"for", ch_entry_act(&cli->state, version->entry)->statement.value[KEY_FOR]}},
			   6);
	}
	if ((error = ch_state_trouble(&cli->state)) || versions.count)
		return error;
	if ((error = ch_versions_kind(&kind, &cli->state, &cli->store, path)))
		return error;
	if (kind == CH_WAS_DIRECTORY)
		return ch_fail(CH_REFUSED, "'%.*s' is a directory: name one of its files, or say --at", (int)path.len, (const char *)path.data);
	return ch_fail(CH_REFUSED, "'%.*s' has never been a file of this archive; say its path on a drive, or in main, as files/contracts/plan.txt", (int)path.len,
		       (const char *)path.data);
}

/* A day means its end: what was there when people went home. */
static const struct ch_error *
find_moment(struct restoring *r)
{
	struct cli *cli = r->cli;
	struct span text = cli_time(cli, "--at", r->at);
	const struct ch_past_page *page;
	struct ch_past past = {0};
	const struct ch_error *error;
	int64_t time;

	if (!text_get_time(&time, text))
		cli_usage(cli, "--at: no such time");
	time += r->at[0] != '-' && strlen(r->at) == DAY_TEXT ? DAY : 1;
	if ((error = ch_past_update(&past, &cli->store, &cli->state.head)) == NULL) {
		if ((page = ch_past_before(&past, time)) == NULL)
			error = ch_fail(CH_REFUSED, "the archive did not exist then");
		else
			r->tree = page->tree, error = ch_past_check(&past, &cli->store, page);
	}
	ch_past_release(&past);
	return error;
}

static const struct ch_error *
find_act(struct restoring *r)
{
	const struct ch_entry *entry;
	uint8_t id[SHA256_SIZE];
	int64_t time;

	if (!text_get_hex(id, sizeof(id), span_text(r->act)))
		cli_usage(r->cli, "--act wants the id of an act, 64 hexadecimal digits");
	if ((entry = ch_state_act(&r->cli->state, id)) == NULL)
		return ch_fail(CH_REFUSED, "no page of the register names act '%s'", r->act);
	return ch_object_commit(&r->tree, &time, &r->cli->store, &entry->commit);
}

static const struct ch_error *
find_state(struct restoring *r)
{
	struct ch_arena *arena = &r->cli->state.arena;
	const struct ch_error *error;
	bool found;

	if ((error = r->at ? find_moment(r) : find_act(r)) || (error = ch_tree_find(&r->node, &found, &r->cli->store, &r->tree, r->path, arena)))
		return error;
	if (found)
		return NULL;
	return ch_fail(CH_REFUSED, "'%.*s' was not there then; without --at or --act its versions are listed", (int)r->path.len,
		       (const char *)r->path.data);
}

static const struct ch_error *
add_piece(struct restoring *r, struct span path, const struct ch_oid *old)
{
	struct ch_arena *arena = &r->cli->state.arena;
	struct piece piece = {.path = path, .old = *old};
	const struct ch_error *error;
	struct ch_node now;
	bool found;

	if ((error = ch_tree_find(&now, &found, &r->cli->store, &r->cli->state.tree, path, arena)))
		return error;
	if (found && now.directory)
		return ch_fail(CH_REFUSED, "'%.*s' is a directory now; give --output", (int)path.len, (const char *)path.data);
	piece.is = found;
	piece.same = found && ch_oid_equal(&now.id, old);
	if (found)
		piece.now = now.id;
	r->pieces = ch_arena_grow(arena, r->pieces, r->count, sizeof(piece));
	r->pieces[r->count++] = piece;
	return NULL;
}

static const struct ch_error *
collect(struct restoring *r)
{
	struct ch_arena *arena = &r->cli->state.arena;
	const struct ch_error *error;
	struct ch_changes files;

	if (!r->node.directory)
		return add_piece(r, r->path, &r->node.id);
	if ((error = ch_tree_changes_below(&files, &r->cli->store, r->path, NULL, &r->node.id, arena)))
		return error;
	for (size_t i = 0; i < files.count; i++)
		if ((error = add_piece(r, files.list[i].path, &files.list[i].new)))
			return error;
	return NULL;
}

static const struct ch_error *
newer(struct restoring *r, const struct piece *piece)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;
	struct ch_versions versions;
	char time[TIME_TEXT + 1] = "";
	struct span actor = SPAN_LITERAL("somebody");

	if ((error = ch_versions(&versions, &cli->state, &cli->store, piece->path, 1, &cli->state.arena)))
		return error;
	if (versions.count) {
		text_put_time(time, versions.list[0].entry->received);
		actor = ch_entry_act(&cli->state, versions.list[0].entry)->statement.value[KEY_ACTOR];
	}
	return ch_fail(CH_REFUSED, "'%.*s' is another version now, by %.*s of %s; --force puts the old one in its place, --output elsewhere", (int)piece->path.len,
		       (const char *)piece->path.data, (int)actor.len, (const char *)actor.data, time);
}

static const struct ch_error *
refuse_newer(struct restoring *r)
{
	for (size_t i = 0; i < r->count && !r->force; i++)
		if (r->pieces[i].is && !r->pieces[i].same)
			return newer(r, &r->pieces[i]);
	return NULL;
}

static void
show(struct restoring *r)
{
	for (size_t i = 0; i < r->count && !r->cli->quiet; i++)
		cli_record(r->cli,
			   (struct cli_field[]){{"path", r->pieces[i].path},
						{"state", r->pieces[i].same ? SPAN_LITERAL("unchanged") : r->pieces[i].is ? SPAN_LITERAL("replaced") : SPAN_LITERAL("restored")}},
			   2);
}

/* As a journal of its own: whoever has the archive mounted goes on with his. */
static const struct ch_error *
save(struct restoring *r, struct ch_saver *saver)
{
	struct ch_cut cut = {.through = 1};
	uint8_t journal[CH_JOURNAL_ID_SIZE];
	const struct ch_error *error;
	struct ch_oid head;

	wire_random(journal, sizeof(journal));
	cut.files = ch_arena_alloc(&r->cli->state.arena, (r->count + 1) * sizeof(*cut.files));
	for (size_t i = 0; i < r->count; i++) {
		const struct piece *piece = &r->pieces[i];

		if (!piece->same)
			cut.files[cut.count++] = (struct ch_cut_file){
				.path = span_skip(piece->path, strlen("files/")), .had = piece->is, .has = true, .old = piece->now, .new = piece->old};
	}
	if (cut.count == 0)
		return NULL;
	if ((error = ch_saver_load(saver)) || (error = ch_save(&head, saver, &cut, journal)) || !saver->is_clone)
		return error;
	return cli_send(r->cli, NULL, 0);
}

static const struct ch_error *
put_back(struct restoring *r)
{
	struct ch_saver saver = {.store.lock = -1};
	const struct ch_error *error;

	if (!span_starts(r->path, SPAN_LITERAL("files/")))
		return ch_fail(CH_REFUSED, "only what is in files/ can be put back; give --output");
	if ((error = refuse_newer(r)))
		return error;
	if (r->cli->dry_run) {
		show(r);
		return NULL;
	}
	show(r); /* what there is to say is of the state as it was */
	if ((error = ch_saver_open(&saver, r->cli->store.path)) == NULL)
		error = save(r, &saver);
	ch_saver_close(&saver);
	return error;
}

static const struct ch_error *
copy_large(int file, const char *path, const struct ch_store *store, const struct ch_pointer *pointer)
{
	static uint8_t buffer[256 * 1024];
	const struct ch_error *error;
	ssize_t n = 0;
	int content;

	if ((error = ch_depot_check(store->path, pointer)) || (error = ch_depot_open(&content, store->path, pointer)))
		return error;
	while (error == NULL && (n = read(content, buffer, sizeof(buffer))) > 0)
		if (!ch_file_write(file, span_of(buffer, (size_t)n)))
			error = ch_fail_errno("cannot write '%s'", path);
	if (error == NULL && n < 0)
		error = ch_fail_errno("cannot read content of '%s'", path);
	close(content);
	return error;
}

static const struct ch_error *
write_piece(struct restoring *r, const struct piece *piece, int file, const char *path)
{
	struct ch_store *store = &r->cli->store;
	struct ch_arena arena = {0};
	struct ch_pointer pointer;
	const struct ch_error *error;
	struct span bytes;
	bool large;

	if ((error = ch_pointer_of(&pointer, &large, store, &piece->old)))
		return error;
	if (large)
		return copy_large(file, path, store, &pointer);
	if ((error = ch_store_read(&bytes, store, CH_BLOB, &piece->old, &arena)) == NULL && !ch_file_write(file, bytes))
		error = ch_fail_errno("cannot write '%s'", path);
	ch_arena_clear(&arena);
	return error;
}

/* Never over anything that is there. */
static const struct ch_error *
write_file(struct restoring *r, const struct piece *piece, const char *path)
{
	const struct ch_error *error;
	int file;

	if ((error = ch_file_directories(path)))
		return error;
	if ((file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)) < 0)
		return errno == EEXIST ? ch_fail(CH_REFUSED, "'%s' exists; give another name", path) : ch_fail_errno("cannot create '%s'", path);
	error = write_piece(r, piece, file, path);
	if (close(file) != 0 && error == NULL)
		error = ch_fail_errno("cannot write '%s'", path);
	if (error)
		unlink(path);
	return error;
}

static const struct ch_error *
write_out(struct restoring *r)
{
	const struct ch_error *error;

	if (strcmp(r->output, "-") == 0) {
		if (r->node.directory)
			return ch_fail(CH_USAGE, "a directory cannot be written to standard output");
		return r->cli->dry_run ? NULL : write_piece(r, &r->pieces[0], STDOUT_FILENO, "standard output");
	}
	for (size_t i = 0; i < r->count; i++) {
		struct span below = span_skip(r->pieces[i].path, r->path.len);
		const char *path = ch_arena_format(&r->cli->state.arena, "%s%.*s", r->output, (int)below.len, (const char *)below.data);

		if (access(path, F_OK) == 0)
			return ch_fail(CH_REFUSED, "'%s' exists; give another name", path);
		if (!r->cli->dry_run && (error = write_file(r, &r->pieces[i], path)))
			return error;
	}
	return NULL;
}

static bool
is_same_directory(const char *a, const char *b)
{
	struct stat one, other;

	return stat(a, &one) == 0 && stat(b, &other) == 0 && one.st_dev == other.st_dev && one.st_ino == other.st_ino;
}

/* Opens the archive: without another word it is the one whose drive the path is on. A path that begins as one of main does is that. */
static const struct ch_error *
locate(struct restoring *r)
{
	struct cli *cli = r->cli;
	struct span inside, rest = r->path, first = span_cut(&rest, '/');
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_error *error;
	struct ch_node node;
	const char *archive;
	bool on_drive = mounts_find(&archive, &inside, ch_arena_text(arena, r->path), &cli->lasting), found = false;

	if (on_drive && cli_archive(cli).value == NULL)
		cli->archive = archive;
	if ((error = cli_open(cli)) || (first.len && (error = ch_tree_find(&node, &found, &cli->store, &cli->state.tree, first, arena))))
		return error;
	if (!found && on_drive && is_same_directory(archive, cli->store.path))
		r->path = inside;
	return NULL;
}

static const struct ch_error *
run(struct restoring *r)
{
	const struct ch_error *error;

	r->cli->only_registered = true;
	if ((error = locate(r)))
		return error;
	if (r->at == NULL && r->act == NULL)
		return list(r->cli, r->path);
	if ((error = find_state(r)) || (error = collect(r)))
		return error;
	return r->output ? write_out(r) : put_back(r);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"at", required_argument, NULL, OPT_AT},	     {"act", required_argument, NULL, OPT_ACT},
						{"output", required_argument, NULL, 'o'}, {"force", no_argument, NULL, 'f'},
						{0}};
	struct cli cli = {.name = "chancery-restore",
			  .synopsis = "[-fnq] [--json] [-A archive] [-o file] --at time | --act id path\n[--json] [-A archive] path",
			  .options = options,
			  .letters = "fo:"};
	struct restoring r = {.cli = &cli};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case OPT_AT:
			r.at = optarg;
			break;
		case OPT_ACT:
			r.act = optarg;
			break;
		case 'o':
			r.output = optarg;
			break;
		case 'f':
			r.force = true;
			break;
		}
	if (cli.count != 1)
		cli_usage(&cli, "wants one path, as 'files/contracts/plan.txt'");
	if ((r.at && r.act) || ((r.output || r.force) && !r.at && !r.act))
		cli_usage(&cli, "wants --at or --act");
	r.path = span_text(cli.operands[0]);
	while (r.path.len && r.path.data[r.path.len - 1] == '/')
		r.path.len--;
	return cli_end(&cli, run(&r));
}

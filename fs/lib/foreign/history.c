#include "history.h"

#include <dirent.h>
#include <git2.h>
#include <git2/odb_backend.h>
#include <git2/sys/odb_backend.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "rawcommit.h"
#include "store/libgit2.h"

enum { TAGS_MAX = 16, PACKS_FIRST = 2, LOOSE_LAST = 1 };

static bool
first_line(char *line, size_t size, const char *path)
{
	FILE *file = fopen(path, "re");
	bool is = file && fgets(line, (int)size, file);

	if (file)
		fclose(file);
	if (is)
		line[strcspn(line, "\n")] = '\0';
	return is;
}

static const char *
below(struct ch_arena *arena, const char *directory, const char *path)
{
	return *path == '/' ? ch_arena_format(arena, "%s", path) : ch_arena_format(arena, "%s/%s", directory, path);
}

static bool
is_directory(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && S_ISDIR(st.st_mode);
}

/* What `git worktree` and submodules have in place of .git: a file that names it; of a work tree's the objects are where commondir says. */
static const char *
follow(struct ch_arena *arena, const char *file)
{
	char line[PATH_MAX + 16], beside[PATH_MAX];
	const char *git;

	if (!first_line(line, sizeof(line), file) || strncmp(line, "gitdir: ", 8) != 0)
		return NULL;
	git = below(arena, ch_arena_format(arena, "%.*s", (int)(strrchr(file, '/') - file), file), line + 8);
	if (!first_line(beside, sizeof(beside), ch_arena_format(arena, "%s/commondir", git)))
		return git;
	return below(arena, git, beside);
}

static const struct ch_error *
find_git(struct ch_history *history, const char *path)
{
	const char *git = ch_arena_format(&history->arena, "%s/.git", path), *const places[] = {path, git, follow(&history->arena, git)};

	for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (places[i] == NULL)
			continue;
		history->git = ch_arena_format(&history->arena, "%s", places[i]);
		if (is_directory(ch_arena_format(&history->arena, "%s/objects", history->git)) &&
		    is_directory(ch_arena_format(&history->arena, "%s/refs", history->git)))
			return NULL;
	}
	return ch_fail(CH_IO, "'%s' is no git repository: no objects and refs in it", path);
}

/* Each pack by its own index; a multi-pack-index could leave some of their objects out. */
static const struct ch_error *
add_packs(struct ch_history *history, const char *objects)
{
	const char *path = ch_arena_format(&history->arena, "%s/pack", objects);
	const struct ch_error *error = NULL;
	DIR *directory = opendir(path);

	for (struct dirent *entry; directory && error == NULL && (entry = readdir(directory));) {
		git_odb_backend *pack = NULL;

		if (!span_ends(span_text(entry->d_name), SPAN_LITERAL(".idx")))
			continue;
		if (git_odb_backend_one_pack(&pack, ch_arena_format(&history->arena, "%s/%s", path, entry->d_name)) != 0 ||
		    git_odb_add_backend(history->odb, pack, PACKS_FIRST) != 0)
			error = ch_fail_git("cannot read the pack of '%s/%s'", path, entry->d_name);
	}
	if (directory)
		closedir(directory);
	return error;
}

static const struct ch_error *
open_objects(struct ch_history *history)
{
	const char *objects = ch_arena_format(&history->arena, "%s/objects", history->git);
	git_odb_backend *loose = NULL;

	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	if (git_odb_new(&history->odb) != 0 || git_odb_backend_loose(&loose, objects, 0, 0, 0, 0) != 0 ||
	    git_odb_add_backend(history->odb, loose, LOOSE_LAST) != 0)
		return ch_fail_git("cannot open '%s'", objects);
	return add_packs(history, objects);
}

const struct ch_error *
ch_history_open(struct ch_history *history, const char *path)
{
	const struct ch_error *error;

	*history = (struct ch_history){0};
	ch_libgit2_init();
	if ((error = find_git(history, path)) || (error = open_objects(history)))
		return error;
	return ch_refs_read(&history->refs, history->git, &history->arena);
}

void
ch_history_close(struct ch_history *history)
{
	if (history->git) {
		git_odb_free(history->odb);
		git_libgit2_shutdown();
	}
	ch_arena_clear(&history->arena);
	*history = (struct ch_history){0};
}

static void
add_commit(struct ch_history *history, const struct ch_oid *id)
{
	struct ch_oid *kept;

	if (ch_map_get(&history->seen, span_of(id->id, sizeof(id->id))))
		return;
	kept = ch_arena_alloc(&history->arena, sizeof(*kept));
	*kept = *id;
	ch_map_put(&history->seen, &history->arena, span_of(kept->id, sizeof(kept->id)), kept);
	history->found = ch_arena_grow(&history->arena, history->found, history->count, sizeof(*history->found));
	history->found[history->count++] = kept;
}

/* Of a size that fits a commit; false when it cannot be read. */
static bool
read_small(git_object_t *type, struct span *raw, struct ch_history *history, const struct ch_oid *id, struct ch_arena *arena)
{
	git_odb_object *object = NULL;
	size_t len;
	git_oid oid;

	memcpy(oid.id, id->id, sizeof(oid.id));
	*raw = span_of(NULL, 0);
	if (git_odb_read_header(&len, type, history->odb, &oid) != 0)
		return false;
	if (*type != GIT_OBJECT_COMMIT && *type != GIT_OBJECT_TAG)
		return true;
	if (len > 2 * CH_RAW_COMMIT_MAX || git_odb_read(&object, history->odb, &oid) != 0)
		return false;
	*type = git_odb_object_type(object);
	*raw = ch_arena_copy(arena, span_of(git_odb_object_data(object), git_odb_object_size(object)));
	git_odb_object_free(object);
	return true;
}

/* What cannot be read is taken for a commit, so that it is seen. */
static void
add_tip(struct ch_history *history, struct ch_oid id)
{
	struct ch_arena arena = {0};
	git_object_t type = GIT_OBJECT_TAG;
	bool there = true;
	struct span raw;

	for (unsigned i = 0; i < TAGS_MAX && there && type == GIT_OBJECT_TAG; i++)
		if ((there = read_small(&type, &raw, history, &id, &arena)) && type == GIT_OBJECT_TAG)
			there = ch_raw_tag_read(id.id, raw);
	if (!there || type == GIT_OBJECT_COMMIT || type == GIT_OBJECT_TAG)
		add_commit(history, &id);
	ch_arena_clear(&arena);
}

void
ch_history_add_all(struct ch_history *history)
{
	for (size_t i = 0; i < history->refs.count; i++)
		add_tip(history, history->refs.list[i].id);
}

const struct ch_error *
ch_history_add(struct ch_history *history, const char *revision)
{
	const struct ch_ref *ref = ch_refs_find(&history->refs, revision);
	struct ch_oid id;

	if (ref == NULL && !text_get_hex(id.id, OBJECT_ID_SIZE, span_text(revision)))
		return ch_fail(CH_REFUSED, "'%s' has no reference '%s'; a commit is said with all %d digits", history->git, revision, 2 * OBJECT_ID_SIZE);
	add_tip(history, ref ? ref->id : id);
	return NULL;
}

bool
ch_history_next(struct ch_oid *id, struct span *raw, struct ch_history *history, struct ch_arena *arena)
{
	struct ch_raw_commit commit;
	git_object_t type;

	if (history->next == history->count)
		return false;
	*id = *history->found[history->next++];
	if (!read_small(&type, raw, history, id, arena) || type != GIT_OBJECT_COMMIT) {
		*raw = span_of(NULL, 0);
		return true;
	}
	ch_raw_commit_read(&commit, *raw);
	for (size_t i = 0; i < ch_raw_commit_parents(&commit); i++) {
		struct ch_oid parent;

		ch_raw_commit_parent(parent.id, &commit, i);
		add_commit(history, &parent);
	}
	return true;
}

#include "large.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/map.h"
#include "large/possession.h"
#include "large/walk.h"
#include "store/livetree.h"
#include "store/object.h"
#include "wire/commit.h"
#include "wish.h"

/* What goes into one call of git-lfs. */
enum { SEND_AT_ONCE = 32, FETCH_AT_ONCE = 4096 };

/* Contents, each once. */
struct list {
	struct ch_arena *arena;
	const char *archive;
	struct span wish;
	struct ch_map known;
	struct {
		struct ch_oid blob;
		struct ch_pointer pointer;
	} *of;
	size_t count;
};

static void
add(struct list *list, const struct ch_oid *blob, const struct ch_pointer *pointer)
{
	struct span id = ch_arena_copy(list->arena, span_of(blob->id, OBJECT_ID_SIZE));

	if (ch_map_get(&list->known, id))
		return;
	ch_map_put(&list->known, list->arena, id, list);
	list->of = ch_arena_grow(list->arena, list->of, list->count, sizeof(*list->of));
	list->of[list->count].blob = *blob;
	list->of[list->count++].pointer = *pointer;
}

/* The archive at a path; NULL: it is elsewhere. */
static const char *
local(struct span url, struct ch_arena *arena)
{
	if (span_starts(url, SPAN_LITERAL("file://")))
		url = span_skip(url, sizeof("file://") - 1);
	return span_starts(url, SPAN_LITERAL("/")) ? ch_arena_text(arena, url) : NULL;
}

static const struct ch_error *
unmoved(struct span url, const struct ch_git_result *result, const char *done, struct ch_arena *arena)
{
	const char *why, *advice = "";
	enum ch_link link = ch_answer_link(&why, result->err, arena);

	if (ch_origin_is_web(url) && *(advice = ch_answer_advice(link, why)) == '\0')
		advice = "; see git-lfs-http-backend(8) for what the web server there has to have";
	return ch_fail(CH_LATER, "large content cannot be %s '%.*s': %s%s", done, (int)url.len, (const char *)url.data, why, advice);
}

/* ---- sending ---- */

static const struct ch_error *
list_act(struct list *list, struct ch_store *store, const struct ch_oid *commit)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct ch_changes changes;
	struct ch_oid tree, base;
	struct commit read;
	struct span raw;
	int64_t time;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, commit, &arena)))
		goto done;
	if (commit_read(&read, raw) != WIRE_OK) {
		error = ch_refuse(WIRE_MALFORMED_COMMIT, "a commit of the outbox is not an act");
		goto done;
	}
	memcpy(tree.id, read.tree, sizeof(tree.id));
	if (read.parents && (error = ch_object_commit(&base, &time, store, (const struct ch_oid *)read.parent[0])))
		goto done;
	error = ch_tree_changes(&changes, store, read.parents ? &base : NULL, &tree, &arena);
	for (size_t i = 0; error == NULL && i < changes.count; i++) {
		struct ch_pointer pointer;
		bool is = false, has = false;
		if (changes.list[i].has && (error = ch_pointer_of(&pointer, &is, store, &changes.list[i].new)) == NULL && is &&
		    (error = ch_depot_has(&has, list->archive, &pointer)) == NULL && has)
			add(list, &changes.list[i].new, &pointer);
	}
done:
	ch_arena_clear(&arena);
	return error;
}

static const struct ch_error *
send_to_path(const struct list *list, const char *archive)
{
	const struct ch_error *error = NULL;

	for (size_t i = 0; error == NULL && i < list->count; i++)
		if ((error = ch_depot_copy(archive, list->archive, &list->of[i].pointer)) == NULL)
			error = ch_possession_note(archive, NULL, &list->of[i].pointer);
	if (error && error->class == CH_IO) /* it is kept here, and goes out when the other side is there again */
		error = ch_fail(CH_LATER, "large content cannot be sent to '%s': %s", archive, error->message);
	return error;
}

static const struct ch_error *
send_by_git_lfs(const struct ch_remote *remote, const struct list *list, struct ch_arena *arena)
{
	for (size_t i = 0; i < list->count;) {
		const char *arguments[SEND_AT_ONCE + 8] = {"-c", "lfs.forceprogress=true", "lfs", "push", "--object-id", ch_arena_text(arena, remote->origin.url)};
		struct ch_git_result result;
		const struct ch_error *error;

		for (size_t n = 0; n < SEND_AT_ONCE && i < list->count; n++, i++)
			arguments[6 + n] = (const char *)ch_arena_hex(arena, list->of[i].pointer.digest, SHA256_SIZE).data;
		if ((error = ch_git_run(&result, &remote->git, arguments, arena)))
			return error;
		if (result.status != 0)
			return unmoved(remote->origin.url, &result, "sent to", arena);
	}
	return NULL;
}

const struct ch_error *
ch_large_send(const struct ch_remote *remote, struct ch_store *store, const struct ch_oid *acts, size_t count, struct ch_arena *arena)
{
	struct list list = {.arena = arena, .archive = store->path};
	const char *path = local(remote->origin.url, arena);
	const struct ch_error *error;

	for (size_t i = 0; i < count; i++)
		if ((error = list_act(&list, store, &acts[i])))
			return error;
	if (list.count == 0)
		return NULL;
	return path ? send_to_path(&list, path) : send_by_git_lfs(remote, &list, arena);
}

/* ---- fetching ---- */

/* A part of an archive comes from a view, and its content from beside that. */
static struct span
source(const struct ch_remote *remote)
{
	return remote->origin.view.len ? remote->origin.view : remote->origin.url;
}

static const struct ch_error *
list_missing(void *context, struct span path, const struct ch_oid *blob, const struct ch_pointer *pointer)
{
	struct list *list = context;
	const struct ch_error *error;
	bool has = true;

	if (!ch_wish_covers(list->wish, path))
		return NULL;
	if ((error = ch_depot_has(&has, list->archive, pointer)) == NULL && !has)
		add(list, blob, pointer);
	return error;
}

static const struct ch_error *
fetch_from_path(size_t *got, const struct list *list, const char *archive)
{
	const struct ch_error *error;

	for (size_t i = 0; i < list->count; i++)
		if ((error = ch_depot_copy(list->archive, archive, &list->of[i].pointer)) == NULL)
			(*got)++;
		else if (error->class == CH_IO)
			return error;
	return NULL;
}

/* git-lfs finds nothing beside an archive's own objects, where a part of one has what its view has brought. */
static const struct ch_error *
own_pointer(struct ch_store *store, const struct ch_pointer *pointer)
{
	char text[POINTER_MAX + 1];
	struct ch_oid blob;

	return store->partial ? ch_store_write(&blob, store, CH_BLOB, span_of(text, ch_pointer_write(text, pointer))) : NULL;
}

/* git-lfs fetches what a tree has: so it gets one that has nothing else. */
static const struct ch_error *
make_tree(const char **hex, const struct list *list, size_t begin, size_t end, struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_change *changes = ch_arena_alloc(arena, (end - begin) * sizeof(*changes));
	struct ch_oid tree;
	bool empty;

	for (size_t i = begin; i < end; i++) {
		changes[i - begin] = (struct ch_change){.path = ch_arena_hex(arena, list->of[i].pointer.digest, SHA256_SIZE), .has = true, .new = list->of[i].blob};
		if ((error = own_pointer(store, &list->of[i].pointer)))
			return error;
	}
	if ((error = ch_tree_apply(&tree, &empty, store, NULL, changes, end - begin)) || (error = ch_store_flush(store)))
		return error;
	*hex = (const char *)ch_arena_hex(arena, tree.id, OBJECT_ID_SIZE).data;
	return NULL;
}

/* git-lfs leaves its files to whoever has the disk: here they are read again, synced, and for reading only. */
static const struct ch_error *
settle(size_t *got, const struct list *list, size_t begin, size_t end)
{
	const struct ch_error *error;
	char path[4096];

	for (size_t i = begin; i < end; i++)
		if ((error = ch_depot_settle(list->archive, &list->of[i].pointer)) == NULL) {
			(*got)++;
			if (ch_depot_path(path, list->archive, list->of[i].pointer.digest))
				chmod(path, 0444);
		} else if (error->class == CH_IO) {
			return error;
		}
	return NULL;
}

static const struct ch_error *
fetch_by_git_lfs(size_t *got, const struct ch_remote *remote, const struct list *list, struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_git_result result;
	const char *tree;

	for (size_t begin = 0, end; begin < list->count; begin = end) {
		end = list->count - begin > FETCH_AT_ONCE ? begin + FETCH_AT_ONCE : list->count;
		if ((error = make_tree(&tree, list, begin, end, store, arena)))
			return error;
		const char *const arguments[] = {"-c", "lfs.forceprogress=true", "-c", "lfs.transfer.maxretries=1", "lfs", "fetch", ch_arena_text(arena, source(remote)), tree, NULL};
		if ((error = ch_git_run(&result, &remote->git, arguments, arena)) || (error = settle(got, list, begin, end)))
			return error;
		if (result.status != 0 && *got < end)
			return unmoved(source(remote), &result, "fetched from", arena);
	}
	return NULL;
}

static const struct ch_error *
fetch(size_t *got, const struct list *list, const struct ch_remote *remote, struct ch_store *store)
{
	struct span from = source(remote);
	const char *path = local(from, list->arena);
	const struct ch_error *error;

	if (list->count == 0)
		return NULL;
	if ((error = path ? fetch_from_path(got, list, path) : fetch_by_git_lfs(got, remote, list, store, list->arena)))
		return error;
	return *got == list->count ? NULL
				   : ch_fail(CH_LATER, "large content of %zu files is not at '%.*s' either, or damaged there", list->count - *got,
					     (int)from.len, (const char *)from.data);
}

const struct ch_error *
ch_large_fetch(size_t *got, const struct ch_remote *remote, struct ch_store *store, const struct ch_oid *head, const struct ch_oid *seen, struct span wish,
	       struct ch_arena *arena)
{
	struct list list = {.arena = arena, .archive = store->path, .wish = wish};
	const struct ch_error *error;
	struct ch_oid tree, before;
	int64_t time;

	*got = 0;
	if (span_is(wish, "none"))
		return NULL;
	if ((error = ch_object_commit(&tree, &time, store, head)) || (seen && (error = ch_object_commit(&before, &time, store, seen))) ||
	    (error = ch_large_walk(store, &tree, seen ? &before : NULL, list_missing, &list)))
		return error;
	return fetch(got, &list, remote, store);
}

/* What the act has and its parent does not. */
static const struct ch_error *
list_missing_of(struct list *list, struct ch_store *store, const struct ch_oid *commit)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct ch_oid tree, before;
	struct commit read;
	struct span raw;
	int64_t time;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, commit, &arena)) == NULL && commit_read(&read, raw) != WIRE_OK)
		error = ch_refuse(WIRE_MALFORMED_COMMIT, "an act of the view is none");
	if (error == NULL && read.parents)
		error = ch_object_commit(&before, &time, store, (const struct ch_oid *)read.parent[0]);
	if (error == NULL) {
		memcpy(tree.id, read.tree, sizeof(tree.id));
		error = ch_large_walk(store, &tree, read.parents ? &before : NULL, list_missing, list);
	}
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_large_fetch_part(size_t *got, const struct ch_remote *remote, const struct ch_state *state, uint64_t seen, struct span wish, struct ch_arena *arena)
{
	struct list list = {.arena = arena, .archive = state->store->path, .wish = wish};
	const struct ch_error *error = NULL;

	*got = 0;
	if (span_is(wish, "none"))
		return NULL;
	for (size_t i = state->entry_count; i-- && error == NULL;) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (entry->seq <= seen)
			break;
		error = list_missing_of(&list, state->store, &entry->commit);
	}
	return error ? error : fetch(got, &list, remote, state->store);
}

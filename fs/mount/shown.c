#include "shown.h"

#include "drive.h"
#include "register.h"
#include "view.h"

/* Written from the end of the buffer on. */
struct path {
	char *out;
	size_t at;
};

static bool
put_before(struct path *path, struct span name)
{
	size_t slash = path->out[path->at] ? 1 : 0;

	if (name.len + slash > path->at)
		return false;
	path->at -= name.len + slash;
	memcpy(path->out + path->at, name.data, name.len);
	if (slash)
		path->out[path->at + name.len] = '/';
	return true;
}

static bool
put_nodes(struct path *path, const struct ch_overlay_node *node, const struct ch_overlay_node *root)
{
	for (; node != root; node = node->parent)
		if (node->parent == NULL || !put_before(path, span_text(node->name))) /* removed while somebody has it open */
			return false;
	return put_before(path, SPAN_LITERAL("files"));
}

/* The directory that shows the whole tree of main, as of now or of then. */
static bool
is_top(const struct drive *drive, const struct inode *inode)
{
	const struct inode *above = inode_parent(&drive->inodes, inode);

	return inode->view == &root_view || (above && above->view == &history_view);
}

static bool
put_inodes(struct path *path, struct drive *drive, struct inode *inode)
{
	while (inode && !inode->overlaid && !is_top(drive, inode)) {
		struct span name;
		struct inode *above = git_name(&name, drive, inode);
		bool version = above && above->view == &versions_view; /* has its file's path */

		if (above == NULL || (!version && !put_before(path, name)))
			return false;
		inode = above;
	}
	return inode && (!inode->overlaid || put_nodes(path, inode->node, drive->overlay.root));
}

bool
shown_path(char out[SHOWN_PATH_MAX], struct drive *drive, struct inode *inode)
{
	struct path path = {out, SHOWN_PATH_MAX - 1};
	bool known = false;

	out[path.at] = '\0';
	if (inode->view == &files_view || inode->view == &root_view || inode->view == &register_view || inode->view == &past_view ||
	    inode->view == &by_file_view || inode->view == &versions_view || inode->view == &removed_view)
		known = put_inodes(&path, drive, inode);
	memmove(out, out + path.at, SHOWN_PATH_MAX - path.at);
	return known;
}

static void
release_versions(struct shown_cache *cache)
{
	ch_arena_clear(&cache->arena);
	cache->path = NULL;
}

static void
release_newest(struct shown_cache *cache)
{
	ch_newest_free(cache->newest);
	cache->newest = NULL;
	cache->directory[0] = '\0';
}

void
shown_cache_release(struct shown_cache *cache)
{
	release_versions(cache);
	release_newest(cache);
}

static void
follow(struct shown_cache *cache, const struct ch_state *state)
{
	if (!ch_oid_equal(&cache->head, &state->head))
		shown_cache_release(cache);
	cache->head = state->head;
}

static const struct ch_error *
look_up(struct shown_cache *cache, struct drive *drive, const struct ch_state *state, const char *path, bool all)
{
	const struct ch_error *error;

	if (cache->path && strcmp(cache->path, path) == 0 && cache->all >= all)
		return NULL;
	release_versions(cache);
	if ((error = ch_versions(&cache->versions, state, &drive->store, span_text(path), all ? 0 : 1, &cache->arena))) {
		release_versions(cache);
		return error;
	}
	cache->path = ch_arena_text(&cache->arena, span_text(path));
	cache->all = all;
	return NULL;
}

/* NULL when that is for look_up() to find out. */
static const struct ch_error *
look_beside(const struct ch_version **version, struct shown_cache *cache, struct drive *drive, const struct ch_state *state, const char *path)
{
	const char *slash = strrchr(path, '/');
	struct span directory = span_of(path, slash ? (size_t)(slash - path) : 0);
	const struct ch_error *error;

	*version = NULL;
	if (slash == NULL)
		return NULL;
	if (!span_is(directory, cache->directory)) {
		release_newest(cache);
		if ((error = ch_newest_new(&cache->newest, state, &drive->store, directory)))
			return error;
		memcpy(cache->directory, directory.data, directory.len);
		cache->directory[directory.len] = '\0';
	}
	return cache->newest ? ch_newest_version(version, cache->newest, span_text(slash + 1)) : NULL;
}

static bool
is_of(const struct ch_version *version, const struct ch_oid *blob)
{
	return version->there && ch_oid_equal(&version->blob, blob);
}

/* What main has is the newest version; of what is shown of the past it is the one that was there then. */
const struct ch_error *
shown_version(const struct ch_version **version, struct drive *drive, const struct ch_state *state, struct inode *inode)
{
	bool present = inode->view == &files_view || inode->view == &register_view;
	const struct ch_oid *blob = inode->overlaid ? &inode->node->base : &inode->oid;
	const struct ch_error *error;
	char path[SHOWN_PATH_MAX];

	*version = NULL;
	if (!shown_path(path, drive, inode))
		return NULL;
	follow(&drive->shown, state);
	if (present && ((error = look_beside(version, &drive->shown, drive, state, path)) || (*version && is_of(*version, blob))))
		return error;
	if ((error = look_up(&drive->shown, drive, state, path, !present)))
		return error;
	*version = ch_versions_with(&drive->shown.versions, blob, present ? INT64_MAX : inode->time / NANOSECONDS);
	return NULL;
}

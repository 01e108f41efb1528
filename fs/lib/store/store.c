#include "store.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <git2/sys/repository.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "leftover.h"
#include "libgit2.h"
#include "packdir.h"
#include "pending.h"
#include "shelf.h"
#include "trees.h"
#include "wire/tree.h"

/*
 * Objects that wait may take this much memory; a larger one goes alone. And what libgit2 may hold open of the packs that it knows, and keep of objects: of trees also
 * those of a thousand names, which a save asks for six times.
 */
enum { PENDING_MAX = 64 << 20, OPEN_PACKS_MAX = 128, MOVES_MAX = 64, HELD_TRIES = 100, CACHE_MAX = 8 << 20, CACHED_TREE_MAX = 64 << 10 };

static const char main_ref[] = "refs/heads/main";

static_assert(OBJECT_ID_SIZE == GIT_OID_RAWSZ, "git2 ids are SHA-1");
static_assert((int)CH_COMMIT == GIT_OBJECT_COMMIT && (int)CH_TREE == GIT_OBJECT_TREE && (int)CH_BLOB == GIT_OBJECT_BLOB, "git's numbers");

static git_oid
to_git(const struct ch_oid *id)
{
	git_oid oid;

	memcpy(oid.id, id->id, sizeof(oid.id));
	return oid;
}

static struct ch_oid
from_git(const git_oid *oid)
{
	struct ch_oid id;

	memcpy(id.id, oid->id, sizeof(id.id));
	return id;
}

bool
ch_oid_equal(const struct ch_oid *a, const struct ch_oid *b)
{
	return memcmp(a->id, b->id, sizeof(a->id)) == 0;
}

/*
 * The object database is put together from this repository's loose objects and packs only: git_repository_odb() would follow
 * objects/info/alternates to wherever they point.
 */
static const struct ch_error *
add_objects(git_odb *odb, const char *directory)
{
	git_odb_backend *loose = NULL, *packs = NULL;

	if (git_odb_backend_pack(&packs, directory) != 0 || git_odb_add_backend(odb, packs, 4) != 0 ||
	    git_odb_backend_loose(&loose, directory, 1, 1, 0755, 0444) != 0 || git_odb_add_backend(odb, loose, 3) != 0)
		return ch_fail_git("cannot open the objects in '%s'", directory);
	return NULL;
}

static const struct ch_error *
open_odb(struct ch_store *store)
{
	const char *git_dir = git_repository_path(store->repo);
	git_odb_backend *loose = NULL, *packs = NULL;
	const struct ch_error *error;
	struct git_odb *odb = NULL;
	char objects[PATH_MAX];

	if ((size_t)snprintf(objects, sizeof(objects), "%sobjects", git_dir) >= sizeof(objects))
		return ch_fail(CH_USAGE, "open '%s': path too long", git_dir);
	if (git_odb_new(&odb) != 0 || git_odb_backend_pack(&packs, objects) != 0 || git_odb_add_backend(odb, packs, 2) != 0 ||
	    git_odb_backend_loose(&loose, objects, 1, 1, 0755, 0444) != 0 || git_odb_add_backend(odb, loose, 1) != 0) {
		git_odb_free(odb);
		return ch_fail_git("cannot open the objects of '%s'", store->path);
	}
	snprintf(objects, sizeof(objects), "%.3900schancery/view/objects", git_dir);
	store->partial = access(objects, F_OK) == 0;
	if (store->partial && (error = add_objects(odb, objects))) {
		git_odb_free(odb);
		return error;
	}
	git_repository_set_odb(store->repo, odb);
	git_odb_free(store->odb);
	store->odb = odb;
	store->loose = loose;
	store->packs = packs;
	store->moves = 0;
	return NULL;
}

static void
start(struct ch_store *store)
{
	*store = (struct ch_store){.lock = -1};
	ch_libgit2_init();
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_HASH_VERIFICATION, 1);
	git_libgit2_opts(GIT_OPT_ENABLE_STRICT_OBJECT_CREATION, 0); /* what a reference is set to was written here: it is not looked for in every pack */
	git_libgit2_opts(GIT_OPT_SET_CACHE_MAX_SIZE, (ssize_t)CACHE_MAX);
	git_libgit2_opts(GIT_OPT_SET_CACHE_OBJECT_LIMIT, GIT_OBJECT_TREE, (size_t)CACHED_TREE_MAX);
	git_libgit2_opts(GIT_OPT_SET_MWINDOW_FILE_LIMIT, (size_t)OPEN_PACKS_MAX);
	if ((store->pending = calloc(1, sizeof(*store->pending))) == NULL)
		abort();
}

/* Who knows git will name the work tree that a clone makes. As git does, libgit2 leaves alone what belongs to others. */
static const struct ch_error *
not_opened(const char *path, int status)
{
	const git_error *last = git_error_last();
	char git[PATH_MAX + 8];

	/* Where nobody has a safe.directory libgit2 1.5 says that it has not found that. */
	if (status == GIT_EOWNER || (last && last->klass == GIT_ERROR_CONFIG && strstr(last->message, "safe.directory")))
		return ch_fail(CH_IO, "archive '%s' belongs to another user; do it as that user, or on a clone", path);
	snprintf(git, sizeof(git), "%s/.git", path);
	if (access(git, F_OK) == 0)
		return ch_fail(CH_IO, "'%s' is a work tree; the archive is '%s'", path, git);
	return ch_fail_git("cannot open archive '%s'", path);
}

const struct ch_error *
ch_store_open(struct ch_store *store, const char *path)
{
	const struct ch_error *error;
	int status;

	start(store);
	if (realpath(path, store->path) == NULL) {
		error = ch_fail_errno("cannot open archive '%s'", path);
		goto fail;
	}
	if ((status = git_repository_open_ext(&store->repo, store->path, GIT_REPOSITORY_OPEN_BARE | GIT_REPOSITORY_OPEN_NO_SEARCH, NULL)) != 0) {
		error = not_opened(path, status);
		goto fail;
	}
	ch_packdir_sweep(store->path);
	if ((error = open_odb(store)) == NULL)
		return NULL;
fail:
	ch_store_close(store);
	return error;
}

const struct ch_error *
ch_store_look(struct ch_store *store, const char *path, const char *objects)
{
	const struct ch_error *error = ch_store_open(store, path);

	if (error)
		return error;
	store->looking = true;
	if (objects && (error = add_objects(store->odb, objects)))
		ch_store_close(store);
	return error;
}

static const struct ch_error *
make_directories(const char *path)
{
	static const char *const names[] = {"", "/keys", "/journal", "/drop", "/drop/documents", "/spool"};
	char name[PATH_MAX];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(name, sizeof(name), "%s/chancery%s", path, names[i]);
		if (mkdir(name, 0700) != 0 && errno != EEXIST)
			return ch_fail_errno("cannot create '%s'", name);
	}
	return NULL;
}

const struct ch_error *
ch_store_create(struct ch_store *store, const char *path)
{
	git_repository_init_options options;
	const struct ch_error *error;
	git_repository *repo = NULL;

	*store = (struct ch_store){.lock = -1};
	if (rmdir(path) != 0 && errno != ENOENT)
		return ch_fail_errno("cannot create archive '%s'", path);
	git_repository_init_options_init(&options, GIT_REPOSITORY_INIT_OPTIONS_VERSION);
	options.flags = GIT_REPOSITORY_INIT_BARE | GIT_REPOSITORY_INIT_MKPATH | GIT_REPOSITORY_INIT_NO_REINIT;
	options.initial_head = "main";
	ch_libgit2_init();
	if (git_repository_init_ext(&repo, path, &options) != 0)
		error = ch_fail_git("cannot create archive '%s'", path);
	else
		error = make_directories(path);
	git_repository_free(repo);
	git_libgit2_shutdown();
	return error ? error : ch_store_open(store, path);
}

const struct ch_error *
ch_store_temporary(struct ch_store *store, const char *directory)
{
	const struct ch_error *error;
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/chancery-XXXXXX", directory);
	if (mkdtemp(path) == NULL)
		return ch_fail_errno("cannot create a directory in '%s'", directory);
	error = ch_store_create(store, path);
	store->temporary = error == NULL;
	return error;
}

void
ch_store_close(struct ch_store *store)
{
	if (store->lock >= 0)
		ch_store_unlock(store);
	ch_packdir_release(&store->keeps, store->path);
	if (store->pending)
		ch_pending_clear(store->pending);
	free(store->pending);
	ch_shelf_free(store->shelf);
	git_odb_free(store->odb);
	git_repository_free(store->repo);
	if (store->temporary)
		ch_file_remove_tree(store->path);
	if (store->path[0])
		git_libgit2_shutdown();
	*store = (struct ch_store){.lock = -1};
}

static const char *
hex_of(char hex[GIT_OID_HEXSZ + 1], const struct ch_oid *id)
{
	text_put_hex(hex, id->id, sizeof(id->id));
	return hex;
}

/* From memory or from disk, of any type. */
static const struct ch_error *
read_object(struct span *raw, enum ch_object *type, struct ch_store *store, const struct ch_oid *id, struct ch_arena *arena)
{
	const struct ch_pack_object *pending = ch_pending_find(store->pending, id);
	git_odb_object *object = NULL;
	char hex[GIT_OID_HEXSZ + 1];
	git_oid oid = to_git(id);

	if (pending) {
		*raw = ch_arena_copy(arena, pending->raw);
		*type = pending->type;
		return NULL;
	}
	if (store->shelf && ch_shelf_read(raw, type, store->shelf, id, SIZE_MAX, arena))
		return NULL;
	if (git_odb_read(&object, store->odb, &oid) != 0)
		return ch_fail_git("cannot read object %s", hex_of(hex, id));
	*raw = ch_arena_copy(arena, span_of(git_odb_object_data(object), git_odb_object_size(object)));
	*type = (enum ch_object)git_odb_object_type(object);
	git_odb_object_free(object);
	return NULL;
}

const struct ch_error *
ch_store_read(struct span *raw, struct ch_store *store, enum ch_object type, const struct ch_oid *id, struct ch_arena *arena)
{
	const struct ch_error *error;
	char hex[GIT_OID_HEXSZ + 1];
	enum ch_object found = type;

	if (store->trees && type == CH_TREE && ch_trees_get(raw, store->trees, id, arena))
		return NULL;
	if ((error = read_object(raw, &found, store, id, arena)))
		return error;
	if (found != type)
		return ch_fail(CH_REFUSED, "object %s is of another type", hex_of(hex, id));
	if (type == CH_TREE && tree_check_root(*raw) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_TREE, "tree %s is not in canonical form", hex_of(hex, id));
	if (store->trees && type == CH_TREE)
		ch_trees_put(store->trees, id, *raw);
	return NULL;
}

void
ch_store_read_much(struct ch_store *store)
{
	char objects[PATH_MAX];

	if (store->readers++ == 0 && (size_t)snprintf(objects, sizeof(objects), "%sobjects", git_repository_path(store->repo)) < sizeof(objects))
		store->shelf = ch_shelf_new(objects);
}

void
ch_store_read_on(struct ch_store *store)
{
	if (store->shelf)
		ch_shelf_renew(store->shelf);
}

void
ch_store_read_little(struct ch_store *store)
{
	if (--store->readers)
		return;
	ch_shelf_free(store->shelf);
	store->shelf = NULL;
}

const struct ch_error *
ch_store_write(struct ch_oid *id, struct ch_store *store, enum ch_object type, struct span raw)
{
	const struct ch_error *error;
	git_oid oid;

	if (git_odb_hash(&oid, raw.data, raw.len, (git_object_t)type) != 0)
		return ch_fail_git("cannot write to archive '%s'", store->path);
	*id = from_git(&oid);
	if (store->pending->bytes + raw.len > PENDING_MAX && (error = ch_store_flush(store)))
		return error;
	ch_pending_add(store->pending, &(struct ch_pack_object){.type = type, .id = *id, .raw = raw});
	return NULL;
}

const struct ch_error *
ch_store_flush(struct ch_store *store)
{
	struct ch_pack pack = ch_pending_pack(store->pending);
	const struct ch_error *error;

	if (store->looking)
		return ch_fail(CH_IO, "the archive '%s' is only looked at", store->path);
	if (pack.count && (error = ch_packdir_add(&store->keeps, store->path, &pack)))
		return error;
	ch_pending_clear(store->pending);
	return NULL;
}

void
ch_store_drop_received(struct ch_store *store, const struct ch_oid *ids, size_t count)
{
	char path[PATH_MAX], hex[GIT_OID_HEXSZ + 1];
	bool waits = false;

	for (size_t i = 0; i < count; i++) {
		if (ch_pending_find(store->pending, &ids[i])) {
			waits = true;
			continue;
		}
		text_put_hex(hex, ids[i].id, OBJECT_ID_SIZE);
		if ((size_t)snprintf(path, sizeof(path), "%s/objects/%.2s/%s", store->path, hex, hex + 2) < sizeof(path))
			unlink(path);
	}
	if (count && !waits)
		ch_packdir_drop_received(store->path, ids, count);
}

/* libgit2 remembers each pack that it has ever seen; of a drive's many small ones most are gone. */
static const struct ch_error *
note_head(struct ch_store *store, const struct ch_oid *head)
{
	if (ch_oid_equal(&store->head, head))
		return NULL;
	store->head = *head;
	return ++store->moves < MOVES_MAX || store->looking ? NULL : open_odb(store);
}

const struct ch_error *
ch_store_head(struct ch_oid *head, bool *exists, struct ch_store *store)
{
	git_oid oid;
	int status = git_reference_name_to_id(&oid, store->repo, main_ref);

	*exists = status == 0;
	if (status != 0 && status != GIT_ENOTFOUND)
		return ch_fail_git("cannot read %s of '%s'", main_ref, store->path);
	if (!*exists)
		return NULL;
	*head = from_git(&oid);
	return note_head(store, head);
}

static int
try_move(struct ch_store *store, const struct ch_oid *old, const struct ch_oid *new)
{
	git_oid to = to_git(new), from = {{0}};
	git_reference *ref = NULL;
	int status;

	if (old) {
		from = to_git(old);
		status = git_reference_create_matching(&ref, store->repo, main_ref, &to, 1, &from, NULL);
	} else {
		status = git_reference_create(&ref, store->repo, main_ref, &to, 0, NULL);
	}
	git_reference_free(ref);
	return status;
}

/* `git pack-refs` holds the reference for a moment, and in that moment it may be in neither of its places. */
static bool
is_held(struct ch_store *store, const struct ch_oid *old, int status)
{
	git_oid oid;

	if (status != GIT_EMODIFIED || old == NULL)
		return status == GIT_ELOCKED;
	return git_reference_name_to_id(&oid, store->repo, main_ref) == 0 && memcmp(oid.id, old->id, sizeof(old->id)) == 0;
}

static const struct ch_error *
move_main(struct ch_store *store, const struct ch_oid *old, const struct ch_oid *new)
{
	const struct timespec pause = {.tv_nsec = 10 * 1000 * 1000};
	int status = try_move(store, old, new);

	for (int tries = 0; tries < HELD_TRIES && is_held(store, old, status); tries++) {
		nanosleep(&pause, NULL);
		status = try_move(store, old, new);
	}
	if (status == GIT_ELOCKED && store->lock >= 0 && ch_leftover_sweep(store))
		status = try_move(store, old, new);
	if (status == GIT_ELOCKED)
		return ch_fail(CH_LATER, "another process holds '%s/%s.lock'; try again", store->path, main_ref);
	if (status == GIT_EMODIFIED || status == GIT_EEXISTS)
		return ch_fail(CH_LATER, "the register of '%s' has moved; try again", store->path);
	if (status != 0)
		return ch_fail_git("cannot move the register of '%s'", store->path);
	return NULL;
}

/* What main reaches is in nobody's way any more. */
static void
settle(struct ch_store *store)
{
	ch_packdir_release(&store->keeps, store->path);
	ch_packdir_merge(store->path);
}

void
ch_store_hold(struct ch_store *store)
{
	store->held = true;
}

void
ch_store_let_go(struct ch_store *store)
{
	store->held = false;
	settle(store);
}

const struct ch_error *
ch_store_advance(struct ch_store *store, const struct ch_oid *old, const struct ch_oid *new)
{
	const struct ch_error *error;

	if ((error = ch_store_flush(store)) || (error = move_main(store, old, new)))
		return error;
	if (!store->held)
		settle(store);
	return NULL;
}

static const struct ch_error *
open_lock(struct ch_store *store)
{
	char path[PATH_MAX];

	if ((size_t)snprintf(path, sizeof(path), "%s/chancery/lock", store->path) >= sizeof(path))
		return ch_fail(CH_USAGE, "lock '%s': path too long", store->path);
	store->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	return store->lock < 0 ? ch_fail_errno("cannot open '%s'", path) : NULL;
}

static const struct ch_error *
not_locked(struct ch_store *store)
{
	const struct ch_error *error = errno == EWOULDBLOCK ? ch_fail(CH_LATER, "somebody else holds the lock of '%s'; try again", store->path)
							     : ch_fail_errno("cannot lock '%s'", store->path);

	ch_store_unlock(store);
	return error;
}

const struct ch_error *
ch_store_lock(struct ch_store *store)
{
	const struct ch_error *error;

	if (store->lock >= 0)
		return NULL;
	if ((error = open_lock(store)))
		return error;
	while (flock(store->lock, LOCK_EX) != 0)
		if (errno != EINTR)
			return not_locked(store);
	return NULL;
}

/* flock() knows no time-out; five milliseconds are less than anybody holds the lock. */
const struct ch_error *
ch_store_lock_within(struct ch_store *store, unsigned seconds)
{
	const struct timespec pause = {.tv_nsec = 5 * 1000 * 1000};
	const int64_t end = ch_clock_milliseconds() + (int64_t)seconds * 1000;
	const struct ch_error *error;

	if (store->lock >= 0)
		return NULL;
	if ((error = open_lock(store)))
		return error;
	while (flock(store->lock, LOCK_EX | LOCK_NB) != 0) {
		int reason = errno;
		if ((reason != EWOULDBLOCK && reason != EINTR) || ch_clock_milliseconds() >= end) {
			errno = reason;
			return not_locked(store);
		}
		nanosleep(&pause, NULL);
	}
	return NULL;
}

void
ch_store_unlock(struct ch_store *store)
{
	close(store->lock);
	store->lock = -1;
}

const struct ch_error *
ch_store_setting(struct ch_store *store, const char *name, const char *value)
{
	git_config *config = NULL, *own = NULL;
	const struct ch_error *error = NULL;

	if (git_repository_config(&config, store->repo) != 0 || git_config_open_level(&own, config, GIT_CONFIG_LEVEL_LOCAL) != 0 ||
	    git_config_set_string(own, name, value) != 0)
		error = ch_fail_git("cannot set %s of '%s'", name, store->path);
	git_config_free(own);
	git_config_free(config);
	return error;
}

const struct ch_error *
ch_store_sync(struct ch_store *store)
{
	int directory = open(store->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	const struct ch_error *error = directory < 0 || syncfs(directory) != 0 ? ch_fail_errno("cannot sync '%s'", store->path) : NULL;

	if (directory >= 0)
		close(directory);
	return error;
}

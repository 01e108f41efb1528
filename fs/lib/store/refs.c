#include "refs.h"

#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <git2/sys/repository.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int
by_name(const void *a, const void *b)
{
	const struct ch_ref *x = a, *y = b;

	return strcmp(x->name, y->name);
}

const struct ch_error *
ch_refs(struct ch_ref **refs, size_t *count, struct ch_store *store, const char *prefix, struct ch_arena *arena)
{
	const char *glob = ch_arena_format(arena, "%s*", prefix);
	git_reference_iterator *iterator = NULL;
	git_reference *ref;
	int status;

	*refs = NULL;
	*count = 0;
	if (git_reference_iterator_glob_new(&iterator, store->repo, glob) != 0)
		return ch_fail_git("cannot list %s of '%s'", prefix, store->path);
	while ((status = git_reference_next(&ref, iterator)) == 0) {
		if (git_reference_type(ref) == GIT_REFERENCE_DIRECT) {
			*refs = ch_arena_grow(arena, *refs, *count, sizeof(**refs));
			(*refs)[*count].name = ch_arena_text(arena, span_text(git_reference_name(ref)));
			memcpy((*refs)[(*count)++].id.id, git_reference_target(ref)->id, OBJECT_ID_SIZE);
		}
		git_reference_free(ref);
	}
	git_reference_iterator_free(iterator);
	if (status != GIT_ITEROVER)
		return ch_fail_git("cannot list %s of '%s'", prefix, store->path);
	if (*count)
		qsort(*refs, *count, sizeof(**refs), by_name);
	return NULL;
}

const struct ch_error *
ch_ref_read(struct ch_oid *id, bool *exists, struct ch_store *store, const char *name)
{
	git_oid oid;
	int status = git_reference_name_to_id(&oid, store->repo, name);

	*exists = status == 0;
	if (status != 0 && status != GIT_ENOTFOUND)
		return ch_fail_git("cannot read %s of '%s'", name, store->path);
	if (*exists)
		memcpy(id->id, oid.id, sizeof(id->id));
	return NULL;
}

static const struct ch_error *
failed(const struct ch_store *store, const char *name, int status)
{
	if (status == GIT_EMODIFIED || status == GIT_ELOCKED)
		return ch_fail(CH_LATER, "%s of '%s' is being changed by somebody else; try again", name, store->path);
	return ch_fail_git("cannot change %s of '%s'", name, store->path);
}

static const struct ch_error *
set(struct ch_store *store, const char *name, const struct ch_oid *id)
{
	git_reference *ref = NULL;
	git_oid oid;
	int status;

	memcpy(oid.id, id->id, sizeof(oid.id));
	status = git_reference_create(&ref, store->repo, name, &oid, 1, NULL);
	git_reference_free(ref);
	return status == 0 ? NULL : failed(store, name, status);
}

const struct ch_error *
ch_ref_set(struct ch_store *store, const char *name, const struct ch_oid *id)
{
	const struct ch_error *error = ch_store_flush(store);

	return error ? error : set(store, name, id);
}

/* libgit2 asks whether it is to sync references when it opens what it has of them, and never again. */
const struct ch_error *
ch_ref_put(struct ch_store *store, const char *name, const struct ch_oid *id)
{
	git_refdb *own = NULL, *lazy = NULL;
	const struct ch_error *error;

	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 0);
	if (git_repository_refdb(&own, store->repo) != 0 || git_refdb_open(&lazy, store->repo) != 0 || git_repository_set_refdb(store->repo, lazy) != 0) {
		error = ch_fail_git("cannot change %s of '%s'", name, store->path);
	} else {
		error = set(store, name, id);
		git_repository_set_refdb(store->repo, own);
	}
	git_libgit2_opts(GIT_OPT_ENABLE_FSYNC_GITDIR, 1);
	git_refdb_free(lazy);
	git_refdb_free(own);
	return error;
}

static bool
sync_path(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced;
}

/* The directories that a reference is in, refs/ the last of them: those in it may be as new as it is. */
static bool
sync_directories(char *path, size_t refs)
{
	for (char *slash = strrchr(path, '/'); slash && (size_t)(slash - path) >= refs; slash = strrchr(path, '/')) {
		*slash = '\0';
		if (!sync_path(path))
			return false;
	}
	return true;
}

/* `git pack-refs` may have put it among the others meanwhile. */
const struct ch_error *
ch_ref_sync(struct ch_store *store, const char *name)
{
	char path[PATH_MAX];
	bool synced;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", store->path, name) >= sizeof(path))
		return ch_fail(CH_USAGE, "%s of '%s': path too long", name, store->path);
	if (sync_path(path)) {
		synced = sync_directories(path, strlen(store->path) + strlen("/refs"));
	} else if ((synced = errno == ENOENT)) {
		snprintf(path, sizeof(path), "%s/packed-refs", store->path);
		synced = sync_path(path) && sync_path(store->path);
	}
	return synced ? NULL : ch_fail_errno("cannot sync %s of '%s'", name, store->path);
}

const struct ch_error *
ch_ref_remove(struct ch_store *store, const char *name, const struct ch_oid *id)
{
	git_reference *ref = NULL;
	int status = git_reference_lookup(&ref, store->repo, name);

	if (status == GIT_ENOTFOUND)
		return NULL;
	if (status == 0 && (git_reference_type(ref) != GIT_REFERENCE_DIRECT || memcmp(git_reference_target(ref)->id, id->id, OBJECT_ID_SIZE) != 0))
		status = GIT_EMODIFIED;
	if (status == 0)
		status = git_reference_delete(ref);
	git_reference_free(ref);
	return status == 0 ? NULL : failed(store, name, status);
}

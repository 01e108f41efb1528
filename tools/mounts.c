#include "mounts.h"

#include <limits.h>
#include <mntent.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/xattr.h>
#include <time.h>

enum { PATIENCE = 10, PAUSE = 2 * 1000 * 1000 };

/* The next drive in the list of mounts. */
static const struct mntent *
next_drive(FILE *mounts)
{
	const struct mntent *mount = NULL;

	while (mounts && (mount = getmntent(mounts)) && strcmp(mount->mnt_type, "fuse.chanceryfs") != 0)
		;
	return mount;
}

const char **
mounts_of(size_t *count, const char *archive, struct ch_arena *arena)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	const struct mntent *mount;
	const char **list = NULL;
	char resolved[PATH_MAX];
	bool resolves = realpath(archive, resolved);

	*count = 0;
	while ((mount = next_drive(mounts)))
		if (strcmp(mount->mnt_fsname, archive) == 0 || (resolves && strcmp(mount->mnt_fsname, resolved) == 0)) {
			list = ch_arena_grow(arena, list, *count, sizeof(*list));
			list[(*count)++] = ch_arena_text(arena, span_text(mount->mnt_dir));
		}
	if (mounts)
		endmntent(mounts);
	return list;
}

/* What is there of a path without symbolic links, and the rest behind it as it was given. NULL: there is nothing at all. */
static const char *
resolve(const char *path, struct ch_arena *arena)
{
	char *there = ch_arena_format(arena, "%s%s", *path == '/' ? "" : "./", path), resolved[PATH_MAX], *slash;
	const char *rest = "";

	while (realpath(there, resolved) == NULL) {
		if ((slash = strrchr(there, '/')) == NULL)
			return NULL;
		rest = ch_arena_format(arena, "/%s%s", slash + 1, rest);
		*slash = '\0';
	}
	return ch_arena_format(arena, "%s%s", resolved, rest);
}

/* The innermost mount is listed last. */
bool
mounts_find(const char **archive, struct span *inside, const char *path, struct ch_arena *arena)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	const char *whole = resolve(path, arena);
	const struct mntent *mount;
	bool found = false;

	while (whole && (mount = next_drive(mounts))) {
		size_t len = strlen(mount->mnt_dir);
		if (strncmp(whole, mount->mnt_dir, len) != 0 || whole[len] != '/')
			continue;
		*archive = ch_arena_format(arena, "%s", mount->mnt_fsname);
		*inside = span_text(whole + len + 1);
		found = true;
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

/* Asked of a drive, by a thread of its own: nobody can take back what a drive that has stopped was asked. */
struct question {
	char mount[PATH_MAX];
	char value[2 * OBJECT_ID_SIZE];
	ssize_t len;
};

static void *
ask(void *context)
{
	struct question *question = context;

	question->len = getxattr(question->mount, "user.chancery.page", question->value, sizeof(question->value));
	return NULL;
}

/* False: there was no answer by then. */
static bool
answers(struct question *question, const struct timespec *end)
{
	pthread_t thread;

	question->len = -1;
	if (pthread_create(&thread, NULL, ask, question) != 0)
		return true;
	if (pthread_clockjoin_np(thread, NULL, CLOCK_MONOTONIC, end) == 0)
		return true;
	pthread_detach(thread);
	return false;
}

/* It says that it shows another page than main. */
static bool
is_behind(const struct question *question, struct ch_store *store)
{
	struct ch_oid shown, head;
	bool exists;

	return question->len == sizeof(question->value) &&
	       text_get_hex(shown.id, sizeof(shown.id), span_of((const uint8_t *)question->value, sizeof(question->value))) &&
	       ch_store_head(&head, &exists, store) == NULL && exists && !ch_oid_equal(&shown, &head);
}

static bool
shows_main(const char *mount, struct ch_store *store, const struct timespec *end)
{
	const struct timespec pause = {.tv_nsec = PAUSE};
	struct question *question = calloc(1, sizeof(*question)); /* its thread's, when that does not come back */
	struct timespec now;

	if (question == NULL)
		abort();
	snprintf(question->mount, sizeof(question->mount), "%s", mount);
	do {
		if (!answers(question, end))
			return false;
		if (!is_behind(question, store)) {
			free(question);
			return true;
		}
		nanosleep(&pause, NULL);
		clock_gettime(CLOCK_MONOTONIC, &now);
	} while (now.tv_sec < end->tv_sec);
	free(question);
	return false;
}

bool
mounts_await(const char **late, struct ch_store *store, struct ch_arena *arena)
{
	struct timespec end;
	const char **list;
	size_t count;

	list = mounts_of(&count, store->path, arena);
	clock_gettime(CLOCK_MONOTONIC, &end);
	end.tv_sec += PATIENCE;
	for (size_t i = 0; i < count; i++)
		if (!shows_main(list[i], store, &end)) {
			*late = list[i];
			return false;
		}
	return true;
}

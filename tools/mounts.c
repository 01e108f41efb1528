#include "mounts.h"

#include <limits.h>
#include <mntent.h>
#include <stdlib.h>
#include <sys/xattr.h>
#include <time.h>

enum { PATIENCE = 5, PAUSE = 2 * 1000 * 1000 };

const char **
mounts_of(size_t *count, const char *archive, struct ch_arena *arena)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	const struct mntent *mount;
	const char **list = NULL;
	char resolved[PATH_MAX];
	bool resolves = realpath(archive, resolved);

	*count = 0;
	while (mounts && (mount = getmntent(mounts)))
		if (strcmp(mount->mnt_type, "fuse.chanceryfs") == 0 &&
			(strcmp(mount->mnt_fsname, archive) == 0 || (resolves && strcmp(mount->mnt_fsname, resolved) == 0))) {
			list = ch_arena_grow(arena, list, *count, sizeof(*list));
			list[(*count)++] = ch_arena_text(arena, span_text(mount->mnt_dir));
		}
	if (mounts)
		endmntent(mounts);
	return list;
}

/* It says that it shows another page than main. */
static bool
is_behind(const char *mount, struct ch_store *store)
{
	char value[2 * OBJECT_ID_SIZE];
	ssize_t len = getxattr(mount, "user.chancery.page", value, sizeof(value));
	struct ch_oid shown, head;
	bool exists;

	return len == sizeof(value) && text_get_hex(shown.id, sizeof(shown.id), span_of((const uint8_t *)value, sizeof(value))) &&
	       ch_store_head(&head, &exists, store) == NULL && exists && !ch_oid_equal(&shown, &head);
}

bool
mounts_await(const char **late, struct ch_store *store, struct ch_arena *arena)
{
	const struct timespec pause = {.tv_nsec = PAUSE};
	size_t count;
	const char **list = mounts_of(&count, store->path, arena);
	time_t end = time(NULL) + PATIENCE;

	for (size_t i = 0; i < count; i++)
		while (is_behind(list[i], store)) {
			if (time(NULL) > end) {
				*late = list[i];
				return false;
			}
			nanosleep(&pause, NULL);
		}
	return true;
}

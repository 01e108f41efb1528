#include "drivepath.h"

#include <limits.h>
#include <mntent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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
drive_path(const char **archive, struct span *inside, const char *path, struct ch_arena *arena)
{
	FILE *mounts = setmntent("/proc/self/mounts", "r");
	const char *whole = resolve(path, arena);
	const struct mntent *mount;
	bool found = false;

	while (whole && mounts && (mount = getmntent(mounts))) {
		size_t len = strlen(mount->mnt_dir);
		if (strcmp(mount->mnt_type, "fuse.chanceryfs") != 0 || strncmp(whole, mount->mnt_dir, len) != 0 || whole[len] != '/')
			continue;
		*archive = ch_arena_format(arena, "%s", mount->mnt_fsname);
		*inside = span_text(whole + len + 1);
		found = true;
	}
	if (mounts)
		endmntent(mounts);
	return found;
}

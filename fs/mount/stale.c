#include "stale.h"

#include <errno.h>
#include <spawn.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <sys/wait.h>
#include <unistd.h>

/* Attributes may be remembered from when it was served; this is always asked for. */
static bool
is_stale(const char *path)
{
	struct statfs st;

	return statfs(path, &st) != 0 && errno == ENOTCONN;
}

/* Who may not unmount has the helper that mounted it, too. */
static void
ask_helper(const char *path)
{
	const char *const arguments[] = {"fusermount3", "-u", "-z", "-q", "--", path, NULL};
	pid_t helper;

	if (posix_spawnp(&helper, arguments[0], NULL, NULL, (char *const *)arguments, environ) == 0)
		while (waitpid(helper, NULL, 0) < 0 && errno == EINTR)
			;
}

void
stale_unmount(const char *path)
{
	if (is_stale(path) && umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) != 0)
		ask_helper(path);
}

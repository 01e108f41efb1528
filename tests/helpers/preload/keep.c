/* Loaded ahead of the C library: a file NAME.new that is removed stays, as NAME.kept. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
unlink(const char *path)
{
	int (*next)(const char *path) = (int (*)(const char *))dlsym(RTLD_NEXT, "unlink");
	size_t len = strlen(path);
	char kept[PATH_MAX];

	if (len > 4 && strcmp(path + len - 4, ".new") == 0) {
		snprintf(kept, sizeof(kept), "%.*s.kept", (int)len - 4, path);
		link(path, kept);
	}
	return next(path);
}

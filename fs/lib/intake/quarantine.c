#include "quarantine.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static bool
is_named_by_git(const char *name)
{
	return span_starts(span_text(name), SPAN_LITERAL("tmp_objdir-incoming-")) || span_starts(span_text(name), SPAN_LITERAL("incoming-"));
}

const struct ch_error *
ch_quarantine(char path[PATH_MAX], const char *archive, const char *said)
{
	char objects[PATH_MAX], below[PATH_MAX];
	struct stat st;
	const char *name;

	if ((size_t)snprintf(below, sizeof(below), "%s/objects", archive) >= sizeof(below) || realpath(below, objects) == NULL)
		return ch_fail_errno("cannot find the objects of '%s'", archive);
	if (realpath(said, path) == NULL)
		return ch_fail(CH_REFUSED, "the quarantine that the environment names is not there");
	name = strrchr(path, '/') + 1;
	if ((size_t)(name - path) != strlen(objects) + 1 || strncmp(path, objects, strlen(objects)) != 0 || !is_named_by_git(name))
		return ch_fail(CH_REFUSED, "the quarantine that the environment names is not one of '%s'", archive);
	if (lstat(path, &st) != 0 || !S_ISDIR(st.st_mode) || st.st_uid != geteuid())
		return ch_fail(CH_REFUSED, "the quarantine that the environment names is somebody else's");
	return NULL;
}

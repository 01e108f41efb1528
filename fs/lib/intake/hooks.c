#include "hooks.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
	const char *name, *comment, *command;
} hooks[] = {
	{"pre-receive", "git asks this before it lets a push in; what it brings is checked in quarantine.", "chancery-receive -A ."},
	{"post-receive", "git tells this what it has let in; it is registered, and answered.", "chancery-register --answer -A ."},
};

static const struct {
	const char *name, *value;
} settings[] = {
	{"receive.denyDeletes", "true"},	 {"receive.denyNonFastForwards", "true"}, {"receive.fsckObjects", "true"},
	{"receive.maxInputSize", "536870912"}, {"uploadpack.hideRefs", "refs/acts"},
	{"receive.hideRefs", "refs/promises"},	 {"receive.autogc", "false"},		  {"receive.unpackLimit", "1"},
	{"core.alternateRefsCommand", "true"},	 {"core.fsync", "reference"},
};

/* Under a name that git does not run, then renamed: a push at this moment meets the old hook or the new one. */
static const struct ch_error *
write_hook(const char *directory, size_t i, const char *tools)
{
	char path[PATH_MAX], new[PATH_MAX + 8];
	bool whole;
	FILE *file;
	int fd;

	if ((size_t)snprintf(path, sizeof(path), "%s/%s", directory, hooks[i].name) >= sizeof(path))
		return ch_fail(CH_USAGE, "'%s': path too long", directory);
	snprintf(new, sizeof(new), "%s.new", path);
	fd = open(new, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0755);
	if ((file = fd < 0 ? NULL : fdopen(fd, "w")) == NULL) {
		if (fd >= 0)
			close(fd);
		return ch_fail_errno("cannot write '%s'", path);
	}
	fprintf(file, "#!/bin/sh\n# %s See chancery-receive(8).\nexec '%s'/%s\n", hooks[i].comment, tools, hooks[i].command);
	whole = fflush(file) == 0 && fsync(fd) == 0;
	whole = fclose(file) == 0 && whole;
	return whole && rename(new, path) == 0 ? NULL : ch_fail_errno("cannot write '%s'", path);
}

const struct ch_error *
ch_hooks_install(struct ch_store *store, const char *tools)
{
	char directory[PATH_MAX + 8];
	const struct ch_error *error;

	if (tools[0] != '/' || strchr(tools, '\'') || strchr(tools, '\n'))
		return ch_fail(CH_USAGE, "'%s' cannot stand in a hook; install the tools elsewhere", tools);
	snprintf(directory, sizeof(directory), "%s/hooks", store->path);
	if (mkdir(directory, 0755) != 0 && errno != EEXIST)
		return ch_fail_errno("cannot create '%s'", directory);
	for (size_t i = 0; i < sizeof(hooks) / sizeof(hooks[0]); i++)
		if ((error = write_hook(directory, i, tools)))
			return error;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		if ((error = ch_store_setting(store, settings[i].name, settings[i].value)))
			return error;
	return NULL;
}

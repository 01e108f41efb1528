#include "hook.h"

#include <stdlib.h>
#include <unistd.h>

const char *
hook_environment(void)
{
	const char *quarantine = getenv("GIT_QUARANTINE_PATH");
	char *copy = quarantine ? strdup(quarantine) : NULL;

	if (clearenv() != 0 || (quarantine && copy == NULL) || setenv("PATH", "/usr/bin:/bin", 1) != 0)
		abort();
	return copy;
}

const struct ch_error *
hook_push(struct ch_push *push, struct cli *cli)
{
	const struct ch_error *error;
	struct span text;

	if (isatty(STDIN_FILENO))
		cli_usage(cli, "git starts it, with what is pushed on standard input");
	if ((error = cli_read_file(&text, cli, "-", (size_t)PUSH_LINE_MAX * PUSH_REFS_MAX)))
		return error;
	return ch_push_read(push, text, &cli->state.arena);
}

const struct ch_error *
hook_tools(char path[PATH_MAX])
{
	ssize_t len = readlink("/proc/self/exe", path, PATH_MAX - 1);
	char *end;

	if (len <= 0)
		return ch_fail_errno("cannot find out where the tools are");
	path[len] = '\0';
	end = strrchr(path, '/');
	*(end == path ? end + 1 : end) = '\0';
	return NULL;
}

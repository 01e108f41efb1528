#include "hook.h"

#include <stdlib.h>
#include <unistd.h>

static char *
copy_of(const char *value)
{
	char *copy = value ? strdup(value) : NULL;

	if (value && copy == NULL)
		abort();
	return copy;
}

/* Whoever comes by ssh and says that he comes from a web server has only notes of his own user, too, and fewer. */
void
hook_environment(struct hook_environment *kept)
{
	const char *visitor = getenv("REMOTE_USER");

	kept->quarantine = copy_of(getenv("GIT_QUARANTINE_PATH"));
	kept->visitor = getenv("REQUEST_METHOD") || visitor ? copy_of(visitor ? visitor : "") : NULL;
	if (clearenv() != 0 || setenv("PATH", "/usr/bin:/bin", 1) != 0)
		abort();
}

void
hook_environment_clear(struct hook_environment *kept)
{
	free(kept->quarantine);
	free(kept->visitor);
	*kept = (struct hook_environment){0};
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

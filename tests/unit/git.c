/* How long stock git is waited for: not for ever when it is silent, nor when it speaks on and moves nothing; longer when it works. */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sync/git.h"
#include "test.h"

extern char **environ;

static struct ch_git_result
run(const char *command, unsigned patience, unsigned whole)
{
	const struct ch_git git = {.archive = "/", .environment = environ, .patience = patience, .whole = whole};
	struct ch_arena arena = {0};
	const char *const arguments[] = {"-c", ch_arena_format(&arena, "alias.does=!%s", command), "does", NULL};
	struct ch_git_result result;

	CHECK(ch_git_run(&result, &git, arguments, &arena) == NULL);
	ch_arena_clear(&arena);
	return result;
}

/* Says something now and then, for ever. */
static int
trickle(void)
{
	while (write(STDERR_FILENO, ".\r", 2) == 2)
		usleep(100000);
	return 1;
}

int
main(int argc, char **argv)
{
	char self[PATH_MAX + 16];
	struct ch_git_result result;

	if (argc > 1)
		return trickle();
	CHECK(realpath(argv[0], self) != NULL);
	strcat(self, " trickle");
	result = run("sleep 1000", 1, 1000);
	CHECK(result.given_up && result.status == -1);
	result = run(self, 1000, 1);
	CHECK(result.given_up && result.status == -1);
	result = run("yes", 1000, 1000);
	CHECK(result.given_up && result.status == -1);
	result = run("for i in 1 2 3 4 5 6 7 8 9 10; do dd if=/dev/zero of=/dev/null bs=1M count=16; sleep 0.2; done", 1000, 1);
	CHECK(!result.given_up && result.status == 0);
	result = run("exit 3", 1000, 1000);
	CHECK(!result.given_up && result.status == 3);
	return test_result();
}

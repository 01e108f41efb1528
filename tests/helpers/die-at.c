/*
 * die-at N program argument...: runs it and kills it when it is about to make its N-th system call that changes something on disk or ends it. Ends with 0
 * when it was killed, with 1 when it came to its end before. What the program starts goes on.
 *
 * die-at -l LOG [-g] N program argument...: the same in the place of the program, among others that wait for it: is killed, too, or ends as it has ended. LOG gets
 * a line, `died N` or `ended N`: after so many such calls. -g: everybody in the process group dies with it.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper.h"

static bool
changes(long number)
{
	static const long changing[] = {SYS_write, SYS_pwrite64, SYS_openat, SYS_mkdirat, SYS_fsync, SYS_fdatasync, SYS_rename, SYS_renameat, SYS_renameat2,
					SYS_unlink, SYS_unlinkat, SYS_linkat, SYS_ftruncate, SYS_exit_group};

	for (size_t i = 0; i < sizeof(changing) / sizeof(changing[0]); i++)
		if (number == changing[i])
			return true;
	return false;
}

/* The number of the call that it has stopped before; -1: it stands behind one. */
static long
entered(pid_t child)
{
	struct __ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, child, sizeof(info), &info) <= 0 || info.op != PTRACE_SYSCALL_INFO_ENTRY)
		return -1;
	return (long)info.entry.nr;
}

struct death {
	const char *log;
	bool group;
};

static void
note(const struct death *death, const char *what, long calls)
{
	int log = open(death->log, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

	if (log < 0 || dprintf(log, "%s %ld\n", what, calls) < 0)
		err(74, "cannot write '%s'", death->log);
	close(log);
}

static int
die(const struct death *death, pid_t child, long calls)
{
	if (death->log)
		note(death, "died", calls);
	if (death->group)
		kill(0, SIGKILL);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	if (death->log)
		raise(SIGKILL);
	return 0;
}

static int
end(const struct death *death, int status, long calls)
{
	if (death->log == NULL)
		return 1;
	note(death, "ended", calls);
	if (WIFSIGNALED(status))
		raise(WTERMSIG(status));
	return WEXITSTATUS(status);
}

static int
watch(const struct death *death, pid_t child, long at)
{
	long calls = 0;
	int status;

	waitpid(child, &status, 0);
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (int sig = 0; ptrace(PTRACE_SYSCALL, child, NULL, sig) == 0 && waitpid(child, &status, 0) >= 0 && WIFSTOPPED(status);) {
		sig = WSTOPSIG(status);
		if (sig != (SIGTRAP | 0x80))
			continue;
		sig = 0;
		if (changes(entered(child)) && ++calls == at)
			return die(death, child, calls);
	}
	return end(death, status, calls);
}

int
main(int argc, char **argv)
{
	struct death death = {0};
	long at;
	pid_t child;

	for (int option; (option = getopt(argc, argv, "+l:g")) != -1;)
		if (option == 'l')
			death.log = optarg;
		else
			death.group = true;
	at = argc - optind > 1 ? strtol(argv[optind], NULL, 10) : 0;
	child = at > 0 ? fork() : -1;
	if (child < 0)
		errx(2, "usage: die-at [-l log [-g]] N program argument...");
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(argv[optind + 1], argv + optind + 1);
		err(74, "cannot run '%s'", argv[optind + 1]);
	}
	return watch(&death, child, at);
}

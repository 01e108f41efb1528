/*
 * die-at N program argument...: runs it and kills it when it is about to make its N-th system call that changes something on disk or ends it. Ends with 0
 * when it was killed, with 1 when it came to its end before. What the program starts goes on.
 */
#include <signal.h>
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

int
main(int argc, char **argv)
{
	long left = argc > 2 ? strtol(argv[1], NULL, 10) : 0;
	pid_t child = left > 0 ? fork() : -1;
	int status;

	if (child < 0)
		errx(2, "usage: die-at N program argument...");
	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execvp(argv[2], argv + 2);
		err(74, "cannot run '%s'", argv[2]);
	}
	waitpid(child, &status, 0);
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL);
	for (int sig = 0; ; ) {
		if (ptrace(PTRACE_SYSCALL, child, NULL, sig) != 0 || waitpid(child, &status, 0) < 0 || !WIFSTOPPED(status))
			return 1;
		sig = WSTOPSIG(status);
		if (sig != (SIGTRAP | 0x80))
			continue;
		sig = 0;
		if (changes(entered(child)) && --left == 0) {
			kill(child, SIGKILL);
			waitpid(child, &status, 0);
			return 0;
		}
	}
}

#include "siblings.h"

#include <dirent.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { SIGNAL = SIGUSR1 };

const struct ch_error *
ch_siblings_listen(int *wake)
{
	sigset_t signals;

	sigemptyset(&signals);
	sigaddset(&signals, SIGNAL);
	if (sigprocmask(SIG_BLOCK, &signals, NULL) < 0 || (*wake = signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK)) < 0)
		return ch_fail_errno("cannot wait for signals");
	return NULL;
}

/* Its name and parent, of /proc/PID/stat (proc(5)). */
static bool
look(char name[64], pid_t *parent, pid_t process)
{
	char path[64], text[512] = {0}, *end;
	FILE *file;
	bool read;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)process);
	if ((file = fopen(path, "re")) == NULL)
		return false;
	read = fgets(text, sizeof(text), file) != NULL;
	fclose(file);
	end = strrchr(text, ')');
	if (!read || end == NULL || strchr(text, '(') == NULL || strlen(end) < 5)
		return false;
	*parent = (pid_t)strtol(end + 4, NULL, 10);
	snprintf(name, 64, "%.*s", (int)(end - strchr(text, '(') - 1), strchr(text, '(') + 1);
	return true;
}

static bool
is_sibling(pid_t process, const char *ours, pid_t parent)
{
	char name[64];
	pid_t its;

	return process != getpid() && look(name, &its, process) && its == parent && strcmp(name, ours) == 0;
}

void
ch_siblings_tell(void)
{
	char ours[64], name[64];
	pid_t parent, grand;
	const struct dirent *entry;
	DIR *processes;

	if (!look(ours, &parent, getpid()) || !look(name, &grand, parent) || strcmp(name, "sshd") != 0 || (processes = opendir("/proc")) == NULL)
		return;
	while ((entry = readdir(processes))) {
		pid_t process = (pid_t)strtol(entry->d_name, NULL, 10);

		if (process > 0 && is_sibling(process, ours, parent))
			kill(process, SIGNAL);
	}
	closedir(processes);
}

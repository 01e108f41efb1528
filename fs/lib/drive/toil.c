#include "toil.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TEXT_MAX = 1024 };

static bool
read_text(char text[TEXT_MAX], const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t n;

	if (file < 0)
		return false;
	n = read(file, text, TEXT_MAX - 1);
	close(file);
	text[n > 0 ? n : 0] = '\0';
	return n > 0;
}

static bool
is_named_so(pid_t process, pid_t thread)
{
	char path[64], name[TEXT_MAX];

	snprintf(path, sizeof(path), "/proc/%d/task/%d/comm", (int)process, (int)thread);
	return read_text(name, path) && strcmp(name, CH_TOIL_THREAD "\n") == 0;
}

void
ch_toil_watch(struct ch_toil *toil, pid_t process)
{
	struct dirent *entry;
	char path[32];
	DIR *threads;

	*toil = (struct ch_toil){.process = process};
	snprintf(path, sizeof(path), "/proc/%d/task", (int)process);
	if ((threads = opendir(path)) == NULL)
		return;
	while (toil->thread == 0 && (entry = readdir(threads)))
		if (is_named_so(process, atoi(entry->d_name)))
			toil->thread = atoi(entry->d_name);
	closedir(threads);
}

/* proc_pid_stat(5): the state, and the user's and the system's time, behind a name in parentheses that may hold some itself. */
static bool
ask(char *state, uint64_t *spent, const struct ch_toil *toil)
{
	char path[64], text[TEXT_MAX], *rest;
	uint64_t user, system;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/stat", (int)toil->process, (int)toil->thread);
	if (!read_text(text, path) || (rest = strrchr(text, ')')) == NULL ||
	    sscanf(rest, ") %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" SCNu64 " %" SCNu64, state, &user, &system) != 3)
		return false;
	*spent = user + system;
	return true;
}

bool
ch_toil_goes_on(struct ch_toil *toil)
{
	uint64_t before = toil->spent;
	char state;

	return toil->thread && ask(&state, &toil->spent, toil) && (toil->spent != before || state == 'R' || state == 'D');
}

#include "trouble.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Always the same size and written in place: what has to be said may be that the disk is full. */
enum { SIZE = 1024 };

static int
open_file(const char *archive, int flags)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof(path), "%s/chancery/journal/trouble", archive) >= sizeof(path))
		return -1;
	return open(path, flags | O_CLOEXEC, 0600);
}

bool
ch_trouble_write(const char *archive, const struct ch_error *error)
{
	char text[SIZE] = "0 none\n";
	int file = open_file(archive, O_WRONLY | O_CREAT);
	ssize_t written;

	if (file < 0)
		return false;
	if (error)
		snprintf(text, sizeof(text), "%d %s\n", (int)error->class, error->message);
	written = pwrite(file, text, sizeof(text), 0);
	close(file);
	return written == (ssize_t)sizeof(text);
}

const struct ch_error *
ch_trouble_read(const char *archive)
{
	char text[SIZE + 1] = "", *message;
	int file = open_file(archive, O_RDONLY);
	ssize_t n;
	long class;

	if (file < 0)
		return NULL;
	n = read(file, text, SIZE);
	close(file);
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
	class = strtol(text, &message, 10);
	return class > 0 && *message == ' ' ? ch_fail((enum ch_class)class, "%s", message + 1) : NULL;
}

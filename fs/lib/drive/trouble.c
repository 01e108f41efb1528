#include "trouble.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

/* Always the same size and written in place: what has to be said may be that the disk is full. Where even that needs room, that the file is gone says it. */
enum { SIZE = 1024 };

static bool
path_of(char path[4096], const char *archive)
{
	return (size_t)snprintf(path, 4096, "%s/chancery/journal/trouble", archive) < 4096;
}

static int
open_file(const char *archive, int flags)
{
	char path[4096];

	return path_of(path, archive) ? open(path, flags | O_CLOEXEC, 0600) : -1;
}

static bool
write_file(const char *archive, const char text[SIZE])
{
	int file = open_file(archive, O_WRONLY | O_CREAT);
	ssize_t written;

	if (file < 0)
		return false;
	written = pwrite(file, text, SIZE, 0);
	close(file);
	return written == SIZE;
}

bool
ch_trouble_write(const char *archive, const struct ch_error *error)
{
	char text[SIZE] = "0 none\n", path[4096];

	if (error)
		snprintf(text, sizeof(text), "%d %s\n", (int)error->class, error->message);
	if (write_file(archive, text))
		return true;
	if (error && path_of(path, archive))
		unlink(path);
	return false;
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

bool
ch_trouble_is_told(const char *archive)
{
	char path[4096];

	return path_of(path, archive) && access(path, F_OK) == 0;
}

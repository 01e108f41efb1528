#include "trouble.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
path_of(char path[4096], const char *archive, const char *suffix)
{
	snprintf(path, 4096, "%s/chancery/journal/trouble%s", archive, suffix);
}

void
ch_trouble_write(const char *archive, const struct ch_error *error)
{
	char path[4096], new[4096];
	FILE *file;

	path_of(path, archive, "");
	path_of(new, archive, ".new");
	if (error == NULL) {
		unlink(path);
		return;
	}
	file = fopen(new, "we");
	if (file == NULL)
		return;
	fprintf(file, "%d %s\n", (int)error->class, error->message);
	if (fclose(file) == 0)
		rename(new, path);
}

const struct ch_error *
ch_trouble_read(const char *archive)
{
	char path[4096], text[1024] = "", *message;
	FILE *file;
	long class;

	path_of(path, archive, "");
	file = fopen(path, "re");
	if (file == NULL)
		return NULL;
	if (fgets(text, sizeof(text), file))
		text[strcspn(text, "\n")] = '\0';
	fclose(file);
	class = strtol(text, &message, 10);
	return class > 0 && *message == ' ' ? ch_fail((enum ch_class)class, "%s", message + 1) : NULL;
}

/*
 * change-all map|write FIRST STEP DIRECTORY: the first byte of each STEP-th file there becomes an X, through a shared mapping or by a write, file by file in the order of
 * their names, beginning with number FIRST. Then it says so, and waits until standard input ends. Each file must be as it was changed at once and then. All stay open and
 * mapped: with the first close the kernel would bring to the drive what was changed.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <string.h>
#include <unistd.h>

enum { FILES_MAX = 4096 };

static int files[FILES_MAX], count;

static bool
is_changed(int file)
{
	char byte = 0;

	return pread(file, &byte, 1, 0) == 1 && byte == 'X';
}

static bool
change(int directory, const char *name, bool map)
{
	int file = files[count++] = openat(directory, name, O_RDWR | O_CLOEXEC);
	char *page;

	if (file < 0)
		return false;
	if (!map)
		return pwrite(file, "X", 1, 0) == 1 && is_changed(file);
	if ((page = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0)) == MAP_FAILED)
		return false;
	page[0] = 'X';
	return is_changed(file);
}

static int
is_name(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static bool
change_all(int directory, const struct dirent *const *names, int names_count, char **argv)
{
	int first = atoi(argv[2]), step = atoi(argv[3]);

	for (int i = first; i >= 0 && i < names_count && count < FILES_MAX; i += step)
		if (!change(directory, names[i]->d_name, strcmp(argv[1], "map") == 0))
			return false;
	puts("changed");
	fflush(stdout);
	while (getchar() != EOF)
		;
	for (int i = 0; i < count; i++)
		if (!is_changed(files[i]))
			return false;
	return true;
}

int
main(int argc, char **argv)
{
	int directory = argc == 5 ? open(argv[4], O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1, names_count;
	struct dirent **names;
	struct rlimit limit;
	bool kept;

	if (directory < 0 || (names_count = scandir(argv[4], &names, is_name, alphasort)) < 0 || getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 2;
	limit.rlim_cur = limit.rlim_max;
	setrlimit(RLIMIT_NOFILE, &limit);
	kept = change_all(directory, (const struct dirent *const *)names, names_count, argv);
	for (int i = 0; i < names_count; i++)
		free(names[i]);
	free(names);
	return kept ? 0 : 1;
}

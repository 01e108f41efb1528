/*
 * Stands in for libFuzzer: shows every file of the directories named as arguments to the target, so that `make check` replays
 * the corpus, old crashers included, with any compiler. A crash, a failed assertion or a sanitizer ends it.
 */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int
show_file(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct stat st;
	uint8_t *data = NULL;
	int status = 1;

	if (!file || fstat(fileno(file), &st) < 0) {
		perror(path);
		goto done;
	}
	data = malloc((size_t)st.st_size + 1);
	if (!data || fread(data, 1, (size_t)st.st_size, file) != (size_t)st.st_size) {
		perror(path);
		goto done;
	}
	printf("%s\n", path);
	fflush(stdout);
	LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	status = 0;
done:
	free(data);
	if (file)
		fclose(file);
	return status;
}

static int
show_directory(const char *path, int *shown)
{
	DIR *directory = opendir(path);
	int status = 0;

	if (!directory) {
		perror(path);
		return 1;
	}
	for (struct dirent *entry; (entry = readdir(directory));) {
		char file[4096];

		if (entry->d_name[0] == '.')
			continue;
		snprintf(file, sizeof(file), "%s/%s", path, entry->d_name);
		status |= show_file(file);
		++*shown;
	}
	closedir(directory);
	return status;
}

int
main(int argc, char **argv)
{
	int status = 0, shown = 0;

	for (int i = 1; i < argc; i++)
		status |= show_directory(argv[i], &shown);
	if (!shown)
		fprintf(stderr, "no corpus\n");
	return status || !shown;
}

/*
 * save-many DIRECTORY COUNT SIZE CLIENTS [sync]: CLIENTS processes together create, write and close COUNT files of SIZE bytes, a thousand in each
 * directory; with `sync` each is synced before it is closed. Prints the seconds that it took.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"

enum { DIRECTORY = 1000 };

static double
now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

static void
save(const char *directory, int client, long count, const char *bytes, size_t size, bool sync)
{
	char path[4096];

	for (long i = 0; i < count; i++) {
		int file;

		snprintf(path, sizeof(path), "%s/%d.%ld", directory, client, i / DIRECTORY);
		if (i % DIRECTORY == 0 && mkdir(path, 0755) != 0)
			err(74, "cannot make '%s'", path);
		snprintf(path, sizeof(path), "%s/%d.%ld/%ld", directory, client, i / DIRECTORY, i % DIRECTORY);
		file = open(path, O_WRONLY | O_CREAT | O_EXCL, 0644);
		if (file < 0 || write(file, bytes, size) != (ssize_t)size || (sync && fsync(file) != 0) || close(file) != 0)
			err(74, "cannot save '%s'", path);
	}
}

int
main(int argc, char **argv)
{
	long count = argc > 4 ? atol(argv[2]) : 0, clients = argc > 4 ? atol(argv[4]) : 0;
	size_t size = argc > 4 ? (size_t)atol(argv[3]) : 0;
	char *bytes = calloc(1, size + 1);
	double begin = now();
	int status, bad = 0;

	if (clients < 1 || bytes == NULL)
		errx(2, "usage: save-many directory count size clients [sync]");
	for (size_t i = 0; i < size; i++)
		bytes[i] = (char)(rand() >> 8);
	for (int i = 0; i < clients; i++)
		if (fork() == 0) {
			save(argv[1], i, count / clients, bytes, size, argc > 5);
			_exit(0);
		}
	while (wait(&status) > 0)
		bad |= status;
	printf("%.4f\n", now() - begin);
	return bad ? 1 : 0;
}

/*
 * hold FILE: opens a file of 14 bytes for reading and writing, maps its first page, and does what each line of standard input says, until that ends: `read`, `write`,
 * which adds a line, or `map`, which changes the first byte in memory and waits until that is written. Answers each with the first line of the file, or with what went wrong.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "helper.h"

static const char *
hold(int file, char *map, const char *what)
{
	static char line[128];
	static off_t end = 14;
	ssize_t got;

	if (strcmp(what, "map\n") == 0) {
		map[0] ^= 0x20;
		return msync(map, 1, MS_SYNC) == 0 ? "ok" : strerror(errno);
	}
	if (strcmp(what, "write\n") == 0) {
		if (pwrite(file, "held\n", 5, end) != 5)
			return strerror(errno);
		end += 5;
		return "ok";
	}
	if ((got = pread(file, line, sizeof(line) - 1, 0)) < 0)
		return strerror(errno);
	line[got] = '\0';
	line[strcspn(line, "\n")] = '\0';
	return line;
}

int
main(int argc, char **argv)
{
	int file = argc == 2 ? open(argv[1], O_RDWR) : -1;
	char what[32], *map;

	if (file < 0)
		err(74, "cannot open a file");
	map = mmap(NULL, 1, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (map == MAP_FAILED)
		err(74, "cannot map it");
	while (fgets(what, sizeof(what), stdin)) {
		puts(hold(file, map, what));
		fflush(stdout);
	}
	return 0;
}

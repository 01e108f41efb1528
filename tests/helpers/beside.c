/*
 * beside FILE COUNT: makes FILE and writes a number to it COUNT times, one higher each time. Meanwhile another process reads it, by read() and through a shared mapping: never
 * less than had been written before it looked; and writes a number of its own beside it, through the mapping, which must stay. Ends with 1 when one of them has seen something else.
 */
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "helper.h"

enum { THEIRS = 0, OURS = 64, SIZE = 4096 };

struct told {
	_Atomic long written; /* what write() has returned for */
	atomic_bool ended; /* without having written all */
};

static long
at(int file, off_t place)
{
	long number = -1;

	if (pread(file, &number, sizeof(number), place) != sizeof(number))
		err(74, "cannot read");
	return number;
}

static void
must_be(bool good, const char *what, long wanted, long seen)
{
	if (!good)
		errx(1, "%s: %ld instead of %ld", what, seen, wanted);
}

/* A look, and a number put beside it; gives how many were seen. */
static long
look(int file, volatile long *map, const struct told *told, long ours)
{
	long before = told->written, seen = at(file, THEIRS);

	must_be(seen >= before, "read", before, seen);
	before = told->written;
	seen = map[THEIRS];
	must_be(seen >= before, "mapped", before, seen);
	must_be(map[OURS / sizeof(*map)] == ours - 1, "ours, mapped", ours - 1, map[OURS / sizeof(*map)]);
	must_be(at(file, OURS) == ours - 1, "ours, read", ours - 1, at(file, OURS));
	map[OURS / sizeof(*map)] = ours;
	return seen;
}

static void
watch(const char *name, const struct told *told, long count)
{
	int file = open(name, O_RDWR);
	void *map = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	long seen = 0, looks = 0;

	if (file < 0 || map == MAP_FAILED)
		err(74, "cannot open '%s'", name);
	while (seen < count && !told->ended) {
		seen = look(file, map, told, ++looks);
		if (looks % 16 == 0 && msync(map, SIZE, MS_SYNC) != 0)
			err(74, "cannot sync");
	}
	if (fsync(file) != 0 || posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED) != 0)
		err(74, "cannot sync");
	must_be(at(file, OURS) == looks, "ours at the end", looks, at(file, OURS));
	must_be(told->ended || at(file, THEIRS) == count, "at the end", count, at(file, THEIRS));
}

int
main(int argc, char **argv)
{
	struct told *told = mmap(NULL, sizeof(*told), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long count = argc > 2 ? atol(argv[2]) : 0, number[SIZE / sizeof(long)] = {0};
	int file, status;

	if (count < 1 || told == MAP_FAILED)
		errx(2, "usage: beside file count");
	file = open(argv[1], O_WRONLY | O_CREAT | O_EXCL, 0644);
	if (file < 0 || write(file, number, sizeof(number)) != sizeof(number))
		err(74, "cannot make '%s'", argv[1]);
	if (fork() == 0) {
		watch(argv[1], told, count);
		_exit(0);
	}
	for (long i = 1; i <= count; i++) {
		told->ended = pwrite(file, &i, sizeof(i), THEIRS) != sizeof(i);
		if (told->ended)
			err(74, "cannot write");
		told->written = i;
	}
	return wait(&status) > 0 && status == 0 ? 0 : 1;
}

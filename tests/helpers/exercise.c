/*
 * exercise FILE SEED COUNT [map]: does COUNT random things with one file, its content in memory beside it: writes, reads, changes its size, allocates, opens it again, copies
 * within it, replaces it by name, goes on writing to it through what made it, syncs, has the system drop its pages, reads past them; with `map` also reads and writes through a shared mapping. Ends with 1 when it is
 * not as it was written.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper.h"

enum { LIMIT = 700 * 1000, PIECE_MAX = 90 * 1000, PAGE = 4096 };

static uint64_t state;
static uint8_t content[LIMIT], piece[LIMIT];
static size_t size;
static const char *name;
static int file, maker = -1; /* open for both; what the file was made with, to write only */
static long step;

static size_t
choose(size_t n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return n ? (size_t)(state >> 33) % n : 0;
}

static void
must_be(bool good, const char *what)
{
	if (!good)
		errx(1, "step %ld, %s, at a size of %zu: %s", step, what, size, errno ? strerror(errno) : "not as it was written");
	errno = 0;
}

static void
fill(uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)choose(256);
}

/* Where something ends up that begins at `at`. */
static void
extend(size_t end)
{
	if (end > size) {
		memset(content + size, 0, end - size);
		size = end;
	}
}

static int
writer(void)
{
	return maker >= 0 && choose(2) ? maker : file;
}

static void
do_write(void)
{
	size_t at = choose(choose(10) ? size + 1 : LIMIT), len = choose(choose(4) ? 5000 : PIECE_MAX);

	if (at + len > LIMIT)
		len = LIMIT - at;
	if (len == 0)
		return;
	fill(piece, len);
	must_be(pwrite(writer(), piece, len, (off_t)at) == (ssize_t)len, "write");
	extend(at + len);
	memcpy(content + at, piece, len);
}

static void
do_append(void)
{
	int end = open(name, O_WRONLY | O_APPEND);
	size_t len = choose(9000);

	if (size + len > LIMIT)
		len = LIMIT - size;
	fill(piece, len);
	must_be(end >= 0 && write(end, piece, len) == (ssize_t)len && close(end) == 0, "append");
	memcpy(content + size, piece, len);
	size += len;
}

static void
do_read(void)
{
	size_t at = choose(size + 100), len = choose(PIECE_MAX), there = at < size ? size - at : 0;
	ssize_t n = pread(file, piece, len, (off_t)at);

	must_be(n == (ssize_t)(len < there ? len : there) && memcmp(piece, content + at, (size_t)n) == 0, "read");
}

static void
do_truncate(void)
{
	size_t to = choose(choose(3) ? size + 1 : LIMIT);

	must_be(choose(2) ? ftruncate(writer(), (off_t)to) == 0 : truncate(name, (off_t)to) == 0, "truncate");
	extend(to);
	size = to;
}

static void
do_allocate(void)
{
	size_t at = choose(size + 1), len = 1 + choose(PIECE_MAX);

	if (at + len > LIMIT)
		return;
	must_be(fallocate(writer(), 0, (off_t)at, (off_t)len) == 0, "allocate");
	extend(at + len);
}

static void
check_all(void)
{
	struct stat st;
	ssize_t n = pread(file, piece, sizeof(piece), 0);

	must_be(fstat(file, &st) == 0 && (size_t)st.st_size == size, "size");
	must_be((size_t)n == size && memcmp(piece, content, size) == 0, "content");
}

static void
do_reopen(void)
{
	bool cut = choose(4) == 0;

	must_be(close(file) == 0, "close");
	file = open(name, O_RDWR | (cut ? O_TRUNC : 0));
	must_be(file >= 0, "open");
	if (cut)
		size = 0;
	check_all();
}

/* As editors save: a new file, synced or not, in place of the old. */
static void
do_replace(void)
{
	bool only_writes = choose(2);
	char other[4096];
	int new;

	snprintf(other, sizeof(other), "%s.new", name);
	new = open(other, (only_writes ? O_WRONLY : O_RDWR) | O_CREAT | O_TRUNC, 0644);
	must_be(new >= 0 && write(new, content, size) == (ssize_t)size && (choose(2) || fsync(new) == 0) && rename(other, name) == 0, "replace");
	must_be(pread(file, piece, sizeof(piece), 0) == (ssize_t)size, "read what was replaced");
	must_be(close(file) == 0 && (maker < 0 || close(maker) == 0), "close what was replaced");
	maker = only_writes ? new : -1;
	file = only_writes ? open(name, O_RDWR) : new;
	must_be(file >= 0, "open what has replaced it");
}

static void
do_copy(void)
{
	size_t from = choose(size + 1), to = choose(size + 1), len = choose(20000);
	off_t in = (off_t)from, out = (off_t)to;
	ssize_t n;

	if (len > size - from)
		len = size - from;
	if (to + len > LIMIT)
		len = LIMIT - to;
	if (len == 0 || (from < to + len && to < from + len))
		return;
	n = copy_file_range(file, &in, file, &out, len, 0);
	must_be(n > 0 && (size_t)n <= len, "copy");
	memcpy(piece, content + from, (size_t)n);
	extend(to + (size_t)n);
	memcpy(content + to, piece, (size_t)n);
}

static void
do_sync(void)
{
	must_be((choose(2) ? fsync(writer()) : fdatasync(writer())) == 0, "sync");
}

/* So that what is read next comes from the file system. */
static void
do_forget(void)
{
	must_be(fdatasync(file) == 0 && (errno = posix_fadvise(file, 0, 0, POSIX_FADV_DONTNEED)) == 0, "forget");
	check_all();
}

/* What was written through the page cache and a mapping is there for who reads past them. */
static void
do_read_direct(void)
{
	static uint8_t bytes[LIMIT + PAGE] __attribute__((aligned(PAGE)));
	size_t at = choose(size + 1) / PAGE * PAGE, there = size - at;
	int direct = open(name, O_RDONLY | O_DIRECT);
	ssize_t n = direct < 0 ? -1 : pread(direct, bytes, sizeof(bytes) / PAGE * PAGE, (off_t)at);

	must_be(n == (ssize_t)there && memcmp(bytes, content + at, there) == 0, "read past the pages");
	must_be(close(direct) == 0, "close");
}

static void
do_map(bool write)
{
	size_t at = choose(size), len = choose(30000), page = at / PAGE * PAGE;
	uint8_t *map;

	if (len > size - at)
		len = size - at;
	if (len == 0)
		return;
	map = mmap(NULL, at - page + len, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)page);
	must_be(map != MAP_FAILED, "map");
	must_be(memcmp(map + (at - page), content + at, len) == 0, "mapped content");
	if (write) {
		fill(content + at, len);
		memcpy(map + (at - page), content + at, len);
		must_be(choose(2) || msync(map, at - page + len, MS_SYNC) == 0, "msync");
	}
	must_be(munmap(map, at - page + len) == 0, "unmap");
}

int
main(int argc, char **argv)
{
	long count = argc > 3 ? atol(argv[3]) : 0;
	size_t kinds = argc > 4 ? 23 : 20;

	if (count == 0)
		errx(2, "usage: exercise file seed count [map]");
	name = argv[1];
	state = strtoull(argv[2], NULL, 10);
	file = open(name, O_RDWR | O_CREAT | O_TRUNC, 0644);
	must_be(file >= 0, "create");
	for (step = 1; step <= count; step++) {
		size_t kind = choose(kinds);

		if (kind < 4)
			do_write();
		else if (kind < 9)
			do_read();
		else if (kind < 11)
			do_truncate();
		else if (kind < 20)
			(void (*[])(void)){do_append, do_reopen, do_replace, do_copy, do_sync, check_all, do_forget, do_read_direct, do_allocate}[kind - 11]();
		else
			do_map(kind > 20);
	}
	check_all();
	return 0;
}

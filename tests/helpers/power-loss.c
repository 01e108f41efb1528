/*
 * power-loss ROOT UNDO SEED: takes back what a loss of power would have, of what preload/disk.c has written to UNDO. What was synced stays. Of the rest
 * names go from some moment on, as a journal of names would lose them; of bytes any, each by chance, or all of them when SEED is divisible by 3. Prints how
 * much that was.
 */
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper.h"

struct record {
	char kind; /* w: bytes, c: a name made, m: of a directory, r: renamed, k: a name given to another file, u: a name removed; s, d, a: synced a file, a directory, all */
	unsigned long long inode;
	long long offset;
	size_t size, count;
	char path[512], other[512];
	char *bytes;
};

static struct record *records;
static size_t record_count;

static void
read_log(const char *directory)
{
	struct record r;
	char path[4096];
	FILE *log;

	snprintf(path, sizeof(path), "%s/log", directory);
	log = fopen(path, "r");
	if (log == NULL)
		return; /* nothing was changed */
	while (fscanf(log, " %c %llu %lld %zu %zu %511s %511s", &r.kind, &r.inode, &r.offset, &r.size, &r.count, r.path, r.other) == 7 && fgetc(log) == '\n') {
		r.bytes = calloc(1, r.size + r.count + 1); /* zeros where there was nothing */
		if (r.bytes == NULL || fread(r.bytes, 1, r.count, log) != r.count)
			break; /* killed within a record: then the change was not made */
		records = reallocarray(records, record_count + 1, sizeof(r));
		if (records == NULL)
			abort();
		records[record_count++] = r;
	}
	fclose(log);
}

static bool
is_in(const char *path, const char *directory)
{
	const char *slash = strrchr(path, '/');

	return slash && (size_t)(slash - path) == strlen(directory) && strncmp(path, directory, strlen(directory)) == 0;
}

static bool
is_durable(size_t i)
{
	const struct record *r = &records[i];

	for (size_t j = i + 1; j < record_count; j++) {
		const struct record *s = &records[j];

		if (s->kind == 'a' || (r->kind == 'w' && s->kind == 's' && s->inode == r->inode) ||
		    (r->kind != 'w' && s->kind == 'd' && is_in(r->kind == 'r' ? r->other : r->path, s->path)))
			return true;
	}
	return false;
}

static bool is_name(const struct record *r) { return strchr("cmrku", r->kind) != NULL; }

/* Of a directory that is gone nothing is left, whatever of it was synced. */
static int
take_away(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)st, (void)type, (void)at;
	return remove(path);
}

static void
undo_name(const struct record *r)
{
	if (r->kind == 'c')
		unlink(r->path);
	else if (r->kind == 'm')
		nftw(r->path, take_away, 16, FTW_DEPTH | FTW_PHYS);
	else if (r->kind == 'r')
		rename(r->other, r->path);
	else if (strcmp(r->other, "-") != 0 && link(r->other, r->path) != 0)
		warn("cannot bring back '%s'", r->path);
}

static unsigned long long wanted;
static char found[4096];

static int
look(const char *path, const struct stat *st, int type, struct FTW *at)
{
	(void)at;
	if (type != FTW_F || st->st_ino != wanted)
		return 0;
	snprintf(found, sizeof(found), "%s", path);
	return 1;
}

static void
undo_bytes(const struct record *r, const char *root)
{
	int file;

	wanted = r->inode;
	if (nftw(root, look, 16, FTW_PHYS) != 1)
		return; /* its name is gone, too */
	file = open(found, O_WRONLY);
	if (file < 0 || pwrite(file, r->bytes, r->size, r->offset) != (ssize_t)r->size)
		err(74, "cannot write '%s'", found);
	close(file);
}

int
main(int argc, char **argv)
{
	size_t names = 0, lost_names = 0, lost_bytes = 0, from;

	if (argc != 4)
		errx(2, "usage: power-loss root undo seed");
	read_log(argv[2]);
	srand((unsigned)atoi(argv[3]));
	for (size_t i = 0; i < record_count; i++)
		names += is_name(&records[i]) && !is_durable(i);
	from = atoi(argv[3]) % 3 ? (size_t)rand() % (names + 1) : 0;
	for (size_t i = record_count, left = names; i-- > 0;)
		if (is_name(&records[i]) && !is_durable(i) && left-- > from) {
			undo_name(&records[i]);
			lost_names++;
		}
	for (size_t i = record_count; i-- > 0;)
		if (records[i].kind == 'w' && !is_durable(i) && (atoi(argv[3]) % 3 == 0 || rand() % 2)) {
			undo_bytes(&records[i], argv[1]);
			lost_bytes += records[i].size;
		}
	printf("%zu bytes, %zu names\n", lost_bytes, lost_names);
	return 0;
}

/*
 * load run DIRECTORY LOG SEED COUNT    works in an empty directory until COUNT operations are done or the file system is gone; what it reads back
 *                                      must be what it has written
 * load check DIRECTORY LOG kill        everything that returned is there; what was under way is there or is not
 * load check DIRECTORY LOG power       everything up to some operation is there, and nothing behind it; none before the last sync that returned is missing
 * load check DIRECTORY LOG fault       everything that succeeded is there, nothing else
 *
 * Each operation is a line of the log, and what it returned another: the log is the oracle, kept by a process that is not the one that dies.
 *
 *	B <op> <path> <other|-> <offset> <size> <seed>      about to
 *	E <errno> <bytes>                                   has: 0, or why not; -1: the file system is gone; of a write, how much it wrote
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper.h"
#include "model.h"

static const char *const op_names[LOAD_OPS] = {"create", "write", "append", "truncate", "rename", "exchange", "unlink", "mkdir", "rmdir", "map", "sync"};

static uint64_t
choose(uint64_t *state, uint64_t n)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (*state >> 33) % n;
}

static const char *
some_name(uint64_t *state)
{
	static const char *const names[] = {"a", "b", "c", "f.tmp", ".g.swp", "d", "e", "d/a", "d/b", "d/c~", "d/d", "d/d/a", "e/a", "e/b", "文件"};

	return names[choose(state, sizeof(names) / sizeof(names[0]))];
}

/* A name that stands for something, if there is one. */
static const char *
existing_name(const struct model *model, uint64_t *state)
{
	for (int i = 0; i < 32; i++) {
		const char *name = model->files[choose(state, MODEL_FILES)].path;

		if (*name)
			return name;
	}
	return some_name(state);
}

static void
load_choose(struct load *load, struct model *model, uint64_t *state)
{
	static const enum load_op often[] = {LOAD_CREATE, LOAD_CREATE, LOAD_CREATE, LOAD_WRITE, LOAD_WRITE, LOAD_WRITE, LOAD_WRITE, LOAD_APPEND, LOAD_APPEND,
					     LOAD_TRUNCATE, LOAD_RENAME, LOAD_RENAME, LOAD_RENAME, LOAD_EXCHANGE, LOAD_UNLINK, LOAD_MKDIR, LOAD_RMDIR,
					     LOAD_MAP, LOAD_SYNC, LOAD_SYNC};
	const struct model_file *file;

	*load = (struct load){.op = often[choose(state, sizeof(often) / sizeof(often[0]))], .seed = *state};
	snprintf(load->path, LOAD_NAME, "%s", load->op == LOAD_CREATE || load->op == LOAD_MKDIR ? some_name(state) : existing_name(model, state));
	snprintf(load->other, LOAD_NAME, "%s", load->op == LOAD_RENAME ? some_name(state) : load->op == LOAD_EXCHANGE ? existing_name(model, state) : "-");
	file = model_find(model, load->path);
	load->offset = choose(state, choose(state, 8) ? 12000 : 80000);
	load->size = 1 + choose(state, choose(state, 8) ? 3000 : 20000);
	if (load->op == LOAD_TRUNCATE)
		load->size = choose(state, 30000);
	if (load->op == LOAD_MAP && file && file->size) { /* within a page, so that it is there or is not */
		load->offset = choose(state, file->size);
		load->size = 1 + choose(state, 64);
		if (load->offset % 4096 + load->size > 4096)
			load->size = 4096 - load->offset % 4096;
		if (load->offset + load->size > file->size)
			load->size = file->size - load->offset;
	}
}

static int
result(int value)
{
	return value < 0 ? errno : 0;
}

/* The first failure counts, closing included. */
static int
finish(int file, int error)
{
	int closed = file < 0 ? 0 : result(close(file));

	return error ? error : closed;
}

static int
write_at(struct load *load, int flags)
{
	static uint8_t bytes[MODEL_SIZE];
	int file = open(load->path, O_WRONLY | flags);
	ssize_t n;

	if (file < 0)
		return errno;
	load_fill(bytes, (size_t)load->size, load->seed);
	n = flags & O_APPEND ? write(file, bytes, (size_t)load->size) : pwrite(file, bytes, (size_t)load->size, (off_t)load->offset);
	if (n > 0)
		load->size = (uint64_t)n; /* a page after the other: what came behind may have met the end */
	return finish(file, n < 0 ? errno : 0);
}

static int
write_mapped(const struct load *load)
{
	off_t page = (off_t)(load->offset / 4096 * 4096);
	int file = open(load->path, O_RDWR), error;
	uint8_t *map;

	if (file < 0)
		return errno;
	map = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, file, page);
	if (map == MAP_FAILED)
		return finish(file, errno);
	load_fill(map + load->offset - (uint64_t)page, (size_t)load->size, load->seed);
	error = result(msync(map, 4096, MS_SYNC));
	munmap(map, 4096);
	return finish(file, error);
}

static int
sync_it(const char *path)
{
	int file = open(path, O_RDONLY);

	return file < 0 ? errno : finish(file, result(fsync(file)));
}

static int
load_do(struct load *load)
{
	int file;

	switch (load->op) {
	case LOAD_CREATE:
		file = open(load->path, O_WRONLY | O_CREAT | O_EXCL, 0644);
		return file < 0 ? errno : finish(file, 0);
	case LOAD_WRITE:
		return write_at(load, 0);
	case LOAD_APPEND:
		return write_at(load, O_APPEND);
	case LOAD_TRUNCATE:
		return result(truncate(load->path, (off_t)load->size));
	case LOAD_RENAME:
		return result(rename(load->path, load->other));
	case LOAD_EXCHANGE:
		return result(renameat2(AT_FDCWD, load->path, AT_FDCWD, load->other, RENAME_EXCHANGE));
	case LOAD_UNLINK:
		return result(unlink(load->path));
	case LOAD_MKDIR:
		return result(mkdir(load->path, 0755));
	case LOAD_RMDIR:
		return result(rmdir(load->path));
	case LOAD_MAP:
		return write_mapped(load);
	case LOAD_SYNC:
		return sync_it(load->path);
	default:
		return EINVAL;
	}
}

/* ---- running ---- */

static bool
is_gone(int error)
{
	return error == ENOTCONN || error == ECONNABORTED;
}

static void
check_content(const struct model_file *file)
{
	static uint8_t bytes[MODEL_SIZE];
	int in = open(file->path, O_RDONLY);
	ssize_t n;

	if (in < 0)
		return;
	n = read(in, bytes, sizeof(bytes));
	if (n >= 0 && ((size_t)n != file->size || memcmp(bytes, file->content, file->size) != 0) && fsync(in) == 0) /* it lives */
		errx(1, "'%s' does not read as it was written: %zd bytes instead of %zu", file->path, n, file->size);
	close(in);
}

/* Would it be possible? What is not is not asked for: it would say nothing. */
static bool
is_possible(struct model *model, const struct load *load)
{
	static struct model copy;

	model_copy(&copy, model);
	return model_apply(&copy, load);
}

/* What was mapped is gone with its file system. */
static void
end(int sig)
{
	(void)sig;
	_exit(0);
}

static void
run(const char *log_name, uint64_t state, long count)
{
	int log = open(log_name, O_WRONLY | O_CREAT | O_TRUNC, 0644), error = 0;
	static struct model model;
	struct load load;

	signal(SIGBUS, end);
	for (long i = 0; i < count && !is_gone(error); i++) {
		do
			load_choose(&load, &model, &state);
		while (!is_possible(&model, &load));
		dprintf(log, "B %s %s %s %llu %llu %llu\n", op_names[load.op], load.path, load.other, (unsigned long long)load.offset,
			(unsigned long long)load.size, (unsigned long long)load.seed);
		error = load_do(&load);
		if (error && load.op == LOAD_MAP)
			error = ENOTCONN; /* the page is as it was mapped, whatever became of it below: nothing more can be said */
		dprintf(log, "E %d %llu\n", is_gone(error) ? -1 : error, (unsigned long long)load.size);
		if (error == 0)
			model_apply(&model, &load);
		else if (error == EEXIST || error == ENOENT || error == ENOTEMPTY || error == EISDIR || error == ENOTDIR || error == EINVAL)
			errx(1, "operation %ld, %s %s %s: %s", i, op_names[load.op], load.path, load.other, strerror(error));
		for (size_t j = 0; j < MODEL_FILES && i % 16 == 0; j++)
			if (model.files[j].path[0] && !model.files[j].directory)
				check_content(&model.files[j]);
	}
}

/* ---- checking ---- */

struct entry {
	struct load load; /* of a write, as much of it as returned */
	uint64_t asked;   /* bytes */
	int error;        /* -1: nobody knows what became of it */
};

static size_t
read_log(struct entry **list, const char *name)
{
	FILE *log = fopen(name, "r");
	char line[512], op[32];
	size_t count = 0;

	*list = NULL;
	if (log == NULL)
		err(74, "cannot open '%s'", name);
	while (fgets(line, sizeof(line), log)) {
		struct entry entry = {.error = -1};
		unsigned long long offset, size, seed;
		int kind = 0;

		if (count && sscanf(line, "E %d %llu", &(*list)[count - 1].error, &size) == 2) {
			(*list)[count - 1].load.size = size;
			continue;
		}
		if (sscanf(line, "B %31s %63s %63s %llu %llu %llu", op, entry.load.path, entry.load.other, &offset, &size, &seed) != 6)
			continue;
		while (kind < LOAD_OPS && strcmp(op_names[kind], op) != 0)
			kind++;
		entry.load.op = (enum load_op)kind;
		entry.load.offset = offset;
		entry.load.size = entry.asked = size;
		entry.load.seed = seed;
		*list = reallocarray(*list, count + 1, sizeof(entry));
		if (*list == NULL)
			abort();
		(*list)[count++] = entry;
	}
	fclose(log);
	return count;
}

/* From where on one may stop: behind everything that is known to be done; after a loss of power, behind the last sync. */
static size_t
least(const struct entry *list, size_t count, bool power)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++)
		if (list[i].error == 0 && (!power || list[i].load.op == LOAD_SYNC || list[i].load.op == LOAD_MAP))
			at = i + 1;
	return at;
}

/* A write that was under way, or not synced, may have come as far as to the end of some page; of one that returned less than was asked for, what is behind
   that was under way when the file system went. */
static bool
partly_equal(struct model *model, const struct entry *entry, uint64_t returned, const struct model *there, char why[256])
{
	static struct model copy;
	struct load load = entry->load;
	const struct model_file *file = model_find(model, load.path);
	uint64_t at = load.op == LOAD_APPEND && file ? file->size : load.offset;

	for (load.size = returned; load.size < entry->asked;) {
		load.size += 4096 - (at + load.size) % 4096;
		if (load.size > entry->asked)
			load.size = entry->asked;
		model_copy(&copy, model);
		if (model_apply(&copy, &load) && model_equal(&copy, there, why))
			return true;
	}
	return false;
}

static bool
may_be_partial(const struct entry *entry, const char *how)
{
	if (entry->load.op != LOAD_WRITE && entry->load.op != LOAD_APPEND)
		return false;
	return entry->error == -1 || strcmp(how, "power") == 0 || (strcmp(how, "kill") == 0 && entry->load.size < entry->asked);
}

static bool
check(const char *directory, const char *log_name, const char *how)
{
	static struct model model, there;
	struct entry *list;
	bool power = strcmp(how, "power") == 0;
	size_t count = read_log(&list, log_name), from = least(list, count, power);
	char why[256] = "", first[256] = "";
	bool found;

	model_read(&there, directory);
	found = from == 0 && model_equal(&model, &there, first);
	for (size_t i = 0; i < count && !found; i++) {
		uint64_t returned = list[i].error == 0 && i < from ? list[i].load.size : 0; /* for certain */

		if (i + 1 >= from && may_be_partial(&list[i], how))
			found = partly_equal(&model, &list[i], returned, &there, why);
		if ((list[i].error == 0 || list[i].error == -1) && !model_apply(&model, &list[i].load) && list[i].error == 0)
			errx(1, "operation %zu of '%s' succeeded, but is not possible", i, log_name);
		if (i + 1 >= from && !found)
			found = model_equal(&model, &there, *first ? why : first);
	}
	printf("%s: %zu operations, %zu must be there: %s%s\n", log_name, count, from, found ? "they are" : "they are not: ", found ? "" : first);
	free(list);
	return found;
}

int
main(int argc, char **argv)
{
	char log[4096];

	if (argc == 5 && strcmp(argv[1], "check") == 0)
		return check(argv[2], argv[3], argv[4]) ? 0 : 1;
	if (argc != 6 || strcmp(argv[1], "run") != 0 || (argv[3][0] != '/' && realpath(".", log) == NULL))
		errx(2, "usage: load run directory log seed count | load check directory log kill|power|fault");
	if (argv[3][0] == '/')
		snprintf(log, sizeof(log), "%s", argv[3]);
	else
		snprintf(log + strlen(log), sizeof(log) - strlen(log), "/%s", argv[3]);
	if (chdir(argv[2]) != 0)
		err(74, "cannot work in '%s'", argv[2]);
	run(log, strtoull(argv[4], NULL, 10), strtol(argv[5], NULL, 10));
	return 0;
}

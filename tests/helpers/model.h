/*
 * What a small directory of a file system must hold after some operations: a model in memory, for helpers that compare. An operation that cannot be changes
 * nothing.
 */
#ifndef HELPERS_MODEL_H
#define HELPERS_MODEL_H

#include <err.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MODEL_FILES = 64, MODEL_SIZE = 128 * 1024, LOAD_NAME = 64 };

enum load_op { LOAD_CREATE, LOAD_WRITE, LOAD_APPEND, LOAD_TRUNCATE, LOAD_RENAME, LOAD_EXCHANGE, LOAD_UNLINK, LOAD_MKDIR, LOAD_RMDIR, LOAD_MAP, LOAD_SYNC,
	       LOAD_OPS };

struct load {
	enum load_op op;
	char path[LOAD_NAME], other[LOAD_NAME];
	uint64_t offset, size, seed;
};

struct model_file {
	char path[LOAD_NAME]; /* empty: none */
	bool directory;
	size_t size;
	uint8_t *content;
};

struct model {
	struct model_file files[MODEL_FILES];
};

/* The bytes that a seed stands for. */
static void
load_fill(uint8_t *out, size_t size, uint64_t seed)
{
	for (size_t i = 0; i < size; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		out[i] = (uint8_t)(seed >> 56);
	}
}

static struct model_file *
model_find(struct model *model, const char *path)
{
	for (size_t i = 0; i < MODEL_FILES; i++)
		if (model->files[i].path[0] && strcmp(model->files[i].path, path) == 0)
			return &model->files[i];
	return NULL;
}

static void
model_clear(struct model *model)
{
	for (size_t i = 0; i < MODEL_FILES; i++)
		model->files[i].path[0] = '\0';
}

static bool
is_below(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	return strncmp(path, directory, len) == 0 && path[len] == '/';
}

static bool
has_children(const struct model *model, const char *directory)
{
	for (size_t i = 0; i < MODEL_FILES; i++)
		if (is_below(model->files[i].path, directory))
			return true;
	return false;
}

static bool
parent_exists(struct model *model, const char *path)
{
	const char *slash = strrchr(path, '/');
	char parent[LOAD_NAME];
	const struct model_file *found;

	if (slash == NULL)
		return true;
	snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path), path);
	found = model_find(model, parent);
	return found && found->directory;
}

static struct model_file *
model_add(struct model *model, const char *path, bool directory)
{
	for (size_t i = 0; i < MODEL_FILES; i++)
		if (model->files[i].path[0] == '\0') {
			snprintf(model->files[i].path, LOAD_NAME, "%s", path);
			model->files[i].directory = directory;
			model->files[i].size = 0;
			if (model->files[i].content == NULL && (model->files[i].content = malloc(MODEL_SIZE)) == NULL)
				abort();
			return &model->files[i];
		}
	return NULL;
}

/* Is there room for the names below when `path` becomes `to`? */
static bool
fits(const struct model *model, const char *path, const char *to)
{
	for (size_t i = 0; i < MODEL_FILES; i++)
		if (is_below(model->files[i].path, path) && strlen(model->files[i].path) - strlen(path) + strlen(to) >= LOAD_NAME)
			return false;
	return true;
}

static void
model_copy(struct model *to, const struct model *from)
{
	model_clear(to);
	for (size_t i = 0; i < MODEL_FILES; i++) {
		struct model_file *file;

		if (from->files[i].path[0] == '\0')
			continue;
		file = model_add(to, from->files[i].path, from->files[i].directory);
		if (file == NULL)
			abort();
		file->size = from->files[i].size;
		memcpy(file->content, from->files[i].content, file->size);
	}
}

/* Puts `path` and what is below it elsewhere. */
static void
move(struct model *model, const char *path, const char *to)
{
	char copy[LOAD_NAME], moved[2 * LOAD_NAME];

	snprintf(copy, sizeof(copy), "%s", path);
	for (size_t i = 0; i < MODEL_FILES; i++) {
		struct model_file *file = &model->files[i];

		if (strcmp(file->path, copy) != 0 && !is_below(file->path, copy))
			continue;
		snprintf(moved, sizeof(moved), "%s%s", to, file->path + strlen(copy));
		snprintf(file->path, LOAD_NAME, "%s", moved);
	}
}

static bool
apply_rename(struct model *model, const struct load *load, struct model_file *from)
{
	struct model_file *to = model_find(model, load->other);

	if (!fits(model, load->path, load->other) || !parent_exists(model, load->other) || is_below(load->other, load->path) || (to && to->directory != from->directory) ||
	    (to && has_children(model, load->other)))
		return false;
	if (to && to != from)
		to->path[0] = '\0';
	if (to != from)
		move(model, load->path, load->other);
	return true;
}

static bool
apply_exchange(struct model *model, const struct load *load)
{
	if (model_find(model, load->other) == NULL || !fits(model, load->path, load->other) || !fits(model, load->other, load->path) || is_below(load->path, load->other) || is_below(load->other, load->path))
		return false;
	move(model, load->path, "?");
	move(model, load->other, load->path);
	move(model, "?", load->other);
	return true;
}

static void
resize(struct model_file *file, size_t size)
{
	if (size > file->size)
		memset(file->content + file->size, 0, size - file->size);
	file->size = size;
}

static bool
apply_write(struct model_file *file, uint64_t offset, const struct load *load)
{
	if (file->directory || offset + load->size > MODEL_SIZE)
		return false;
	if (load->op == LOAD_MAP && offset + load->size > file->size)
		return false;
	if (offset + load->size > file->size)
		resize(file, (size_t)(offset + load->size));
	load_fill(file->content + offset, (size_t)load->size, load->seed);
	return true;
}

static bool
model_apply(struct model *model, const struct load *load)
{
	struct model_file *file = model_find(model, load->path);

	if (load->op == LOAD_CREATE || load->op == LOAD_MKDIR)
		return file == NULL && parent_exists(model, load->path) && model_add(model, load->path, load->op == LOAD_MKDIR) != NULL;
	if (file == NULL)
		return false;
	switch (load->op) {
	case LOAD_WRITE:
	case LOAD_MAP:
		return apply_write(file, load->offset, load);
	case LOAD_APPEND:
		return apply_write(file, file->size, load);
	case LOAD_TRUNCATE:
		if (file->directory || load->size > MODEL_SIZE)
			return false;
		resize(file, (size_t)load->size);
		return true;
	case LOAD_RENAME:
		return apply_rename(model, load, file);
	case LOAD_EXCHANGE:
		return apply_exchange(model, load);
	case LOAD_UNLINK:
	case LOAD_RMDIR:
		if (file->directory != (load->op == LOAD_RMDIR) || has_children(model, load->path))
			return false;
		file->path[0] = '\0';
		return true;
	default:
		return true;
	}
}

static int
by_path(const void *a, const void *b)
{
	return strcmp((*(struct model_file *const *)a)->path, (*(struct model_file *const *)b)->path);
}

static size_t
sorted(const struct model_file *out[MODEL_FILES], const struct model *model)
{
	size_t count = 0;

	for (size_t i = 0; i < MODEL_FILES; i++)
		if (model->files[i].path[0])
			out[count++] = &model->files[i];
	qsort(out, count, sizeof(out[0]), by_path);
	return count;
}

static bool
model_equal(const struct model *a, const struct model *b, char why[256])
{
	const struct model_file *x[MODEL_FILES], *y[MODEL_FILES];
	size_t m = sorted(x, a), n = sorted(y, b);

	for (size_t i = 0; i < m || i < n; i++) {
		if (i == m || i == n || strcmp(x[i]->path, y[i]->path) != 0)
			return snprintf(why, 256, "'%s' against '%s'", i < m ? x[i]->path : "", i < n ? y[i]->path : ""), false;
		if (x[i]->directory != y[i]->directory || x[i]->size != y[i]->size)
			return snprintf(why, 256, "'%s' has %zu bytes instead of %zu", x[i]->path, y[i]->size, x[i]->size), false;
		for (size_t j = 0; j < x[i]->size; j++)
			if (x[i]->content[j] != y[i]->content[j])
				return snprintf(why, 256, "'%s' differs at byte %zu of %zu", x[i]->path, j, x[i]->size), false;
	}
	return true;
}

static struct model *reading;
static size_t reading_skip;

static int
read_one(const char *path, const struct stat *st, int type, struct FTW *at)
{
	struct model_file *file;
	int in;

	(void)st;
	if (at->level == 0)
		return 0;
	file = model_add(reading, path + reading_skip, type == FTW_D);
	if (file == NULL)
		errx(1, "more is there than was ever made");
	if (type == FTW_D)
		return 0;
	in = open(path, O_RDONLY);
	if (in < 0)
		err(74, "cannot open '%s'", path);
	for (ssize_t n; (n = read(in, file->content + file->size, MODEL_SIZE - file->size)) != 0; file->size += (size_t)n)
		if (n < 0)
			err(74, "cannot read '%s'", path);
	return close(in);
}

static void
model_read(struct model *model, const char *directory)
{
	model_clear(model);
	reading = model;
	reading_skip = strlen(directory) + 1;
	if (nftw(directory, read_one, 16, FTW_PHYS) != 0)
		err(74, "cannot read '%s'", directory);
}

#endif

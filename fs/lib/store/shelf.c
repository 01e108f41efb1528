#include "shelf.h"

#include <dirent.h>
#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { WORTH_IT = 8, PACKS_MAX = 4096 };

struct pack {
	struct git_odb_backend *backend;
	int64_t written; /* nanoseconds */
};

struct ch_shelf {
	struct pack packs[PACKS_MAX];
	size_t count;
};

static _Thread_local size_t last; /* where this thread found something; of another shelf: as good as any place */

static int
by_time(const void *a, const void *b)
{
	const struct pack *x = a, *y = b;

	return (x->written > y->written) - (x->written < y->written);
}

static void
add(struct ch_shelf *shelf, const char *directory, const char *name)
{
	struct pack *pack = &shelf->packs[shelf->count];
	char path[8192];
	struct stat st;

	if (!span_ends(span_text(name), SPAN_LITERAL(".idx")) || shelf->count == PACKS_MAX ||
	    (size_t)snprintf(path, sizeof(path), "%s/%s", directory, name) >= sizeof(path))
		return;
	if (stat(path, &st) != 0 || git_odb_backend_one_pack(&pack->backend, path) != 0)
		return;
	pack->written = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
	shelf->count++;
}

struct ch_shelf *
ch_shelf_new(const char *objects)
{
	struct ch_shelf *shelf = calloc(1, sizeof(*shelf));
	const struct dirent *entry;
	char directory[4096];
	DIR *entries = NULL;

	if (shelf == NULL)
		abort();
	if ((size_t)snprintf(directory, sizeof(directory), "%s/pack", objects) < sizeof(directory))
		entries = opendir(directory);
	while (entries && (entry = readdir(entries)))
		add(shelf, directory, entry->d_name);
	if (entries)
		closedir(entries);
	qsort(shelf->packs, shelf->count, sizeof(*shelf->packs), by_time);
	if (shelf->count >= WORTH_IT)
		return shelf;
	ch_shelf_free(shelf);
	return NULL;
}

void
ch_shelf_free(struct ch_shelf *shelf)
{
	for (size_t i = 0; shelf && i < shelf->count; i++)
		shelf->packs[i].backend->free(shelf->packs[i].backend);
	free(shelf);
}

struct wanted {
	const struct git_oid *id;
	struct ch_arena *arena; /* NULL: only type and size */
	struct span raw;
	size_t size;
	git_object_t type;
};

static bool
header_from(struct wanted *wanted, const struct pack *pack)
{
	return pack->backend->read_header(&wanted->size, &wanted->type, pack->backend, wanted->id) == 0;
}

static bool
read_from(struct wanted *wanted, const struct pack *pack)
{
	void *data = NULL;
	git_oid is = {0};

	if (pack->backend->read(&data, &wanted->size, &wanted->type, pack->backend, wanted->id) != 0)
		return false;
	if (git_odb_hash(&is, data, wanted->size, wanted->type) == 0 && git_oid_equal(&is, wanted->id))
		wanted->raw = ch_arena_copy(wanted->arena, span_of(data, wanted->size));
	git_odb_backend_data_free(pack->backend, data);
	return git_oid_equal(&is, wanted->id);
}

static bool
is_in(struct wanted *wanted, const struct ch_shelf *shelf, size_t pack)
{
	if (pack >= shelf->count || !(wanted->arena ? read_from : header_from)(wanted, &shelf->packs[pack]))
		return false;
	last = pack;
	return true;
}

static bool
look(struct wanted *wanted, const struct ch_shelf *shelf)
{
	size_t from = last < shelf->count ? last : 0;

	for (size_t away = 0; away < shelf->count; away++)
		if (is_in(wanted, shelf, from + away) || (away && away <= from && is_in(wanted, shelf, from - away)))
			return true;
	return false;
}

bool
ch_shelf_read(struct span *raw, enum ch_object *type, const struct ch_shelf *shelf, const struct git_oid *id, struct ch_arena *arena)
{
	struct wanted wanted = {.id = id, .arena = arena};

	if (!look(&wanted, shelf))
		return false;
	*raw = wanted.raw;
	*type = (enum ch_object)wanted.type;
	return true;
}

bool
ch_shelf_header(enum ch_object *type, size_t *size, const struct ch_shelf *shelf, const struct git_oid *id)
{
	struct wanted wanted = {.id = id};

	if (!look(&wanted, shelf))
		return false;
	*type = (enum ch_object)wanted.type;
	*size = wanted.size;
	return true;
}

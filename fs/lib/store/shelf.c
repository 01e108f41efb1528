#include "shelf.h"

#include <dirent.h>
#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "packread.h"

enum { PACKS_MAX = 4096 };

struct pack {
	char *name; /* of its index */
	ino_t file;
	int64_t written; /* nanoseconds */
	struct ch_packview view;
};

struct ch_shelf {
	char directory[4096];
	struct pack *packs;
	size_t count;
};

static _Thread_local size_t last; /* where this thread found something; of another shelf: as good as any place */

/* ---- which packs there are ---- */

static int
by_time(const void *a, const void *b)
{
	const struct pack *x = a, *y = b;

	return (x->written > y->written) - (x->written < y->written);
}

/* Empty when it cannot be read. */
static struct span
map_file(const char *path, struct stat *st)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	void *bytes = MAP_FAILED;

	if (file < 0)
		return (struct span){0};
	if (fstat(file, st) == 0 && st->st_size > 0)
		bytes = mmap(NULL, (size_t)st->st_size, PROT_READ, MAP_PRIVATE, file, 0);
	close(file);
	return bytes == MAP_FAILED ? (struct span){0} : span_of(bytes, (size_t)st->st_size);
}

static void
close_pack(struct pack *pack)
{
	if (pack->view.pack.len)
		munmap((void *)pack->view.pack.data, pack->view.pack.len);
	if (pack->view.index.len)
		munmap((void *)pack->view.index.data, pack->view.index.len);
	free(pack->name);
	*pack = (struct pack){0};
}

static bool
open_pack(struct pack *pack, const char *directory, const struct dirent *entry)
{
	static const char index_ending[] = ".idx";
	size_t stem = strlen(entry->d_name) - strlen(index_ending);
	struct span index, bytes;
	struct stat st = {0};
	char path[8192];

	*pack = (struct pack){.file = entry->d_ino, .name = strdup(entry->d_name)};
	if (pack->name == NULL)
		abort();
	snprintf(path, sizeof(path), "%s/%s", directory, entry->d_name);
	index = map_file(path, &st);
	pack->written = st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec;
	snprintf(path, sizeof(path), "%s/%.*s.pack", directory, (int)stem, entry->d_name);
	bytes = map_file(path, &st);
	if (ch_packview_open(&pack->view, bytes, index))
		return true;
	close_pack(pack);
	return false;
}

/* The one that is open already. */
static struct pack *
known(struct ch_shelf *shelf, const struct dirent *entry)
{
	for (size_t i = 0; i < shelf->count; i++)
		if (shelf->packs[i].file == entry->d_ino && shelf->packs[i].name && strcmp(shelf->packs[i].name, entry->d_name) == 0)
			return &shelf->packs[i];
	return NULL;
}

static void
take(struct pack *packs, size_t *count, struct ch_shelf *shelf, const struct dirent *entry)
{
	struct pack *open = known(shelf, entry);

	if (open) {
		packs[(*count)++] = *open;
		*open = (struct pack){0};
	} else if (span_ends(span_text(entry->d_name), SPAN_LITERAL(".idx"))) {
		*count += open_pack(&packs[*count], shelf->directory, entry);
	}
}

static void
empty(struct ch_shelf *shelf)
{
	for (size_t i = 0; i < shelf->count; i++)
		close_pack(&shelf->packs[i]);
	free(shelf->packs);
	shelf->packs = NULL;
	shelf->count = 0;
}

void
ch_shelf_renew(struct ch_shelf *shelf)
{
	struct pack *packs = calloc(PACKS_MAX, sizeof(*packs));
	DIR *entries = opendir(shelf->directory);
	const struct dirent *entry;
	size_t count = 0;

	if (packs == NULL)
		abort();
	while (entries && count < PACKS_MAX && (entry = readdir(entries)))
		take(packs, &count, shelf, entry);
	if (entries)
		closedir(entries);
	empty(shelf);
	if (count)
		qsort(packs, count, sizeof(*packs), by_time);
	shelf->packs = packs;
	shelf->count = count;
}

struct ch_shelf *
ch_shelf_new(const char *objects)
{
	struct ch_shelf *shelf = calloc(1, sizeof(*shelf));

	if (shelf == NULL)
		abort();
	if ((size_t)snprintf(shelf->directory, sizeof(shelf->directory), "%s/pack", objects) >= sizeof(shelf->directory))
		shelf->directory[0] = '\0';
	ch_shelf_renew(shelf);
	return shelf;
}

void
ch_shelf_free(struct ch_shelf *shelf)
{
	if (shelf)
		empty(shelf);
	free(shelf);
}

/* ---- what is in them ---- */

struct search {
	const struct ch_shelf *shelf;
	size_t from, turn; /* the pack that is looked into first, and how many were since */
};

static const struct pack *
next_pack(struct search *search)
{
	const size_t count = search->shelf->count;

	while (search->turn < 2 * count) {
		size_t away = (search->turn + 1) / 2, i = search->turn % 2 ? search->from + away : search->from - away;

		search->turn++;
		if (i < count)
			return &search->shelf->packs[i];
	}
	return NULL;
}

/* The entry of an object, and the pack in which it stands; NULL: no other has it. */
static const struct pack *
find_next(struct ch_packview_entry *entry, struct search *search, const struct ch_oid *id)
{
	const struct pack *pack;

	while ((pack = next_pack(search)))
		if (ch_packview_entry(entry, &pack->view, id)) {
			last = (size_t)(pack - search->shelf->packs);
			return pack;
		}
	return NULL;
}

static struct search
begin(const struct ch_shelf *shelf)
{
	return (struct search){.shelf = shelf, .from = last < shelf->count ? last : 0};
}

bool
ch_shelf_find(struct ch_shelf_object *object, const struct ch_shelf *shelf, const struct ch_oid *id)
{
	struct search search = begin(shelf);
	struct ch_packview_entry entry;

	while (find_next(&entry, &search, id))
		if (entry.base == 0 && entry.size <= PACKREAD_MAX && ch_packentry_plausible(entry.size, entry.deflated)) {
			*object = (struct ch_shelf_object){(enum ch_object)entry.kind, entry.size, entry.deflated};
			return true;
		}
	return false;
}

bool
ch_shelf_header(enum ch_object *type, size_t *size, const struct ch_shelf *shelf, const struct ch_oid *id)
{
	struct search search = begin(shelf);
	struct ch_packview_entry entry;
	const struct pack *pack;

	while ((pack = find_next(&entry, &search, id)))
		if (ch_packread_header(type, size, &pack->view, &entry))
			return true;
	return false;
}

static bool
is_it(struct span raw, enum ch_object type, const struct ch_oid *id)
{
	git_oid is;

	return git_odb_hash(&is, raw.data, raw.len, (git_object_t)type) == 0 && memcmp(is.id, id->id, sizeof(id->id)) == 0;
}

bool
ch_shelf_read(struct span *raw, enum ch_object *type, const struct ch_shelf *shelf, const struct ch_oid *id, size_t most, struct ch_arena *arena)
{
	struct search search = begin(shelf);
	struct ch_packview_entry entry;
	const struct pack *pack;

	while ((pack = find_next(&entry, &search, id)))
		if (ch_packread(raw, type, &pack->view, &entry, most, arena) && is_it(*raw, *type, id))
			return true;
	return false;
}

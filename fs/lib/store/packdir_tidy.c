/* What becomes of packs later: leftovers of a crash are removed, small ones are put together. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "packdir_inside.h"
#include "pending.h"

/* A pack below SMALL bytes is put together with others as soon as there are SMALL_MAX: that is what a reader has to look through. */
enum { SMALL = 1 << 20, SMALL_MAX = 32, INFLATED_MAX = 64 << 20 };

struct names {
	struct ch_arena arena;
	char **packs;
	size_t count;
};

/* The names of our packs that have a file with this ending. */
static void
list(struct names *names, const char *archive, const char *ending)
{
	int directory = packdir_open(archive);
	DIR *entries = directory >= 0 ? fdopendir(directory) : NULL;
	const struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		struct span name = span_text(entry->d_name);
		size_t len = PACK_NAME_SIZE - 1;

		if (name.len <= len || !span_starts(name, SPAN_LITERAL(PACK_PREFIX)) || strcmp(entry->d_name + len, ending) != 0)
			continue;
		names->packs = ch_arena_grow(&names->arena, names->packs, names->count, sizeof(*names->packs));
		names->packs[names->count++] = ch_arena_text(&names->arena, span_of(name.data, len));
	}
	if (entries)
		closedir(entries);
	else if (directory >= 0)
		close(directory);
}

/* Whole and unreachable is for `git gc`; a .pack without .idx is for us, since git does not know of it. */
static void
sweep_pack(int directory, const char *pack)
{
	int lock = packdir_lock_keep(directory, pack);

	if (lock < 0)
		return; /* whoever writes it lives */
	packdir_remove(directory, pack, ".pack.new");
	packdir_remove(directory, pack, ".idx.new");
	if (!packdir_has(directory, pack, ".idx"))
		packdir_remove(directory, pack, ".pack");
	packdir_remove(directory, pack, ".keep");
	close(lock);
}

void
ch_packdir_sweep(const char *archive)
{
	static const char *const endings[] = {".keep", ".pack.new", ".idx.new"}; /* a power failure may leave any of them without the others */
	struct names names = {0};
	int directory;

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		list(&names, archive, endings[i]);
	if (names.count && (directory = packdir_open(archive)) >= 0) {
		for (size_t i = 0; i < names.count; i++)
			sweep_pack(directory, names.packs[i]);
		close(directory);
	}
	ch_arena_clear(&names.arena);
}

static bool
is_small(int directory, const char *pack)
{
	char name[PACK_FILE_SIZE];
	struct stat st;

	return fstatat(directory, packdir_file(name, pack, ".pack"), &st, 0) == 0 && st.st_size < SMALL && packdir_has(directory, pack, ".idx") &&
	       !packdir_has(directory, pack, ".keep");
}

static void
leave_small(struct names *names, int directory)
{
	size_t small = 0;

	for (size_t i = 0; i < names->count; i++)
		if (is_small(directory, names->packs[i]))
			names->packs[small++] = names->packs[i];
	names->count = small;
}

/* Not if `git gc` was faster. */
static bool
take_pack(struct ch_pending *objects, int directory, const char *name)
{
	char file[PACK_FILE_SIZE];
	int fd = openat(directory, packdir_file(file, name, ".pack"), O_RDONLY | O_CLOEXEC);
	struct ch_arena arena = {0};
	uint8_t *bytes = ch_arena_alloc(&arena, SMALL);
	ssize_t len = fd < 0 ? -1 : read(fd, bytes, SMALL);
	struct ch_pack pack;
	bool whole = len > 0 && ch_pack_read(&pack, span_of(bytes, (size_t)len), INFLATED_MAX, &arena) == WIRE_OK;

	for (size_t i = 0; whole && i < pack.count; i++)
		ch_pending_add(objects, &pack.objects[i]);
	ch_arena_clear(&arena);
	if (fd >= 0)
		close(fd);
	return whole;
}

static void
merge(const char *archive, int directory, struct names *names)
{
	struct ch_pending objects = {0};
	struct ch_keep *keeps = NULL;
	struct ch_pack pack;
	size_t taken = 0;

	for (size_t i = 0; i < names->count && objects.bytes < INFLATED_MAX; i++)
		if (take_pack(&objects, directory, names->packs[i]))
			names->packs[taken++] = names->packs[i];
	pack = ch_pending_pack(&objects);
	if (taken > 1 && ch_packdir_add(&keeps, archive, &pack) == NULL)
		for (size_t i = 0; i < taken; i++) {
			packdir_remove(directory, names->packs[i], ".idx"); /* first, as git does: who finds an index looks for the pack */
			packdir_remove(directory, names->packs[i], ".pack");
		}
	ch_packdir_release(&keeps, archive);
	ch_pending_clear(&objects);
}

void
ch_packdir_merge(const char *archive)
{
	struct names names = {0};
	int directory;

	list(&names, archive, ".pack");
	if (names.count >= SMALL_MAX && (directory = packdir_open(archive)) >= 0) {
		leave_small(&names, directory);
		if (names.count >= SMALL_MAX)
			merge(archive, directory, &names);
		close(directory);
	}
	ch_arena_clear(&names.arena);
}

/* What becomes of packs later: leftovers of a crash are removed, small ones are put together. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "packdir_inside.h"
#include "packjoin.h"

/*
 * As soon as there are ALIKE_MAX packs of one level they are put together, as many of them as have JOINED_MAX bytes: what readers look through grows with the
 * logarithm of what has been written. What is above the levels is left to `git maintenance`, and so is what its multi-pack-index names: that would point to packs
 * that are gone.
 */
enum { ALIKE_MAX = 32, JOINED_MAX = 64 << 20, MIDX_NAMES_MAX = 1 << 20 /* bytes at its beginning, where its names are */ };

static const off_t levels[] = {0, 1 << 20, 32 << 20}; /* bytes at which they begin, and the last ends */
enum { LEVELS = sizeof(levels) / sizeof(levels[0]) - 1 };

static bool
is_one_of(const char *const *endings, const char *ending)
{
	while (*endings && strcmp(*endings, ending) != 0)
		endings++;
	return *endings != NULL;
}

void
packdir_list(struct packdir_names *names, const char *archive, const char *prefix, const char *const *endings)
{
	size_t len = strlen(prefix) + 2 * (size_t)OBJECT_ID_SIZE;
	int directory = packdir_open(archive);
	DIR *entries = directory >= 0 ? fdopendir(directory) : NULL;
	const struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		struct span name = span_text(entry->d_name);

		if (name.len <= len || !span_starts(name, span_text(prefix)) || !is_one_of(endings, entry->d_name + len))
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
	static const char *const endings[] = {".keep", ".pack.new", ".idx.new", NULL}; /* a power failure may leave any of them without the others */
	struct packdir_names names = {0};
	int directory;

	packdir_list(&names, archive, PACK_PREFIX, endings);
	if (names.count && (directory = packdir_open(archive)) >= 0) {
		for (size_t i = 0; i < names.count; i++)
			sweep_pack(directory, names.packs[i]);
		close(directory);
	}
	ch_arena_clear(&names.arena);
}

struct span
packdir_map(int directory, const char *pack, const char *ending)
{
	char name[PACK_FILE_SIZE];
	int fd = openat(directory, packdir_file(name, pack, ending), O_RDONLY | O_CLOEXEC);
	struct stat st;
	void *bytes = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > 0)
		bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (fd >= 0)
		close(fd);
	return bytes == MAP_FAILED ? span_of(NULL, 0) : span_of(bytes, (size_t)st.st_size);
}

void
packdir_unmap(struct span bytes)
{
	if (bytes.data)
		munmap((void *)bytes.data, bytes.len);
}

bool
packdir_midx_names(struct span midx, const char *pack)
{
	return midx.data && memmem(midx.data, midx.len < MIDX_NAMES_MAX ? midx.len : MIDX_NAMES_MAX, pack, strlen(pack)) != NULL;
}

struct candidate {
	char *pack;
	off_t size;
	int64_t written; /* nanoseconds */
};

/* Whether a pack may be put together with others. */
static bool
look_at(struct candidate *candidate, int directory, char *pack, struct span midx)
{
	char name[PACK_FILE_SIZE];
	struct stat st;

	if (fstatat(directory, packdir_file(name, pack, ".pack"), &st, 0) != 0 || st.st_size >= levels[LEVELS] || !packdir_has(directory, pack, ".idx") ||
	    packdir_has(directory, pack, ".keep") || packdir_midx_names(midx, pack))
		return false;
	*candidate = (struct candidate){pack, st.st_size, st.st_mtim.tv_sec * INT64_C(1000000000) + st.st_mtim.tv_nsec};
	return true;
}

/* What was written together stays together: whoever reads a page reads the ones beside it. */
static int
by_time(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	return (x->written > y->written) - (x->written < y->written);
}

static void
remove_packs(int directory, char *const *packs, size_t count)
{
	struct span midx = packdir_map(directory, "multi-pack-index", "");

	for (size_t i = 0; i < count; i++) {
		if (packdir_midx_names(midx, packs[i]))
			continue; /* since we looked */
		packdir_remove(directory, packs[i], ".idx"); /* first, as git does: who finds an index looks for the pack */
		packdir_remove(directory, packs[i], ".pack");
	}
	packdir_unmap(midx);
}

/* Nothing happens if `git gc` was faster with one of them. */
static void
join(const char *archive, int directory, char *const *packs, size_t count)
{
	struct ch_pack_part parts[ALIKE_MAX], joined;
	struct ch_keep *keeps = NULL;
	struct ch_arena arena = {0};

	for (size_t i = 0; i < count; i++)
		parts[i] = (struct ch_pack_part){packdir_map(directory, packs[i], ".pack"), packdir_map(directory, packs[i], ".idx")};
	if (ch_pack_join(&joined, parts, count, &arena) && packdir_add_written(&keeps, archive, joined.pack, joined.index) == NULL)
		remove_packs(directory, packs, count);
	ch_packdir_release(&keeps, archive);
	for (size_t i = 0; i < count; i++) {
		packdir_unmap(parts[i].pack);
		packdir_unmap(parts[i].index);
	}
	ch_arena_clear(&arena);
}

static void
merge_level(const char *archive, int directory, const struct candidate *candidates, size_t count, size_t level)
{
	char *alike[ALIKE_MAX];
	size_t there = 0, taken = 0;
	off_t bytes = 0;

	for (size_t i = 0; i < count; i++) {
		if (candidates[i].size < levels[level] || candidates[i].size >= levels[level + 1])
			continue;
		if (there++ < ALIKE_MAX && (taken < 2 || bytes + candidates[i].size <= JOINED_MAX)) {
			alike[taken++] = candidates[i].pack;
			bytes += candidates[i].size;
		}
	}
	if (there >= ALIKE_MAX)
		join(archive, directory, alike, taken);
}

void
ch_packdir_merge(const char *archive)
{
	static const char *const endings[] = {".pack", NULL};
	struct candidate *candidates;
	struct packdir_names names = {0};
	struct span midx;
	size_t count = 0;
	int directory;

	packdir_list(&names, archive, PACK_PREFIX, endings);
	if (names.count >= ALIKE_MAX && (directory = packdir_open(archive)) >= 0) {
		candidates = ch_arena_alloc(&names.arena, names.count * sizeof(*candidates));
		midx = packdir_map(directory, "multi-pack-index", "");
		for (size_t i = 0; i < names.count; i++)
			count += look_at(&candidates[count], directory, names.packs[i], midx);
		qsort(candidates, count, sizeof(*candidates), by_time);
		for (size_t level = 0; level < LEVELS; level++)
			merge_level(archive, directory, candidates, count, level);
		packdir_unmap(midx);
		close(directory);
	}
	ch_arena_clear(&names.arena);
}

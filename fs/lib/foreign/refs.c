#include "refs.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { LOOSE_MAX = 4096, DEPTH_MAX = 64 };

static void
add(struct ch_refs *refs, struct span name, const struct ch_oid *id, struct ch_arena *arena)
{
	refs->list = ch_arena_grow(arena, refs->list, refs->count, sizeof(*refs->list));
	refs->list[refs->count++] = (struct ch_ref){.name = ch_arena_text(arena, name), .id = *id};
}

/* `#` comments and `^` peeled tags add nothing. */
bool
ch_refs_packed(struct ch_refs *refs, struct span text, struct ch_arena *arena)
{
	struct ch_oid id;

	if (text.len > 0 && (!span_ends(text, SPAN_LITERAL("\n")) || memchr(text.data, '\0', text.len)))
		return false;
	while (text.len > 0) {
		struct span line = span_cut(&text, '\n');

		if (span_starts(line, SPAN_LITERAL("#")))
			continue;
		if (span_starts(line, SPAN_LITERAL("^"))) {
			if (!text_get_hex(id.id, OBJECT_ID_SIZE, span_skip(line, 1)))
				return false;
			continue;
		}
		if (!text_get_hex(id.id, OBJECT_ID_SIZE, span_cut(&line, ' ')) || !span_starts(line, SPAN_LITERAL("refs/")))
			return false;
		add(refs, line, &id, arena);
	}
	return true;
}

/* A regular file: nobody's pipe or device holds an audit up. *found is false when there is none. */
static const struct ch_error *
read_file(struct span *content, bool *found, const char *path, struct ch_arena *arena)
{
	const struct ch_error *error = NULL;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;

	*found = fd >= 0;
	if (fd < 0)
		return errno == ENOENT ? NULL : ch_fail_errno("cannot read '%s'", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > INT_MAX)
		error = ch_fail(CH_IO, "cannot read '%s': not a file of references", path);
	else
		error = ch_file_read_open(content, fd, path, (size_t)st.st_size, arena);
	close(fd);
	return error;
}

static const struct ch_error *
read_loose(struct ch_refs *refs, const char *path, const char *name, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_oid id;
	struct span text;
	bool found;

	if ((error = read_file(&text, &found, path, arena)) || !found || span_starts(text, SPAN_LITERAL("ref:")))
		return error;
	if (text.len > LOOSE_MAX || !text_get_hex(id.id, OBJECT_ID_SIZE, span_cut(&text, '\n')) || text.len > 0)
		return ch_fail(CH_REFUSED, "'%s' is no reference to an object of git's SHA-1 format", path);
	add(refs, span_text(name), &id, arena);
	return NULL;
}

/* Names that git keeps for itself while it writes. */
static bool
is_lock(const char *name)
{
	return span_ends(span_text(name), SPAN_LITERAL(".lock"));
}

static const struct ch_error *
read_below(struct ch_refs *refs, const char *git, const char *name, unsigned depth, struct ch_arena *arena)
{
	const char *path = ch_arena_format(arena, "%s/%s", git, name);
	DIR *directory = depth < DEPTH_MAX ? opendir(path) : (errno = ELOOP, NULL);
	const struct ch_error *error = NULL;

	if (directory == NULL)
		return errno == ENOTDIR ? read_loose(refs, path, name, arena) : ch_fail_errno("cannot read '%s'", path);
	for (struct dirent *entry; error == NULL && (entry = readdir(directory));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0 && !is_lock(entry->d_name))
			error = read_below(refs, git, ch_arena_format(arena, "%s/%s", name, entry->d_name), depth + 1, arena);
	closedir(directory);
	return error;
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(((const struct ch_ref *)a)->name, ((const struct ch_ref *)b)->name);
}

/* Sorted and stable: of one name, what stands in a file of its own was read first and holds. */
static void
settle(struct ch_refs *refs, size_t loose)
{
	size_t kept = 0, packed = loose;

	if (refs->count == 0)
		return;
	qsort(refs->list, loose, sizeof(*refs->list), by_name);
	for (size_t i = loose; i < refs->count; i++)
		if (bsearch(&refs->list[i], refs->list, loose, sizeof(*refs->list), by_name) == NULL)
			refs->list[packed++] = refs->list[i];
	qsort(refs->list, packed, sizeof(*refs->list), by_name);
	for (size_t i = 0; i < packed; i++)
		if (i == 0 || by_name(&refs->list[i], &refs->list[i - 1]) != 0 || !ch_oid_equal(&refs->list[i].id, &refs->list[i - 1].id))
			refs->list[kept++] = refs->list[i];
	refs->count = kept;
}

const struct ch_error *
ch_refs_read(struct ch_refs *refs, const char *git, struct ch_arena *arena)
{
	const char *path = ch_arena_format(arena, "%s/packed-refs", git);
	const struct ch_error *error;
	struct span text;
	size_t loose;
	bool found;

	*refs = (struct ch_refs){0};
	if ((error = read_loose(refs, ch_arena_format(arena, "%s/HEAD", git), "HEAD", arena)) ||
	    (error = read_below(refs, git, "refs", 0, arena)))
		return error;
	loose = refs->count;
	if ((error = read_file(&text, &found, path, arena)))
		return error;
	if (found && !ch_refs_packed(refs, text, arena))
		return ch_fail(CH_REFUSED, "'%s' is no list of references to objects of git's SHA-1 format", path);
	settle(refs, loose);
	return NULL;
}

const struct ch_ref *
ch_refs_find(const struct ch_refs *refs, const char *name)
{
	static const char *const before[] = {"", "refs/", "refs/tags/", "refs/heads/", "refs/remotes/"};
	char full[PATH_MAX];

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		snprintf(full, sizeof(full), "%s%s", before[i], name);
		for (size_t n = 0; n < refs->count; n++)
			if (strcmp(refs->list[n].name, full) == 0)
				return &refs->list[n];
	}
	return NULL;
}

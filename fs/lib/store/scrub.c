#include "scrub.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <git2.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "object.h"
#include "packdir_inside.h"
#include "wire/sha1.h"

enum { BLOCK = 1 << 20 };

struct ids {
	struct ch_arena arena;
	git_oid *list;
	size_t count;
};

static void
report(struct ch_scrub *scrub, const char *name, const char *why)
{
	scrub->bad++;
	scrub->damaged(scrub->context, name, why);
}

/* A pack and an index both end in the SHA-1 of everything before (gitformat-pack). False with errno 0 when it does not hold. */
static bool
ends_in_its_hash(int fd)
{
	uint8_t *block = malloc(BLOCK), is[SHA1_SIZE];
	size_t held = 0;
	struct sha1 hash;
	ssize_t got;

	if (block == NULL)
		abort();
	sha1_init(&hash);
	while ((got = read(fd, block + held, BLOCK - held)) > 0) {
		held += (size_t)got;
		if (held <= SHA1_SIZE)
			continue;
		sha1_update(&hash, span_of(block, held - SHA1_SIZE));
		memmove(block, block + held - SHA1_SIZE, SHA1_SIZE);
		held = SHA1_SIZE;
	}
	sha1_final(&hash, is);
	if (got == 0)
		errno = 0;
	got = got == 0 && held == SHA1_SIZE && memcmp(block, is, SHA1_SIZE) == 0;
	free(block);
	return got;
}

/* `git gc` may have taken it away meanwhile. */
static void
check_file(struct ch_scrub *scrub, int directory, const char *name)
{
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	char path[PATH_MAX_BYTES + 32];

	if (fd < 0 && errno == ENOENT)
		return;
	snprintf(path, sizeof(path), "objects/pack/%s", name);
	if (fd < 0)
		report(scrub, path, strerror(errno));
	else if (!ends_in_its_hash(fd))
		report(scrub, path, errno ? strerror(errno) : "does not hash to its checksum");
	if (fd >= 0)
		close(fd);
	scrub->files++;
	scrub->looked(scrub->context, scrub);
}

static const struct ch_error *
check_packs(struct ch_scrub *scrub, const struct ch_store *store)
{
	int directory = packdir_open(store->path);
	DIR *entries = directory >= 0 ? fdopendir(directory) : NULL;
	const struct dirent *entry;

	if (entries == NULL) {
		if (directory >= 0)
			close(directory);
		return ch_fail_errno("cannot open the packs of '%s'", store->path);
	}
	while ((entry = readdir(entries))) {
		struct span name = span_text(entry->d_name);

		if (span_starts(name, SPAN_LITERAL("pack-")) && (span_ends(name, SPAN_LITERAL(".pack")) || span_ends(name, SPAN_LITERAL(".idx"))))
			check_file(scrub, dirfd(entries), entry->d_name);
	}
	closedir(entries);
	return NULL;
}

static int
take_id(const git_oid *id, void *context)
{
	struct ids *ids = context;

	ids->list = ch_arena_grow(&ids->arena, ids->list, ids->count, sizeof(*ids->list));
	ids->list[ids->count++] = *id;
	return 0;
}

/* The database recomputes the id of what it reads. */
static void
check_object(struct ch_scrub *scrub, struct ch_store *store, const git_oid *id)
{
	git_odb_object *object = NULL;
	char hex[GIT_OID_HEXSZ + 1];

	if (git_odb_read(&object, store->odb, id) != 0 && git_odb_exists(store->odb, id)) {
		const git_error *last = git_error_last();

		git_oid_tostr(hex, sizeof(hex), id);
		report(scrub, hex, last && last->message ? last->message : "cannot be read");
	}
	git_odb_object_free(object);
	scrub->objects++;
	scrub->looked(scrub->context, scrub);
}

const struct ch_error *
ch_scrub_store(struct ch_scrub *scrub, struct ch_store *store)
{
	const struct ch_error *error = check_packs(scrub, store);
	struct ids ids = {0};

	if (error)
		return error;
	if (git_odb_foreach(store->odb, take_id, &ids) != 0)
		report(scrub, "objects", git_error_last() ? git_error_last()->message : "cannot be listed");
	for (size_t i = 0; i < ids.count; i++)
		check_object(scrub, store, &ids.list[i]);
	ch_arena_clear(&ids.arena);
	return NULL;
}

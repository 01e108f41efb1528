#include "depot.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define PREFIX "chancery-"

enum { CHUNK = 256 * 1024 };

bool
ch_depot_path(char path[4096], const char *archive, const uint8_t digest[SHA256_SIZE])
{
	char hex[HEX_DIGEST + 1];

	text_put_hex(hex, digest, SHA256_SIZE);
	return snprintf(path, 4096, "%s/lfs/objects/%.2s/%.2s/%s", archive, hex, hex + 2, hex) < 4096;
}

/* ---- putting ---- */

static bool
sync_directory(const char *path)
{
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	bool synced = fd >= 0 && fsync(fd) == 0;

	if (fd >= 0)
		close(fd);
	return synced;
}

static bool
sync_parent(char *path)
{
	char *slash = strrchr(path, '/');
	bool synced;

	*slash = '\0';
	synced = sync_directory(path);
	*slash = '/';
	return synced;
}

/* Its sticky bit says that whoever has made it may not have come to syncing the one that it is in: whoever needs it next does that, too. */
static const struct ch_error *
make_directory(char *path)
{
	struct stat st;

	if ((mkdir(path, 0777 | S_ISVTX) < 0 && errno != EEXIST) || stat(path, &st) < 0)
		return ch_fail_errno("cannot create '%s'", path);
	if ((st.st_mode & S_ISVTX) == 0)
		return NULL;
	if (!sync_parent(path))
		return ch_fail_errno("cannot sync the directory that holds '%s'", path);
	chmod(path, st.st_mode & 07777 & ~(mode_t)S_ISVTX); /* somebody else's stays so, and is synced each time */
	return NULL;
}

/* Makes each directory of `path` behind `archive`, but for its last component: they are there for good. */
static const struct ch_error *
make_directories(char *path, size_t archive)
{
	const struct ch_error *error = NULL;

	for (char *at = path + archive + 1; error == NULL && (at = strchr(at, '/')); *at++ = '/') {
		*at = '\0';
		error = make_directory(path);
	}
	return error;
}

/* Its lock says that somebody writes it; one that was swept before it had that is made again. */
static const struct ch_error *
create(struct ch_deposit *deposit)
{
	struct stat st = {0};

	while (st.st_nlink == 0) {
		if (deposit->file >= 0)
			close(deposit->file);
		memcpy(strrchr(deposit->path, '/') + 1, PREFIX "XXXXXX", sizeof(PREFIX "XXXXXX"));
		if ((deposit->file = mkostemp(deposit->path, O_CLOEXEC)) < 0 || flock(deposit->file, LOCK_EX) < 0 || fstat(deposit->file, &st) < 0)
			return ch_fail_errno("cannot create a file in '%s/lfs/tmp'", deposit->archive);
	}
	return NULL;
}

const struct ch_error *
ch_deposit_begin(struct ch_deposit *deposit, const char *archive)
{
	const struct ch_error *error;

	*deposit = (struct ch_deposit){.archive = archive, .file = -1};
	wire_sha256_init(&deposit->hash);
	if (snprintf(deposit->path, sizeof(deposit->path), "%s/lfs/tmp/" PREFIX "XXXXXX", archive) >= (int)sizeof(deposit->path)) {
		deposit->path[0] = '\0';
		return ch_fail(CH_USAGE, "the path of the archive is too long");
	}
	if ((error = make_directories(deposit->path, strlen(archive))) == NULL)
		error = create(deposit);
	if (error)
		deposit->path[0] = '\0';
	return error;
}

const struct ch_error *
ch_deposit_add(struct ch_deposit *deposit, struct span bytes)
{
	wire_sha256_update(&deposit->hash, bytes);
	deposit->size += bytes.len;
	while (bytes.len) {
		ssize_t n = write(deposit->file, bytes.data, bytes.len);

		if (n < 0 && errno != EINTR)
			return ch_fail_errno("cannot write '%s'", deposit->path);
		if (n > 0)
			bytes = span_skip(bytes, (size_t)n);
	}
	return NULL;
}

static const struct ch_error *
move_into_place(struct ch_deposit *deposit, const struct ch_pointer *pointer)
{
	const struct ch_error *error;
	char path[4096];

	if (!ch_depot_path(path, deposit->archive, pointer->digest))
		return ch_fail(CH_USAGE, "the path of the archive is too long");
	if (fchmod(deposit->file, 0444) < 0 || fsync(deposit->file) < 0)
		return ch_fail_errno("cannot write '%s'", deposit->path);
	if ((error = make_directories(path, strlen(deposit->archive))))
		return error;
	if (rename(deposit->path, path) < 0)
		return ch_fail_errno("cannot create '%s'", path);
	deposit->path[0] = '\0';
	*strrchr(path, '/') = '\0';
	return sync_directory(path) ? NULL : ch_fail_errno("cannot sync '%s'", path);
}

const struct ch_error *
ch_deposit_end(struct ch_pointer *pointer, struct ch_deposit *deposit)
{
	const struct ch_error *error;

	wire_sha256_final(&deposit->hash, pointer->digest);
	pointer->size = deposit->size;
	error = move_into_place(deposit, pointer);
	if (error == NULL)
		ch_deposit_give_up(deposit);
	return error;
}

const struct ch_error *
ch_deposit_end_as(struct ch_deposit *deposit, const struct ch_pointer *pointer)
{
	const struct ch_error *error;
	struct ch_pointer is = {.size = deposit->size};

	wire_sha256_final(&deposit->hash, is.digest);
	if (is.size != pointer->size || memcmp(is.digest, pointer->digest, SHA256_SIZE) != 0)
		return ch_refuse(WIRE_WRONG_CONTENT, "the %" PRIu64 " bytes that came are not those of this SHA-256 and size; send them again", is.size);
	if ((error = move_into_place(deposit, pointer)) == NULL)
		ch_deposit_give_up(deposit);
	return error;
}

void
ch_deposit_give_up(struct ch_deposit *deposit)
{
	if (deposit->archive == NULL)
		return;
	if (deposit->path[0])
		unlink(deposit->path);
	if (deposit->file >= 0)
		close(deposit->file);
	*deposit = (struct ch_deposit){.file = -1};
}

static const struct ch_error *
end_or_give_up(struct ch_pointer *pointer, struct ch_deposit *deposit, const struct ch_error *error)
{
	if (error == NULL)
		error = ch_deposit_end(pointer, deposit);
	if (error)
		ch_deposit_give_up(deposit);
	return error;
}

const struct ch_error *
ch_depot_put(struct ch_pointer *pointer, const char *archive, struct span bytes)
{
	struct ch_deposit deposit;
	const struct ch_error *error;

	if ((error = ch_deposit_begin(&deposit, archive)) == NULL)
		error = ch_deposit_add(&deposit, bytes);
	return end_or_give_up(pointer, &deposit, error);
}

/* Calls `each` with the bytes of a file from the start on. */
static const struct ch_error *
read_through(int file, const char *what, const struct ch_error *(*each)(void *context, struct span bytes), void *context)
{
	const struct ch_error *error = NULL;
	uint8_t *buffer = malloc(CHUNK);
	off_t at = 0;
	ssize_t got;

	if (buffer == NULL)
		abort();
	while (error == NULL && ((got = pread(file, buffer, CHUNK, at)) > 0 || (got < 0 && errno == EINTR)))
		if (got > 0) {
			error = each(context, span_of(buffer, (size_t)got));
			at += got;
		}
	if (error == NULL && got < 0)
		error = ch_fail_errno("cannot read %s", what);
	free(buffer);
	return error;
}

static const struct ch_error *
add_bytes(void *context, struct span bytes)
{
	return ch_deposit_add(context, bytes);
}

const struct ch_error *
ch_depot_put_file(struct ch_pointer *pointer, const char *archive, int file)
{
	struct ch_deposit deposit;
	const struct ch_error *error;

	if ((error = ch_deposit_begin(&deposit, archive)) == NULL)
		error = read_through(file, "what is to be stored", add_bytes, &deposit);
	return end_or_give_up(pointer, &deposit, error);
}

/* ---- reading ---- */

static const struct ch_error *
absent(const struct ch_pointer *pointer)
{
	char hex[HEX_DIGEST + 1];

	text_put_hex(hex, pointer->digest, SHA256_SIZE);
	return ch_fail(CH_UNKNOWN, "content %s is not here; chancery-sync --fetch brings it to a clone", hex);
}

static const struct ch_error *
wrong(const struct ch_pointer *pointer)
{
	char hex[HEX_DIGEST + 1];

	text_put_hex(hex, pointer->digest, SHA256_SIZE);
	return ch_refuse(WIRE_WRONG_CONTENT, "content %s is damaged: these are other bytes; bring it again", hex);
}

const struct ch_error *
ch_depot_open(int *file, const char *archive, const struct ch_pointer *pointer)
{
	char path[4096];
	struct stat st;

	if (!ch_depot_path(path, archive, pointer->digest))
		return ch_fail(CH_USAGE, "the path of the archive is too long");
	*file = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (*file < 0)
		return errno == ENOENT ? absent(pointer) : ch_fail_errno("cannot open '%s'", path);
	if (fstat(*file, &st) == 0 && S_ISREG(st.st_mode) && (uint64_t)st.st_size == pointer->size)
		return NULL;
	close(*file);
	*file = -1;
	return wrong(pointer);
}

const struct ch_error *
ch_depot_find(struct ch_pointer *pointer, const char *archive)
{
	char path[4096];
	struct stat st;

	if (!ch_depot_path(path, archive, pointer->digest))
		return ch_fail(CH_USAGE, "the path of the archive is too long");
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? absent(pointer) : ch_fail_errno("cannot look at '%s'", path);
	if (!S_ISREG(st.st_mode))
		return wrong(pointer);
	pointer->size = (uint64_t)st.st_size;
	return NULL;
}

const struct ch_error *
ch_depot_read(const char *archive, const struct ch_pointer *pointer, const struct ch_error *(*each)(void *context, struct span bytes), void *context)
{
	const struct ch_error *error;
	int file;

	if ((error = ch_depot_open(&file, archive, pointer)))
		return error;
	error = read_through(file, "large content", each, context);
	close(file);
	return error;
}

const struct ch_error *
ch_depot_copy(const char *to, const char *from, const struct ch_pointer *pointer)
{
	const struct ch_error *error;
	struct ch_deposit deposit;
	int file;

	if ((error = ch_depot_open(&file, from, pointer)))
		return error;
	if ((error = ch_deposit_begin(&deposit, to)) == NULL && (error = read_through(file, "large content", add_bytes, &deposit)) == NULL)
		error = ch_deposit_end_as(&deposit, pointer);
	close(file);
	if (error)
		ch_deposit_give_up(&deposit);
	return error && error->code == WIRE_WRONG_CONTENT ? wrong(pointer) : error;
}

struct gathering {
	uint8_t *at;
	size_t room; /* the file may grow while it is read */
};

static const struct ch_error *
gather(void *context, struct span bytes)
{
	struct gathering *g = context;
	size_t len = bytes.len < g->room ? bytes.len : g->room;

	memcpy(g->at, bytes.data, len);
	g->at += len;
	g->room -= len;
	return NULL;
}

const struct ch_error *
ch_depot_get(struct span *bytes, const char *archive, const struct ch_pointer *pointer, struct ch_arena *arena)
{
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];
	struct gathering g;
	uint8_t *out;
	int file;

	if ((error = ch_depot_open(&file, archive, pointer)))
		return error;
	out = ch_arena_alloc(arena, (size_t)pointer->size + 1);
	g = (struct gathering){out, (size_t)pointer->size};
	error = read_through(file, "large content", gather, &g);
	close(file);
	if (error)
		return error;
	*bytes = span_of(out, (size_t)pointer->size - g.room);
	wire_sha256_of(digest, *bytes);
	return memcmp(digest, pointer->digest, sizeof(digest)) == 0 ? NULL : wrong(pointer);
}

const struct ch_error *
ch_depot_follow(struct span *content, const char *archive, struct ch_arena *arena)
{
	struct ch_pointer pointer;

	return ch_pointer_read(&pointer, *content) ? ch_depot_get(content, archive, &pointer, arena) : NULL;
}

const struct ch_error *
ch_depot_has(bool *has, const char *archive, const struct ch_pointer *pointer)
{
	char path[4096];
	struct stat st;

	if (!ch_depot_path(path, archive, pointer->digest))
		return ch_fail(CH_USAGE, "the path of the archive is too long");
	*has = false;
	if (lstat(path, &st) < 0)
		return errno == ENOENT ? NULL : ch_fail_errno("cannot look at '%s'", path);
	*has = S_ISREG(st.st_mode) && (uint64_t)st.st_size == pointer->size;
	return NULL;
}

static const struct ch_error *
hash_bytes(void *context, struct span bytes)
{
	wire_sha256_update(context, bytes);
	return NULL;
}

static const struct ch_error *
check(const char *archive, const struct ch_pointer *pointer, bool settle)
{
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];
	struct wire_sha256 hash;
	char path[4096];
	int file;

	if ((error = ch_depot_open(&file, archive, pointer)))
		return error;
	wire_sha256_init(&hash);
	error = read_through(file, "large content", hash_bytes, &hash);
	wire_sha256_final(&hash, digest);
	if (error == NULL && memcmp(digest, pointer->digest, sizeof(digest)) != 0)
		error = wrong(pointer);
	if (error == NULL && settle) {
		ch_depot_path(path, archive, pointer->digest);
		if (fsync(file) < 0)
			error = ch_fail_errno("cannot sync '%s'", path);
		for (int up = 0; error == NULL && up < 3; up++) { /* bb, aa, objects */
			*strrchr(path, '/') = '\0';
			if (!sync_directory(path))
				error = ch_fail_errno("cannot sync '%s'", path);
		}
	}
	close(file);
	return error;
}

const struct ch_error *
ch_depot_check(const char *archive, const struct ch_pointer *pointer)
{
	return check(archive, pointer, false);
}

const struct ch_error *
ch_depot_settle(const char *archive, const struct ch_pointer *pointer)
{
	return check(archive, pointer, true);
}

/* ---- leftovers ---- */

void
ch_depot_sweep(const char *archive)
{
	struct ch_arena arena = {0};
	DIR *entries = opendir(ch_arena_format(&arena, "%s/lfs/tmp", archive));
	const struct dirent *entry;

	while (entries && (entry = readdir(entries))) {
		int file;

		if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) != 0)
			continue;
		file = openat(dirfd(entries), entry->d_name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
		if (file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
			unlinkat(dirfd(entries), entry->d_name, 0);
		if (file >= 0)
			close(file);
	}
	if (entries)
		closedir(entries);
	ch_arena_clear(&arena);
}

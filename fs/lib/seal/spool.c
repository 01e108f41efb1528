#include "spool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "wire/armor.h"
#include "wire/commit.h"

enum { NAME_SIZE = 40 };

static const struct ch_error *
open_root(int *root, struct ch_store *store)
{
	char path[PATH_MAX];
	int size = snprintf(path, sizeof(path), "%s/chancery/spool", store->path);

	if (size < 0 || (size_t)size >= sizeof(path))
		return ch_fail(CH_USAGE, "'%s': path too long", store->path);
	if ((*root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return ch_fail_errno("cannot open '%s'", path);
	return NULL;
}

const struct ch_error *
ch_spool_open(struct ch_spool *spool, struct ch_store *store, const uint8_t session[SHA256_SIZE])
{
	char name[2 * SHA256_SIZE + 1];
	const struct ch_error *error;
	int root;

	*spool = (struct ch_spool){.directory = -1};
	memcpy(spool->session, session, SHA256_SIZE);
	if ((error = open_root(&root, store)))
		return error;
	text_put_hex(name, session, SHA256_SIZE);
	if ((mkdirat(root, name, 0700) != 0 && errno != EEXIST) || fsync(root) != 0 ||
	    (spool->directory = openat(root, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		error = ch_fail_errno("cannot make the spool '%s'", name);
	close(root);
	if (error == NULL && flock(spool->directory, LOCK_EX | LOCK_NB) != 0)
		error = ch_fail(CH_LATER, "another program works on what the seal has reported in session %.16s", name);
	return error;
}

void
ch_spool_close(struct ch_spool *spool)
{
	if (spool->directory >= 0)
		close(spool->directory);
	spool->directory = -1;
}

/* Calls visit() for each name that does not begin with a dot; its error ends it. */
static const struct ch_error *
for_each_name(int directory, const struct ch_error *(*visit)(void *context, const char *name), void *context)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *names = copy < 0 ? NULL : fdopendir(copy);
	const struct ch_error *error = NULL;
	struct dirent *entry;

	if (names == NULL) {
		error = ch_fail_errno("cannot read the spool");
		if (copy >= 0)
			close(copy);
		return error;
	}
	while (error == NULL && (entry = readdir(names)))
		if (entry->d_name[0] != '.')
			error = visit(context, entry->d_name);
	closedir(names);
	return error;
}

static const char *
reserve_name(char name[NAME_SIZE], unsigned i)
{
	snprintf(name, NAME_SIZE, ".reserve-%u", i);
	return name;
}

static void
drop_reserves(struct ch_spool *spool)
{
	char name[NAME_SIZE];

	for (unsigned i = 0; i < SPOOL_RESERVES; i++)
		unlinkat(spool->directory, reserve_name(name, i), 0);
}

static const struct ch_error *
remove_file(void *context, const char *name)
{
	return unlinkat(*(int *)context, name, 0) == 0 ? NULL : ch_fail_errno("cannot remove '%s' from the spool", name);
}

const struct ch_error *
ch_spool_remove(struct ch_spool *spool, struct ch_store *store)
{
	char name[2 * SHA256_SIZE + 1];
	const struct ch_error *error = for_each_name(spool->directory, remove_file, &spool->directory);
	int root;

	drop_reserves(spool);
	ch_spool_close(spool);
	if (error || (error = open_root(&root, store)))
		return error;
	text_put_hex(name, spool->session, SHA256_SIZE);
	if (unlinkat(root, name, AT_REMOVEDIR) != 0)
		error = ch_fail_errno("cannot remove the spool '%s'", name);
	close(root);
	return error;
}

struct listing {
	struct ch_arena *arena;
	uint8_t (*sessions)[SHA256_SIZE];
	size_t count;
};

static const struct ch_error *
list_session(void *context, const char *name)
{
	struct listing *l = context;
	uint8_t session[SHA256_SIZE];

	if (!text_get_hex(session, sizeof(session), span_text(name)))
		return NULL;
	l->sessions = ch_arena_grow(l->arena, l->sessions, l->count, sizeof(session));
	memcpy(l->sessions[l->count++], session, sizeof(session));
	return NULL;
}

static int
by_bytes(const void *a, const void *b)
{
	return memcmp(a, b, SHA256_SIZE);
}

const struct ch_error *
ch_spool_sessions(uint8_t (**sessions)[SHA256_SIZE], size_t *count, struct ch_store *store, struct ch_arena *arena)
{
	struct listing l = {.arena = arena};
	const struct ch_error *error;
	int root;

	if ((error = open_root(&root, store)))
		return error;
	error = for_each_name(root, list_session, &l);
	close(root);
	if (l.count)
		qsort(l.sessions, l.count, SHA256_SIZE, by_bytes);
	*sessions = l.sessions;
	*count = l.count;
	return error;
}

static const struct ch_error *
reserve(struct ch_spool *spool, unsigned i)
{
	off_t size = i ? SPOOL_RESERVE_SMALL : SPOOL_RESERVE;
	const struct ch_error *error = NULL;
	char name[NAME_SIZE];
	int fd = openat(spool->directory, reserve_name(name, i), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	if (fd < 0 || (errno = posix_fallocate(fd, 0, size)) != 0)
		error = ch_fail_errno("cannot set %d MiB aside in the spool for photos", SPOOL_RESERVE >> 20);
	if (fd >= 0)
		close(fd);
	return error;
}

const struct ch_error *
ch_spool_reserve(struct ch_spool *spool)
{
	const struct ch_error *error = NULL;

	for (unsigned i = 0; i < SPOOL_RESERVES && error == NULL; i++)
		error = reserve(spool, i);
	if (error)
		drop_reserves(spool);
	return error;
}

/* Writes to what is open as `from`, and gives it its name when it is durable. */
static bool
finish(struct ch_spool *spool, int fd, const char *from, const char *name, struct span content)
{
	bool done = fd >= 0 && ch_file_write(fd, content) && ftruncate(fd, (off_t)content.len) == 0 && fsync(fd) == 0 &&
		    renameat(spool->directory, from, spool->directory, name) == 0 && fsync(spool->directory) == 0;
	int failed = errno;

	if (fd >= 0)
		close(fd);
	errno = failed;
	return done;
}

/* Over the blocks of what was set aside: the smallest that is large enough and still there. */
static bool
put_in_reserve(struct ch_spool *spool, const char *name, struct span content)
{
	char from[NAME_SIZE];
	int fd = -1;

	spool->full = true;
	for (unsigned i = content.len <= SPOOL_RESERVE_SMALL ? SPOOL_RESERVES : 1; i-- > 0 && fd < 0;)
		fd = openat(spool->directory, reserve_name(from, i), O_WRONLY | O_CLOEXEC);
	return finish(spool, fd, from, name, content);
}

static const struct ch_error *
put(struct ch_spool *spool, const char *name, struct span content)
{
	int fd = openat(spool->directory, "incoming", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	if (finish(spool, fd, "incoming", name, content))
		return NULL;
	if ((errno == ENOSPC || errno == EDQUOT) && put_in_reserve(spool, name, content))
		return NULL;
	if (spool->full)
		errno = ENOSPC;
	return ch_fail_errno("cannot write '%s' to the spool", name);
}

static const struct ch_error *
get(struct span *content, struct ch_spool *spool, const char *name, struct ch_arena *arena)
{
	const struct ch_error *error;
	int fd = openat(spool->directory, name, O_RDONLY | O_CLOEXEC);
	struct stat st;

	*content = span_of(NULL, 0);
	if (fd < 0 && errno == ENOENT)
		return NULL;
	if (fd < 0 || fstat(fd, &st) != 0)
		error = ch_fail_errno("cannot read '%s' from the spool", name);
	else
		error = ch_file_read_open(content, fd, name, (size_t)st.st_size, arena);
	if (fd >= 0)
		close(fd);
	return error;
}

static const char *
receipt_name(char name[NAME_SIZE], uint64_t counter)
{
	snprintf(name, NAME_SIZE, "%" PRIu64 ".receipt", counter);
	return name;
}

static const char *
photo_name(char name[NAME_SIZE], uint64_t press)
{
	snprintf(name, NAME_SIZE, "%" PRIu64 ".jpg", press);
	return name;
}

const struct ch_error *
ch_spool_put_receipt(struct ch_spool *spool, uint64_t counter, struct span text, struct span packet)
{
	char name[NAME_SIZE], content[RECEIPT_MAX + COMMIT_SIGNATURE_MAX];
	size_t len = text.len, armored;

	if (faccessat(spool->directory, receipt_name(name, counter), F_OK, 0) == 0)
		return NULL;
	if (text.len > RECEIPT_MAX)
		return ch_refuse(WIRE_TOO_LONG, "receipt %" PRIu64, counter);
	memcpy(content, text.data, text.len);
	if ((armored = armor_write(content + len, sizeof(content) - len, ARMOR_SIGNATURE, packet)) == 0)
		return ch_refuse(WIRE_MALFORMED_SIGNATURE, "of receipt %" PRIu64, counter);
	return put(spool, name, span_of(content, len + armored));
}

const struct ch_error *
ch_spool_put_photo(struct ch_spool *spool, uint64_t press, struct span jpeg)
{
	char name[NAME_SIZE];

	return put(spool, photo_name(name, press), jpeg);
}

const struct ch_error *
ch_spool_receipt(struct span *signed_text, struct ch_spool *spool, uint64_t counter, struct ch_arena *arena)
{
	char name[NAME_SIZE];

	return get(signed_text, spool, receipt_name(name, counter), arena);
}

const struct ch_error *
ch_spool_photo(struct span *jpeg, struct ch_spool *spool, uint64_t press, struct ch_arena *arena)
{
	char name[NAME_SIZE];

	return get(jpeg, spool, photo_name(name, press), arena);
}

/* "12.jpg" */
static bool
read_name(uint64_t *number, const char *name, struct span ending)
{
	struct span text = span_text(name);

	return span_ends(text, ending) && text_get_number(number, span_of(text.data, text.len - ending.len));
}

struct gathering {
	struct ch_arena *arena;
	uint64_t *presses;
	size_t count;
};

static const struct ch_error *
gather_photo(void *context, const char *name)
{
	struct gathering *g = context;
	uint64_t press;

	if (read_name(&press, name, SPAN_LITERAL(".jpg"))) {
		g->presses = ch_arena_grow(g->arena, g->presses, g->count, sizeof(press));
		g->presses[g->count++] = press;
	}
	return NULL;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

const struct ch_error *
ch_spool_photos(uint64_t **presses, size_t *count, struct ch_spool *spool, struct ch_arena *arena)
{
	struct gathering g = {.arena = arena};
	const struct ch_error *error = for_each_name(spool->directory, gather_photo, &g);

	if (g.count)
		qsort(g.presses, g.count, sizeof(*g.presses), by_number);
	*presses = g.presses;
	*count = g.count;
	return error;
}

struct surveying {
	struct ch_spool *spool;
	struct ch_arena *arena;
	uint64_t recorded, receipts, told, photos; /* told: receipts of photos */
};

static const struct ch_error *
survey_file(void *context, const char *name)
{
	struct surveying *s = context;
	const struct ch_error *error;
	struct ch_signed_receipt r;
	enum wire_code code;
	struct span text;
	uint64_t number;

	s->photos += read_name(&number, name, SPAN_LITERAL(".jpg")) && number > s->recorded;
	if (!read_name(&number, name, SPAN_LITERAL(".receipt")) || number <= s->recorded)
		return NULL;
	if ((error = get(&text, s->spool, name, s->arena)))
		return error;
	s->receipts++;
	s->told += ch_receipts_next(&r, &text, &code) && r.receipt.kind == RECEIPT_PHOTO;
	return NULL;
}

const struct ch_error *
ch_spool_survey(struct ch_spool_survey *survey, struct ch_spool *spool, uint64_t recorded, struct ch_arena *arena)
{
	struct surveying s = {.spool = spool, .arena = arena, .recorded = recorded};
	const struct ch_error *error = for_each_name(spool->directory, survey_file, &s);

	*survey = (struct ch_spool_survey){.receipts = s.receipts, .owes_photo = s.photos > s.told};
	return error;
}

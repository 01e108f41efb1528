#include "locks.h"

#include <dirent.h>
#include <errno.h>
#include <pwd.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "wire/statement.h"

enum { LOCK_MAX = 2048 };

const struct ch_error *
ch_lock_read(struct ch_lock *lock, struct span text)
{
	struct span value, user, rest = text;
	int64_t time;

	*lock = (struct ch_lock){0};
	if (text.len <= LOCK_MAX && record_take(&value, &rest, "Format") && span_is(value, "1") && record_take(&lock->path, &rest, "Path") &&
	    record_take(&lock->owner, &rest, "Owner") && record_take(&user, &rest, "User") && text_get_number(&lock->user, user) &&
	    record_take(&lock->time, &rest, "Time") && text_get_time(&time, lock->time) && rest.len == 0)
		return NULL;
	return ch_refuse(WIRE_MALFORMED_RECORD, "not a lock");
}

static const char *
path_of(const char *archive, const char *id, struct ch_arena *arena)
{
	return ch_arena_format(arena, "%s/chancery/locks/%s", archive, id);
}

static const struct ch_error *
load(struct ch_lock *lock, const char *archive, const char *id, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span text;

	if ((error = ch_file_read(&text, path_of(archive, id, arena), LOCK_MAX, arena)) || (error = ch_lock_read(lock, text)))
		return error;
	lock->id = id;
	lock->ours = lock->user == geteuid();
	return NULL;
}

static struct span
owner_name(struct ch_arena *arena)
{
	const struct passwd *user = getpwuid(geteuid());
	struct span name = user ? ch_arena_copy(arena, span_text(user->pw_name)) : span_of(NULL, 0);

	return text_is_value(name) ? name : span_text(ch_arena_format(arena, "user %lu", (unsigned long)geteuid()));
}

static struct span
write_lock(struct span path, struct ch_arena *arena)
{
	char *text = ch_arena_alloc(arena, LOCK_MAX), time_text[TIME_TEXT + 1];
	size_t at = 0;

	text_put_time(time_text, time(NULL));
	record_put(text, LOCK_MAX, &at, "Format", SPAN_LITERAL("1"));
	record_put(text, LOCK_MAX, &at, "Path", path);
	record_put(text, LOCK_MAX, &at, "Owner", owner_name(arena));
	record_put(text, LOCK_MAX, &at, "User", ch_arena_number(arena, geteuid()));
	record_put(text, LOCK_MAX, &at, "Time", span_text(time_text));
	return span_of(text, at);
}

const struct ch_error *
ch_lock_take(struct ch_lock *lock, bool *taken, const char *archive, struct span path, struct ch_arena *arena)
{
	uint8_t digest[SHA256_SIZE];
	const struct ch_error *error;
	const char *id, *file;

	*taken = false;
	if (!text_is_value(path))
		return ch_fail(CH_USAGE, "what is to be locked is no path of at most %d bytes", VALUE_MAX);
	wire_sha256_of(digest, path);
	id = (const char *)ch_arena_hex(arena, digest, CH_LOCK_ID_SIZE).data;
	file = path_of(archive, id, arena);
	if ((error = ch_file_directories(file)))
		return error;
	error = ch_file_create(file, write_lock(path, arena), 0644);
	*taken = error == NULL;
	return error && error->class != CH_REFUSED ? error : load(lock, archive, id, arena);
}

const struct ch_error *
ch_lock_give_up(struct ch_lock *lock, const char *archive, struct span id, bool force, struct ch_arena *arena)
{
	const char *name = ch_arena_text(arena, id);
	uint8_t bytes[CH_LOCK_ID_SIZE];
	const struct ch_error *error;
	struct stat st;

	if (!text_get_hex(bytes, sizeof(bytes), id))
		return ch_fail(CH_UNKNOWN, "there is no lock of that id");
	if ((error = load(lock, archive, name, arena)))
		return error->errnum == ENOENT ? ch_fail(CH_UNKNOWN, "there is no lock of that id") : error;
	if (!lock->ours && !(force && stat(archive, &st) == 0 && (st.st_uid == geteuid() || geteuid() == 0)))
		return ch_refuse(WIRE_NOT_ALLOWED, "it is the lock of %.*s%s", (int)lock->owner.len, (const char *)lock->owner.data,
				 force ? "; only who owns the archive's files takes it away" : "");
	return ch_file_remove(path_of(archive, name, arena));
}

static int
by_id(const void *a, const void *b)
{
	return strcmp(((const struct ch_lock *)a)->id, ((const struct ch_lock *)b)->id);
}

const struct ch_error *
ch_locks(struct ch_lock **locks, size_t *count, const char *archive, struct ch_arena *arena)
{
	DIR *entries = opendir(path_of(archive, "", arena));
	const struct ch_error *error = NULL;
	uint8_t bytes[CH_LOCK_ID_SIZE];
	const struct dirent *entry;

	*locks = NULL;
	*count = 0;
	if (entries == NULL)
		return errno == ENOENT ? NULL : ch_fail_errno("cannot read the locks of '%s'", archive);
	while (error == NULL && *count < CH_LOCKS_MAX && (entry = readdir(entries))) {
		struct ch_lock lock;

		if (!text_get_hex(bytes, sizeof(bytes), span_text(entry->d_name)))
			continue;
		error = load(&lock, archive, ch_arena_text(arena, span_text(entry->d_name)), arena);
		if (error && error->errnum == ENOENT) {
			error = NULL; /* given up at this moment */
			continue;
		}
		*locks = ch_arena_grow(arena, *locks, *count, sizeof(lock));
		(*locks)[(*count)++] = lock;
	}
	closedir(entries);
	if (error == NULL && *count)
		qsort(*locks, *count, sizeof(**locks), by_id);
	return error;
}

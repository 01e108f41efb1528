#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "times_inside.h"

enum { VERSION = 2, BEFORE_MAKERS = 1, PATH_SIZE = 4096 + 32 };

struct times_kept {
	char path[PATH_SIZE];
	sqlite3 *database;
	sqlite3_stmt *read, *put, *drop, *clear, *stand, *set_stand;
};

static const char schema[] = "CREATE TABLE IF NOT EXISTS directory (path BLOB PRIMARY KEY, tree BLOB NOT NULL, entries BLOB NOT NULL, makers BLOB) WITHOUT ROWID;"
			     "CREATE TABLE IF NOT EXISTS stand (one INTEGER PRIMARY KEY CHECK (one = 1), page BLOB NOT NULL, tree BLOB NOT NULL, changed INTEGER NOT NULL);"
			     "PRAGMA user_version = 2;";
static const char add_makers[] = "BEGIN; ALTER TABLE directory ADD COLUMN makers BLOB; PRAGMA user_version = 2; COMMIT;";

static const struct ch_error *
fail(const struct times_kept *kept)
{
	return ch_fail(CH_IO, "cannot keep times in '%s': %s", kept->path, sqlite3_errmsg(kept->database));
}

/*
 * For one process only: memory shared with others is a file mapped, and where there is no room for that the drive would end (SIGBUS). Nobody waits until it is on disk.
 */
static bool
prepare(struct times_kept *kept, int64_t version)
{
	static const char settings[] = "PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -64;";
	const struct {
		sqlite3_stmt **statement;
		const char *text;
	} statements[] = {
		{&kept->read, "SELECT tree, entries, makers FROM directory WHERE path = ?1"},
		{&kept->put, "REPLACE INTO directory (path, tree, entries, makers) VALUES (?1, ?2, ?3, ?4)"},
		{&kept->drop, "DELETE FROM directory WHERE path = ?1"},
		{&kept->clear, "DELETE FROM directory"},
		{&kept->stand, "SELECT page, tree, changed FROM stand"},
		{&kept->set_stand, "REPLACE INTO stand (one, page, tree, changed) VALUES (1, ?1, ?2, ?3)"},
	};
	bool good = sqlite3_exec(kept->database, settings, NULL, NULL, NULL) == SQLITE_OK &&
		    (version == VERSION || sqlite3_exec(kept->database, version == BEFORE_MAKERS ? add_makers : schema, NULL, NULL, NULL) == SQLITE_OK);

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]) && good; i++)
		good = sqlite3_prepare_v3(kept->database, statements[i].text, -1, SQLITE_PREPARE_PERSISTENT, statements[i].statement, NULL) == SQLITE_OK;
	return good;
}

static int64_t
version_of(sqlite3 *database)
{
	sqlite3_stmt *statement = NULL;
	int64_t version = -1;

	if (sqlite3_prepare_v2(database, "PRAGMA user_version", -1, &statement, NULL) == SQLITE_OK && sqlite3_step(statement) == SQLITE_ROW)
		version = sqlite3_column_int64(statement, 0);
	sqlite3_finalize(statement);
	return version;
}

static void
close_database(struct times_kept *kept)
{
	sqlite3_stmt **const statements[] = {&kept->read, &kept->put, &kept->drop, &kept->clear, &kept->stand, &kept->set_stand};

	for (size_t i = 0; i < sizeof(statements) / sizeof(statements[0]); i++) {
		sqlite3_finalize(*statements[i]);
		*statements[i] = NULL;
	}
	sqlite3_close(kept->database);
	kept->database = NULL;
}

/* False, too, when it is of another version. */
static bool
open_file(struct times_kept *kept)
{
	int file = open(kept->path, O_RDWR | O_CREAT | O_CLOEXEC, 0600); /* sqlite would let everybody read it */
	int64_t version;

	if (file >= 0)
		close(file);
	if (sqlite3_open_v2(kept->path, &kept->database, SQLITE_OPEN_READWRITE, NULL) != SQLITE_OK)
		return false;
	version = version_of(kept->database);
	return version >= 0 && version <= VERSION && prepare(kept, version);
}

/* Rather than that there is no room, no right or somebody else. */
static bool
is_damage(int code)
{
	return code == SQLITE_CORRUPT || code == SQLITE_NOTADB || code == SQLITE_ERROR || code == SQLITE_OK || code == SQLITE_ROW || code == SQLITE_DONE;
}

static void
remove_file(const struct times_kept *kept)
{
	static const char *const ends[] = {"", "-wal", "-shm", "-journal"};
	char path[PATH_SIZE + 16];

	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		snprintf(path, sizeof(path), "%s%s", kept->path, ends[i]);
		unlink(path);
	}
}

static char *
uri_of_unchanging(const char *path)
{
	sqlite3_str *uri = sqlite3_str_new(NULL);

	sqlite3_str_appendall(uri, "file:");
	for (; *path; path++)
		sqlite3_str_appendf(uri, strchr("%?#", *path) ? "%%%02X" : "%c", *path);
	sqlite3_str_appendall(uri, "?immutable=1");
	return sqlite3_str_finish(uri);
}

static int
open_closed(sqlite3 **file, const char *path)
{
	char *uri = uri_of_unchanging(path);
	int result = sqlite3_open_v2(uri, file, SQLITE_OPEN_READONLY | SQLITE_OPEN_URI, NULL);

	sqlite3_free(uri);
	return result;
}

/* Without locks, shared memory, and putting the log where it belongs. */
static int
open_left(sqlite3 **file, const char *path)
{
	int result = sqlite3_open_v2(path, file, SQLITE_OPEN_READONLY, "unix-none");

	if (result == SQLITE_OK)
		result = sqlite3_db_config(*file, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	return result == SQLITE_OK ? sqlite3_exec(*file, "PRAGMA locking_mode = EXCLUSIVE", NULL, NULL, NULL) : result;
}

/* To read what nobody writes to, and to leave each of its files as it is: closed, or with the log of a drive that was killed. */
static int
open_to_look(sqlite3 **file, const char *path)
{
	char log[PATH_SIZE + 16];

	snprintf(log, sizeof(log), "%s-wal", path);
	return access(log, F_OK) == 0 ? open_left(file, path) : open_closed(file, path);
}

/* What it holds; nothing when it is of another version. */
static int
copy(sqlite3 *to, sqlite3 *from)
{
	int result, version = (int)version_of(from);
	sqlite3_backup *copying;

	if (version < BEFORE_MAKERS || version > VERSION)
		return version < 0 ? sqlite3_errcode(from) : SQLITE_OK;
	copying = sqlite3_backup_init(to, "main", from, "main");
	result = copying ? sqlite3_backup_step(copying, -1) : sqlite3_errcode(to);
	sqlite3_backup_finish(copying);
	return result == SQLITE_DONE ? SQLITE_OK : result;
}

static int
copy_from(sqlite3 *to, const char *path, int (*open_it)(sqlite3 **, const char *))
{
	sqlite3 *from = NULL;
	int result = open_it(&from, path);

	if (result == SQLITE_OK)
		result = copy(to, from);
	sqlite3_close(from);
	return result;
}

/* Without a file there is nothing in it; one that is damaged is as good as none. */
static const struct ch_error *
open_memory(struct times_kept *kept)
{
	int result;

	if (sqlite3_open(":memory:", &kept->database) != SQLITE_OK)
		return fail(kept);
	result = access(kept->path, F_OK) != 0 && errno == ENOENT ? SQLITE_OK : copy_from(kept->database, kept->path, open_to_look);
	if (result != SQLITE_OK && !is_damage(result))
		return ch_fail(CH_IO, "cannot read '%s': %s", kept->path, sqlite3_errstr(result));
	if (result != SQLITE_OK) {
		sqlite3_close(kept->database);
		if (sqlite3_open(":memory:", &kept->database) != SQLITE_OK)
			return fail(kept);
	}
	return prepare(kept, version_of(kept->database)) ? NULL : fail(kept);
}

/* A column that must have so many bytes. */
static bool
get_bytes(uint8_t *out, sqlite3_stmt *statement, int column, size_t len)
{
	const void *bytes = sqlite3_column_blob(statement, column);

	if (bytes == NULL || (size_t)sqlite3_column_bytes(statement, column) != len)
		return false;
	memcpy(out, bytes, len);
	return true;
}

static bool
read_stand(struct times_stand *stand, struct times_kept *kept)
{
	int result = sqlite3_step(kept->stand);

	*stand = (struct times_stand){0};
	if (result == SQLITE_ROW)
		stand->any = get_bytes(stand->page.id, kept->stand, 0, sizeof(stand->page.id)) && get_bytes(stand->tree.id, kept->stand, 1, sizeof(stand->tree.id));
	if (stand->any)
		stand->changed = sqlite3_column_int64(kept->stand, 2);
	sqlite3_reset(kept->stand);
	return result == SQLITE_ROW || result == SQLITE_DONE;
}

const struct ch_error *
times_kept_open(struct times_kept **out, struct times_stand *stand, const char *archive, bool read_only)
{
	struct times_kept *kept = calloc(1, sizeof(*kept));
	const struct ch_error *error;

	if (kept == NULL)
		abort();
	*out = kept;
	snprintf(kept->path, sizeof(kept->path), "%s/chancery/times", archive);
	if (read_only)
		return (error = open_memory(kept)) || read_stand(stand, kept) ? error : fail(kept);
	if (open_file(kept) && read_stand(stand, kept))
		return NULL;
	if (!is_damage(sqlite3_errcode(kept->database)))
		return fail(kept);
	close_database(kept);
	remove_file(kept);
	return open_file(kept) && read_stand(stand, kept) ? NULL : fail(kept);
}

void
times_kept_close(struct times_kept *kept)
{
	if (kept == NULL)
		return;
	close_database(kept);
	free(kept);
}

static void
bind(sqlite3_stmt *statement, int i, const void *bytes, size_t len)
{
	static const uint8_t nothing;

	sqlite3_bind_blob64(statement, i, bytes ? bytes : &nothing, len, SQLITE_STATIC);
}

static const struct ch_error *
finish(const struct times_kept *kept, sqlite3_stmt *statement, int expected)
{
	int result = sqlite3_step(statement);
	const struct ch_error *error = result == expected ? NULL : fail(kept);

	sqlite3_reset(statement);
	return error;
}

const struct ch_error *
times_kept_read(struct times_row *row, struct times_kept *kept, struct span path, struct ch_arena *arena)
{
	const struct ch_error *error = NULL;
	size_t len;
	int result;

	*row = (struct times_row){.path = path};
	bind(kept->read, 1, path.data, path.len);
	result = sqlite3_step(kept->read);
	if (result == SQLITE_ROW && get_bytes(row->tree.id, kept->read, 0, sizeof(row->tree.id))) {
		len = (size_t)sqlite3_column_bytes(kept->read, 1);
		row->there = len % TIMES_RECORD == 0;
		row->count = len / TIMES_RECORD;
		row->entries = ch_arena_alloc(arena, len + 1);
		if (len)
			memcpy(row->entries, sqlite3_column_blob(kept->read, 1), len);
		row->makers = ch_arena_alloc(arena, row->count * TIMES_MAKER + 1); /* zeros, unless there are as many */
		get_bytes(row->makers, kept->read, 2, row->count * TIMES_MAKER);
	} else if (result != SQLITE_ROW && result != SQLITE_DONE) {
		error = fail(kept);
	}
	sqlite3_reset(kept->read);
	return error;
}

static bool
has_makers(const struct times_row *row)
{
	for (size_t i = 0; i < row->count * TIMES_MAKER; i++)
		if (row->makers[i])
			return true;
	return false;
}

static const struct ch_error *
write_row(struct times_kept *kept, const struct times_row *row)
{
	sqlite3_stmt *statement = row->there ? kept->put : kept->drop;

	bind(statement, 1, row->path.data, row->path.len);
	if (row->there) {
		bind(statement, 2, row->tree.id, sizeof(row->tree.id));
		bind(statement, 3, row->entries, row->count * TIMES_RECORD);
		if (has_makers(row))
			bind(statement, 4, row->makers, row->count * TIMES_MAKER);
		else
			sqlite3_bind_null(statement, 4);
	}
	return finish(kept, statement, SQLITE_DONE);
}

static const struct ch_error *
write_all(struct times_kept *kept, struct times_row *const *rows, size_t count, bool anew, const struct times_stand *stand)
{
	const struct ch_error *error = anew ? finish(kept, kept->clear, SQLITE_DONE) : NULL;

	for (size_t i = 0; i < count && error == NULL; i++)
		if (rows[i]->changed)
			error = write_row(kept, rows[i]);
	if (error)
		return error;
	bind(kept->set_stand, 1, stand->page.id, sizeof(stand->page.id));
	bind(kept->set_stand, 2, stand->tree.id, sizeof(stand->tree.id));
	sqlite3_bind_int64(kept->set_stand, 3, stand->changed);
	return finish(kept, kept->set_stand, SQLITE_DONE);
}

const struct ch_error *
times_kept_write(struct times_kept *kept, struct times_row *const *rows, size_t count, bool anew, const struct times_stand *stand)
{
	const struct ch_error *error;

	if (sqlite3_exec(kept->database, "BEGIN IMMEDIATE", NULL, NULL, NULL) != SQLITE_OK)
		return fail(kept);
	error = write_all(kept, rows, count, anew, stand);
	if (error == NULL && sqlite3_exec(kept->database, "COMMIT", NULL, NULL, NULL) != SQLITE_OK)
		error = fail(kept);
	if (error)
		sqlite3_exec(kept->database, "ROLLBACK", NULL, NULL, NULL);
	return error;
}

/* ---- a copy, while a drive goes on ---- */

enum { TRIES = 200, APART = 20 * 1000 * 1000 /* nanoseconds, more than the clock of files needs to go on */ };

struct written {
	struct timespec file, log;
	off_t file_size, log_size;
};

/* When it was written to last. */
static struct written
written(const char *path)
{
	struct written last = {0};
	char log[PATH_SIZE + 16];
	struct stat st;

	snprintf(log, sizeof(log), "%s-wal", path);
	if (stat(path, &st) == 0) {
		last.file = st.st_mtim;
		last.file_size = st.st_size;
	}
	if (stat(log, &st) == 0) {
		last.log = st.st_mtim;
		last.log_size = st.st_size;
	}
	return last;
}

static void
pause_for(long nanoseconds)
{
	nanosleep(&(struct timespec){.tv_nsec = nanoseconds}, NULL);
}

/* Read without locks: what was written to meanwhile is read again. It is written to for each save only. */
static int
copy_unchanged(sqlite3 *to, const char *path)
{
	for (int i = 0; i < TRIES; i++) {
		struct written before = written(path), after;
		int result;

		pause_for(APART);
		result = copy_from(to, path, open_to_look);
		after = written(path);
		if (memcmp(&before, &after, sizeof(before)) == 0)
			return result;
	}
	return SQLITE_BUSY;
}

const struct ch_error *
ch_times_copy(bool *there, const char *archive, const char *to)
{
	const struct ch_error *error = NULL;
	struct times_kept kept = {0};
	int result = SQLITE_OK;

	snprintf(kept.path, sizeof(kept.path), "%s/chancery/times", archive);
	*there = access(kept.path, F_OK) == 0;
	if (!*there)
		return NULL;
	if ((error = ch_file_create(to, (struct span){0}, 0600)))
		return error;
	if (sqlite3_open_v2(to, &kept.database, SQLITE_OPEN_READWRITE, NULL) == SQLITE_OK)
		result = copy_unchanged(kept.database, kept.path);
	else
		result = sqlite3_errcode(kept.database);
	*there = result != SQLITE_BUSY && version_of(kept.database) > 0;
	if (result != SQLITE_OK && result != SQLITE_BUSY && !is_damage(result))
		error = ch_fail(CH_IO, "cannot copy '%s': %s", kept.path, sqlite3_errstr(result));
	sqlite3_close(kept.database);
	return error;
}

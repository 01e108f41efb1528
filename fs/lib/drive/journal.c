#include "journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "segment.h"

static const struct ch_error *
open_directory(struct ch_journal *journal, const char *archive)
{
	*journal = (struct ch_journal){.directory = -1, .lock = -1, .file = -1};
	if ((size_t)snprintf(journal->path, sizeof(journal->path), "%s/chancery/journal", archive) >= sizeof(journal->path))
		return ch_fail(CH_USAGE, "open '%s': path too long", archive);
	journal->directory = open(journal->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (journal->directory < 0)
		return ch_fail_errno("cannot open '%s'", journal->path);
	journal->buffer = malloc(CH_SEGMENT_SIZE);
	if (journal->buffer == NULL)
		abort();
	return NULL;
}

/* Who only reads makes nothing: where there is no lock, nobody has written yet. */
static const struct ch_error *
take_lock(struct ch_journal *journal)
{
	struct flock lock = {.l_type = journal->read_only ? F_RDLCK : F_WRLCK, .l_whence = SEEK_SET};

	journal->lock = openat(journal->directory, "lock", O_CLOEXEC | (journal->read_only ? O_RDONLY : O_RDWR | O_CREAT), 0600);
	if (journal->lock < 0 && errno == ENOENT && journal->read_only)
		return NULL;
	if (journal->lock < 0)
		return ch_fail_errno("cannot open '%s/lock'", journal->path);
	if (fcntl(journal->lock, F_SETLK, &lock) == 0)
		return NULL;
	if (errno != EAGAIN && errno != EACCES)
		return ch_fail_errno("cannot lock '%s/lock'", journal->path);
	if (fcntl(journal->lock, F_GETLK, &lock) != 0 || lock.l_type == F_UNLCK)
		return ch_fail(CH_LATER, "'%s' is in use; try again", journal->path);
	return ch_fail(CH_LATER, "'%s' is in use by process %d; unmount that drive first", journal->path, (int)lock.l_pid);
}

/* Made aside and renamed: an id is there in full or not at all. */
static const struct ch_error *
make_id(struct ch_journal *journal)
{
	char text[2 * CH_JOURNAL_ID_SIZE + 1];
	int file;

	wire_random(journal->id, sizeof(journal->id));
	text_put_hex(text, journal->id, sizeof(journal->id));
	text[2 * CH_JOURNAL_ID_SIZE] = '\n';
	file = openat(journal->directory, "id.new", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0 || write(file, text, sizeof(text)) != (ssize_t)sizeof(text) || fsync(file) != 0 ||
	    renameat(journal->directory, "id.new", journal->directory, "id") != 0 || fsync(journal->directory) != 0) {
		const struct ch_error *error = ch_fail_errno("cannot write '%s/id'", journal->path);

		if (file >= 0)
			close(file);
		return error;
	}
	close(file);
	return NULL;
}

static const struct ch_error *
read_id(bool *exists, struct ch_journal *journal)
{
	char text[2 * CH_JOURNAL_ID_SIZE + 2];
	int file = openat(journal->directory, "id", O_RDONLY | O_CLOEXEC);
	ssize_t len;

	*exists = file >= 0 || errno != ENOENT;
	if (file < 0)
		return *exists ? ch_fail_errno("cannot open '%s/id'", journal->path) : NULL;
	len = read(file, text, sizeof(text));
	close(file);
	if (len != 2 * CH_JOURNAL_ID_SIZE + 1 || text[len - 1] != '\n' ||
	    !text_get_hex(journal->id, sizeof(journal->id), span_of(text, (size_t)len - 1)))
		return ch_fail(CH_REFUSED, "'%s/id' is not the id of a journal", journal->path);
	return NULL;
}

const struct ch_error *
ch_journal_look(struct ch_journal *journal, const char *archive)
{
	const struct ch_error *error;
	bool exists;

	if ((error = open_directory(journal, archive)) || (error = read_id(&exists, journal)))
		return error;
	return exists ? ch_segment_list(journal) : NULL;
}

const struct ch_error *
ch_journal_open(struct ch_journal *journal, const char *archive)
{
	const struct ch_error *error;
	bool exists;

	if ((error = open_directory(journal, archive)) || (error = take_lock(journal)) || (error = read_id(&exists, journal)))
		return error;
	if (!exists && (error = make_id(journal)))
		return error;
	return ch_segment_list(journal);
}

const struct ch_error *
ch_journal_open_read_only(struct ch_journal *journal, const char *archive)
{
	const struct ch_error *error = open_directory(journal, archive);
	bool exists;

	journal->read_only = true;
	if (error)
		return error->class == CH_IO && error->errnum == ENOENT ? NULL : error;
	if ((error = take_lock(journal)) || (error = read_id(&exists, journal)))
		return error;
	return exists ? ch_segment_list(journal) : NULL;
}

static void
close_file(int file)
{
	if (file > 0)
		close(file);
}

void
ch_journal_close(struct ch_journal *journal)
{
	close_file(journal->file);
	close_file(journal->directory);
	close_file(journal->lock);
	free(journal->segments);
	free(journal->buffer);
	*journal = (struct ch_journal){.directory = -1, .lock = -1, .file = -1};
}

const struct ch_error *
ch_journal_holder(struct ch_journal_holder *holder, const char *archive)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	const struct ch_error *error = NULL;
	char path[4096];
	int file;

	*holder = (struct ch_journal_holder){0};
	if ((size_t)snprintf(path, sizeof(path), "%s/chancery/journal/lock", archive) >= sizeof(path))
		return ch_fail(CH_USAGE, "open '%s': path too long", archive);
	file = open(path, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return errno == ENOENT ? NULL : ch_fail_errno("cannot open '%s'", path);
	if (fcntl(file, F_GETLK, &lock) != 0)
		error = ch_fail_errno("cannot ask for the lock on '%s'", path);
	else if (lock.l_type != F_UNLCK)
		*holder = (struct ch_journal_holder){lock.l_pid, lock.l_type == F_RDLCK};
	close(file);
	return error;
}

/* That a segment begins says that everything before it is on disk, also what a process that was killed left in the page cache. */
static const struct ch_error *
next_segment(struct ch_journal *journal)
{
	const struct ch_error *error;

	if ((error = journal->file >= 0 ? ch_journal_sync(journal) : ch_segment_sync_last(journal)))
		return error;
	journal->durable = journal->sequence;
	return ch_segment_begin(journal);
}

void
ch_journal_continue(struct ch_journal *journal, uint64_t sequence)
{
	if (journal->sequence < sequence)
		journal->sequence = sequence;
	if (journal->durable < sequence)
		journal->durable = sequence;
}

/* A part is written where there is room for a part only: what is missing is asked for again, to learn why. */
static bool
write_all(int file, const uint8_t *bytes, size_t size, size_t offset)
{
	while (size) {
		ssize_t written = pwrite(file, bytes, size, (off_t)offset);

		if (written < 0 && errno == EINTR)
			continue;
		if (written <= 0)
			return false;
		bytes += written;
		size -= (size_t)written;
		offset += (size_t)written;
	}
	return true;
}

const struct ch_error *
ch_journal_append(uint64_t *sequence, struct ch_journal *journal, const struct ch_operation *operation)
{
	size_t need = CH_JOURNAL_RECORD_HEADER + operation->path.len + operation->target.len + operation->data.len + CH_JOURNAL_RECORD_ALIGN, size;
	struct ch_journal_record record = {.durable = journal->durable, .operation = *operation};
	const struct ch_error *error;

	if (journal->read_only) {
		errno = EROFS;
		return ch_fail_errno("cannot write '%s'", journal->path);
	}
	if (journal->failed) {
		errno = EIO;
		return ch_fail_errno("cannot write '%s' after a failed sync; mount the drive again", journal->path);
	}
	if ((journal->file < 0 || journal->offset + need > CH_SEGMENT_SIZE) && (error = next_segment(journal)))
		return error;
	record.sequence = journal->sequence + 1;
	size = ch_journal_record_write(journal->buffer, CH_SEGMENT_SIZE, &record, journal->salt);
	if (size == 0)
		return ch_fail(CH_USAGE, "not an operation");
	if (!write_all(journal->file, journal->buffer, size, journal->offset))
		return ch_fail_errno("cannot write '%s'", journal->path);
	journal->offset += size;
	*sequence = ++journal->sequence;
	return NULL;
}

const struct ch_error *
ch_journal_sync_begin(struct ch_journal_sync *sync, struct ch_journal *journal)
{
	*sync = (struct ch_journal_sync){.file = -1, .sequence = journal->sequence};
	if (journal->failed) {
		errno = EIO;
		return ch_fail_errno("cannot sync '%s' after a failed sync", journal->path);
	}
	if (journal->durable >= journal->sequence || journal->file < 0)
		return NULL;
	sync->file = fcntl(journal->file, F_DUPFD_CLOEXEC, 0);
	return sync->file < 0 ? ch_fail_errno("cannot sync '%s'", journal->path) : NULL;
}

int
ch_journal_sync_run(const struct ch_journal_sync *sync)
{
	return sync->file >= 0 && fdatasync(sync->file) != 0 ? errno : 0;
}

const struct ch_error *
ch_journal_sync_end(struct ch_journal *journal, struct ch_journal_sync *sync, int result)
{
	if (sync->file >= 0)
		close(sync->file);
	if (result) {
		/* The kernel reports a lost page once; the next fdatasync would succeed and mean nothing. */
		journal->failed = true;
		errno = result;
		return ch_fail_errno("cannot sync '%s'", journal->path);
	}
	if (journal->durable < sync->sequence)
		journal->durable = sync->sequence;
	return NULL;
}

const struct ch_error *
ch_journal_sync(struct ch_journal *journal)
{
	struct ch_journal_sync sync;
	const struct ch_error *error;

	if ((error = ch_journal_sync_begin(&sync, journal)))
		return error;
	return ch_journal_sync_end(journal, &sync, ch_journal_sync_run(&sync));
}

/* The last segment stays: it carries the sequence on. */
const struct ch_error *
ch_journal_recycle(struct ch_journal *journal, uint64_t through)
{
	const struct ch_error *error;
	size_t before = journal->count;

	while (journal->count > 1 && journal->segments[1].first <= through + 1)
		if ((error = ch_segment_retire(journal)))
			return error;
	if (journal->count != before && fsync(journal->directory) != 0)
		return ch_fail_errno("cannot sync '%s'", journal->path);
	return NULL;
}

#include "segment.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crc32c.h"

/* Header: magic 16, journal id 16, number 8, first sequence 8, zero 12, CRC-32C of all this 4. */
enum { AT_ID = 16, AT_NUMBER = 32, AT_FIRST = 40, AT_ZERO = 48, AT_CHECK = 60, SPARES = 4 };

static const char magic[17] = "CHANCERYJOURNAL1";

void
ch_segment_name(char out[32], uint64_t number)
{
	snprintf(out, 32, "segment.%010llu", (unsigned long long)number);
}

static bool
number_of(uint64_t *number, const char *name)
{
	char canonical[32];

	if (strncmp(name, "segment.", 8) != 0)
		return false;
	*number = strtoull(name + 8, NULL, 10);
	ch_segment_name(canonical, *number);
	return strcmp(name, canonical) == 0;
}

static int
by_number(const void *a, const void *b)
{
	const struct ch_segment *x = a, *y = b;

	return x->number < y->number ? -1 : x->number > y->number;
}

static void
add(struct ch_journal *journal, struct ch_segment segment)
{
	journal->segments = reallocarray(journal->segments, journal->count + 1, sizeof(segment));
	if (journal->segments == NULL)
		abort();
	journal->segments[journal->count++] = segment;
}

const struct ch_error *
ch_segment_list(struct ch_journal *journal)
{
	struct ch_segment segment = {0};
	struct dirent *entry;
	DIR *directory = opendir(journal->path);

	if (directory == NULL)
		return ch_fail_errno("cannot read '%s'", journal->path);
	while ((entry = readdir(directory)))
		if (number_of(&segment.number, entry->d_name))
			add(journal, segment);
	closedir(directory);
	if (journal->count)
		qsort(journal->segments, journal->count, sizeof(segment), by_number);
	for (size_t i = 1; i < journal->count; i++)
		if (journal->segments[i].number != journal->segments[i - 1].number + 1)
			return ch_fail(CH_REFUSED, "journal '%s': segment %llu is missing", journal->path,
				       (unsigned long long)journal->segments[i - 1].number + 1);
	return NULL;
}

static void
write_header(uint8_t header[CH_SEGMENT_HEADER], const struct ch_journal *journal, const struct ch_segment *segment)
{
	memset(header, 0, CH_SEGMENT_HEADER);
	memcpy(header, magic, AT_ID);
	memcpy(header + AT_ID, journal->id, CH_JOURNAL_ID_SIZE);
	put64(header + AT_NUMBER, segment->number);
	put64(header + AT_FIRST, segment->first);
	put32(header + AT_CHECK, ch_crc32c(0, span_of(header, AT_CHECK)));
}

/*
 * Records are checked beginning from this, so that none of a segment's former life is taken for one of this: a CRC that begins
 * elsewhere ends elsewhere.
 */
static uint32_t
salt_of(const uint8_t header[CH_SEGMENT_HEADER])
{
	return ch_crc32c(0, span_of(header + AT_ID, AT_FIRST - AT_ID));
}

static const struct ch_error *
read_whole(struct ch_journal *journal, const char *name)
{
	int file = openat(journal->directory, name, O_RDONLY | O_CLOEXEC);
	const struct ch_error *error = NULL;
	size_t at = 0;

	if (file < 0)
		return ch_fail_errno("cannot open '%s/%s'", journal->path, name);
	while (at < CH_SEGMENT_SIZE) {
		ssize_t n = pread(file, journal->buffer + at, CH_SEGMENT_SIZE - at, (off_t)at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			error = n < 0 ? ch_fail_errno("cannot read '%s/%s'", journal->path, name)
				      : ch_fail(CH_REFUSED, "journal '%s/%s' ends at offset %zu", journal->path, name, at);
			break;
		}
		at += (size_t)n;
	}
	close(file);
	return error;
}

const struct ch_error *
ch_segment_read(struct span *records, uint32_t *salt, struct ch_journal *journal, struct ch_segment *segment)
{
	uint8_t expected[CH_SEGMENT_HEADER];
	const struct ch_error *error;
	char name[32];

	ch_segment_name(name, segment->number);
	if ((error = read_whole(journal, name)))
		return error;
	segment->first = get64(journal->buffer + AT_FIRST);
	write_header(expected, journal, segment);
	if (memcmp(journal->buffer, expected, sizeof(expected)) != 0 || segment->first == 0)
		return ch_fail(CH_REFUSED, "journal '%s/%s' offset 0: not the header of this segment of this journal", journal->path, name);
	*records = span_of(journal->buffer, CH_SEGMENT_SIZE);
	*salt = salt_of(expected);
	return NULL;
}

/* Written with zeros rather than only reserved: an fdatasync over written blocks has no metadata to wait for. */
static int
make_file(struct ch_journal *journal, const char *name)
{
	int file = openat(journal->directory, name, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t at = 0;

	memset(journal->buffer, 0, CH_SEGMENT_SIZE);
	while (file >= 0 && at < CH_SEGMENT_SIZE) {
		ssize_t n = pwrite(file, journal->buffer + at, CH_SEGMENT_SIZE - at, (off_t)at);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			int errnum = n < 0 ? errno : ENOSPC;

			close(file);
			unlinkat(journal->directory, name, 0);
			errno = errnum;
			return -1;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return file;
}

/* A file of the full size under a temporary name. */
static int
take_file(char name[32], struct ch_journal *journal)
{
	for (int i = 0; i < SPARES; i++) {
		int file;

		snprintf(name, 32, "spare.%d", i);
		if ((file = openat(journal->directory, name, O_RDWR | O_CLOEXEC)) >= 0)
			return file;
	}
	snprintf(name, 32, "new");
	return make_file(journal, name);
}

const struct ch_error *
ch_segment_sync_last(struct ch_journal *journal)
{
	const struct ch_error *error = NULL;
	char name[32];
	int file;

	if (journal->count == 0)
		return NULL;
	ch_segment_name(name, journal->segments[journal->count - 1].number);
	file = openat(journal->directory, name, O_RDONLY | O_CLOEXEC);
	if (file < 0 || fdatasync(file) != 0)
		error = ch_fail_errno("cannot sync '%s/%s'", journal->path, name);
	if (file >= 0)
		close(file);
	return error;
}

const struct ch_error *
ch_segment_begin(struct ch_journal *journal)
{
	struct ch_segment segment = {.number = journal->count ? journal->segments[journal->count - 1].number + 1 : 1, .first = journal->sequence + 1};
	uint8_t header[CH_SEGMENT_HEADER];
	char temporary[32], name[32];
	int file;

	if ((file = take_file(temporary, journal)) < 0)
		return ch_fail_errno("cannot add a segment to '%s'", journal->path);
	write_header(header, journal, &segment);
	ch_segment_name(name, segment.number);
	if (pwrite(file, header, sizeof(header), 0) != (ssize_t)sizeof(header) || fdatasync(file) != 0 ||
	    renameat(journal->directory, temporary, journal->directory, name) != 0 || fsync(journal->directory) != 0) {
		const struct ch_error *error = ch_fail_errno("cannot begin '%s/%s'", journal->path, name);

		close(file);
		return error;
	}
	if (journal->file >= 0)
		close(journal->file);
	journal->file = file;
	journal->salt = salt_of(header);
	journal->offset = CH_SEGMENT_HEADER;
	add(journal, segment);
	return NULL;
}

const struct ch_error *
ch_segment_retire(struct ch_journal *journal)
{
	char name[32], spare[32];
	bool kept = false;

	ch_segment_name(name, journal->segments[0].number);
	for (int i = 0; i < SPARES && !kept; i++) {
		snprintf(spare, sizeof(spare), "spare.%d", i);
		kept = renameat2(journal->directory, name, journal->directory, spare, RENAME_NOREPLACE) == 0;
	}
	if (!kept && unlinkat(journal->directory, name, 0) != 0)
		return ch_fail_errno("cannot remove '%s/%s'", journal->path, name);
	memmove(journal->segments, journal->segments + 1, --journal->count * sizeof(*journal->segments));
	return NULL;
}

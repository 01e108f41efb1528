/* The journal: what was appended is replayed, a torn tail ends it, damage of what was on disk is found. */
#include "drive/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

static char archive[] = "journal-XXXXXX";

static void
run(const char *command)
{
	char text[512];

	snprintf(text, sizeof(text), "cd %s && %s", archive, command);
	if (system(text) != 0)
		{
		fprintf(stderr, "%s\n", text);
		test_failures++;
	}
}

static void
fresh(void)
{
	run("rm -rf chancery && mkdir -p chancery/journal");
}

struct seen {
	uint64_t count, last;
	char paths[4096];
};

static const struct ch_error *
see(void *context, const struct ch_journal_record *record)
{
	struct seen *seen = context;
	size_t at = strlen(seen->paths);

	seen->count++;
	seen->last = record->sequence;
	snprintf(seen->paths + at, sizeof(seen->paths) - at, "%.*s ", (int)record->operation.path.len, (const char *)record->operation.path.data);
	return NULL;
}

static const struct ch_error *
replay(struct seen *seen, struct ch_journal *journal)
{
	*seen = (struct seen){0};
	return ch_journal_replay(journal, see, seen);
}

static void
append(struct ch_journal *journal, const char *path)
{
	struct ch_operation operation = {.kind = CH_OP_CREATE, .path = span_text(path)};
	uint64_t sequence;

	CHECK(ch_journal_append(&sequence, journal, &operation) == NULL);
}

static void
what_was_appended_is_replayed(void)
{
	struct ch_journal journal;
	struct seen seen;

	fresh();
	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL(seen.count, 0);
	append(&journal, "s/a");
	append(&journal, "s/b");
	ch_journal_close(&journal); /* without a sync: as kill -9 leaves it */

	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL_SPAN(span_text(seen.paths), span_text("s/a s/b "));
	append(&journal, "s/c");
	ch_journal_close(&journal);

	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL_SPAN(span_text(seen.paths), span_text("s/a s/b s/c "));
	CHECK_EQUAL(seen.last, 3);
	ch_journal_close(&journal);
}

static void
only_one_process_writes(void)
{
	struct ch_journal journal, other;
	struct ch_journal_holder holder = {.pid = -1};
	pid_t child;
	int status;

	fresh();
	CHECK(ch_journal_holder(&holder, archive) == NULL && holder.pid == 0);
	CHECK(ch_journal_open(&journal, archive) == NULL);
	if ((child = fork()) == 0) {
		const struct ch_error *error = ch_journal_open(&other, archive);

		CHECK(error && error->class == CH_LATER);
		ch_journal_close(&other);
		CHECK(ch_journal_look(&other, archive) == NULL);
		ch_journal_close(&other);
		CHECK(ch_journal_holder(&holder, archive) == NULL && holder.pid == getppid() && !holder.read_only);
		_exit(test_result());
	}
	CHECK(waitpid(child, &status, 0) == child && status == 0);
	ch_journal_close(&journal);
	CHECK(ch_journal_holder(&holder, archive) == NULL && holder.pid == 0);
}

/* Writes `byte` at an offset of a segment. */
static void
damage(const char *segment, off_t offset, uint8_t byte)
{
	char path[256];
	int file;

	snprintf(path, sizeof(path), "%s/chancery/journal/%s", archive, segment);
	file = open(path, O_RDWR);
	CHECK(pwrite(file, &byte, 1, offset) == 1);
	close(file);
}

enum { RECORD = CH_JOURNAL_RECORD_HEADER + 8 };

static void
three_records(bool synced)
{
	struct ch_journal journal;

	fresh();
	CHECK(ch_journal_open(&journal, archive) == NULL);
	append(&journal, "s/a");
	if (synced)
		CHECK(ch_journal_sync(&journal) == NULL);
	append(&journal, "s/b");
	append(&journal, "s/c");
	ch_journal_close(&journal);
}

static void
a_torn_tail_ends_it(void)
{
	struct ch_journal journal;
	struct seen seen;

	three_records(true);
	damage("segment.0000000001", CH_SEGMENT_HEADER + RECORD + CH_JOURNAL_RECORD_HEADER, 'x');
	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL_SPAN(span_text(seen.paths), span_text("s/a "));
	append(&journal, "s/d"); /* as long as the lost s/b: must not join on to s/c */
	ch_journal_close(&journal);
	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL_SPAN(span_text(seen.paths), span_text("s/a s/d "));
	ch_journal_close(&journal);
}

static void
damage_of_what_was_on_disk_is_found(void)
{
	const struct ch_error *error;
	struct ch_journal journal;
	struct seen seen;

	three_records(true);
	damage("segment.0000000001", CH_SEGMENT_HEADER + CH_JOURNAL_RECORD_HEADER, 'x');
	CHECK(ch_journal_open(&journal, archive) == NULL);
	error = replay(&seen, &journal);
	CHECK(error && error->class == CH_REFUSED && strstr(error->message, "segment.0000000001' offset 64"));
	ch_journal_close(&journal);

	three_records(true);
	damage("segment.0000000001", 20, 0);
	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) != NULL);
	ch_journal_close(&journal);
}

static void
a_missing_segment_is_found(void)
{
	struct ch_journal journal;
	struct seen seen;

	three_records(false);
	for (int i = 0; i < 2; i++) {
		CHECK(ch_journal_open(&journal, archive) == NULL);
		CHECK(replay(&seen, &journal) == NULL);
		append(&journal, "s/more");
		ch_journal_close(&journal);
	}
	run("mv chancery/journal/segment.0000000002 kept");
	CHECK(ch_journal_open(&journal, archive) != NULL);
	ch_journal_close(&journal);
	run("mv kept chancery/journal/segment.0000000002");
	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL(seen.count, 5);
	ch_journal_close(&journal);
}

/* Two megabytes at a time, so that segments change often; the spares' former records must never be seen again. */
static void
segments_are_used_again(void)
{
	static uint8_t data[CH_OPERATION_DATA_MAX];
	struct ch_operation operation = {.kind = CH_OP_WRITE, .path = SPAN_LITERAL("s/large"), .data = span_of(data, sizeof(data))};
	struct ch_journal journal;
	uint64_t sequence = 0;
	struct seen seen;

	fresh();
	CHECK(ch_journal_open(&journal, archive) == NULL);
	for (int i = 0; i < 80; i++) {
		CHECK(ch_journal_append(&sequence, &journal, &operation) == NULL);
		if (i % 40 == 39)
			CHECK(ch_journal_recycle(&journal, sequence) == NULL);
	}
	CHECK_EQUAL(journal.count, 1);
	ch_journal_close(&journal);
	run("test $(ls chancery/journal | grep -c spare) -eq 4");
	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL(seen.last, 80);
	CHECK(seen.count < 40);
	ch_journal_close(&journal);
}

/* The kernel reports a lost page once: after that, no sync can be believed and nothing more is taken. */
static void
a_failed_sync_is_the_end(void)
{
	struct ch_operation operation = {.kind = CH_OP_CREATE, .path = SPAN_LITERAL("s/b")};
	const struct ch_error *error;
	struct ch_journal_sync sync;
	struct ch_journal journal;
	uint64_t sequence;

	fresh();
	CHECK(ch_journal_open(&journal, archive) == NULL);
	append(&journal, "s/a");
	CHECK(ch_journal_sync_begin(&sync, &journal) == NULL);
	CHECK(ch_journal_sync_end(&journal, &sync, EIO) != NULL);
	CHECK((error = ch_journal_append(&sequence, &journal, &operation)) && error->errnum == EIO);
	CHECK((error = ch_journal_sync(&journal)) && error->errnum == EIO);
	ch_journal_close(&journal);
}

static void
sequences_continue_above_what_is_committed(void)
{
	struct ch_journal journal;
	struct seen seen;

	fresh();
	CHECK(ch_journal_open(&journal, archive) == NULL);
	ch_journal_continue(&journal, 100);
	append(&journal, "s/a");
	ch_journal_close(&journal);
	CHECK(ch_journal_open(&journal, archive) == NULL);
	CHECK(replay(&seen, &journal) == NULL);
	CHECK_EQUAL(seen.last, 101);
	ch_journal_close(&journal);
}

static void
what_is_not_an_operation_is_not_written(void)
{
	static const struct ch_operation bad[] = {
		{.kind = CH_OP_CREATE},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("/a")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a//b")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a/")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a/../b")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a"), .number = 1},
		{.kind = CH_OP_RENAME, .path = SPAN_LITERAL("a")},
		{.kind = CH_OP_UNLINK, .path = SPAN_LITERAL("a"), .target = SPAN_LITERAL("b")},
		{.kind = CH_OP_WRITE, .path = SPAN_LITERAL("a"), .number = UINT64_MAX, .data = SPAN_LITERAL("x")},
		{.kind = CH_OP_BASE, .data = SPAN_LITERAL("short")},
		{.kind = 10, .path = SPAN_LITERAL("a")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a"), .data = SPAN_LITERAL("\x10\0")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a"), .data = SPAN_LITERAL("\1\xff\0")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a"), .data = SPAN_LITERAL("\1\xff\0\0\0\1")}, /* permissions that nobody has set */
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a"), .data = SPAN_LITERAL("\x90\0\0\0\0\1")},
		{.kind = CH_OP_CREATE, .path = SPAN_LITERAL("a"), .data = SPAN_LITERAL("\x81\xff\0\0\0\0")},
		{.kind = CH_OP_UNLINK, .path = SPAN_LITERAL("a"), .data = SPAN_LITERAL("\x81\xff\0\0\0\1")},
	};
	uint8_t out[512];

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct ch_journal_record record = {.sequence = 1, .operation = bad[i]};

		CHECK_EQUAL(ch_journal_record_write(out, sizeof(out), &record, 0), 0);
	}
}

/* As long as a drive gives up segments nobody looks in vain; a journal that stays as it is ends it. */
static void
looks_are_counted_where_nothing_moves(void)
{
	struct ch_journal_looks looks = {0};
	struct ch_segment segment = {.number = 1};
	struct ch_journal seen = {.segments = &segment, .count = 1};

	for (; segment.number < 100; segment.number++) {
		ch_journal_looked(&looks, &seen);
		CHECK_EQUAL(looks.vain, 1);
	}
	segment.number--;
	for (unsigned i = 2; i <= CH_JOURNAL_LOOKS; i++) {
		ch_journal_looked(&looks, &seen);
		CHECK_EQUAL(looks.vain, i);
	}
	seen.count = 0;
	ch_journal_looked(&looks, &seen);
	CHECK_EQUAL(looks.vain, 1);
}

static void
permissions_are_what_was_put(void)
{
	static const struct ch_permissions all[] = {{0, 0}, {CH_MODE_SET, 0}, {CH_MODE_SET | CH_MODE_ALL, 0}, {0, 1}, {CH_MODE_SET | 0600, UINT32_MAX}};
	uint8_t data[CH_OPERATION_PERMISSIONS_SIZE], bytes[128];

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct ch_journal_record record = {.sequence = 1, .operation = {.kind = CH_OP_MKDIR, .path = SPAN_LITERAL("a")}}, read;
		size_t size;

		record.operation.data = ch_operation_put_permissions(data, all[i]);
		size = ch_journal_record_write(bytes, sizeof(bytes), &record, 0);
		CHECK(ch_journal_record_read(&read, span_of(bytes, size), 0) == CH_JOURNAL_WHOLE);
		CHECK(ch_permissions_equal(ch_operation_permissions(&read.operation), all[i]));
	}
}

static void
every_bit_of_a_record_is_covered(void)
{
	struct ch_journal_record record = {.sequence = 7,
					   .durable = 6,
					   .operation = {.kind = CH_OP_WRITE, .time = 5, .number = 4, .path = SPAN_LITERAL("s/a"), .data = SPAN_LITERAL("data")}};
	struct ch_journal_record read;
	uint8_t bytes[64];
	size_t size = ch_journal_record_write(bytes, sizeof(bytes), &record, 3);

	CHECK_EQUAL(size, 56);
	CHECK(ch_journal_record_read(&read, span_of(bytes, size), 3) == CH_JOURNAL_WHOLE);
	CHECK_EQUAL_SPAN(read.operation.data, record.operation.data);
	CHECK(ch_journal_record_read(&read, span_of(bytes, size), 4) == CH_JOURNAL_NONE);
	CHECK(ch_journal_record_read(&read, span_of(bytes, size - 1), 3) == CH_JOURNAL_NONE);
	for (size_t bit = 0; bit < 8 * size; bit++) {
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
		CHECK(ch_journal_record_read(&read, span_of(bytes, size), 3) == CH_JOURNAL_NONE);
		bytes[bit / 8] ^= (uint8_t)(1u << bit % 8);
	}
}

int
main(void)
{
	if (mkdtemp(archive) == NULL)
		return 1;
	what_was_appended_is_replayed();
	only_one_process_writes();
	a_torn_tail_ends_it();
	damage_of_what_was_on_disk_is_found();
	a_missing_segment_is_found();
	segments_are_used_again();
	a_failed_sync_is_the_end();
	sequences_continue_above_what_is_committed();
	what_is_not_an_operation_is_not_written();
	looks_are_counted_where_nothing_moves();
	permissions_are_what_was_put();
	every_bit_of_a_record_is_covered();
	run("rm -rf ../$(basename $PWD)");
	return test_result();
}

/*
 * Large content: what is put is there whole, under its digest, read-only; what came short, is damaged or is somebody else's bytes is not taken for it.
 * And pointers: the one form, next to each that git-lfs would read as well and an archive does not.
 */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "large/depot.h"
#include "large/patterns.h"
#include "large/possession.h"
#include "ok.h"
#include "test.h"

static char archive[4096];

/* What has been synced, a line each; whoever comes to `dies_before` dies as by kill -9. */
static char synced[65536], dies_before[4096];

int
fsync(int file)
{
	char link[32], path[4096] = "";

	snprintf(link, sizeof(link), "/proc/self/fd/%d", file);
	if (readlink(link, path, sizeof(path) - 1) > 0 && strcmp(path, dies_before) == 0)
		_exit(0);
	snprintf(synced + strlen(synced), sizeof(synced) - strlen(synced), "%s\n", path);
	return (int)syscall(SYS_fsync, file);
}

static bool
was_synced(const char *directory)
{
	char line[4098];

	snprintf(line, sizeof(line), "\n%s\n", directory);
	return strstr(synced, line) != NULL;
}

static bool
is(const struct ch_error *error, enum ch_class class, enum wire_code code)
{
	return error && error->class == class && error->code == code;
}

static unsigned
leftovers(void)
{
	char command[8192];
	FILE *count;
	unsigned n = 0;

	snprintf(command, sizeof(command), "find '%s/lfs/tmp' -type f | wc -l", archive);
	count = popen(command, "r");
	CHECK(count && fscanf(count, "%u", &n) == 1);
	if (count)
		pclose(count);
	return n;
}

static void
test_put(void)
{
	struct ch_pointer pointer, other = {.size = 6};
	char path[4096], bytes[16];
	struct stat st;
	bool has;
	int file;

	ok(ch_depot_put(&pointer, archive, SPAN_LITERAL("photo\n")));
	CHECK_EQUAL(pointer.size, 6);
	CHECK(ch_depot_path(path, archive, pointer.digest) && stat(path, &st) == 0);
	CHECK_EQUAL(st.st_mode & 07777, 0444);
	ok(ch_depot_has(&has, archive, &pointer));
	CHECK(has);
	ok(ch_depot_open(&file, archive, &pointer));
	CHECK_EQUAL(read(file, bytes, sizeof(bytes)), 6);
	CHECK(memcmp(bytes, "photo\n", 6) == 0);
	close(file);
	ok(ch_depot_check(archive, &pointer));
	ok(ch_depot_settle(archive, &pointer));
	ok(ch_depot_put(&other, archive, SPAN_LITERAL("photo\n")));
	CHECK(memcmp(&other, &pointer, sizeof(other)) == 0);
	ok(ch_depot_put(&other, archive, SPAN_LITERAL("")));
	CHECK_EQUAL(other.size, 0);
	ok(ch_depot_check(archive, &other));
	CHECK_EQUAL(leftovers(), 0);
}

/* A directory that somebody has made who did not come to syncing the one above is no place to keep anything until that is done; afterwards it is. */
static void
test_unsynced(void)
{
	struct ch_pointer pointer;
	char above[4200];
	pid_t child;

	snprintf(above, sizeof(above), "%s/lfs/objects", archive);
	if ((child = fork()) == 0) {
		memcpy(dies_before, above, sizeof(dies_before));
		ok(ch_depot_put(&pointer, archive, SPAN_LITERAL("twice\n")));
		_exit(1);
	}
	CHECK(child > 0 && waitpid(child, &(int){0}, 0) == child);
	strcpy(synced, "\n");
	ok(ch_depot_put(&pointer, archive, SPAN_LITERAL("twice\n")));
	CHECK(was_synced(above));
	strcpy(synced, "\n");
	ok(ch_depot_put(&pointer, archive, SPAN_LITERAL("twice\n")));
	CHECK(!was_synced(above));
}

static void
test_absent_and_damaged(void)
{
	struct ch_pointer pointer = {.size = 6}, other;
	char path[4096];
	bool has = true;
	int file;

	CHECK(is(ch_depot_open(&file, archive, &pointer), CH_UNKNOWN, WIRE_OK));
	CHECK(is(ch_depot_check(archive, &pointer), CH_UNKNOWN, WIRE_OK));
	ok(ch_depot_has(&has, archive, &pointer));
	CHECK(!has);
	ok(ch_depot_put(&pointer, archive, SPAN_LITERAL("scan\n")));
	other = pointer;
	other.size++;
	CHECK(is(ch_depot_open(&file, archive, &other), CH_REFUSED, WIRE_WRONG_CONTENT));
	CHECK(ch_depot_path(path, archive, pointer.digest) && chmod(path, 0600) == 0);
	file = open(path, O_WRONLY);
	CHECK_EQUAL(write(file, "S", 1), 1);
	close(file);
	CHECK(is(ch_depot_check(archive, &pointer), CH_REFUSED, WIRE_WRONG_CONTENT));
	CHECK(is(ch_depot_settle(archive, &pointer), CH_REFUSED, WIRE_WRONG_CONTENT));
	ok(ch_depot_put(&pointer, archive, SPAN_LITERAL("scan\n"))); /* mended */
	ok(ch_depot_check(archive, &pointer));
	CHECK(unlink(path) == 0 && symlink("/etc/passwd", path) == 0);
	CHECK(ch_depot_open(&file, archive, &pointer) != NULL);
	CHECK(unlink(path) == 0);
}

/* In parts, and as something that it is not. */
static void
test_deposit(void)
{
	struct ch_deposit deposit;
	struct ch_pointer pointer, wrong;
	bool has;

	ok(ch_deposit_begin(&deposit, archive));
	ok(ch_deposit_add(&deposit, SPAN_LITERAL("one ")));
	ok(ch_deposit_add(&deposit, SPAN_LITERAL("two")));
	ok(ch_deposit_end(&pointer, &deposit));
	CHECK_EQUAL(pointer.size, 7);
	ok(ch_depot_check(archive, &pointer));
	wrong = pointer;
	wrong.digest[0] ^= 1;
	ok(ch_deposit_begin(&deposit, archive));
	ok(ch_deposit_add(&deposit, SPAN_LITERAL("one two")));
	CHECK(is(ch_deposit_end_as(&deposit, &wrong), CH_REFUSED, WIRE_WRONG_CONTENT));
	ch_deposit_give_up(&deposit);
	ok(ch_depot_has(&has, archive, &wrong));
	CHECK(!has);
	CHECK_EQUAL(leftovers(), 0);
}

static void
test_sweep(void)
{
	struct ch_deposit alive, dead;
	struct ch_pointer pointer;

	ok(ch_deposit_begin(&alive, archive));
	ok(ch_deposit_begin(&dead, archive));
	close(dead.file); /* as if by death */
	CHECK_EQUAL(leftovers(), 2);
	ch_depot_sweep(archive);
	CHECK_EQUAL(leftovers(), 1);
	ok(ch_deposit_end(&pointer, &alive));
	ok(ch_depot_check(archive, &pointer));
}

/* Who comes through a web server has what he has sent himself; what lies there as a file of the server's user is not his. */
static void
test_possession(void)
{
	struct ch_pointer pointer;
	char path[4200];

	snprintf(path, sizeof(path), "%s/chancery", archive);
	CHECK(mkdir(path, 0700) == 0);
	ok(ch_depot_put(&pointer, archive, SPAN_LITERAL("sent\n")));
	CHECK(ch_possession_owned(archive, NULL, &pointer) && !ch_possession_owned(archive, "bob", &pointer) && !ch_possession_owned(archive, "", &pointer));
	ok(ch_possession_note(archive, "bob", &pointer));
	CHECK(ch_possession_noted(archive, "bob", &pointer));
	CHECK(!ch_possession_noted(archive, "carol", &pointer) && !ch_possession_noted(archive, "", &pointer) && !ch_possession_noted(archive, NULL, &pointer));
	CHECK(is(ch_possession_note(archive, "", &pointer), CH_REFUSED, WIRE_NOT_ALLOWED));
	CHECK(!ch_possession_noted(archive, "", &pointer));
	ok(ch_possession_note(archive, NULL, &pointer));
	ch_possession_forget(archive, "carol", &pointer);
	ch_possession_forget(archive, "../sent", &pointer);
	CHECK(ch_possession_noted(archive, "bob", &pointer) && ch_possession_noted(archive, NULL, &pointer));
	ch_possession_sweep(archive, "bob"); /* it is not old */
	ch_possession_forget(archive, NULL, &pointer);
	CHECK(ch_possession_noted(archive, "bob", &pointer) && !ch_possession_noted(archive, NULL, &pointer));
	ch_possession_forget(archive, "bob", &pointer);
	CHECK(!ch_possession_noted(archive, "bob", &pointer));
}

#define VERSION "version https://git-lfs.github.com/spec/v1\n"
#define X "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"

static void
test_pointer(void)
{
	struct span good = SPAN_LITERAL(VERSION "oid sha256:" X "\nsize 1\n");
	static const char *const bad[] = {
		VERSION "oid sha256:" X "\nsize 1",	     VERSION "oid sha256:" X "\nsize 01\n",
		VERSION "oid sha256:" X "\nsize -1\n",	     VERSION "oid sha256:" X "\nsize 1\n\n",
		VERSION "size 1\noid sha256:" X "\n",	     " " VERSION "oid sha256:" X "\nsize 1\n",
		"version https://hawser.github.com/spec/v1\noid sha256:" X "\nsize 1\n",
		VERSION "ext-0-a sha256:" X "\noid sha256:" X "\nsize 1\n", VERSION "oid sha256:" X "\nsize 9223372036854775808\n",
	};
	char text[POINTER_MAX + 1];
	struct ch_pointer pointer;

	CHECK(ch_pointer_read(&pointer, good) && ch_pointer_alike(good));
	CHECK_EQUAL(pointer.size, 1);
	CHECK_EQUAL_SPAN(span_of(text, ch_pointer_write(text, &pointer)), good);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(!ch_pointer_read(&pointer, span_text(bad[i])));
		CHECK(ch_pointer_alike(span_text(bad[i])));
	}
	CHECK(!ch_pointer_alike(SPAN_LITERAL("we use git-lfs in version 3\n")));
	CHECK(!ch_pointer_alike(SPAN_LITERAL("")));
}

static void
test_patterns(void)
{
	static const char *const bad[] = {"jpg", "*jpg", "*.", "*.a/b", "*.j*", "a.jpg", "*.tar.gz", "*.abcdefghijklmnopq", "*.j g", "*.j\n"};
	struct ch_patterns patterns = {0};
	struct ch_arena arena = {0};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(!ch_patterns_add(&patterns, span_text(bad[i])));
	CHECK(ch_patterns_add(&patterns, SPAN_LITERAL("*.jpg")) && ch_patterns_add(&patterns, SPAN_LITERAL("*.PDF")));
	CHECK(!ch_patterns_add(&patterns, SPAN_LITERAL("*.jpg")));
	CHECK(ch_patterns_match(&patterns, SPAN_LITERAL("a.jpg")) && ch_patterns_match(&patterns, SPAN_LITERAL("a.b.PDF")));
	CHECK(!ch_patterns_match(&patterns, SPAN_LITERAL("a.JPG")) && !ch_patterns_match(&patterns, SPAN_LITERAL("ajpg")));
	CHECK(ch_patterns_read(&patterns, ch_patterns_write(&patterns, &arena)) == NULL);
	CHECK_EQUAL(patterns.count, 2);
	ch_arena_clear(&arena);
}

int
main(void)
{
	const char *tmp = getenv("TMPDIR");
	char command[8192];

	snprintf(archive, sizeof(archive), "%s/ch-depot-XXXXXX", tmp ? tmp : "/tmp");
	if (mkdtemp(archive) == NULL)
		return 1;
	test_put();
	test_absent_and_damaged();
	test_deposit();
	test_sweep();
	test_unsynced();
	test_possession();
	test_pointer();
	test_patterns();
	snprintf(command, sizeof(command), "rm -rf '%s'", archive);
	return system(command) == 0 ? test_result() : 1;
}

/*
 * The store: what is written can be read at once, is on disk when main has moved and not before, and whatever step of that a process dies in, main
 * is where it was or where it was to go, with every object. To die in the middle, the system calls that change a directory or wait for the disk are
 * counted here, ours and libgit2's, and a child ends at the n-th.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/object.h"
#include "store/refs.h"
#include "store/shelf.h"
#include "test.h"
#include "wire/crypto.h"
#include "wire/tree.h"

enum { FILES = 40, DIED = 42, STEPS_MAX = 200 };

static int steps_left = -1;
static char directory[4096], archive[4200];

static void
step(void)
{
	if (steps_left > 0 && --steps_left == 0)
		_exit(DIED);
}

int
fsync(int fd)
{
	step();
	return (int)syscall(SYS_fsync, fd);
}

int
renameat(int from, const char *old, int to, const char *new)
{
	step();
	return (int)syscall(SYS_renameat2, from, old, to, new, 0);
}

int
rename(const char *old, const char *new)
{
	return renameat(AT_FDCWD, old, AT_FDCWD, new);
}

int
unlinkat(int at, const char *name, int flags)
{
	step();
	return (int)syscall(SYS_unlinkat, at, name, flags);
}

static void
ok_at(int line, const struct ch_error *error)
{
	if (error == NULL)
		return;
	fprintf(stderr, "%s:%d: %s\n", __FILE__, line, error->message);
	exit(1);
}

#define ok(call) ok_at(__LINE__, call)

static void
fresh(struct ch_store *store)
{
	static unsigned n;

	snprintf(archive, sizeof(archive), "%s/%u", directory, n++);
	ok(ch_store_create(store, archive));
}

/* A commit whose tree holds `files` files that no other round has. */
static struct ch_oid
write_commit(struct ch_store *store, unsigned round, unsigned files)
{
	char tree[FILES * 32], text[256];
	struct ch_oid id;
	size_t len = 0;

	for (unsigned i = 0; i < files; i++) {
		ok(ch_store_write(&id, store, CH_BLOB, span_of(text, (size_t)snprintf(text, sizeof(text), "file %u of round %u\n", i, round))));
		len += (size_t)snprintf(tree + len, sizeof(tree) - len, "100644 %02u", i) + 1;
		memcpy(tree + len, id.id, sizeof(id.id));
		len += sizeof(id.id);
	}
	ok(ch_store_write(&id, store, CH_TREE, span_of(tree, len)));
	len = (size_t)snprintf(text, sizeof(text), "tree ");
	text_put_hex(text + len, id.id, sizeof(id.id));
	len += 2 * sizeof(id.id);
	len += (size_t)snprintf(text + len, sizeof(text) - len, "\nauthor a <a@b> %u +0000\ncommitter a <a@b> %u +0000\n\nround\n", round, round);
	ok(ch_store_write(&id, store, CH_COMMIT, span_of(text, len)));
	return id;
}

/* Everything below a commit that write_commit() made can be read. */
static bool
is_whole(struct ch_store *store, const struct ch_oid *commit)
{
	struct ch_arena arena = {0};
	struct span raw, tree = {0};
	struct tree_entry entry;
	bool whole = ch_store_read(&raw, store, CH_COMMIT, commit, &arena) == NULL;
	struct ch_oid id;

	if (whole && (whole = text_get_hex(id.id, sizeof(id.id), span_of(raw.data + 5, 2 * sizeof(id.id)))))
		whole = ch_store_read(&tree, store, CH_TREE, &id, &arena) == NULL;
	while (whole && tree_next(&entry, &tree)) {
		memcpy(id.id, entry.id, sizeof(id.id));
		whole = ch_store_read(&raw, store, CH_BLOB, &id, &arena) == NULL;
	}
	ch_arena_clear(&arena);
	return whole;
}

/* Entries of objects/pack with this ending. */
static int
count_files(const char *ending)
{
	char path[4300];
	const struct dirent *entry;
	int count = 0;
	DIR *packs;

	snprintf(path, sizeof(path), "%s/objects/pack", archive);
	if ((packs = opendir(path)) == NULL)
		return -1;
	while ((entry = readdir(packs))) {
		size_t len = strlen(entry->d_name), tail = strlen(ending);

		count += len >= tail && strcmp(entry->d_name + len - tail, ending) == 0;
	}
	closedir(packs);
	return count;
}

static bool
git(const char *arguments)
{
	char command[5000];

	snprintf(command, sizeof(command), "git -C '%s' %s >/dev/null 2>&1", archive, arguments);
	return system(command) == 0;
}

static bool
seen_by_another(const struct ch_oid *commit)
{
	struct ch_store other;
	bool whole;

	ok(ch_store_open(&other, archive));
	whole = is_whole(&other, commit);
	ch_store_close(&other);
	return whole;
}

static void
test_durable_when(void)
{
	struct ch_store store;
	struct ch_oid commit, again;

	fresh(&store);
	commit = write_commit(&store, 1, FILES);
	CHECK(is_whole(&store, &commit));
	CHECK(!seen_by_another(&commit));
	ok(ch_store_flush(&store));
	CHECK(is_whole(&store, &commit));
	CHECK(seen_by_another(&commit));
	CHECK_EQUAL(count_files(".keep"), 1);
	CHECK(git("gc --prune=now"));
	CHECK(seen_by_another(&commit));

	/* Written again, although it lies there. */
	again = write_commit(&store, 1, FILES);
	CHECK(ch_oid_equal(&commit, &again));
	ok(ch_store_advance(&store, NULL, &commit));
	CHECK_EQUAL(count_files(".pack"), 2);
	CHECK_EQUAL(count_files(".keep"), 0);
	CHECK(git("fsck --strict"));
	CHECK(git("repack -ad"));
	CHECK_EQUAL(count_files(".pack"), 1);
	CHECK(is_whole(&store, &commit));
	CHECK(seen_by_another(&commit));

	/* What waits when a store is closed is gone; what was flushed and never registered is for gc. */
	commit = write_commit(&store, 2, FILES);
	ok(ch_store_flush(&store));
	again = write_commit(&store, 3, FILES);
	ch_store_close(&store);
	CHECK_EQUAL(count_files(".keep"), 0);
	CHECK(seen_by_another(&commit));
	CHECK(!seen_by_another(&again));
	CHECK(git("gc --prune=now"));
	CHECK(!seen_by_another(&commit));
}

static void
test_refusals(void)
{
	struct ch_arena arena = {0};
	struct ch_store store;
	struct ch_oid commit, next, blob;
	uint64_t size = 0;
	struct span raw;

	fresh(&store);
	ok(ch_store_write(&blob, &store, CH_BLOB, span_of(NULL, 0)));
	CHECK(ch_store_read(&raw, &store, CH_BLOB, &blob, &arena) == NULL);
	CHECK(ch_store_read(&raw, &store, CH_TREE, &blob, &arena) != NULL);
	CHECK(ch_object_size(&size, &store, &blob) == NULL);
	ok(ch_store_write(&blob, &store, CH_TREE, SPAN_LITERAL("no tree")));
	CHECK(ch_store_read(&raw, &store, CH_TREE, &blob, &arena) != NULL);

	/* Somebody else was faster: nothing is lost, and gc takes nothing away. */
	commit = write_commit(&store, 1, 1);
	next = write_commit(&store, 2, FILES);
	ok(ch_store_advance(&store, NULL, &commit));
	next = write_commit(&store, 3, FILES);
	CHECK_EQUAL(ch_store_advance(&store, &next, &next)->class, CH_LATER);
	CHECK(git("gc --prune=now"));
	CHECK(is_whole(&store, &next));
	ok(ch_store_advance(&store, &commit, &next));
	CHECK(seen_by_another(&next));
	ch_arena_clear(&arena);
	ch_store_close(&store);
}

/* What no reference has yet, though main has moved: held, gc leaves it; then its reference is set, whole at once, on disk when it is asked for. */
static void
test_held(void)
{
	struct ch_store store;
	struct ch_oid commit, loose, found;
	bool exists;

	fresh(&store);
	commit = write_commit(&store, 1, 1);
	ok(ch_store_write(&loose, &store, CH_BLOB, SPAN_LITERAL("promised")));
	ch_store_hold(&store);
	ok(ch_store_advance(&store, NULL, &commit));
	CHECK_EQUAL(count_files(".keep"), 1);
	CHECK(git("gc --prune=now"));
	ok(ch_ref_put(&store, "refs/promises/d1/a", &loose));
	ok(ch_ref_sync(&store, "refs/promises/d1/a"));
	ch_store_let_go(&store);
	CHECK_EQUAL(count_files(".keep"), 0);
	CHECK(git("gc --prune=now"));
	ok(ch_ref_read(&found, &exists, &store, "refs/promises/d1/a"));
	CHECK(exists && ch_oid_equal(&found, &loose));
	ok(ch_ref_sync(&store, "refs/promises/d1/a")); /* among packed ones by now */
	CHECK(git("fsck --full --strict"));
	ch_store_close(&store);
}

static void
test_memory_is_bounded(void)
{
	size_t size = 1 << 20;
	uint8_t *content = calloc(1, size);
	struct ch_store store;
	struct ch_oid id;

	fresh(&store);
	for (unsigned i = 0; i < 70; i++) {
		put32(content, i);
		ok(ch_store_write(&id, &store, CH_BLOB, span_of(content, size)));
	}
	CHECK_EQUAL(count_files(".pack"), 1);
	CHECK_EQUAL(count_files(".keep"), 1);
	id = write_commit(&store, 1, 1);
	ok(ch_store_advance(&store, NULL, &id));
	CHECK_EQUAL(count_files(".pack"), 2);
	CHECK_EQUAL(count_files(".keep"), 0);
	CHECK(git("fsck --full"));
	ch_store_close(&store);
	free(content);
}

/* Many small packs become one; a reader that has the small ones open goes on reading. */
static void
test_merging(void)
{
	struct ch_oid commits[100];
	struct ch_store store, reader;
	struct ch_oid head;
	bool exists;

	fresh(&store);
	ok(ch_store_open(&reader, archive));
	for (unsigned i = 0; i < 100; i++) {
		commits[i] = write_commit(&store, i, 3);
		ok(ch_store_advance(&store, i ? &commits[i - 1] : NULL, &commits[i]));
		ok(ch_store_head(&head, &exists, &reader));
		CHECK(is_whole(&reader, &head));
		CHECK(count_files(".pack") < 33);
	}
	for (unsigned i = 0; i < 100; i++)
		CHECK(is_whole(&reader, &commits[i]) && is_whole(&store, &commits[i]));
	CHECK(git("fsck --strict --full"));
	ch_store_close(&reader);
	ch_store_close(&store);
}

/* Pack by pack, about in the order of writing, on two threads; what a pack does not have, or has spoilt, is not taken from there. */
struct reading {
	struct ch_store *store;
	const struct ch_oid *commits;
	unsigned count, whole;
};

static void *
read_much(void *context)
{
	struct reading *reading = context;

	for (unsigned i = 0; i < reading->count; i++)
		reading->whole += is_whole(reading->store, &reading->commits[i * 29 % reading->count]);
	return NULL;
}

static void
test_much(struct ch_store *store, const struct ch_oid *commits, unsigned count)
{
	struct reading readings[2] = {{store, commits, count, 0}, {store, commits, count, 0}};
	struct ch_oid nothing = {{1}};
	pthread_t threads[2];
	uint64_t size;

	ch_store_read_much(store);
	CHECK(store->shelf != NULL);
	for (unsigned i = 0; i < 2; i++)
		CHECK(pthread_create(&threads[i], NULL, read_much, &readings[i]) == 0);
	for (unsigned i = 0; i < 2; i++)
		CHECK(pthread_join(threads[i], NULL) == 0 && readings[i].whole == count);
	CHECK(ch_object_size(&size, store, &commits[0]) == NULL && size > 0);
	CHECK(ch_object_size(&size, store, &nothing) != NULL && !is_whole(store, &nothing));
	ch_store_read_little(store);
	CHECK(store->shelf == NULL && is_whole(store, &commits[0]));
}

/* A byte in the middle of the largest pack is another one. */
static void
test_spoilt(const struct ch_oid *commits, unsigned count)
{
	struct reading reading = {.commits = commits, .count = count};
	struct ch_store store;
	char command[8192];

	snprintf(command, sizeof(command),
		 "pack=$(ls -S '%s'/objects/pack/*.pack | head -n 1) && chmod u+w $pack &&"
		 "printf '\\125\\252' | dd of=$pack bs=1 seek=$(($(stat -c %%s $pack) / 2)) conv=notrunc status=none",
		 archive);
	CHECK(system(command) == 0);
	ok(ch_store_open(&store, archive));
	ch_store_read_much(&store);
	CHECK(store.shelf != NULL);
	reading.store = &store;
	read_much(&reading);
	CHECK(reading.whole < count);
	ch_store_close(&store);
}

/* An index over many packs, as `git maintenance` makes it, names packs that are put together later. */
static void
test_multi_pack_index(void)
{
	struct ch_oid commits[64];
	struct ch_store store, before, after;

	fresh(&store);
	for (unsigned i = 0; i < 64; i++) {
		commits[i] = write_commit(&store, i, 3);
		ok(ch_store_advance(&store, i ? &commits[i - 1] : NULL, &commits[i]));
		if (i != 20)
			continue;
		CHECK(git("multi-pack-index write"));
		ok(ch_store_open(&before, archive));
		CHECK(is_whole(&before, &commits[0]));
	}
	CHECK(count_files(".pack") < 33 + 21);
	ok(ch_store_open(&after, archive));
	for (unsigned i = 0; i < 64; i++)
		CHECK(is_whole(&store, &commits[i]) && is_whole(&after, &commits[i]) && (i > 20 || is_whole(&before, &commits[i])));
	CHECK(git("fsck --strict --full"));
	CHECK(git("multi-pack-index verify"));
	test_much(&after, commits, 64);
	ch_store_close(&after);
	ch_store_close(&before);
	ch_store_close(&store);
	test_spoilt(commits, 64);
}

/* Every object that has the ids of `git rev-list --objects`, past libgit2, is what libgit2 reads. Returns how many lean on others. */
static unsigned
read_past(struct ch_store *store, const struct ch_shelf *shelf)
{
	char command[8192], line[256];
	unsigned leaning = 0;
	FILE *list;

	snprintf(command, sizeof(command), "git -C '%s' cat-file --batch-all-objects --batch-check='%%(objectname) %%(deltabase)'", archive);
	CHECK((list = popen(command, "r")) != NULL);
	while (fgets(line, sizeof(line), list)) {
		struct ch_arena arena = {0};
		struct span past, raw;
		enum ch_object type, said;
		struct ch_oid id;
		size_t size;

		CHECK(text_get_hex(id.id, sizeof(id.id), span_of(line, 2 * sizeof(id.id))));
		leaning += strspn(line + 2 * sizeof(id.id), " 0") != strlen(line + 2 * sizeof(id.id)) - 1;
		CHECK(ch_shelf_read(&past, &type, shelf, &id, SIZE_MAX, &arena));
		CHECK(ch_shelf_header(&said, &size, shelf, &id) && said == type && size == past.len);
		CHECK(!ch_shelf_read(&raw, &said, shelf, &id, past.len - 1, &arena));
		CHECK(ch_store_read(&raw, store, type, &id, &arena) == NULL && span_equal(raw, past));
		ch_arena_clear(&arena);
	}
	CHECK(pclose(list) == 0);
	return leaning;
}

/* What git has packed as differences, from those that lie before in the pack or that it names by id, one leaning on the other, small and large. */
static void
test_deltas(void)
{
	static const char *const repack[] = {"repack -adfq --depth=50 --window=50", "-c repack.useDeltaBaseOffset=false repack -adfq --depth=30 --window=50"};
	size_t size = 100000;
	uint8_t *content = malloc(size);
	struct ch_oid commit, old, large, small;
	char objects[8192], name[64];
	struct ch_store store;

	fresh(&store);
	wire_random(content, size);
	for (unsigned i = 0; i < 60; i++) {
		for (unsigned j = 0; j < 20; j++)
			content[(i * 7919 + j * 4999) % size]++;
		ok(ch_store_write(&large, &store, CH_BLOB, span_of(content, size - i)));
		ok(ch_store_write(&small, &store, CH_BLOB, span_of(content, 2000 + i)));
		commit = write_commit(&store, i, FILES);
		ok(ch_store_advance(&store, i ? &old : NULL, &commit));
		snprintf(name, sizeof(name), "refs/large/%u", i);
		ok(ch_ref_put(&store, name, &large));
		snprintf(name, sizeof(name), "refs/small/%u", i);
		ok(ch_ref_put(&store, name, &small));
		old = commit;
	}
	ch_store_close(&store);
	snprintf(objects, sizeof(objects), "%s/objects", archive);
	for (unsigned i = 0; i < 2; i++) {
		struct ch_shelf *shelf;

		CHECK(git("config gc.auto 0") && git(repack[i]));
		ok(ch_store_open(&store, archive));
		shelf = ch_shelf_new(objects);
		CHECK(read_past(&store, shelf) > 60);
		ch_shelf_free(shelf);
		ch_store_close(&store);
	}
	free(content);
}

/* What is put together is put together again when there is much of it. */
static void
test_levels(void)
{
	size_t size = (1 << 20) + 4096;
	uint8_t *content = malloc(size);
	struct ch_oid ids[70], commit, old;
	struct ch_arena arena = {0};
	struct ch_store store;
	struct span raw;

	fresh(&store);
	for (unsigned i = 0; i < 70; i++) {
		wire_random(content, size); /* cannot be deflated */
		ok(ch_store_write(&ids[i], &store, CH_BLOB, span_of(content, size)));
		commit = write_commit(&store, i, 1);
		ok(ch_store_advance(&store, i ? &old : NULL, &commit));
		old = commit;
		CHECK(count_files(".pack") < 32 + 2);
	}
	for (unsigned i = 0; i < 70; i++)
		CHECK(ch_store_read(&raw, &store, CH_BLOB, &ids[i], &arena) == NULL && raw.len == size);
	ch_arena_clear(&arena);
	CHECK(git("fsck --strict --full"));
	ch_store_close(&store);
	free(content);
}

static void
act(const struct ch_oid *old, unsigned round)
{
	struct ch_store store;
	struct ch_oid commit;

	ok(ch_store_open(&store, archive));
	commit = write_commit(&store, round, FILES);
	ok(ch_store_advance(&store, old, &commit));
	ch_store_close(&store);
}

static int
act_and_die(const struct ch_oid *old, unsigned round, int steps)
{
	int status = -1;
	pid_t child = fork();

	if (child == 0) {
		steps_left = steps;
		act(old, round);
		_exit(0);
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

/* One act after the other, each dying one step later than the last, up to one that does not; `packs` small packs are there before. */
static void
test_crashes(unsigned packs)
{
	struct ch_store store;
	struct ch_oid head = {{0}};
	int steps = 1, status;
	bool exists;

	fresh(&store);
	for (unsigned i = 0; i < packs; i++) {
		struct ch_oid next = write_commit(&store, i, 1);

		ok(ch_store_advance(&store, i ? &head : NULL, &next));
		head = next;
	}
	ch_store_close(&store);
	do {
		struct ch_oid old = head;

		status = act_and_die(&old, 1000 + (unsigned)steps, steps);
		CHECK(status == 0 || status == DIED);
		ok(ch_store_open(&store, archive));
		CHECK_EQUAL(count_files(".keep"), 0);
		CHECK_EQUAL(count_files(".new"), 0);
		CHECK_EQUAL(count_files(".pack"), count_files(".idx"));
		ok(ch_store_head(&head, &exists, &store));
		CHECK(is_whole(&store, &old));
		CHECK(is_whole(&store, &head));
		CHECK(status == DIED || !ch_oid_equal(&old, &head));
		CHECK(git("fsck --strict"));
		unlink(strcat(archive, "/refs/heads/main.lock")); /* git's: whoever died with it is gone */
		archive[strlen(archive) - strlen("/refs/heads/main.lock")] = '\0';
		act(&head, 5000 + (unsigned)steps);
		ok(ch_store_head(&head, &exists, &store));
		CHECK(seen_by_another(&head));
		ch_store_close(&store);
	} while (status == DIED && steps++ < STEPS_MAX);
	CHECK(steps > 5);
	CHECK_EQUAL(status, 0);
}

int
main(void)
{
	const char *place = getenv("TMPDIR");

	snprintf(directory, sizeof(directory), "%s/store-XXXXXX", place ? place : "/tmp");
	if (mkdtemp(directory) == NULL)
		return 1;
	test_durable_when();
	test_refusals();
	test_held();
	test_memory_is_bounded();
	test_merging();
	test_multi_pack_index();
	test_deltas();
	test_levels();
	test_crashes(1);
	test_crashes(31);
	return test_result();
}

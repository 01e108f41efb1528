/* Times of what main has: page by page, from wherever it got to, and what a save knows better. */
#include "drive/times.h"

#include <stdlib.h>

#include "store/livetree.h"
#include "store/treeedit.h"
#include "ok.h"
#include "test.h"
#include "wire/armor.h"
#include "wire/commit.h"
#include "wire/pgpsig.h"
#include "wire/tree.h"

enum { S = 1000000000 };

static char archive[64];
static struct ch_store store;
static struct ch_past past;
static struct ch_times *times;
static struct ch_arena arena;
static struct ch_oid head, tree;

/* A commit that is read as a page of the register; without a parent as the act before the first. */
static struct ch_oid
commit_of(const struct ch_oid *parent, int64_t time)
{
	static const uint8_t seed[ED25519_SEED_SIZE] = "seed", fingerprint[FINGERPRINT_SIZE] = "fp";
	struct commit commit = {.actor = SPAN_LITERAL("registrar"), .archive = SPAN_LITERAL("00112233445566778899aabbccddeeff"), .time = time, .summary = SPAN_LITERAL("page"),
				.statement = parent ? SPAN_LITERAL("Format: 1\nAct: register\n") : SPAN_LITERAL("Format: 1\nAct: found\n")};
	char payload[2048], armored[512], raw[4096];
	uint8_t packet[PGPSIG_MAX];
	struct ch_oid id;
	size_t len;

	memcpy(commit.tree, tree.id, sizeof(commit.tree));
	if (parent)
		memcpy(commit.parent[commit.parents++], parent->id, sizeof(parent->id));
	len = commit_write_payload(payload, sizeof(payload), &commit);
	size_t signature = pgpsig_write(packet, sizeof(packet), PGPSIG_BINARY, span_of(payload, len), span_of(NULL, 0), seed, fingerprint, time, span_of(NULL, 0));
	size_t armor = armor_write(armored, sizeof(armored), ARMOR_SIGNATURE, span_of(packet, signature));
	len = commit_write_signed(raw, sizeof(raw), span_of(payload, len), span_of(armored, armor));
	CHECK(len > 0);
	ok(ch_store_write(&id, &store, CH_COMMIT, span_of(raw, len)));
	return id;
}

static struct ch_oid
blob(const char *content)
{
	struct ch_oid id;

	ok(ch_store_write(&id, &store, CH_BLOB, span_text(content)));
	return id;
}

/* The next page: one file as it is from then on, NULL: removed. */
static void
page(int64_t time, const char *path, const char *content)
{
	struct ch_change change = {.path = span_text(path), .has = content != NULL};
	bool empty;

	if (content)
		change.new = blob(content);
	ok(ch_tree_apply(&tree, &empty, &store, &tree, &change, 1));
	head = commit_of(&head, time);
}

static void
follow(void)
{
	ok(ch_times_follow(times, &past, &store, &head, 0));
	CHECK(ch_times_is_current(times));
}

static void
start(void)
{
	snprintf(archive, sizeof(archive), "times-XXXXXX");
	if (mkdtemp(archive) == NULL)
		abort();
	ok(ch_store_create(&store, archive));
	ok(ch_store_write(&tree, &store, CH_TREE, span_of(NULL, 0)));
	head = commit_of(NULL, 1);
	ok(ch_times_open(&times, archive, false));
}

static void
stop(void)
{
	char command[128];

	ch_times_close(times);
	ch_past_release(&past);
	ch_store_close(&store);
	ch_arena_clear(&arena);
	snprintf(command, sizeof(command), "rm -rf %s", archive);
	CHECK(system(command) == 0);
}

static void
again(bool read_only)
{
	ch_times_close(times);
	ch_past_release(&past);
	ok(ch_times_open(&times, archive, read_only));
}

static void
run(const char *format)
{
	char command[256];

	snprintf(command, sizeof(command), format, archive, archive);
	CHECK(system(command) == 0);
}

/* What is known of a path, -1: nothing. */
static struct ch_time
known(const char *path)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	struct span directory = span_of(path, slash ? (size_t)(slash - path) : 0), rest;
	struct ch_node node = {.directory = true, .id = tree};
	struct ch_times_list list;
	struct tree_entry entry;
	bool found = true;

	if (directory.len)
		ok(ch_tree_find(&node, &found, &store, &tree, directory, &arena));
	if (!found || !ch_times_list(&list, times, directory, &node.id, &arena))
		return (struct ch_time){.changed = -1};
	ok(ch_store_read(&rest, &store, CH_TREE, &node.id, &arena));
	for (size_t i = 0; tree_next(&entry, &rest); i++)
		if (span_is(entry.name, name))
			return i < list.count ? ch_times_at(&list, i) : (struct ch_time){.changed = -2};
	return (struct ch_time){.changed = -1};
}

#define IS(path, time) CHECK_EQUAL(known(path).changed, time)

static void
what_a_page_changes_has_its_time(void)
{
	start();
	page(10, "files/s/a", "A");
	page(20, "files/s/d/b", "B");
	page(30, "files/s/d/e/c", "C");
	follow();
	IS("files/s/a", 10LL * S);
	IS("files/s/d/b", 20LL * S);
	IS("files/s/d/e/c", 30LL * S);
	IS("files", 10LL * S);
	IS("files/s", 20LL * S);
	IS("files/s/d", 30LL * S);
	IS("files/s/d/e", 30LL * S);
	page(40, "files/s/d/e/c", "other"); /* no name has come or gone */
	follow();
	IS("files/s/d/e/c", 40LL * S);
	IS("files/s/d/e", 30LL * S);
	page(50, "files/s/d/e/c", NULL);
	page(60, "files/s/a", NULL);
	page(70, "files/s/a/in", "a directory now");
	follow();
	IS("files/s/d/e", -1);
	IS("files/s/d", 50LL * S); /* `e` went from it */
	IS("files/s", 70LL * S); /* as a file, and as a directory */
	IS("files/s/a", 70LL * S);
	IS("files/s/a/in", 70LL * S);
	stop();
}

/* Never as old as before, however soon, whatever comes back, and wherever it was begun. */
static void
what_comes_back_is_newer(void)
{
	struct ch_time was;

	start();
	page(10, "files/s/a", "A");
	page(10, "files/s/b", "beside");
	follow();
	ch_times_close(times);
	run("cp %s/chancery/times %s/before");
	ok(ch_times_open(&times, archive, false));
	page(10, "files/s/a", "B");
	page(10, "files/s/a", "A");
	follow();
	IS("files/s/a", 10LL * S + 2);
	IS("files/s/b", 10LL * S);
	again(false); /* as when the last transactions are lost */
	ch_times_close(times);
	run("mv %s/before %s/chancery/times");
	ok(ch_times_open(&times, archive, false));
	IS("files/s/a", -1);
	CHECK(ch_times_was_wanting(times) && !ch_times_was_wanting(times));
	follow();
	IS("files/s/a", 10LL * S + 2);
	ch_times_close(times);
	run("rm %s/chancery/times");
	ok(ch_times_open(&times, archive, false));
	follow();
	IS("files/s/a", 10LL * S + 2);
	was = (struct ch_time){.changed = INT64_MAX};
	struct ch_oid now = blob("A");
	ch_times_note(times, SPAN_LITERAL("files/s/a"), &now, &was);
	follow();
	IS("files/s/a", INT64_MAX);
	page(5, "files/s/a", "C"); /* nothing is later */
	follow();
	IS("files/s/a", 5LL * S);
	stop();
}

static void
what_a_save_knows_is_kept(void)
{
	const struct ch_time exact = {12345, {CH_MODE_SET | 0700, 1001}}, other = {6, {0}};
	struct ch_oid a, b;

	start();
	a = blob("A");
	b = blob("B");
	page(10, "files/s/a", "A");
	page(11, "files/s/b", "B");
	ch_times_note(times, SPAN_LITERAL("files/s/a"), &a, &exact);
	ch_times_note(times, SPAN_LITERAL("files/s/b"), &a, &exact); /* somebody else's is there */
	ch_times_note(times, SPAN_LITERAL("files/s"), NULL, &exact);
	ch_times_note(times, SPAN_LITERAL("files/none/x"), &a, &exact);
	ch_times_note(times, SPAN_LITERAL("files/s/a/x"), &a, &exact);
	follow();
	IS("files/s/a", 12345);
	CHECK_EQUAL(known("files/s/a").permissions.mode, CH_MODE_SET | 0700);
	CHECK_EQUAL(known("files/s/a").permissions.maker, 1001);
	IS("files/s/b", 11LL * S);
	IS("files/s", 12345);
	page(20, "files/s/b", "A");
	follow();
	IS("files/s/b", 20LL * S); /* what was noted before is not of that */
	IS("files/s/a", 12345);
	ch_times_note(times, SPAN_LITERAL("files/s/b"), &a, &other); /* without a page */
	ch_times_note(times, SPAN_LITERAL("files/s/a"), &b, &other);
	follow();
	IS("files/s/b", 6);
	IS("files/s/a", 12345);
	page(30, "files/s/a", "A2");
	follow();
	IS("files/s/a", 30LL * S);
	CHECK_EQUAL(known("files/s/a").permissions.mode, CH_MODE_SET | 0700);
	CHECK_EQUAL(known("files/s/a").permissions.maker, 1001); /* they stay with the name */
	again(false);
	IS("files/s/b", -1);
	follow();
	IS("files/s/b", 6);
	again(true);
	follow();
	IS("files/s/b", 6);
	page(40, "files/s/b", "read-only");
	follow();
	IS("files/s/b", 40LL * S);
	again(false);
	follow();
	IS("files/s/b", 40LL * S);
	stop();
}

/* Step by step it comes to the same; nothing is told before. */
static void
it_goes_on_in_steps(void)
{
	enum { PAGES = 300 };
	char path[64];
	bool forgotten = false;
	const struct ch_time exact = {77, {0}};
	struct ch_oid first;

	start();
	first = blob("0");
	for (unsigned i = 0; i < PAGES; i++) {
		snprintf(path, sizeof(path), "files/s/%u/%u", i % 7, i);
		page(100 + i, path, path);
	}
	page(1000, "files/s/0/0", "0");
	ch_times_note(times, SPAN_LITERAL("files/s/0/0"), &first, &exact);
	while (!ch_times_is_current(times)) {
		IS("files/s/3/3", -1);
		ok(ch_times_follow(times, &past, &store, &head, 1));
		if (!forgotten && !ch_times_is_current(times)) { /* on any machine that is not too fast */
			again(false);
			forgotten = true;
		}
	}
	for (unsigned i = 1; i < PAGES; i++) {
		snprintf(path, sizeof(path), "files/s/%u/%u", i % 7, i);
		IS(path, (100LL + i) * S);
	}
	IS("files/s/0/0", forgotten ? 1000LL * S : 77);
	stop();
}

static void
another_register_and_damage(void)
{
	struct ch_oid first, first_tree;

	start();
	page(10, "files/s/a", "A");
	first = head;
	first_tree = tree;
	page(20, "files/s/a", "B");
	follow();
	head = first;
	tree = first_tree;
	page(30, "files/s/b", "taken back");
	follow();
	IS("files/s/a", 10LL * S);
	IS("files/s/b", 30LL * S);
	ch_times_close(times);
	run("head -c 10000 /dev/urandom >%s/chancery/times");
	ok(ch_times_open(&times, archive, false));
	follow();
	IS("files/s/a", 10LL * S);
	CHECK(!ch_times_list(&(struct ch_times_list){0}, NULL, SPAN_LITERAL(""), &tree, &arena));
	CHECK(!ch_times_is_current(NULL) && ch_times_follow(NULL, &past, &store, &head, 0) == NULL);
	stop();
}

int
main(void)
{
	what_a_page_changes_has_its_time();
	what_comes_back_is_newer();
	what_a_save_knows_is_kept();
	it_goes_on_in_steps();
	another_register_and_damage();
	return test_result();
}

/* The overlay: what the drive shows is what the journal replays to, and what a commit made of the cut holds. */
#include "drive/overlay.h"

#include <errno.h>
#include <stdlib.h>

#include "test.h"
#include "store/livetree.h"
#include "wire/armor.h"
#include "wire/commit.h"
#include "wire/pgpsig.h"

static char archive[64];
static struct ch_store store;
static struct ch_journal journal;
static struct ch_overlay overlay;
static struct ch_arena arena;
static struct ch_oid head;	/* of main, as far as this test has one */
static uint64_t registered; /* what acts on it say of the journal */

static void
ok(const struct ch_error *error)
{
	if (error) {
		fprintf(stderr, "%s\n", error->message);
		abort();
	}
}

/* A commit in the form of an act: the overlay looks at its tree and time only. */
static struct ch_oid
commit_of(const struct ch_oid *tree)
{
	static int64_t now = 1000000000;
	static const uint8_t seed[ED25519_SEED_SIZE] = "seed", fingerprint[FINGERPRINT_SIZE] = "fp";
	struct commit commit = {.actor = SPAN_LITERAL("d1"), .archive = SPAN_LITERAL("00112233445566778899aabbccddeeff"), .time = ++now,
				.summary = SPAN_LITERAL("d1 saves files"), .statement = SPAN_LITERAL("Format: 1\n")};
	char payload[2048], armored[512], raw[4096];
	uint8_t packet[PGPSIG_MAX];
	struct ch_oid id;
	size_t len;

	memcpy(commit.tree, tree->id, sizeof(commit.tree));
	len = commit_write_payload(payload, sizeof(payload), &commit);
	size_t signature = pgpsig_write(packet, sizeof(packet), PGPSIG_BINARY, span_of(payload, len), span_of(NULL, 0), seed, fingerprint, now, span_of(NULL, 0));
	size_t armor = armor_write(armored, sizeof(armored), ARMOR_SIGNATURE, span_of(packet, signature));
	len = commit_write_signed(raw, sizeof(raw), span_of(payload, len), span_of(armored, armor));
	CHECK(len > 0);
	ok(ch_store_write(&id, &store, CH_COMMIT, span_of(raw, len)));
	return id;
}

/* main with one file set (content NULL: removed), as by somebody else. */
static void
others_save(const char *path, const char *content)
{
	struct ch_change change = {.path = span_text(path), .has = content != NULL};
	struct ch_oid tree, old;
	struct span raw;
	struct commit commit;
	bool empty;

	ok(ch_store_read(&raw, &store, CH_COMMIT, &head, &arena));
	CHECK(commit_read(&commit, raw) == WIRE_OK);
	memcpy(old.id, commit.tree, sizeof(old.id));
	if (content)
		ok(ch_store_write(&change.new, &store, CH_BLOB, span_text(content)));
	ok(ch_tree_apply(&tree, &empty, &store, &old, &change, 1));
	if (empty)
		ok(ch_store_write(&tree, &store, CH_TREE, span_of(NULL, 0)));
	head = commit_of(&tree);
}

static void
start(void)
{
	struct ch_oid tree;

	snprintf(archive, sizeof(archive), "overlay-XXXXXX");
	if (mkdtemp(archive) == NULL)
		abort();
	ok(ch_store_create(&store, archive));
	ok(ch_store_write(&tree, &store, CH_TREE, span_of(NULL, 0)));
	head = commit_of(&tree);
	others_save("files/s/old", "old content");
	others_save("files/s/d/deep", "deep");
	ok(ch_journal_open(&journal, archive));
	ok(ch_overlay_init(&overlay, &store, &journal, &head));
	ok(ch_overlay_recover(&overlay, NULL, 0));
}

static void
stop(void)
{
	char command[128];

	registered = 0;
	ch_overlay_release(&overlay);
	ch_journal_close(&journal);
	ch_store_close(&store);
	ch_arena_clear(&arena);
	snprintf(command, sizeof(command), "rm -rf %s", archive);
	CHECK(system(command) == 0);
}

/* As kill -9 and the next mount. */
static void
crash(void)
{
	struct ch_committed in_main = {SPAN_LITERAL("s"), registered};

	ch_overlay_release(&overlay);
	ch_journal_close(&journal);
	ok(ch_journal_open(&journal, archive));
	ok(ch_overlay_init(&overlay, &store, &journal, &head));
	ok(ch_overlay_recover(&overlay, &in_main, 1));
}

static struct ch_overlay_node *
at(const char *path)
{
	struct ch_overlay_node *node = overlay.root;
	struct span rest = span_text(path);

	while (rest.len && node && node->directory)
		ok(ch_overlay_lookup(&node, &overlay, node, span_cut(&rest, '/')));
	return rest.len ? NULL : node;
}

/* Splits "s/a/b" into the directory and the name. */
static struct ch_overlay_node *
above(struct span *name, const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[256];

	snprintf(directory, sizeof(directory), "%.*s", slash ? (int)(slash - path) : 0, path);
	*name = span_text(slash ? slash + 1 : path);
	return at(directory);
}

static int
result(const struct ch_error *error)
{
	return error ? error->errnum : 0;
}

static int
make(const char *path, bool directory)
{
	struct span name;
	struct ch_overlay_node *parent = above(&name, path);

	return parent ? result(ch_overlay_create(&overlay, parent, name, directory)) : ENOENT;
}

static int
drop(const char *path, bool directory)
{
	struct span name;
	struct ch_overlay_node *parent = above(&name, path);

	return parent ? result(ch_overlay_remove(&overlay, parent, name, directory)) : ENOENT;
}

static int
move(const char *from, const char *to)
{
	struct span name, new_name;
	struct ch_overlay_node *a = above(&name, from), *b = above(&new_name, to);

	return a && b ? result(ch_overlay_rename(&overlay, a, name, b, new_name)) : ENOENT;
}

static int
put(const char *path, uint64_t offset, const char *text)
{
	struct ch_overlay_node *node = at(path);

	return node ? result(ch_overlay_write(&overlay, node, offset, span_text(text))) : ENOENT;
}

static int
cut_to(const char *path, uint64_t size)
{
	struct ch_overlay_node *node = at(path);

	return node ? result(ch_overlay_truncate(&overlay, node, size)) : ENOENT;
}

static struct span
content(struct ch_overlay_node *node)
{
	struct span raw = {0};
	uint64_t size;

	ok(ch_overlay_size(&size, &overlay, node));
	if (node->working)
		ok(ch_working_content(&raw, node->working));
	else if (node->based)
		ok(ch_store_read(&raw, &store, CH_BLOB, &node->base, &arena));
	CHECK_EQUAL(size, raw.len);
	return ch_arena_copy(&arena, raw);
}

static bool
holds(const char *path, const char *text)
{
	struct ch_overlay_node *node = at(path);

	return node && !node->directory && span_is(content(node), text);
}

static int
by_name(const void *a, const void *b)
{
	return strcmp((*(struct ch_overlay_node *const *)a)->name, (*(struct ch_overlay_node *const *)b)->name);
}

/* Everything there is, one line each; directories only when asked for. */
static char *
dump(char *out, struct ch_overlay_node *directory, const char *path, bool directories)
{
	struct ch_overlay_node *nodes[64];
	size_t count = 0;

	ok(ch_overlay_load(&overlay, directory));
	for (size_t i = 0; i < directory->slots; i++)
		if (directory->entries[i].node)
			nodes[count++] = directory->entries[i].node;
	CHECK_EQUAL(count, directory->count);
	qsort(nodes, count, sizeof(nodes[0]), by_name);
	for (size_t i = 0; i < count; i++) {
		char *name = ch_arena_format(&arena, "%s/%s", path, nodes[i]->name);
		struct span text = nodes[i]->directory ? span_of(NULL, 0) : content(nodes[i]);

		if (directories || !nodes[i]->directory)
			out += sprintf(out, "%s%s %.*s\n", name, nodes[i]->directory ? "/" : "", (int)text.len, (const char *)text.data);
		if (nodes[i]->directory)
			out = dump(out, nodes[i], name, directories);
	}
	return out;
}

static struct span
dumped(bool directories)
{
	char *out = ch_arena_alloc(&arena, 256 * 1024);

	return span_of(out, (size_t)(dump(out, overlay.root, "", directories) - out));
}

/* What fs/lib/drive/save.c does, without acts. The register's part is done when it returns; the drive has not been told yet. */
static void
commit(struct ch_cut *cut)
{
	struct ch_change *changes;
	struct ch_node files;
	struct ch_oid tree;
	bool found, empty;
	struct commit read;
	struct span raw;

	ok(ch_overlay_cut(cut, &overlay));
	changes = ch_arena_alloc(&arena, (cut->count + 1) * sizeof(*changes));
	for (size_t i = 0; i < cut->count; i++) {
		struct ch_cut_file *file = &cut->files[i];

		if (file->working) {
			ok(ch_working_content(&raw, file->working));
			ok(ch_store_write(&file->new, &store, CH_BLOB, raw));
		}
		file->committed = true;
		changes[i] = (struct ch_change){.path = file->path, .has = file->has, .new = file->new};
	}
	ok(ch_store_read(&raw, &store, CH_COMMIT, &head, &arena));
	CHECK(commit_read(&read, raw) == WIRE_OK);
	memcpy(tree.id, read.tree, sizeof(tree.id));
	ok(ch_tree_find(&files, &found, &store, &tree, SPAN_LITERAL("files"), &arena));
	ok(ch_tree_apply(&files.id, &empty, &store, found ? &files.id : NULL, changes, cut->count));
	files.directory = true;
	ok(ch_tree_set(&tree, &store, &tree, SPAN_LITERAL("files"), empty ? NULL : &files, &arena));
	head = commit_of(&tree);
	registered = cut->through;
}

static void
commit_whole(void)
{
	struct ch_cut cut;

	commit(&cut);
	ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
}

static void
changes_are_seen_and_survive(void)
{
	struct span before;

	start();
	CHECK(holds("s/old", "old content") && holds("s/d/deep", "deep"));
	CHECK_EQUAL(put("s/old", 4, "CON"), 0);
	CHECK(holds("s/old", "old CONtent"));
	CHECK_EQUAL(make("s/new", false), 0);
	CHECK_EQUAL(put("s/new", 2, "x"), 0);
	CHECK_EQUAL(content(at("s/new")).len, 3);
	CHECK_EQUAL(cut_to("s/d/deep", 2), 0);
	CHECK_EQUAL(make("s/empty", true), 0);
	CHECK_EQUAL(move("s/d", "s/e"), 0);
	CHECK_EQUAL(make("other", true), 0);
	CHECK_EQUAL(make("other/f", false), 0);
	before = dumped(true);
	crash();
	CHECK_EQUAL_SPAN(dumped(true), before);
	commit_whole();
	CHECK_EQUAL_SPAN(dumped(true), before);
	crash();
	CHECK_EQUAL_SPAN(dumped(true), before); /* empty directories, too */
	CHECK(holds("s/e/deep", "de"));
	stop();
}

static void
what_is_refused(void)
{
	start();
	CHECK_EQUAL(make("file", false), EPERM); /* files lie in spaces */
	CHECK_EQUAL(make("space with blank", true), EINVAL);
	CHECK_EQUAL(make("s/OLD", false), EEXIST);
	CHECK_EQUAL(make("s/old", false), EEXIST);
	CHECK_EQUAL(make("s/a:b", false), EINVAL);
	CHECK_EQUAL(make("s/.git", true), EINVAL);
	CHECK_EQUAL(make("s/e\xcc\x81", false), EILSEQ);
	CHECK_EQUAL(make("s/\xff", false), EILSEQ);
	CHECK_EQUAL(make("s/\xc3\xa9", false), 0);
	CHECK_EQUAL(make("s/\xc3\x89", false), EEXIST); /* differs in case only */
	CHECK_EQUAL(make("s/missing/x", false), ENOENT);
	CHECK_EQUAL(make("t", true), 0);
	CHECK_EQUAL(move("s/old", "t/old"), EXDEV);
	CHECK_EQUAL(move("s", "u"), EPERM);
	CHECK_EQUAL(move("s/d", "s/d/x"), EINVAL);
	CHECK_EQUAL(move("s/old", "s/d"), EISDIR);
	CHECK_EQUAL(move("s/d", "s/old"), ENOTDIR);
	CHECK_EQUAL(drop("s/d", true), ENOTEMPTY);
	CHECK_EQUAL(drop("s/d", false), EISDIR);
	CHECK_EQUAL(drop("s/old", true), ENOTDIR);
	CHECK_EQUAL(cut_to("s/old", CH_WORKING_MAX + 1), EFBIG);
	CHECK_EQUAL(move("s/old", "s/OLD"), 0); /* only the case changes */
	CHECK(holds("s/OLD", "old content") && at("s/old") == NULL);
	stop();
}

static void
a_removed_file_stays_readable(void)
{
	struct ch_overlay_node *node;

	start();
	node = at("s/old");
	node->user = node;
	CHECK_EQUAL(drop("s/old", false), 0);
	CHECK(at("s/old") == NULL);
	CHECK_EQUAL_SPAN(content(node), SPAN_LITERAL("old content"));
	ok(ch_overlay_write(&overlay, node, 0, SPAN_LITERAL("NEW")));
	CHECK_EQUAL_SPAN(content(node), SPAN_LITERAL("NEW content"));
	ch_overlay_forget(&overlay, node);
	crash();
	CHECK(at("s/old") == NULL);
	stop();
}

static char told[256];

static void
note(void *context, struct ch_overlay_node *node, const char *name)
{
	size_t len = strlen(told);

	(void)context;
	snprintf(told + len, sizeof(told) - len, "%s %s;", node->name ? node->name : "", name ? name : "-");
}

static void
what_others_save_appears(void)
{
	start();
	at("s/d/deep");
	at("s/old");
	overlay.notify = note;
	told[0] = '\0';
	others_save("files/s/d/deep", "deeper");
	others_save("files/s/d/more", "more");
	others_save("files/s/old", NULL);
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK_EQUAL_SPAN(span_text(told), SPAN_LITERAL("deep -;d more;s old;"));
	CHECK(holds("s/d/deep", "deeper") && holds("s/d/more", "more") && at("s/old") == NULL);
	told[0] = '\0';
	CHECK_EQUAL(put("s/d/deep", 0, "D"), 0);
	commit_whole();
	CHECK_EQUAL_SPAN(span_text(told), SPAN_LITERAL("")); /* one's own commit changes nothing that one sees */
	stop();
}

/* A file that was changed here and is not committed keeps what is here, and the commit knows what there was. */
static void
what_is_touched_stays(void)
{
	struct ch_cut cut;

	start();
	CHECK_EQUAL(put("s/old", 0, "OUR"), 0);
	CHECK_EQUAL(drop("s/d/deep", false), 0);
	CHECK_EQUAL(drop("s/d", true), 0);
	others_save("files/s/old", "theirs");
	others_save("files/s/unrelated", "u");
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(holds("s/old", "OUR content") && holds("s/unrelated", "u") && at("s/d") == NULL);
	crash();
	CHECK(holds("s/old", "OUR content") && at("s/d") == NULL);
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(holds("s/unrelated", "u"));
	ok(ch_overlay_cut(&cut, &overlay));
	CHECK_EQUAL(cut.count, 2);
	CHECK_EQUAL_SPAN(cut.files[0].path, SPAN_LITERAL("s/d/deep"));
	CHECK(cut.files[0].had && !cut.files[0].has);
	CHECK(cut.files[1].had && cut.files[1].has && cut.files[1].working);
	ch_cut_release(&cut);
	stop();
}

/* Changes between the cut and its completion belong to the next commit. */
static void
writing_goes_on_beside_a_commit(void)
{
	struct ch_cut cut;

	start();
	CHECK_EQUAL(put("s/old", 0, "1"), 0);
	CHECK_EQUAL(make("s/moved", false), 0);
	commit(&cut);
	CHECK_EQUAL(put("s/old", 1, "2"), 0);
	CHECK_EQUAL(move("s/moved", "s/gone"), 0);
	ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
	CHECK(holds("s/old", "12d content") && at("s/gone") && at("s/moved") == NULL);
	crash();
	CHECK(holds("s/old", "12d content") && at("s/gone") && at("s/moved") == NULL);
	commit_whole();
	crash();
	CHECK(holds("s/old", "12d content") && at("s/gone") && at("s/moved") == NULL);
	stop();
}

static uint64_t state;

static unsigned
choose(unsigned n)
{
	state = state * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(state >> 33) % n;
}

static const char *
some_path(void)
{
	static const char *const names[] = {"s/a", "s/b", "s/x", "s/x/a", "s/x/b", "s/y", "s/y/a", "s/x/y", "s/x/y/a", "s/old", "s/d", "s/d/deep"};

	return names[choose(sizeof(names) / sizeof(names[0]))];
}

static void
something(void)
{
	static const char *const texts[] = {"a", "bcd", "efghijk"};

	switch (choose(8)) {
	case 0:
	case 1:
		make(some_path(), false);
		break;
	case 2:
		make(some_path(), true);
		break;
	case 3:
	case 4:
		put(some_path(), choose(12), texts[choose(3)]);
		break;
	case 5:
		cut_to(some_path(), choose(12));
		break;
	case 6:
		move(some_path(), some_path());
		break;
	case 7:
		drop(some_path(), choose(2));
		break;
	}
}

/* Random operations, commits and crashes, also between registering and completing: nothing that was done is lost or done twice. */
static void
any_history_survives_any_crash(uint64_t seed)
{
	struct span before, committed;
	struct ch_cut cut;

	state = seed;
	start();
	for (int i = 0; i < 100; i++) {
		for (unsigned n = choose(8); n > 0; n--)
			something();
		before = dumped(true);
		switch (choose(6)) {
		case 0:
			crash();
			break;
		case 1:
			commit_whole();
			break;
		case 2: /* killed between the register and the journal, with more written meanwhile */
			commit(&cut);
			something();
			something();
			before = dumped(true);
			if (choose(2))
				ok(ch_overlay_advance(&overlay, &head, &cut));
			crash();
			committed = dumped(false);
			ok(ch_overlay_advance(&overlay, &head, NULL));
			CHECK_EQUAL_SPAN(dumped(false), committed);
			ch_cut_release(&cut);
			break;
		default:
			break;
		}
		CHECK_EQUAL_SPAN(dumped(true), before);
		if (test_failures) {
			fprintf(stderr, "seed %llu\n", (unsigned long long)seed);
			break;
		}
		ch_arena_clear(&arena);
	}
	stop();
}

int
main(void)
{
	const char *rounds = getenv("SOAK");
	bool soak = rounds && *rounds == '1';

	changes_are_seen_and_survive();
	what_is_refused();
	a_removed_file_stays_readable();
	what_others_save_appears();
	what_is_touched_stays();
	writing_goes_on_beside_a_commit();
	for (uint64_t seed = 0; seed < (soak ? 100u : 3u) && test_failures == 0; seed++)
		any_history_survives_any_crash(seed);
	return test_result();
}

/* The overlay of one space in an archive of its own, for unit tests: what is done on the drive, what others save, commits and crashes. */
#ifndef TESTS_UNIT_OVERLAYBENCH_H
#define TESTS_UNIT_OVERLAYBENCH_H

#include "drive/overlay.h"

#include <errno.h>
#include <stdlib.h>

#include "ok.h"
#include "test.h"
#include "store/livetree.h"
#include "wire/armor.h"
#include "wire/commit.h"
#include "wire/pgpsig.h"

static char archive[64];
static struct ch_store store;
static struct ch_journal journal;
static struct ch_overlay overlay;
static struct ch_temporary temporary;
static struct ch_arena arena;
static struct ch_oid head;	/* of main, as far as this test has one */
static bool alone;
static uint64_t registered; /* what acts on it say of the journal */
static struct ch_oid saved; /* the last of them */

/* A commit in the form of an act: the overlay looks at its tree and time only. */
static inline struct ch_oid
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
static inline void
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

static inline void
start(void)
{
	struct ch_oid tree;

	snprintf(archive, sizeof(archive), "overlay-XXXXXX");
	if (mkdtemp(archive) == NULL)
		abort();
	ok(ch_store_create(&store, archive));
	ok(ch_store_write(&tree, &store, CH_TREE, span_of(NULL, 0)));
	head = saved = commit_of(&tree);
	others_save("files/s/old", "old content");
	others_save("files/s/d/deep", "deep");
	ok(ch_journal_open(&journal, archive));
	ok(ch_temporary_load(&temporary, archive));
	ok(ch_overlay_init(&overlay, &store, &journal, NULL, &head));
	overlay.temporary = &temporary;
	ok(ch_overlay_recover(&overlay, NULL, 0));
}

static inline void
stop(void)
{
	char command[128];

	registered = 0;
	ch_overlay_release(&overlay);
	ch_journal_close(&journal);
	ch_store_close(&store);
	ch_temporary_release(&temporary);
	ch_arena_clear(&arena);
	snprintf(command, sizeof(command), "rm -rf %s", archive);
	CHECK(system(command) == 0);
}

/* As kill -9 and the next mount. */
static inline void
crash(void)
{
	struct ch_committed in_main = {SPAN_LITERAL("s"), registered, saved};

	ch_overlay_release(&overlay);
	ch_journal_close(&journal);
	ok(ch_journal_open(&journal, archive));
	ok(ch_overlay_init(&overlay, &store, &journal, NULL, &head));
	overlay.temporary = &temporary;
	ok(ch_overlay_recover(&overlay, &in_main, 1));
}

static inline struct ch_overlay_node *
at(const char *path)
{
	struct ch_overlay_node *node = overlay.root;
	struct span rest = span_text(path);

	while (rest.len && node && node->directory)
		ok(ch_overlay_lookup(&node, &overlay, node, span_cut(&rest, '/')));
	return rest.len ? NULL : node;
}

/* Splits "s/a/b" into the directory and the name. */
static inline struct ch_overlay_node *
above(struct span *name, const char *path)
{
	const char *slash = strrchr(path, '/');
	char directory[256];

	snprintf(directory, sizeof(directory), "%.*s", slash ? (int)(slash - path) : 0, path);
	*name = span_text(slash ? slash + 1 : path);
	return at(directory);
}

static inline int
result(const struct ch_error *error)
{
	return error ? error->errnum : 0;
}

static inline int
make(const char *path, bool directory)
{
	struct span name;
	struct ch_overlay_node *parent = above(&name, path);

	return parent ? result(ch_overlay_create(&overlay, parent, name, directory, (struct ch_permissions){0})) : ENOENT;
}

static inline int
drop(const char *path, bool directory)
{
	struct span name;
	struct ch_overlay_node *parent = above(&name, path);

	return parent ? result(ch_overlay_remove(&overlay, parent, name, directory)) : ENOENT;
}

static inline int
move(const char *from, const char *to)
{
	struct span name, new_name;
	struct ch_overlay_node *a = above(&name, from), *b = above(&new_name, to);

	return a && b ? result(ch_overlay_rename(&overlay, a, name, b, new_name)) : ENOENT;
}

static inline int
swap(const char *a, const char *b)
{
	struct span name, other;
	struct ch_overlay_node *from = above(&name, a), *to = above(&other, b);

	return from && to ? result(ch_overlay_exchange(&overlay, from, name, to, other)) : ENOENT;
}

static inline int
put(const char *path, uint64_t offset, const char *text)
{
	struct ch_overlay_node *node = at(path);

	return node ? result(ch_overlay_write(&overlay, node, offset, span_text(text))) : ENOENT;
}

static inline int
cut_to(const char *path, uint64_t size)
{
	struct ch_overlay_node *node = at(path);

	return node ? result(ch_overlay_truncate(&overlay, node, size)) : ENOENT;
}

static inline struct span
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

static inline bool
holds(const char *path, const char *text)
{
	struct ch_overlay_node *node = at(path);

	return node && !node->directory && span_is(content(node), text);
}

static inline int
by_name(const void *a, const void *b)
{
	return strcmp((*(struct ch_overlay_node *const *)a)->name, (*(struct ch_overlay_node *const *)b)->name);
}

/* Everything there is, one line each; directories only when asked for. */
static inline char *
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

static inline struct span
dumped(bool directories)
{
	char *out = ch_arena_alloc(&arena, 256 * 1024);

	return span_of(out, (size_t)(dump(out, overlay.root, "", directories) - out));
}

/* Nobody else has saved: what a cut says that there was must be what main has, or our saves would be in conflict with each other. */
static inline void
knows_main(const struct ch_cut *cut, const struct ch_oid *files, bool any)
{
	for (size_t i = 0; i < cut->count; i++) {
		const struct ch_cut_file *file = &cut->files[i];
		struct ch_node node;
		bool found = false;

		if (any)
			ok(ch_tree_find(&node, &found, &store, files, file->path, &arena));
		found = found && !node.directory;
		CHECK_EQUAL(file->had, found);
		CHECK(!found || ch_oid_equal(&file->old, &node.id));
	}
}

/* What fs/lib/drive/save.c does, without acts. The register's part is done when it returns; the drive has not been told yet. */
static inline void
commit(struct ch_cut *cut)
{
	struct ch_change *changes;
	struct ch_node files;
	struct ch_oid tree;
	bool found, empty;
	struct commit read;
	struct span raw;
	size_t count = 0;

	ok(ch_overlay_cut(cut, &overlay));
	changes = ch_arena_alloc(&arena, (cut->count + 1) * sizeof(*changes));
	for (size_t i = 0; i < cut->count; i++) {
		struct ch_cut_file *file = &cut->files[i];

		if (file->working) {
			ok(ch_working_content(&raw, file->working));
			ok(ch_store_write(&file->new, &store, CH_BLOB, raw));
		}
		file->committed = true;
		if (file->had || file->has)
			changes[count++] = (struct ch_change){.path = file->path, .has = file->has, .new = file->new};
	}
	ok(ch_store_read(&raw, &store, CH_COMMIT, &head, &arena));
	CHECK(commit_read(&read, raw) == WIRE_OK);
	memcpy(tree.id, read.tree, sizeof(tree.id));
	ok(ch_tree_find(&files, &found, &store, &tree, SPAN_LITERAL("files"), &arena));
	if (alone)
		knows_main(cut, &files.id, found);
	ok(ch_tree_apply(&files.id, &empty, &store, found ? &files.id : NULL, changes, count));
	files.directory = true;
	ok(ch_tree_set(&tree, &store, &tree, SPAN_LITERAL("files"), empty ? NULL : &files, &arena));
	head = commit_of(&tree);
	ok(ch_cut_put_aside(cut));
	registered = cut->through;
	saved = head;
}

static inline void
commit_whole(void)
{
	struct ch_cut cut;

	commit(&cut);
	ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
}

#endif

/*
 * The live tree against a model that knows nothing of trees: a list of paths. Random changes from a small set of names, so that files meet directories and
 * names meet others in another case; what the model allows must have the id that one change after another gives, and what it refuses must change nothing.
 */
#include <stdlib.h>

#include "store/livetree.h"
#include "ok.h"
#include "test.h"

enum { ROUNDS = 4000, CHANGES_MAX = 4, FILES_MAX = 512 };

static const char *const names[] = {"a", "A", "a.b", "b", "c-1", "d\u00e9", "D\u00c9"};

struct model {
	char path[FILES_MAX][32];
	struct ch_oid id[FILES_MAX];
	size_t count;
};

static uint64_t seed = 20261125;

static unsigned
pick(unsigned below)
{
	seed = seed * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(seed >> 33) % below;
}

static void
random_path(char path[32])
{
	size_t len = 0;

	for (unsigned depth = 1 + pick(3); depth--;)
		len += (size_t)snprintf(path + len, 32 - len, "%s%s", len ? "/" : "", names[pick(sizeof(names) / sizeof(names[0]))]);
}

static void
model_remove(struct model *m, const char *path)
{
	for (size_t i = 0; i < m->count; i++)
		if (strcmp(m->path[i], path) == 0) {
			m->count--;
			memmove(m->path[i], m->path[i + 1], (m->count - i) * sizeof(m->path[0]));
			memmove(&m->id[i], &m->id[i + 1], (m->count - i) * sizeof(m->id[0]));
			return;
		}
}

/* The names of these tests: what folds alike is A and a, and D\u00c9 and d\u00e9. */
static char
fold(char c)
{
	return c == 'A' ? 'a' : c == 'D' ? 'd' : c == '\x89' ? '\xa9' : c;
}

/* Two files cannot be side by side: a directory of one is the other, or somewhere they part at names that differ only in case. */
static bool
clash(const char *a, const char *b)
{
	size_t same = 0;

	while (a[same] && a[same] == b[same])
		same++;
	if (a[same] == '\0' || b[same] == '\0')
		return a[same] != b[same] && (a[same] == '/' || b[same] == '/');
	while (same > 0 && a[same - 1] != '/')
		same--;
	for (;; same++) {
		char x = a[same] == '/' ? '\0' : a[same], y = b[same] == '/' ? '\0' : b[same];
		if (fold(x) != fold(y))
			return false;
		if (x == '\0')
			return true;
	}
}

static bool
model_put(struct model *m, const char *path, const struct ch_oid *id)
{
	model_remove(m, path);
	for (size_t i = 0; i < m->count; i++)
		if (clash(path, m->path[i]))
			return false;
	snprintf(m->path[m->count], sizeof(m->path[0]), "%s", path);
	m->id[m->count++] = *id;
	return true;
}

static bool
model_apply(struct model *m, const struct ch_change *changes, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (!changes[i].has)
			model_remove(m, (const char *)changes[i].path.data);
	for (size_t i = 0; i < count; i++)
		if (changes[i].has && !model_put(m, (const char *)changes[i].path.data, &changes[i].new))
			return false;
	return true;
}

/* The tree of the model, path by path. */
static bool
model_id(struct ch_oid *id, const struct model *m, struct ch_store *store)
{
	struct ch_arena arena = {0};

	for (size_t i = 0; i < m->count; i++) {
		struct ch_node node = {.id = m->id[i]};
		ok(ch_tree_set(id, store, i ? id : NULL, span_text(m->path[i]), &node, &arena));
	}
	ch_arena_clear(&arena);
	return m->count > 0;
}

static void
check_same(struct ch_livetree *tree, const struct model *m, struct ch_store *store)
{
	struct ch_oid is, should;
	bool empty, any = model_id(&should, m, store);

	ok(ch_livetree_id(&is, &empty, tree, true));
	CHECK_EQUAL(empty, !any);
	CHECK(!any || ch_oid_equal(&is, &should));
}

static void
check_found(struct ch_livetree *tree, const struct model *m)
{
	struct ch_node node;
	bool found;

	for (size_t i = 0; i < m->count; i++) {
		ok(ch_livetree_find(&node, &found, tree, span_text(m->path[i])));
		CHECK(found && !node.directory && ch_oid_equal(&node.id, &m->id[i]));
	}
	ok(ch_livetree_find(&node, &found, tree, SPAN_LITERAL("a/nobody")));
	CHECK(!found);
}

static void
random_rounds(struct ch_store *store)
{
	struct ch_livetree *tree = ch_livetree_new(store, NULL);
	struct model model = {.count = 0}, before;
	unsigned refused = 0;

	for (unsigned round = 0; round < ROUNDS; round++) {
		struct ch_change changes[CHANGES_MAX];
		char paths[CHANGES_MAX][32];
		size_t count = 1 + pick(CHANGES_MAX);
		const struct ch_error *error;
		bool allowed;

		for (size_t i = 0; i < count; i++) {
			random_path(paths[i]);
			changes[i] = (struct ch_change){.path = span_text(paths[i]), .has = pick(3) > 0, .new = {{(uint8_t)(1 + pick(200))}}};
		}
		before = model;
		allowed = model_apply(&model, changes, count);
		error = ch_livetree_apply(tree, changes, count);
		CHECK_EQUAL(error == NULL, allowed);
		refused += error != NULL;
		if (allowed && pick(4) == 0) {
			ch_livetree_revert(tree);
			model = before;
		}
		if (!allowed)
			model = before;
		if (pick(3) == 0)
			check_same(tree, &model, store);
		if (pick(50) == 0)
			check_found(tree, &model);
	}
	check_same(tree, &model, store);
	CHECK(refused > ROUNDS / 10 && refused < ROUNDS * 9 / 10);
	ch_livetree_free(tree);
}

/* A long directory, whose bytes are kept: changed here and there, it is what ch_tree_set makes of the same. */
static void
long_directory(struct ch_store *store)
{
	struct ch_livetree *tree = ch_livetree_new(store, NULL);
	struct ch_arena arena = {0};
	struct ch_oid is, should = {{0}};
	bool has[300] = {false}, empty, none = true;

	for (unsigned round = 0; round < 2000; round++) {
		unsigned file = pick(300), kind = file % 3;
		char path[64];
		struct ch_node node = {.id = {{(uint8_t)(1 + pick(200))}}};
		struct ch_change change = {.has = round < 600 || !has[file] || pick(3) > 0, .new = node.id};

		snprintf(path, sizeof(path), kind == 0 ? "d/%u" : kind == 1 ? "d/%u-a-name/f" : "d/e/%u", file);
		change.path = span_text(path);
		has[file] = change.has;
		ok(ch_livetree_apply(tree, &change, 1));
		if (round % 7 == 6) {
			ch_livetree_revert(tree);
			ok(ch_livetree_apply(tree, &change, 1));
		}
		ok(ch_tree_set(&should, store, none ? NULL : &should, change.path, change.has ? &node : NULL, &arena));
		none = false;
		if (round % 2 == 0) {
			ok(ch_livetree_id(&is, &empty, tree, pick(2)));
			CHECK(!empty && ch_oid_equal(&is, &should));
		}
		ch_arena_clear(&arena);
	}
	ch_livetree_free(tree);
}

/* A directory alone, with one more file and as it is: what ch_tree_set makes of the same. */
static void
alone(struct ch_store *store)
{
	const struct ch_change changes[] = {{.path = SPAN_LITERAL("x/y/one"), .has = true, .new = {{1}}},
					    {.path = SPAN_LITERAL("x/z"), .has = true, .new = {{2}}}};
	const struct ch_node one = {.id = {{1}}}, two = {.id = {{3}}};
	struct ch_livetree *tree = ch_livetree_new(store, NULL);
	const struct span path = SPAN_LITERAL("x/y");
	struct ch_arena arena = {0};
	struct ch_oid is, should;

	ok(ch_livetree_apply(tree, changes, 2));
	ok(ch_tree_set(&should, store, NULL, SPAN_LITERAL("x/y/one"), &one, &arena));
	CHECK(ch_livetree_alone(&is, tree, path, SPAN_LITERAL(""), NULL) && ch_oid_equal(&is, &should));
	ok(ch_tree_set(&should, store, &should, SPAN_LITERAL("x/y/a.more"), &two, &arena));
	CHECK(ch_livetree_alone(&is, tree, path, SPAN_LITERAL("a.more"), &two.id) && ch_oid_equal(&is, &should));
	CHECK(!ch_livetree_alone(&is, tree, path, SPAN_LITERAL("one"), &two.id));
	CHECK(!ch_livetree_alone(&is, tree, SPAN_LITERAL("x/nowhere"), SPAN_LITERAL("a"), &two.id));
	ch_livetree_free(tree);
	ch_arena_clear(&arena);
}

/* What is not a name does not come in, and a tree can be only so deep. */
static void
refused_names(struct ch_store *store)
{
	static const char *const bad[] = {".git", "a/.GIT/b", "a//b", "CON", "a/b."};
	struct ch_livetree *tree = ch_livetree_new(store, NULL);
	struct ch_change change = {.has = true, .new = {{1}}};
	char deep[256] = "";
	bool empty;
	struct ch_oid id;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const struct ch_error *error;
		change.path = span_text(bad[i]);
		error = ch_livetree_apply(tree, &change, 1);
		CHECK(error && error->code == WIRE_MALFORMED_TREE);
	}
	for (size_t i = 0; i < 64; i++)
		strcat(deep, "d/");
	strcat(deep, "f");
	change.path = span_text(deep);
	CHECK(ch_livetree_apply(tree, &change, 1)->code == WIRE_LIMIT);
	change.path = span_text(deep + 2);
	ok(ch_livetree_apply(tree, &change, 1));
	ch_livetree_revert(tree);
	ok(ch_livetree_id(&id, &empty, tree, true));
	CHECK(empty);
	ch_livetree_free(tree);
}

int
main(void)
{
	struct ch_store store;

	ok(ch_store_temporary(&store, getenv("TMPDIR") ? getenv("TMPDIR") : "/tmp"));
	random_rounds(&store);
	long_directory(&store);
	alone(&store);
	refused_names(&store);
	ch_store_close(&store);
	return test_result();
}

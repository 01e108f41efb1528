/*
 * Merging: what somebody changed from `base` to `new`, brought into `main`. A table of what can happen to one path, and generated trees against a model
 * that works on lists of paths where the code works on directories. A file is "path=content", content one character.
 */
#include "store/treemerge.h"

#include <stdlib.h>
#include <strings.h>

#include "ok.h"
#include "test.h"

enum { FILES_MAX = 64, SEQ = 7, PATH_SIZE = 256 };

struct file {
	char path[PATH_SIZE], content;
};

struct files {
	struct file list[FILES_MAX];
	size_t count;
};

static struct ch_store store;
static struct ch_arena arena;

static struct ch_oid
oid_of(char content)
{
	struct ch_oid id;

	memset(id.id, content, sizeof(id.id));
	return id;
}

static struct file *
find(struct files *files, const char *path)
{
	for (size_t i = 0; i < files->count; i++)
		if (strcmp(files->list[i].path, path) == 0)
			return &files->list[i];
	return NULL;
}

static void
set(struct files *files, const char *path, char content)
{
	struct file *file = find(files, path);

	if (file == NULL) {
		if (files->count == FILES_MAX)
			abort();
		file = &files->list[files->count++];
		snprintf(file->path, sizeof(file->path), "%s", path);
	}
	file->content = content;
}

static void
unset(struct files *files, const char *path)
{
	struct file *file = find(files, path);

	if (file)
		*file = files->list[--files->count];
}

static int
by_path(const void *a, const void *b)
{
	return strcmp(((const struct file *)a)->path, ((const struct file *)b)->path);
}

static void
sort(struct files *files)
{
	if (files->count)
		qsort(files->list, files->count, sizeof(files->list[0]), by_path);
}

static struct files
parse(const char *text)
{
	struct files files = {0};
	char path[PATH_SIZE], content;

	for (int n; sscanf(text, " %255[^=]=%c%n", path, &content, &n) == 2; text += n)
		set(&files, path, content);
	sort(&files);
	return files;
}

/* NULL: there are none. */
static const struct ch_oid *
write_tree(struct ch_oid *tree, const struct files *files)
{
	struct ch_changes changes = {ch_arena_alloc(&arena, (files->count + 1) * sizeof(*changes.list)), files->count};
	bool empty;

	for (size_t i = 0; i < files->count; i++)
		changes.list[i] = (struct ch_change){.path = span_text(files->list[i].path), .has = true, .new = oid_of(files->list[i].content)};
	ch_changes_sort(&changes);
	ok(ch_tree_apply(tree, &empty, &store, NULL, changes.list, changes.count));
	return empty ? NULL : tree;
}

static struct files
read_tree(const struct ch_oid *tree)
{
	struct files files = {0};
	struct ch_changes changes;

	ok(ch_tree_changes(&changes, &store, NULL, tree, &arena));
	for (size_t i = 0; i < changes.count; i++)
		set(&files, ch_arena_text(&arena, changes.list[i].path), (char)changes.list[i].new.id[0]);
	sort(&files);
	return files;
}

static const struct ch_error *
try_merge(struct files *result, const struct files *base, const struct files *new, const struct files *main)
{
	struct ch_oid base_tree, new_tree, main_tree, id;
	const struct ch_oid *from = write_tree(&base_tree, base), *to = write_tree(&new_tree, new);
	struct ch_livetree *tree = ch_livetree_new(&store, write_tree(&main_tree, main));
	const struct ch_error *error;
	struct ch_changes changes;
	bool empty;

	ok(ch_tree_changes(&changes, &store, from, to, &arena));
	if ((error = ch_tree_merge(tree, &changes, 0, SEQ, &arena)) == NULL) {
		ok(ch_livetree_id(&id, &empty, tree, true));
		*result = read_tree(empty ? NULL : &id);
		ch_livetree_revert(tree);
	}
	ok(ch_livetree_id(&id, &empty, tree, true));
	CHECK(empty ? main->count == 0 : main->count && ch_oid_equal(&id, &main_tree)); /* as it was */
	ch_livetree_free(tree);
	return error;
}

static const char *
text_of(const struct files *files)
{
	const char *text = "";

	for (size_t i = 0; i < files->count; i++)
		text = ch_arena_format(&arena, "%s%s%s=%c", text, i ? " " : "", files->list[i].path, files->list[i].content);
	return text;
}

static const struct {
	const char *base, *new, *main, *expected;
} cases[] = {
	/* one path: nothing, made, changed, removed on either side */
	{"a=1", "a=1", "a=2", "a=2"},
	{"", "a=2", "", "a=2"},
	{"", "a=2", "a=2", "a=2"},
	{"", "a=2", "a=3", "a=3 a.conflict-7=2"},
	{"a=1", "a=2", "a=1", "a=2"},
	{"a=1", "a=2", "a=2", "a=2"},
	{"a=1", "a=2", "a=3", "a=3 a.conflict-7=2"},
	{"a=1", "a=2", "", "a=2"},
	{"a=1", "", "a=1", ""},
	{"a=1", "", "a=3", "a=3"},
	{"a=1", "", "", ""},
	{"a=1", "a=1", "", ""},
	/* untouched ones stay, also those that the new state does not have because it is older */
	{"", "a=1", "b=2", "a=1 b=2"},
	{"a=1 d/b=1", "a=1 d/b=2", "a=3 d/b=1 d/c=4", "a=3 d/b=2 d/c=4"},
	/* other names */
	{"", "r.txt=2", "r.txt=1", "r.conflict-7.txt=2 r.txt=1"},
	{"", "r.tar.gz=2", "r.tar.gz=1", "r.tar.conflict-7.gz=2 r.tar.gz=1"},
	{"", ".r=2", ".r=1", ".r=1 .r.conflict-7=2"},
	{"", "r.txt=2", "r.txt=1 r.conflict-7.txt=3", "r.conflict-7-2.txt=2 r.conflict-7.txt=3 r.txt=1"},
	{"", "r.txt=2", "r.txt=1 R.CONFLICT-7.TXT=3 r.conflict-7-2.txt=4", "R.CONFLICT-7.TXT=3 r.conflict-7-2.txt=4 r.conflict-7-3.txt=2 r.txt=1"},
	{"", "r.txt=2 r.conflict-7.txt=5", "r.txt=1", "r.conflict-7-2.txt=2 r.conflict-7.txt=5 r.txt=1"},
	/* names that differ in case only */
	{"", "plan.txt=2", "Plan.txt=1", "Plan.txt=1 plan.conflict-7.txt=2"},
	{"", "plan.txt=1", "Plan.txt=1", "Plan.txt=1 plan.conflict-7.txt=1"},
	{"", "\xc3\xa9=2", "\xc3\x89=1", "\xc3\x89=1 \xc3\xa9.conflict-7=2"},
	{"Plan=1", "plan=1", "Plan=1", "plan=1"},
	{"Plan=1", "plan=1", "Plan=3", "Plan=3 plan.conflict-7=1"},
	{"Plan=1", "Plan=2", "plan=1", "Plan.conflict-7=2 plan=1"},
	{"", "plan/a=1 plan/b=2", "Plan/a=1", "Plan/a=1 plan.conflict-7/a=1 plan.conflict-7/b=2"},
	{"Plan/a=1 Plan/b=2", "plan/a=1 plan/b=2", "Plan/a=1 Plan/b=2", "plan/a=1 plan/b=2"},
	{"Plan/a=1", "plan/a=1", "Plan/a=1 Plan/c=2", "Plan/c=2 plan.conflict-7/a=1"},
	/* a file where a directory is to be, and the other way round */
	{"", "a=2", "a/x=1", "a/x=1 a.conflict-7=2"},
	{"", "a/x=2 a/y=3", "a=1", "a.conflict-7/x=2 a.conflict-7/y=3 a=1"},
	{"a=1", "a/x=2", "a=1", "a/x=2"},
	{"a=1", "a/x=2", "a=3", "a.conflict-7/x=2 a=3"},
	{"a=1", "a/x=2", "", "a/x=2"},
	{"a/x=1", "a=2", "a/x=1", "a=2"},
	{"a/x=1", "a=2", "a/x=1 a/y=3", "a/y=3 a.conflict-7=2"},
	{"a/x=1", "a=2", "a/x=3", "a/x=3 a.conflict-7=2"},
	{"a/x=1", "a=2", "a=3", "a.conflict-7=2 a=3"},
	{"a/x=1", "a=2", "a=2", "a=2"},
	{"a/x=1", "", "a=3", "a=3"},
	{"a/x=1 a/y=1", "a/x=2", "a=3", "a.conflict-7/x=2 a=3"},
	{"a/b/c=1", "", "a/b/c=1 a/d=1", "a/d=1"},
	/* deep: only the component that cannot be */
	{"", "d/e/f=2", "d/e=1", "d/e.conflict-7/f=2 d/e=1"},
	{"", "d/E/f=2 d/g=4", "d/e/f=1", "d/E.conflict-7/f=2 d/e/f=1 d/g=4"},
};

static void
test_cases(void)
{
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct files base = parse(cases[i].base), new = parse(cases[i].new), main = parse(cases[i].main), expected = parse(cases[i].expected), result;

		ok(try_merge(&result, &base, &new, &main));
		if (strcmp(text_of(&result), text_of(&expected)) == 0)
			continue;
		fprintf(stderr, "<%s> to <%s> in <%s>: <%s> instead of <%s>\n", cases[i].base, cases[i].new, cases[i].main, text_of(&result),
			text_of(&expected));
		test_failures++;
	}
	ch_arena_clear(&arena);
}

static void
test_long_names(void)
{
	/* 150 bytes, in characters of three: the stem is cut between them, the extension stays unless it is most of the name */
	char name[PATH_SIZE] = "x", expected[PATH_SIZE] = "x";
	struct files none = {0}, new = {0}, main = {0}, result;

	for (int i = 0; i < 48; i++) {
		strcat(name, "\xe5\x90\x88");
		if (i < 44)
			strcat(expected, "\xe5\x90\x88");
	}
	strcat(name, ".txt");
	strcat(expected, ".conflict-7.txt");
	set(&new, name, '2'), set(&main, name, '1');
	ok(try_merge(&result, &none, &new, &main));
	CHECK(strlen(name) == 149 && strlen(expected) == 148 && result.count == 2);
	CHECK(find(&result, name) && find(&result, name)->content == '1' && find(&result, expected) && find(&result, expected)->content == '2');

	new = main = none;
	memset(name, 'x', 150), name[150] = '\0', name[60] = '.';
	memset(expected, 'x', 139), strcpy(expected + 139, ".conflict-7"), expected[60] = '.';
	set(&new, name, '2'), set(&main, name, '1');
	ok(try_merge(&result, &none, &new, &main));
	CHECK(find(&result, expected) && find(&result, expected)->content == '2');
	ch_arena_clear(&arena);
}

static void
refused(enum wire_code code, const struct ch_change *list, size_t count, size_t fixed)
{
	struct files main = parse("x/y=1 Kept=1");
	struct ch_oid before, after;
	struct ch_livetree *tree = ch_livetree_new(&store, write_tree(&before, &main));
	const struct ch_error *error = ch_tree_merge(tree, &(struct ch_changes){(struct ch_change *)list, count}, fixed, SEQ, &arena);
	bool empty;

	CHECK(error && error->code == code);
	ok(ch_livetree_id(&after, &empty, tree, true));
	CHECK(!empty && ch_oid_equal(&before, &after));
	ch_livetree_free(tree);
	ch_arena_clear(&arena);
}

static void
test_refused(void)
{
	const struct ch_change clash[] = {{.path = SPAN_LITERAL("A"), .has = true}, {.path = SPAN_LITERAL("a"), .has = true}};
	const struct ch_change kinds[] = {{.path = SPAN_LITERAL("a"), .has = true}, {.path = SPAN_LITERAL("a/b"), .has = true}};
	const struct ch_change fixed[] = {{.path = SPAN_LITERAL("X/y"), .has = true}, {.path = SPAN_LITERAL("x/y"), .had = true, .old = oid_of('1')}};
	char path[200] = "";

	refused(WIRE_MALFORMED_TREE, clash, 2, 0);
	refused(WIRE_CONFLICT, kinds, 2, 0);
	refused(WIRE_MALFORMED_TREE, fixed, 1, 2);
	for (int i = 0; i < 64; i++)
		strcat(path, "d/");
	refused(WIRE_LIMIT, &(struct ch_change){.path = span_text(strcat(path, "f")), .has = true}, 1, 0);
}

/* More files than there are names: long ones that are the same but for their ends. */
static void
test_many_names(void)
{
	enum { MANY = 1002 };
	struct ch_changes changes = {ch_arena_alloc(&arena, MANY * sizeof(*changes.list)), MANY};
	struct ch_livetree *tree = ch_livetree_new(&store, NULL);
	const struct ch_error *error;

	for (int i = 0; i < MANY; i++)
		changes.list[i] = (struct ch_change){span_text(ch_arena_format(&arena, "%0140d%04d", 0, i)), false, true, {{0}}, oid_of('1')};
	ok(ch_tree_merge(tree, &changes, 0, SEQ, &arena));
	for (int i = 0; i < MANY; i++)
		changes.list[i].new = oid_of('2');
	error = ch_tree_merge(tree, &changes, 0, SEQ, &arena);
	CHECK(error && error->code == WIRE_LIMIT);
	changes.count = 1000;
	ok(ch_tree_merge(tree, &changes, 0, SEQ, &arena));
	ch_livetree_free(tree);
	ch_arena_clear(&arena);
}

/* ---- the model ---- */

/* Is there an entry at the path (of `len` bytes), or one whose last component differs in case only? 'd', 'f', or 'c' for such another one. */
static char
entry_at(const struct files *files, const char *path, size_t len)
{
	char found = '\0';

	for (size_t i = 0; i < files->count; i++) {
		const char *other = files->list[i].path, *slash = memrchr(path, '/', len);
		size_t above = slash ? (size_t)(slash - path) + 1 : 0, end = above + strcspn(other + (above < strlen(other) ? above : strlen(other)), "/");

		if (strncmp(other, path, above) != 0 || end != len || strncasecmp(other, path, len) != 0)
			continue;
		if (strncmp(other, path, len) != 0)
			found = 'c';
		else
			return other[len] ? 'd' : 'f';
	}
	return found;
}

/* How much of the path can be as it is to be: all, or up to the end of the component that cannot. */
static size_t
bar_of(const struct files *files, const char *path)
{
	for (size_t len = strcspn(path, "/");; len += 1 + strcspn(path + len + 1, "/")) {
		char there = entry_at(files, path, len);

		if (there == '\0')
			return 0;
		if (path[len] == '\0' || there != 'd')
			return len;
	}
}

static void
model_name(char out[PATH_SIZE], const char *path, size_t len, unsigned n)
{
	const char *slash = memrchr(path, '/', len), *dot;
	size_t begin = slash ? (size_t)(slash - path) + 1 : 0;
	char mark[32];

	snprintf(mark, sizeof(mark), n == 1 ? ".conflict-%d" : ".conflict-%d-%u", SEQ, n);
	dot = memrchr(path + begin + 1, '.', len - begin - 1);
	if (dot == NULL)
		dot = path + len;
	snprintf(out, PATH_SIZE, "%.*s%s%.*s", (int)(dot - path), path, mark, (int)(path + len - dot), dot);
}

struct renamed {
	char from[PATH_SIZE], to[PATH_SIZE];
};

static struct files
model(const struct files *base, const struct files *new, const struct files *main)
{
	struct files before = *base, result = *main, placed, wishes = {0}, gone = *base;
	struct renamed renamed[FILES_MAX];
	size_t renames = 0;

	for (size_t i = 0; i < new->count; i++) {
		const struct file *file = &new->list[i], *old = find(&before, file->path), *now = find(&result, file->path);

		unset(&gone, file->path);
		if ((old && old->content == file->content) || (now && now->content == file->content))
			continue;
		if (old && now && now->content == old->content)
			set(&result, file->path, file->content);
		else
			set(&wishes, file->path, file->content);
	}
	for (size_t i = 0; i < gone.count; i++) {
		const struct file *now = find(&result, gone.list[i].path);

		if (now && now->content == gone.list[i].content)
			unset(&result, gone.list[i].path);
	}
	sort(&wishes);
	placed = result;
	for (size_t i = 0; i < wishes.count; i++)
		if (bar_of(&result, wishes.list[i].path) == 0)
			set(&placed, wishes.list[i].path, wishes.list[i].content);
	for (size_t i = 0; i < wishes.count; i++) {
		const char *path = wishes.list[i].path;
		size_t len = bar_of(&result, path), k;
		char to[2 * PATH_SIZE];

		if (len == 0)
			continue;
		for (k = 0; k < renames && (strncmp(renamed[k].from, path, len) != 0 || renamed[k].from[len]); k++)
			;
		if (k == renames) {
			unsigned n = 0;
			snprintf(renamed[k].from, PATH_SIZE, "%.*s", (int)len, path);
			do
				model_name(renamed[k].to, path, len, ++n);
			while (entry_at(&placed, renamed[k].to, strlen(renamed[k].to)));
			renames++;
		}
		snprintf(to, sizeof(to), "%s%s", renamed[k].to, path + len);
		set(&placed, to, wishes.list[i].content);
	}
	sort(&placed);
	return placed;
}

static unsigned
draw(unsigned n)
{
	return (unsigned)random() % n;
}

/* Short names, so that they meet: also in case, as files and directories, and with what conflicts are called. */
static void
draw_path(char path[PATH_SIZE])
{
	static const char *const names[] = {"a", "A", "b", "B.x", "b.x", "a.conflict-7", "b.conflict-7.x", "a-", ".c"};
	unsigned depth = 1 + draw(3);

	path[0] = '\0';
	for (unsigned i = 0; i < depth; i++)
		sprintf(path + strlen(path), "%s%s", i ? "/" : "", names[draw(sizeof(names) / sizeof(names[0]))]);
}

static bool
fits(const struct files *files, const char *path)
{
	return bar_of(files, path) == 0;
}

static void
change(struct files *files, unsigned times)
{
	char path[PATH_SIZE];

	while (times--) {
		draw_path(path);
		if (draw(3) == 0 && files->count)
			unset(files, files->list[draw((unsigned)files->count)].path);
		else if (draw(3) == 0 && files->count)
			files->list[draw((unsigned)files->count)].content = (char)('1' + draw(3));
		else if (fits(files, path))
			set(files, path, (char)('1' + draw(3)));
	}
}

/* Whatever somebody wrote is there afterwards, unless the other one has changed or removed that very content knowingly. */
static bool
keeps_all(const struct files *base, const struct files *new, const struct files *main, const struct files *result)
{
	struct files before = *base, after = *result;
	bool kept = true;

	for (size_t side = 0; side < 2; side++) {
		const struct files *theirs = side ? main : new;
		for (size_t i = 0; i < theirs->count; i++) {
			const struct file *file = &theirs->list[i], *old = find(&before, file->path);
			bool found = old && old->content == file->content;
			for (size_t k = 0; k < after.count && !found; k++)
				found = after.list[k].content == file->content;
			kept = kept && found;
		}
	}
	return kept;
}

static void
test_generated(unsigned rounds)
{
	size_t others = 0;

	for (unsigned round = 0; round < rounds; round++) {
		struct files base = {0}, new, main, result, expected;

		srandom(round);
		change(&base, draw(12));
		new = main = base;
		change(&new, draw(8));
		change(&main, draw(8));
		expected = model(&base, &new, &main);
		ok(try_merge(&result, &base, &new, &main));
		others += strstr(text_of(&result), ".conflict-7") != NULL;
		if (strcmp(text_of(&result), text_of(&expected)) != 0) {
			fprintf(stderr, "round %u: <%s> to <%s> in <%s>: <%s>, the model says <%s>\n", round, text_of(&base), text_of(&new), text_of(&main),
				text_of(&result), text_of(&expected));
			test_failures++;
		}
		CHECK(keeps_all(&base, &new, &main, &result));
		ch_arena_clear(&arena);
	}
	CHECK(others > rounds / 10);
}

int
main(void)
{
	const char *temporary = getenv("TMPDIR");

	ok(ch_store_temporary(&store, temporary ? temporary : "/tmp"));
	test_cases();
	test_long_names();
	test_refused();
	test_many_names();
	test_generated(20000);
	ch_store_close(&store);
	return test_result();
}

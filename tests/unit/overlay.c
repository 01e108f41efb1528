/* The overlay: what the drive shows is what the journal replays to, and what a commit made of the cut holds. */
#include <dirent.h>

#include "overlaybench.h"
#include "store/object.h"
#include "store/treeedit.h"

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
	CHECK_EQUAL(make("s/.gitmodules", false), EINVAL);
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
	CHECK_EQUAL(swap("s/old", "s/none"), ENOENT);
	CHECK_EQUAL(swap("s/old", "t/old"), ENOENT);
	CHECK_EQUAL(swap("s", "t"), EPERM);
	CHECK_EQUAL(swap("s/d", "s/d/deep"), EINVAL);
	CHECK_EQUAL(swap("s/d/deep", "s/d"), EINVAL);
	CHECK_EQUAL(make("t/f", false), 0);
	CHECK_EQUAL(swap("s/old", "t/f"), EXDEV);
	CHECK_EQUAL(swap("s/old", "s/old"), 0);
	CHECK_EQUAL(swap("s/old", "s/d"), 0);
	CHECK(holds("s/d", "old content") && holds("s/old/deep", "deep"));
	CHECK_EQUAL(swap("s/d", "s/old/deep"), 0); /* the file in the directory, and the one beside it */
	CHECK(holds("s/d", "deep") && holds("s/old/deep", "old content"));
	CHECK_EQUAL(swap("s/d", "s/old/deep"), 0);
	CHECK_EQUAL(swap("s/old", "s/d"), 0);
	CHECK_EQUAL(move("s/old", "s/OLD"), 0); /* only the case changes */
	CHECK(holds("s/OLD", "old content") && at("s/old") == NULL);
	stop();
}

/* With "files/" before it a path has at most 4,095 bytes. */
static void
what_git_could_not_check_out(void)
{
	struct ch_overlay_node *directory, *there;
	char name[150];
	size_t len = strlen("files/s");

	start();
	memset(name, 'n', sizeof(name));
	for (directory = at("s"); len + 150 < 4095; len += 101) {
		ok(ch_overlay_create(&overlay, directory, span_of(name, 100), true, (struct ch_permissions){0}));
		ok(ch_overlay_lookup(&directory, &overlay, directory, span_of(name, 100)));
	}
	CHECK_EQUAL(result(ch_overlay_create(&overlay, directory, span_of(name, 4095 - len), false, (struct ch_permissions){0})), ENAMETOOLONG);
	ok(ch_overlay_create(&overlay, directory, span_of(name, 4094 - len), false, (struct ch_permissions){0}));
	ok(ch_overlay_create(&overlay, at("s/d"), span_of(name, 100), true, (struct ch_permissions){0}));
	ok(ch_overlay_lookup(&there, &overlay, at("s/d"), span_of(name, 100)));
	CHECK_EQUAL(result(ch_overlay_rename(&overlay, at("s"), span_of(name, 100), there, span_of(name, 1))), ENAMETOOLONG);
	ok(ch_overlay_lookup(&there, &overlay, directory, span_of(name, 4094 - len)));
	ok(ch_overlay_write(&overlay, there, 0, SPAN_LITERAL("x")));
	ok(ch_overlay_remove(&overlay, directory, span_of(name, 4094 - len), false));
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

/* A file that was there for a moment, and is a directory in the commit: nobody else has made that. */
static void
a_directory_in_the_place_of_a_file(void)
{
	struct ch_cut cut;

	alone = true;
	start();
	CHECK_EQUAL(make("s/n", false), 0);
	CHECK_EQUAL(drop("s/n", false), 0);
	CHECK_EQUAL(make("s/n", true), 0);
	CHECK_EQUAL(make("s/n/f", false), 0);
	CHECK_EQUAL(put("s/old", 0, "1"), 0);
	commit(&cut);
	CHECK_EQUAL(put("s/old", 0, "2"), 0);
	CHECK_EQUAL(drop("s/n/f", false), 0);
	CHECK_EQUAL(drop("s/n", true), 0);
	CHECK_EQUAL(make("s/n", false), 0);
	ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
	commit_whole(); /* knows what the first one has made of s/old */
	CHECK(holds("s/old", "2ld content") && holds("s/n", ""));
	stop();
	alone = false;
}

static bool
main_has(const char *path)
{
	struct ch_node node;
	struct ch_oid tree;
	int64_t time;
	bool found;

	ok(ch_object_commit(&tree, &time, &store, &head));
	ok(ch_tree_find(&node, &found, &store, &tree, span_text(path), &arena));
	return found;
}

static size_t
put_aside(void)
{
	struct dirent *entry;
	char path[128];
	size_t count = 0;
	DIR *directory;

	snprintf(path, sizeof(path), "%s/chancery/journal", archive);
	directory = opendir(path);
	while ((entry = readdir(directory)))
		count += strncmp(entry->d_name, "aside.", 6) == 0;
	closedir(directory);
	return count;
}

/* What is temporary is there through commits and crashes, and in no commit; what becomes of it by another name is. */
static void
temporary_files_stay_here(void)
{
	start();
	CHECK_EQUAL(make("s/.old.swp", false), 0);
	CHECK_EQUAL(put("s/.old.swp", 0, "swap"), 0);
	CHECK_EQUAL(make("s/empty.TMP", false), 0);
	CHECK_EQUAL(make("s/.git", true), 0);
	CHECK_EQUAL(make("s/.git/a:b", false), 0); /* below, names are its maker's */
	CHECK_EQUAL(put("s/.git/a:b", 0, "config"), 0);
	CHECK_EQUAL(make("s/a:b~", false), EINVAL); /* elsewhere not: it is on its way to another name */
	CHECK_EQUAL(make("s/.GIT", true), EEXIST);
	for (int i = 0; i < 3; i++) {
		commit_whole();
		CHECK(!main_has("files/s/.old.swp") && !main_has("files/s/.git"));
		crash();
		CHECK(holds("s/.old.swp", "swap") && holds("s/empty.TMP", "") && holds("s/.git/a:b", "config"));
		CHECK_EQUAL(put_aside(), 2); /* none twice, and none for what is empty */
	}
	CHECK_EQUAL(put("s/.old.swp", 4, "ped"), 0);
	CHECK_EQUAL(drop("s/.git/a:b", false), 0);
	commit_whole();
	CHECK_EQUAL(put_aside(), 1);
	crash();
	CHECK(holds("s/.old.swp", "swapped") && at("s/.git")->directory && at("s/.git/a:b") == NULL);

	/* Saved as editors do: what there was under another name, what there is in its place. */
	CHECK_EQUAL(move("s/old", "s/old~"), 0);
	CHECK_EQUAL(move("s/.old.swp", "s/old"), 0);
	commit_whole();
	CHECK(main_has("files/s/old") && !main_has("files/s/old~"));
	crash();
	CHECK(holds("s/old~", "old content") && holds("s/old", "swapped"));
	CHECK_EQUAL(drop("s/old~", false), 0);
	commit_whole();
	CHECK_EQUAL(put_aside(), 0);

	/* A directory that loses its name loses it for all below, whose names must be such that others can have them. */
	CHECK_EQUAL(make("s/.git/a:b", false), 0);
	CHECK_EQUAL(move("s/.git", "s/repository"), EINVAL);
	CHECK_EQUAL(move("s/.git/a:b", "s/.git/ab"), 0);
	CHECK_EQUAL(move("s/.git", "s/repository"), 0);
	commit_whole();
	CHECK(main_has("files/s/repository/ab"));
	stop();
}

/* What main has is no temporary file, whatever its name: somebody else may keep such. */
static void
what_others_keep_is_not_temporary(void)
{
	start();
	others_save("files/s/theirs~", "theirs");
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(holds("s/theirs~", "theirs"));
	CHECK_EQUAL(put("s/theirs~", 0, "OURS"), 0);
	commit_whole();
	crash();
	CHECK(holds("s/theirs~", "OURSrs") && put_aside() == 0);
	CHECK_EQUAL(drop("s/theirs~", false), 0);
	CHECK_EQUAL(make("s/theirs~", false), 0);
	CHECK_EQUAL(put("s/theirs~", 0, "mine"), 0);
	commit_whole();
	CHECK(!main_has("files/s/theirs~"));
	crash();
	CHECK(holds("s/theirs~", "mine"));
	stop();
}

/* Put aside, but the save did not get so far that the journal could be given up: nothing relies on it. */
static void
what_is_put_aside_in_vain(void)
{
	struct ch_cut cut;

	start();
	CHECK_EQUAL(make("s/a~", false), 0);
	CHECK_EQUAL(put("s/a~", 0, "1"), 0);
	ok(ch_overlay_cut(&cut, &overlay));
	CHECK_EQUAL(cut.aside_count, 1); /* and never written */
	ch_cut_release(&cut);
	commit_whole();
	crash();
	CHECK(holds("s/a~", "1"));
	stop();
}

/* Not temporary for a moment, in which a save began, and again before that ended: what was put aside before is gone after it. */
static void
what_was_a_document_is_put_aside_anew(void)
{
	struct ch_cut cut;

	start();
	CHECK_EQUAL(make("s/a~", false), 0);
	CHECK_EQUAL(put("s/a~", 0, "kept"), 0);
	commit_whole();
	CHECK_EQUAL(move("s/a~", "s/a"), 0);
	commit(&cut);
	CHECK_EQUAL(move("s/a", "s/a~"), 0);
	ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
	commit_whole();
	crash();
	CHECK(holds("s/a~", "kept") && put_aside() == 1);
	stop();
}

/* What others make where something temporary is comes to sight when that is gone, and not by a crash. */
static void
others_make_what_is_temporary_here(void)
{
	start();
	CHECK_EQUAL(make("s/x", true), 0);
	CHECK_EQUAL(make("s/x/f~", false), 0);
	CHECK_EQUAL(put("s/x/f~", 0, "temporary"), 0);
	CHECK_EQUAL(make("s/x/empty", true), 0);
	CHECK_EQUAL(make("s/y~", false), 0);
	CHECK_EQUAL(put("s/y~", 0, "ours"), 0);
	CHECK_EQUAL(make("s/doc", false), 0);
	commit_whole();
	others_save("files/s/x", "theirs");
	others_save("files/s/y~", "theirs");
	ok(ch_overlay_advance(&overlay, &head, NULL));
	for (int i = 0; i < 3; i++) {
		CHECK(holds("s/x/f~", "temporary") && at("s/x/empty") && holds("s/y~", "ours"));
		CHECK_EQUAL(put("s/doc", (uint64_t)i, "x"), 0);
		commit_whole();
		CHECK(main_has("files/s/x") && main_has("files/s/y~"));
		crash();
	}
	CHECK_EQUAL(drop("s/x/f~", false), 0);
	CHECK_EQUAL(drop("s/x/empty", true), 0);
	CHECK_EQUAL(drop("s/x", true), 0);
	CHECK_EQUAL(drop("s/y~", false), 0);
	commit_whole();
	CHECK(holds("s/x", "theirs") && holds("s/y~", "theirs"));
	crash();
	CHECK(holds("s/x", "theirs") && holds("s/y~", "theirs"));
	stop();
}

/* What git reads beside its directory is a repository's, and stays here with it, also when that is gone; elsewhere nobody is to think that it is kept. */
static void
a_repository_has_files_of_its_own(void)
{
	start();
	CHECK_EQUAL(make("s/r", true), 0);
	CHECK_EQUAL(make("s/r/.gitignore", false), EINVAL);
	CHECK_EQUAL(make("s/r/.git", true), 0);
	CHECK_EQUAL(make("s/r/.gitignore", false), 0);
	CHECK_EQUAL(put("s/r/.gitignore", 0, "*.o"), 0);
	CHECK_EQUAL(make("s/r/d", true), 0);
	CHECK_EQUAL(make("s/r/d/.gitattributes", false), 0);
	CHECK_EQUAL(make("s/r/d/.lfsconfig", false), 0);
	CHECK_EQUAL(make("s/r/.github", true), 0);
	CHECK_EQUAL(make("s/r/.github/f", false), 0);
	CHECK_EQUAL(put("s/r/.github/f", 0, "f"), 0);
	CHECK_EQUAL(make("s/r/.git:a", false), EINVAL);
	CHECK_EQUAL(make("s/r/git~1", false), EINVAL);
	CHECK_EQUAL(make("s/.gitignore", false), EINVAL);
	CHECK_EQUAL(make("s/d/.gitignore", false), EINVAL);
	CHECK_EQUAL(make("s/r/doc", false), 0);
	CHECK_EQUAL(drop("s/r/.git", true), 0);
	CHECK_EQUAL(make("s/r/.gitmodules", false), EINVAL);
	for (int i = 0; i < 2; i++) {
		commit_whole();
		CHECK(main_has("files/s/r/doc") && !main_has("files/s/r/.gitignore") && !main_has("files/s/r/.github") && !main_has("files/s/r/d"));
		crash();
		CHECK(holds("s/r/.gitignore", "*.o") && holds("s/r/d/.lfsconfig", "") && holds("s/r/.github/f", "f"));
	}
	CHECK_EQUAL(make("s/r/.github/g", false), 0);
	CHECK_EQUAL(put("s/r/.gitignore", 0, "#"), 0);
	CHECK_EQUAL(move("s/r", "s/q"), 0);
	CHECK_EQUAL(swap("s/q/doc", "s/q/.gitignore"), 0);
	CHECK_EQUAL(move("s/q/d", "s/e"), 0);
	commit_whole();
	CHECK(main_has("files/s/q/doc") && !main_has("files/s/q/.gitignore") && !main_has("files/s/q/.github") && !main_has("files/s/e"));
	CHECK_EQUAL(move("s/q/.github", "s/q/github"), 0);
	commit_whole();
	CHECK(main_has("files/s/q/github/f") && main_has("files/s/q/github/g"));
	CHECK_EQUAL(make("s/.git-notes.txt.a1B2c3", false), 0); /* rsync's, of "git-notes.txt" */
	CHECK_EQUAL(move("s/.git-notes.txt.a1B2c3", "s/git-notes.txt"), 0);
	commit_whole();
	CHECK(main_has("files/s/git-notes.txt"));
	crash();
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
	static const char *const names[] = {"s/a", "s/b", "s/x", "s/x/a", "s/x/b", "s/y", "s/y/a", "s/x/y", "s/x/y/a", "s/old", "s/d", "s/d/deep", "s/a~",
					   "s/x/.DS_Store", "s/.git", "s/.git/a"};

	return names[choose(sizeof(names) / sizeof(names[0]))];
}

static void
something(void)
{
	static const char *const texts[] = {"a", "bcd", "efghijk"};

	switch (choose(9)) {
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
	case 8:
		swap(some_path(), some_path());
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
	alone = true;
	start();
	for (int i = 0; i < 100; i++) {
		for (unsigned n = choose(8); n > 0; n--)
			something();
		before = dumped(true);
		switch (choose(7)) {
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
		case 3: /* written to while it is saved, and nobody dies */
			commit(&cut);
			for (unsigned n = choose(4); n > 0; n--)
				something();
			before = dumped(true);
			ok(ch_overlay_advance(&overlay, &head, &cut));
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
	what_git_could_not_check_out();
	a_removed_file_stays_readable();
	what_others_save_appears();
	what_is_touched_stays();
	writing_goes_on_beside_a_commit();
	a_directory_in_the_place_of_a_file();
	temporary_files_stay_here();
	what_others_keep_is_not_temporary();
	what_is_put_aside_in_vain();
	what_was_a_document_is_put_aside_anew();
	others_make_what_is_temporary_here();
	a_repository_has_files_of_its_own();
	for (uint64_t seed = 0; seed < (soak ? 100u : 3u) && test_failures == 0; seed++)
		any_history_survives_any_crash(seed);
	return test_result();
}

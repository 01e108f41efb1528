/* The overlay when main moves to where others, or the register, have put something else than what is here. */
#include "overlaybench.h"

/* A file where there was a directory, and the other way round: when nothing here is in the way at once, else when the commit has decided. */
static void
files_and_directories_change_places(void)
{
	struct ch_cut cut;

	start();
	at("s/d/deep");
	others_save("files/s/d/deep", NULL);
	others_save("files/s/d", "a file now");
	others_save("files/s/old", NULL);
	others_save("files/s/old/x", "a directory now");
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(holds("s/d", "a file now") && holds("s/old/x", "a directory now"));

	CHECK_EQUAL(make("s/e", true), 0);
	CHECK_EQUAL(make("s/e/ours", false), 0);
	CHECK_EQUAL(put("s/e/ours", 0, "1"), 0);
	CHECK_EQUAL(make("s/f", false), 0);
	CHECK_EQUAL(put("s/f", 0, "2"), 0);
	others_save("files/s/e", "theirs");
	others_save("files/s/f/theirs", "theirs");
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(holds("s/e/ours", "1") && holds("s/f", "2"));
	ok(ch_overlay_cut(&cut, &overlay));
	CHECK_EQUAL(cut.count, 2);
	for (size_t i = 0; i < cut.count; i++) {
		CHECK(!cut.files[i].had && cut.files[i].has);
		cut.files[i].committed = true;
	}
	others_save("files/s/e.conflict-9/ours", "1");
	others_save("files/s/f.conflict-9", "2");
	ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
	CHECK(holds("s/e", "theirs") && holds("s/f/theirs", "theirs") && holds("s/e.conflict-9/ours", "1") && holds("s/f.conflict-9", "2"));
	stop();
}

/* A directory that nobody has looked into goes with its last file. */
static void
unseen_directories_go(void)
{
	start();
	CHECK(at("s/d") != NULL);
	others_save("files/s/d/deep", NULL);
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(at("s/d") == NULL && at("s/old"));
	stop();
}

/* Whoever looks at a tree while something waits to be saved loads what he looks at, and where something is touched; what is not loaded follows main as it does. */
static void
what_is_not_looked_at_is_not_loaded(void)
{
	start();
	others_save("files/s/a/b/c", "1");
	others_save("files/s/e/f/g", "2");
	others_save("files/s/e/h/i", "3");
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK_EQUAL(drop("s/e/f/g", false), 0);
	CHECK_EQUAL(drop("s/e/f", true), 0);
	crash();
	CHECK(at("s/e") != NULL);
	CHECK(at("s/e")->loaded && !at("s/a")->loaded && !at("s/d")->loaded && !at("s/e/h")->loaded);
	CHECK(at("s/e/f") == NULL);
	CHECK_EQUAL(overlay.node_count, 6); /* s, old, a, d, e, h */

	others_save("files/s/new/in/it", "4");
	others_save("files/s/e/f/other", "5");
	others_save("files/s/a/b/c", NULL);
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(!at("s/new")->loaded && at("s/e/f")->loaded && at("s/a") == NULL);
	CHECK(holds("s/new/in/it", "4") && holds("s/e/f/other", "5") && at("s/e/f/g") == NULL && holds("s/e/h/i", "3") && holds("s/d/deep", "deep"));
	others_save("files/s/e/f/g", NULL);
	others_save("files/s/e/f/other", NULL);
	others_save("files/s/e/h/i", NULL);
	others_save("files/s/e", "a file");
	ok(ch_overlay_advance(&overlay, &head, NULL));
	CHECK(holds("s/e", "a file"));
	crash();
	CHECK(holds("s/e", "a file"));
	commit_whole();
	CHECK(holds("s/e", "a file") && holds("s/new/in/it", "4"));
	stop();
}

/*
 * The register has our save, but somebody else's came first and has the name. What is changed after it was changed on ours: that is what is there, also
 * when it is read again from the journal, and the next save does not take theirs for known.
 */
static void
what_was_saved_is_the_base(bool told)
{
	struct ch_oid theirs;
	struct ch_cut cut;

	start();
	CHECK_EQUAL(put("s/old", 0, "1"), 0);
	CHECK_EQUAL(make("s/other", false), 0);
	commit(&cut);
	CHECK_EQUAL(put("s/old", 1, "2"), 0);
	others_save("files/s/old", "theirs, and longer");
	ok(ch_store_write(&theirs, &store, CH_BLOB, SPAN_LITERAL("theirs, and longer")));
	if (told)
		ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
	for (unsigned i = 0; i < 2; i++, crash()) {
		CHECK(holds("s/old", "12d content") && at("s/other"));
		ok(ch_overlay_cut(&cut, &overlay));
		for (size_t k = 0; k < cut.count; k++)
			CHECK(!span_is(cut.files[k].path, "s/old") || (cut.files[k].had && !ch_oid_equal(&cut.files[k].old, &theirs)));
		CHECK(cut.count > 0);
		ch_cut_release(&cut);
	}
	commit_whole();
	CHECK(holds("s/old", "12d content") && !ch_overlay_is_pending(&overlay));
	stop();
}

static struct span
named(const struct ch_cut *cut)
{
	const char *all = "";

	for (size_t i = 0; i < cut->credit_count; i++)
		all = ch_arena_format(&arena, "%s%.*s:%.*s ", all, (int)cut->credits[i].space.len, (const char *)cut->credits[i].space.data,
				      (int)cut->credits[i].person.len, (const char *)cut->credits[i].person.data);
	return span_text(all);
}

static void
named_now(const char *expected)
{
	struct ch_cut cut;

	ok(ch_overlay_cut(&cut, &overlay));
	CHECK_EQUAL_SPAN(named(&cut), span_text(expected));
	ch_cut_release(&cut);
}

static void
credit(const char *space, const char *person)
{
	ok(ch_overlay_credit(&overlay, span_text(space), span_text(person)));
}

/* Whoever has changed something is named by the next save of the space and by no other, whatever dies between. */
static void
who_is_named(bool told)
{
	struct ch_cut cut;
	uint64_t sequence;

	start();
	CHECK_EQUAL(put("s/old", 0, "1"), 0);
	credit("s", "bob");
	sequence = journal.sequence;
	credit("s", "bob");
	CHECK_EQUAL(journal.sequence, sequence);
	credit("s", "carol");
	credit("other", "bob");
	crash();
	named_now("s:bob s:carol other:bob ");
	crash();
	named_now("s:bob s:carol other:bob "); /* that cut came to nothing */
	CHECK_EQUAL(put("s/old", 0, "2"), 0);
	credit("s", "bob");
	commit(&cut);
	CHECK_EQUAL_SPAN(named(&cut), SPAN_LITERAL("s:bob s:carol other:bob "));
	CHECK_EQUAL(put("s/old", 0, "3"), 0);
	credit("s", "bob");
	if (told)
		ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
	for (unsigned i = 0; i < 2; i++) {
		crash();
		named_now(told ? "s:bob " : "s:bob other:bob "); /* of `other` no save says anything */
	}
	commit_whole();
	crash();
	named_now("");
	stop();
}

int
main(void)
{
	who_is_named(false);
	who_is_named(true);
	files_and_directories_change_places();
	unseen_directories_go();
	what_is_not_looked_at_is_not_loaded();
	what_was_saved_is_the_base(false);
	what_was_saved_is_the_base(true);
	return test_result();
}

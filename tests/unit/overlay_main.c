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

int
main(void)
{
	files_and_directories_change_places();
	unseen_directories_go();
	what_was_saved_is_the_base(false);
	what_was_saved_is_the_base(true);
	return test_result();
}

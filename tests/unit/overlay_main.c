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
 * The register has our save, but somebody else's came first and has the name. What is changed after it was changed on ours: the next save does
 * not take theirs for known.
 */
static void
what_was_saved_is_the_base(bool crashing)
{
	struct ch_cut cut;
	struct ch_oid ours;

	start();
	CHECK_EQUAL(put("s/old", 0, "1"), 0);
	commit(&cut);
	CHECK_EQUAL(put("s/old", 1, "2"), 0);
	ours = cut.files[0].new;
	others_save("files/s/old", "theirs");
	if (crashing)
		crash(); /* before the journal was told */
	else
		ok(ch_overlay_advance(&overlay, &head, &cut));
	ch_cut_release(&cut);
	CHECK(holds("s/old", "12d content"));
	ok(ch_overlay_cut(&cut, &overlay));
	CHECK(cut.count == 1 && cut.files[0].had && ch_oid_equal(&cut.files[0].old, &ours));
	ch_cut_release(&cut);
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

/* What is understood of stock git's words, and of the other side's. */
#include "sync/answer.h"
#include "test.h"

static struct ch_arena arena;

static void
test_pushed(void)
{
	struct span rest = SPAN_LITERAL("To /srv/archive\n*\trefs/acts/c1/a:refs/acts/c1/a\t[new reference]\n=\trefs/acts/c1/b:refs/acts/c1/b\t[up to date]\n"
					"!\trefs/acts/c1/c:refs/acts/c1/d\t[remote rejected] (pre-receive hook declined)\nDone\n");
	struct ch_pushed pushed;

	CHECK(ch_answer_pushed(&pushed, &rest) && pushed.new && !pushed.there && !pushed.refused && span_is(pushed.ref, "refs/acts/c1/a"));
	CHECK(ch_answer_pushed(&pushed, &rest) && pushed.there && !pushed.new && span_is(pushed.ref, "refs/acts/c1/b"));
	CHECK(ch_answer_pushed(&pushed, &rest) && pushed.refused && span_is(pushed.ref, "refs/acts/c1/d"));
	CHECK_EQUAL_SPAN(pushed.summary, SPAN_LITERAL("[remote rejected] (pre-receive hook declined)"));
	CHECK(!ch_answer_pushed(&pushed, &rest));
}

static void
test_refusal(void)
{
	struct span rest = SPAN_LITERAL("Writing objects: 100% (3/3)\rWriting objects: 100% (3/3), done.\n"
					"remote: chancery-receive: NO-SUCH: refs/acts/c1/a: x\nremote: chancery-receive: OK: refs/acts/c1/a: x\n"
					"chancery-receive: CONFLICT: refs/acts/c1/a: not said by the other side\n"
					"remote: chancery-receive: WRONG-ARCHIVE: refs/acts/c1/n1-ab: made for another archive: c3; push it there        \n");
	struct ch_refusal refusal;

	CHECK(ch_answer_refusal(&refusal, &rest) && refusal.code == WIRE_WRONG_ARCHIVE);
	CHECK_EQUAL_SPAN(refusal.ref, SPAN_LITERAL("refs/acts/c1/n1-ab"));
	CHECK_EQUAL_SPAN(refusal.reason, SPAN_LITERAL("made for another archive: c3; push it there"));
	CHECK(!ch_answer_refusal(&refusal, &rest));
}

static void
test_register(void)
{
	CHECK(ch_answer_by_register(SPAN_LITERAL("Writing objects: 100% (3/3)\rremote: accepted 00ff: x        \n")));
	CHECK(ch_answer_by_register(SPAN_LITERAL("remote: waiting 00ff: locked\nremote: promise refs/promises/c1/a acts 1, page 2, head 00\n")));
	CHECK(!ch_answer_by_register(SPAN_LITERAL("accepted 00ff: not said by the other side\nremote: hello, accepted \nremote: accepted\n")));
	CHECK(!ch_answer_by_register(SPAN_LITERAL("")));
}

static void
check_link(const char *err, enum ch_link link, const char *why)
{
	const char *said;

	CHECK_EQUAL(ch_answer_link(&said, span_text(err), &arena), link);
	CHECK_EQUAL_SPAN(span_text(said), span_text(why));
}

static void
test_link(void)
{
	static const char last[] = "fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\n";

	check_link(ch_arena_format(&arena, "ssh: connect to host a port 22: Connection refused\n%s", last), CH_LINK_DOWN,
		   "ssh: connect to host a port 22: Connection refused");
	check_link(ch_arena_format(&arena, "a@b: Permission denied (publickey).\n%s", last), CH_LINK_DENIED, "a@b: Permission denied (publickey).");
	check_link(ch_arena_format(&arena, "fatal: '/x' does not appear to be a git repository\n%s", last), CH_LINK_ABSENT,
		   "fatal: '/x' does not appear to be a git repository");
	check_link("remote: Counting objects: 5% (1/20)\rerror: RPC failed; curl 56\nfatal: early EOF\n", CH_LINK_DOWN, "error: RPC failed; curl 56");
	check_link("fatal: \033[31mthe remote end hung up\xff\n", CH_LINK_DOWN, "fatal: ?[31mthe remote end hung up?");
	check_link("", CH_LINK_DOWN, "git said nothing");
}

int
main(void)
{
	test_pushed();
	test_refusal();
	test_register();
	test_link();
	ch_arena_clear(&arena);
	return test_result();
}

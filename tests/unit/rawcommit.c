/* Commits of any repository: headers that acts do not have are let pass, what readers of git take differently is not. */
#include "foreign/rawcommit.h"
#include "test.h"

#define ID "0123456789abcdef0123456789abcdef01234567"
#define TREE "tree " ID "\n"
#define PARENT "parent " ID "\n"
#define PEOPLE "author A U Thor <a@example.org> 1 +0200\ncommitter C <> 2 -0100\n"
#define TAG "mergetag object " ID "\n type commit\n \n gpgsig -----BEGIN-----\n"
#define ARMOR "-----BEGIN PGP SIGNATURE-----\n \n abcd\n -----END PGP SIGNATURE-----"
#define SIGNATURE "gpgsig " ARMOR "\n"

static enum wire_code
read_text(struct span text)
{
	struct ch_raw_commit c;

	return ch_raw_commit_read(&c, text);
}

#define ACCEPTED(text) CHECK_EQUAL(read_text(SPAN_LITERAL(text)), WIRE_OK)
#define REFUSED(text) CHECK_EQUAL(read_text(SPAN_LITERAL(text)), WIRE_MALFORMED_COMMIT)

static void
test_parts(void)
{
	static const char raw[] = TREE PARENT PARENT PEOPLE TAG SIGNATURE "encoding x\n\nm\ngpgsig in the message";
	struct ch_raw_commit c;
	uint8_t parent[OBJECT_ID_SIZE];
	char armor[128];

	CHECK_EQUAL(ch_raw_commit_read(&c, SPAN_LITERAL(raw)), WIRE_OK);
	CHECK_EQUAL(ch_raw_commit_parents(&c), 2);
	ch_raw_commit_parent(parent, &c, 1);
	CHECK(parent[0] == 0x01 && parent[19] == 0x67);
	CHECK_EQUAL_SPAN(c.head, SPAN_LITERAL(TREE PARENT PARENT PEOPLE TAG));
	CHECK_EQUAL_SPAN(c.signature, SPAN_LITERAL(ARMOR));
	CHECK_EQUAL_SPAN(c.tail, SPAN_LITERAL("encoding x\n\nm\ngpgsig in the message"));
	CHECK_EQUAL_SPAN(span_of(armor, ch_raw_commit_armor(armor, sizeof(armor), &c)),
			 SPAN_LITERAL("-----BEGIN PGP SIGNATURE-----\n\nabcd\n-----END PGP SIGNATURE-----\n"));
	CHECK_EQUAL(ch_raw_commit_armor(armor, 60, &c), 0);
}

static void
test_readers(void)
{
	ACCEPTED(TREE PEOPLE);
	ACCEPTED(TREE PEOPLE "\n");
	ACCEPTED(TREE PEOPLE "yet-to-come x\n y\n\nm");
	REFUSED("");
	REFUSED(PARENT PEOPLE "\nm\n");
	REFUSED(TREE "committer C <> 2 -0100\n\nm\n");
	REFUSED(TREE TREE PEOPLE "\nm\n");
	REFUSED(TREE PEOPLE PARENT "\nm\n");
	REFUSED(TREE PEOPLE PEOPLE "\nm\n");
	REFUSED(TREE PEOPLE " m\n\nm\n");
	REFUSED(TREE PEOPLE "encoding a\nencoding b\n\nm\n");
	REFUSED(TREE PEOPLE SIGNATURE SIGNATURE "\nm\n");
	REFUSED(TREE PEOPLE SIGNATURE "gpgsig-sha256 x\n\nm\n");
	REFUSED(TREE PEOPLE "gpgsig-sha256 x\n\nm\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nm\0m\n");
	REFUSED(TREE PEOPLE "gpgsig x");
	REFUSED("tree " ID ID "\n" PEOPLE "\nm\n");
}

int
main(void)
{
	test_parts();
	test_readers();
	return test_result();
}

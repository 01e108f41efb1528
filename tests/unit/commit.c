/* Signed commits byte by byte: one canonical form, and the ways to say the same to git in another. */
#include "wire/commit.h"
#include "test.h"

#define ID "0123456789abcdef0123456789abcdef01234567"
#define ARCHIVE "00112233445566778899aabbccddeeff"
#define TREE "tree " ID "\n"
#define PARENT "parent " ID "\n"
#define WHO "alice <alice@" ARCHIVE "> 1795330800 +0000\n"
#define PEOPLE "author " WHO "committer " WHO
#define SIGNATURE "gpgsig -----BEGIN-----\n \n abcd\n -----END-----\n"
#define MESSAGE "\nalice approves a\n\nFormat: 1\nAct: approve\n"

static enum wire_code
read_text(const char *text)
{
	struct commit c;

	return commit_read(&c, span_text(text));
}

#define ACCEPTED(text) CHECK_EQUAL(read_text(text), WIRE_OK)
#define REFUSED(text) CHECK_EQUAL(read_text(text), WIRE_MALFORMED_COMMIT)

static void
test_parts(void)
{
	static const char raw[] = TREE PARENT PARENT PEOPLE SIGNATURE MESSAGE;
	struct commit c;
	uint8_t id[SHA256_SIZE], should[SHA256_SIZE];

	CHECK_EQUAL(commit_read(&c, SPAN_LITERAL(raw)), WIRE_OK);
	CHECK(c.parents == 2 && c.time == 1795330800 && c.tree[0] == 0x01 && c.parent[1][19] == 0x67);
	CHECK_EQUAL_SPAN(c.actor, SPAN_LITERAL("alice"));
	CHECK_EQUAL_SPAN(c.archive, SPAN_LITERAL(ARCHIVE));
	CHECK_EQUAL_SPAN(c.summary, SPAN_LITERAL("alice approves a"));
	CHECK_EQUAL_SPAN(c.statement, SPAN_LITERAL("Format: 1\nAct: approve\n"));
	CHECK_EQUAL_SPAN(c.message, span_skip(SPAN_LITERAL(MESSAGE), 1));
	CHECK_EQUAL_SPAN(c.head, SPAN_LITERAL(TREE PARENT PARENT PEOPLE));
	CHECK_EQUAL_SPAN(c.gpgsig, SPAN_LITERAL("-----BEGIN-----\n \n abcd\n -----END-----"));
	CHECK_EQUAL_SPAN(c.tail, SPAN_LITERAL(MESSAGE));
	commit_payload_digest(id, &c);
	wire_sha256_of(should, SPAN_LITERAL(TREE PARENT PARENT PEOPLE MESSAGE));
	CHECK_EQUAL_SPAN(span_of(id, sizeof(id)), span_of(should, sizeof(should)));
}

static void
test_round_trip(void)
{
	static const char raw[] = TREE PARENT PEOPLE SIGNATURE MESSAGE;
	char payload[1024], armor[256], back[1024];
	struct commit c;
	size_t payload_len, armor_len, len;

	CHECK_EQUAL(commit_read(&c, SPAN_LITERAL(raw)), WIRE_OK);
	payload_len = commit_write_payload(payload, sizeof(payload), &c);
	CHECK_EQUAL_SPAN(span_of(payload, payload_len), SPAN_LITERAL(TREE PARENT PEOPLE MESSAGE));
	CHECK_EQUAL(commit_write_payload(payload, payload_len - 1, &c), 0);
	CHECK_EQUAL(commit_write_payload(payload, payload_len, &c), payload_len);
	armor_len = commit_signature_armor(armor, sizeof(armor), &c);
	CHECK_EQUAL_SPAN(span_of(armor, armor_len), SPAN_LITERAL("-----BEGIN-----\n\nabcd\n-----END-----\n"));
	CHECK_EQUAL(commit_signature_armor(armor, armor_len - 1, &c), 0);
	len = commit_write_signed(back, sizeof(back), span_of(payload, payload_len), span_of(armor, armor_len));
	CHECK_EQUAL_SPAN(span_of(back, len), SPAN_LITERAL(raw));
	CHECK_EQUAL(commit_write_signed(back, len - 1, span_of(payload, payload_len), span_of(armor, armor_len)), 0);
	CHECK_EQUAL(commit_write_signed(back, sizeof(back), span_of(payload, payload_len), span_of(armor, armor_len - 1)), 0);
	CHECK_EQUAL(commit_write_signed(back, sizeof(back), SPAN_LITERAL(TREE PEOPLE), span_of(armor, armor_len)), 0);
	c.time = -1;
	CHECK_EQUAL(commit_write_payload(payload, sizeof(payload), &c), 0);
}

/* A second space behind `gpgsig` must not vanish: it would give one act two commit ids. */
static void
test_signature_is_kept_as_it_stands(void)
{
	struct commit c;
	char armor[256];

	CHECK_EQUAL(commit_read(&c, SPAN_LITERAL(TREE PEOPLE "gpgsig  x\n  y\n \n" MESSAGE)), WIRE_OK);
	CHECK_EQUAL_SPAN(span_of(armor, commit_signature_armor(armor, sizeof(armor), &c)), SPAN_LITERAL(" x\n y\n\n"));
}

static void
test_headers(void)
{
	ACCEPTED(TREE PEOPLE SIGNATURE MESSAGE);
	ACCEPTED(TREE PARENT PEOPLE SIGNATURE MESSAGE);
	REFUSED(PEOPLE SIGNATURE MESSAGE);
	REFUSED(TREE TREE PEOPLE SIGNATURE MESSAGE);
	REFUSED(PARENT TREE PEOPLE SIGNATURE MESSAGE);
	REFUSED(TREE PEOPLE PARENT SIGNATURE MESSAGE);
	REFUSED("tree 0123456789ABCDEF0123456789abcdef01234567\n" PEOPLE SIGNATURE MESSAGE);
	REFUSED("tree  " ID "\n" PEOPLE SIGNATURE MESSAGE);
	REFUSED("tree " ID "00\n" PEOPLE SIGNATURE MESSAGE);
	REFUSED(TREE "parent " ID "0\n" PEOPLE SIGNATURE MESSAGE);
	REFUSED(TREE "author " WHO SIGNATURE MESSAGE);
	REFUSED(TREE "committer " WHO "author " WHO SIGNATURE MESSAGE);
	REFUSED(TREE "author " WHO PEOPLE SIGNATURE MESSAGE);
	REFUSED(TREE PEOPLE "committer " WHO SIGNATURE MESSAGE);
	REFUSED(TREE PEOPLE "encoding UTF-8\n" SIGNATURE MESSAGE);
	REFUSED(TREE PEOPLE SIGNATURE "encoding UTF-8\n" MESSAGE);
	REFUSED(TREE PEOPLE "mergetag x\n" SIGNATURE MESSAGE);
	REFUSED(TREE PEOPLE MESSAGE);
	REFUSED(TREE SIGNATURE PEOPLE MESSAGE);
	REFUSED(TREE PEOPLE SIGNATURE SIGNATURE MESSAGE);
	REFUSED(TREE PEOPLE SIGNATURE "gpgsig-sha256 x\n" MESSAGE);
	REFUSED(TREE PEOPLE "gpgsig-sha256 x\n" SIGNATURE MESSAGE);
	REFUSED(TREE PEOPLE "gpgsig\n x\n" MESSAGE);
	REFUSED(" " TREE PEOPLE SIGNATURE MESSAGE);
}

#define AUTHOR(who) TREE "author " who "\ncommitter " who "\n" SIGNATURE MESSAGE

static void
test_author(void)
{
	ACCEPTED(AUTHOR("alice <alice@" ARCHIVE "> 0 +0000"));
	ACCEPTED(AUTHOR("alice <alice@" ARCHIVE "> 253402300799 +0000"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "> 253402300800 +0000"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "> -1 +0000"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "> 01 +0000"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "> 1 -0000"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "> 1 +0800"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "> 1 +0000 "));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "> 1"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE ">  1 +0000"));
	REFUSED(AUTHOR("alice <bob@" ARCHIVE "> 1 +0000"));
	REFUSED(AUTHOR("alice <alice@" ARCHIVE "0> 1 +0000"));
	REFUSED(AUTHOR("alice <alice@example.org> 1 +0000"));
	REFUSED(AUTHOR("al_ice <al_ice@" ARCHIVE "> 1 +0000"));
	REFUSED(AUTHOR("alice  <alice@" ARCHIVE "> 1 +0000"));
	REFUSED(AUTHOR("<alice@" ARCHIVE "> 1 +0000"));
	REFUSED(AUTHOR(""));
	REFUSED(TREE "author " WHO "committer alice <alice@" ARCHIVE "> 1795330801 +0000\n" SIGNATURE MESSAGE);
}

static void
test_message(void)
{
	ACCEPTED(TREE PEOPLE SIGNATURE "\nx\n\ny\n");
	REFUSED(TREE PEOPLE SIGNATURE);
	REFUSED(TREE PEOPLE SIGNATURE "\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\n\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\ny\n");
	REFUSED(TREE PEOPLE SIGNATURE "\n\ny\n");
	REFUSED(TREE PEOPLE SIGNATURE "\n\nx\n\ny\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\n\n\ny\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\n\ny");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\n\ny\n\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\n\ny\n\nz\n");
	REFUSED(TREE PEOPLE SIGNATURE "\nx\r\n\ny\n");
	REFUSED(TREE PEOPLE "gpgsig x\r\n" MESSAGE);
	REFUSED("");
}

static void
test_nul(void)
{
	struct commit c;

	CHECK_EQUAL(commit_read(&c, SPAN_LITERAL(TREE PEOPLE SIGNATURE MESSAGE "\0more\n")), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(commit_read(&c, SPAN_LITERAL(TREE PEOPLE SIGNATURE "\nx\0x\n\ny\n")), WIRE_MALFORMED_COMMIT);
}

static size_t
with_parents(char *out, size_t size, unsigned parents)
{
	size_t len = 0;

	text_append(out, size, &len, SPAN_LITERAL(TREE));
	while (parents-- > 0)
		text_append(out, size, &len, SPAN_LITERAL(PARENT));
	text_append(out, size, &len, SPAN_LITERAL(PEOPLE SIGNATURE MESSAGE));
	return len;
}

static size_t
with_signature(char *out, size_t size, size_t signature)
{
	size_t len = 0;

	text_append(out, size, &len, SPAN_LITERAL(TREE PEOPLE "gpgsig "));
	memset(out + len, 'x', signature);
	len += signature;
	text_append(out, size, &len, SPAN_LITERAL("\n" MESSAGE));
	return len;
}

static size_t
with_length(char *out, size_t size, size_t all)
{
	size_t len = 0;

	text_append(out, size, &len, SPAN_LITERAL(TREE PEOPLE SIGNATURE MESSAGE));
	memset(out + len, 'x', all - len);
	out[all - 1] = '\n';
	return all;
}

static void
test_limits(void)
{
	static char raw[COMMIT_MAX + 16];
	struct commit c;

	CHECK_EQUAL(commit_read(&c, span_of(raw, with_parents(raw, sizeof(raw), COMMIT_PARENTS_MAX))), WIRE_OK);
	CHECK_EQUAL(
		commit_read(&c, span_of(raw, with_parents(raw, sizeof(raw), COMMIT_PARENTS_MAX + 1))), WIRE_MALFORMED_COMMIT);
	CHECK_EQUAL(commit_read(&c, span_of(raw, with_signature(raw, sizeof(raw), COMMIT_SIGNATURE_MAX))), WIRE_OK);
	CHECK_EQUAL(commit_read(&c, span_of(raw, with_signature(raw, sizeof(raw), COMMIT_SIGNATURE_MAX + 1))), WIRE_TOO_LONG);
	CHECK_EQUAL(commit_read(&c, span_of(raw, with_length(raw, sizeof(raw), COMMIT_MAX))), WIRE_OK);
	CHECK_EQUAL(commit_read(&c, span_of(raw, with_length(raw, sizeof(raw), COMMIT_MAX + 1))), WIRE_TOO_LONG);
}

/* Of all truncations only the one that ends with a whole statement line is left to the statement reader. */
static void
test_truncated(void)
{
	static const char raw[] = TREE PARENT PEOPLE SIGNATURE MESSAGE;
	size_t whole = sizeof(raw) - 1, without_last_line = whole - strlen("Act: approve\n");
	struct commit c;

	for (size_t len = 0; len < whole; len++)
		CHECK((commit_read(&c, span_of(raw, len)) == WIRE_OK) == (len == without_last_line));
}

int
main(void)
{
	test_parts();
	test_round_trip();
	test_signature_is_kept_as_it_stands();
	test_headers();
	test_author();
	test_message();
	test_nul();
	test_limits();
	test_truncated();
	return test_result();
}

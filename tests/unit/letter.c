/* Letters: each part in its place whatever is in it; addresses that are plain, and next to them what a mail program could take for something else. */
#include "tell/letter.h"

#include <stdlib.h>

#include "tell/address.h"
#include "test.h"

static struct ch_arena arena;

static struct ch_letter
letter(const char *subject, const char *body)
{
	return (struct ch_letter){.from = SPAN_LITERAL("chancery@example.org"),
				  .to = SPAN_LITERAL("carol@example.org"),
				  .from_name = SPAN_LITERAL("Example"),
				  .id = SPAN_LITERAL("a.b"),
				  .domain = SPAN_LITERAL("d"),
				  .thread = SPAN_LITERAL("t.u"),
				  .subject = span_text(subject),
				  .body = span_text(body),
				  .date = 1764086400};
}

#define HEAD "From: =?UTF-8?B?RXhhbXBsZQ==?=\n <chancery@example.org>\nTo: <carol@example.org>\nSubject: "
#define REST                                                                                                                                         \
	"\nDate: Tue, 25 Nov 2025 16:00:00 +0000\nMessage-ID: <a.b@d>\nReferences: <t.u@d>\nAuto-Submitted: auto-generated\nMIME-Version: 1.0\n"                            \
	"Content-Type: text/plain; charset=utf-8; format=flowed\nContent-Transfer-Encoding: 8bit\n\n"

static void
check(const char *subject, const char *subject_line, const char *body, const char *body_lines)
{
	struct ch_letter l = letter(subject, body);

	CHECK_EQUAL_SPAN(ch_letter_write(&l, &arena), span_text(ch_arena_format(&arena, "%s%s%s%s", HEAD, subject_line, REST, body_lines)));
}

static void
test_subjects(void)
{
	check("Desks", "Desks", "", "");
	check("=?", "=?UTF-8?B?PT8=?=", "", "");
	check("x\r\nBcc: eve@example.org", "x??Bcc: eve@example.org", "", "");
	check("a\xe2\x80\xae" "b", "a?b", "", "");
	check("\xe7\x94\xa8\xe5\x8d\xb0", "=?UTF-8?B?55So5Y2w?=", "", "");
	check("\xff\xfe", "??", "", "");
	/* Words end between characters: 42 bytes are 14 of three. */
	check("\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94"
	      "\xa8\xe7\x94\xa8\xe7\x94\xa8\xe7\x94\xa8",
	      "=?UTF-8?B?55So55So55So55So55So55So55So55So55So55So55So55So55So55So?=\n =?UTF-8?B?55So?=", "", "");
}

static void
test_bodies(void)
{
	check("s", "s", "one\ntwo\n", "one\ntwo\n");
	check("s", "s", "one\r\ntwo \n", "one?\ntwo\n");
	check("s", "s", ".\nFrom here\n> quoted\n  indented\n\n-- \nend", " .\n From here\n > quoted\n   indented\n\n-- \nend\n");
	check("s", "s", "\x1b[31mred\x7f\n", "?[31mred?\n");
	check("s", "s", "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789\n",
	      "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 \n0123456789 0123456789\n");
	check("s", "s", "012345678901234567890123456789012345678901234567890123456789012345678901234567890 x\n",
	      "012345678901234567890123456789012345678901234567890123456789012345678901234567890 \nx\n");
	check("s", "s", "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01234 From here on\n",
	      "0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 01234 \n From here on\n");
}

static void
test_addresses(void)
{
	static const char *const good[] = {"carol@example.org", "c@localhost", "a.b+c@x-y.example.org", "o'neill@example.org", "_=?@1.2"};
	static const char *const bad[] = {"",	    "carol",	   "@example.org", "carol@",	     "-f@example.org", "a..b@example.org", ".a@example.org",
					  "a.@example.org", "a b@example.org", "a@b c", "a@b,c@d",	     "a@b@c",	   "a@-b",	       "a@b-",
					  "a@b..c", "a@b.",	   "a@[1.2.3.4]",  "\"a\"@example.org", "<a@b>",	   "a@b\n",	       "a\n@b",
					  "|sh@b",  "/etc/x@b",  "a%b@c",  "a!b@c",  "`x`@b",  "a@b;c",	   "a@b>",	   "\xc3\xa4@b",	     "a@\xc3\xa4"};
	char longest[300];

	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		if (!ch_address_is(span_text(good[i])) && ++test_failures)
			fprintf(stderr, "no address: '%s'\n", good[i]);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (ch_address_is(span_text(bad[i])) && ++test_failures)
			fprintf(stderr, "an address: '%s'\n", bad[i]);
	memset(longest, 'a', sizeof(longest));
	longest[64] = '@';
	for (size_t i = 65 + 63; i < sizeof(longest); i += 64)
		longest[i] = '.';
	CHECK(ch_address_is(span_of(longest, 254)));
	CHECK(!ch_address_is(span_of(longest, 255)));
	longest[64] = 'a';
	longest[65] = '@';
	CHECK(!ch_address_is(span_of(longest, 100)));
}

int
main(void)
{
	test_subjects();
	test_bodies();
	test_addresses();
	ch_arena_clear(&arena);
	return test_result();
}

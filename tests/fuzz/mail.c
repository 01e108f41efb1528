/*
 * A mail that is read is written as it was, unless what went wrong was said in other letters; what a letter is made of stays in its place.
 *
 * libFuzzer: -max_len=256
 */
#include "tell/letter.h"
#include "tell/mail.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_mail(struct span text, struct ch_arena *arena)
{
	struct ch_mail mail, again;

	if (ch_mail_read(&mail, text))
		return;
	text = ch_mail_write(&mail, arena);
	if (ch_mail_read(&again, text) || !span_equal(again.letter, mail.letter) || !span_equal(again.recipient, mail.recipient) ||
	    again.next != mail.next || again.since != mail.since || again.attempts != mail.attempts)
		__builtin_trap();
}

/* Ten headers of which two are folded here, an empty line, and nothing that ends a line but its end. */
static void
check_letter(struct span text, struct ch_arena *arena)
{
	struct ch_letter letter = {.from = SPAN_LITERAL("a@b"), .to = SPAN_LITERAL("c@d"), .id = SPAN_LITERAL("i"), .domain = SPAN_LITERAL("d")};
	struct span written, line;
	size_t headers = 0;

	letter.subject = letter.from_name = letter.body = text;
	written = ch_letter_write(&letter, arena);
	if (memchr(written.data, '\r', written.len) || memchr(written.data, '\0', written.len))
		__builtin_trap();
	while ((line = span_cut(&written, '\n')).len)
		headers += line.data[0] != ' ';
	if (headers != 9)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_arena arena = {0};

	if (size <= 4096) {
		check_mail(span_of(data, size), &arena);
		check_letter(span_of(data, size), &arena);
	}
	ch_arena_clear(&arena);
	return 0;
}

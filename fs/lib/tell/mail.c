#include "mail.h"

enum { HEAD_SIZE = 8 * (VALUE_MAX + 32) };

static bool
take_time(int64_t *time, struct span *rest, const char *key)
{
	struct span value;

	return record_take(&value, rest, key) && text_get_time(time, value);
}

static bool
take_head(struct ch_mail *mail, struct span *rest)
{
	struct span value;

	if (!record_take(&value, rest, "Format") || !span_is(value, "1") || !record_take(&value, rest, "Kind") || !span_is(value, "mail") ||
	    !record_take(&mail->recipient, rest, "Recipient") || !take_time(&mail->since, rest, "Since") || !record_take(&value, rest, "Attempts") ||
	    !text_get_number(&mail->attempts, value) || !take_time(&mail->next, rest, "Next") || !record_take(&mail->error, rest, "Error"))
		return false;
	if (span_is(mail->error, "none"))
		mail->error.len = 0;
	return true;
}

const struct ch_error *
ch_mail_read(struct ch_mail *mail, struct span text)
{
	static const char end[] = "\n\n";
	const uint8_t *empty = text.len ? memmem(text.data, text.len, end, strlen(end)) : NULL;
	struct span head, rest;

	*mail = (struct ch_mail){0};
	if (text.len > MAIL_MAX)
		return ch_refuse(WIRE_TOO_LONG, "a mail has at most %d bytes", MAIL_MAX);
	head = rest = span_of(text.data, empty ? (size_t)(empty - text.data) + 1 : 0);
	if (!empty || !take_head(mail, &rest) || rest.len)
		return ch_refuse(WIRE_MALFORMED_RECORD, "not a mail in the queue");
	mail->letter = span_skip(text, head.len + 1);
	return NULL;
}

static void
put_time(char *out, size_t *at, const char *key, int64_t time)
{
	char text[TIME_TEXT + 1];

	text_put_time(text, time);
	record_put(out, HEAD_SIZE, at, key, span_text(text));
}

/* What a program complained of, as a value. */
static struct span
one_value(struct span text, struct ch_arena *arena)
{
	uint8_t *out = ch_arena_alloc(arena, VALUE_MAX + 1);
	size_t len = 0;

	for (; len < text.len && len < VALUE_MAX; len++)
		out[len] = text.data[len] > 0x20 && text.data[len] < 0x7f ? text.data[len] : text.data[len] == ' ' ? ' ' : '?';
	while (len && out[len - 1] == ' ')
		len--;
	return len && out[0] != ' ' ? span_of(out, len) : SPAN_LITERAL("none");
}

struct span
ch_mail_write(const struct ch_mail *mail, struct ch_arena *arena)
{
	char *out = ch_arena_alloc(arena, HEAD_SIZE + 1 + mail->letter.len), attempts[21];
	size_t at = 0;

	text_put_number(attempts, mail->attempts);
	record_put(out, HEAD_SIZE, &at, "Format", SPAN_LITERAL("1"));
	record_put(out, HEAD_SIZE, &at, "Kind", SPAN_LITERAL("mail"));
	record_put(out, HEAD_SIZE, &at, "Recipient", mail->recipient);
	put_time(out, &at, "Since", mail->since);
	record_put(out, HEAD_SIZE, &at, "Attempts", span_text(attempts));
	put_time(out, &at, "Next", mail->next);
	record_put(out, HEAD_SIZE, &at, "Error", mail->error.len ? one_value(mail->error, arena) : SPAN_LITERAL("none"));
	out[at++] = '\n';
	memcpy(out + at, mail->letter.data, mail->letter.len);
	return span_of(out, at + mail->letter.len);
}

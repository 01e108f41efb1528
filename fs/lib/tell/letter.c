/*
 * ch_letter_write
 *   put_text       a header's text from people: as it stands, or in encoded words (RFC 2047)
 *   put_body       line by line
 *     put_line     broken softly at spaces, stuffed (RFC 3676 4.2, 4.4)
 */
#include "letter.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistr.h>

enum { WIDTH = 72, PLAIN_MAX = 60, WORD_BYTES = 42 };

/* Controls, line separators, and what turns text around or hides in it: a mail says what it seems to say. Bytes that are no UTF-8 likewise. */
static bool
is_harmless(ucs4_t c)
{
	return c >= 0x20 && !(c >= 0x7f && c < 0xa0) && c != 0xad && c != 0x61c && !(c >= 0x200b && c <= 0x200f) && !(c >= 0x2028 && c <= 0x202e) &&
	       !(c >= 0x2060 && c <= 0x206f) && c != 0xfeff && c != 0xfffd && !(c >= 0xe0000 && c <= 0xe0fff);
}

/* The same text with '?' for each character that is not. */
static struct span
harmless(struct span text, struct ch_arena *arena)
{
	uint8_t *out = ch_arena_alloc(arena, text.len + 1);
	size_t len = 0;

	while (text.len) {
		ucs4_t c;
		int n = u8_mbtouc(&c, text.data, text.len);
		if (is_harmless(c)) {
			memcpy(out + len, text.data, (size_t)n);
			len += (size_t)n;
		} else {
			out[len++] = '?';
		}
		text = span_skip(text, (size_t)n);
	}
	return span_of(out, len);
}

static bool
is_plain(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.data[i] < 0x20 || text.data[i] > 0x7e || (text.data[i] == '=' && i + 1 < text.len && text.data[i + 1] == '?'))
			return false;
	return text.len <= PLAIN_MAX;
}

static void
put_base64(FILE *to, struct span bytes)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

	for (size_t i = 0; i < bytes.len; i += 3) {
		size_t n = bytes.len - i;
		unsigned v = (unsigned)bytes.data[i] << 16 | (n > 1 ? (unsigned)bytes.data[i + 1] << 8 : 0) | (n > 2 ? bytes.data[i + 2] : 0);
		putc(digits[v >> 18], to);
		putc(digits[v >> 12 & 63], to);
		putc(n > 1 ? digits[v >> 6 & 63] : '=', to);
		putc(n > 2 ? digits[v & 63] : '=', to);
	}
}

/* Encoded words of whole characters, each on a line of its own. */
static void
put_encoded(FILE *to, struct span text)
{
	for (bool first = true; text.len; first = false) {
		size_t len = 0;
		ucs4_t c;
		while (len < text.len) {
			int n = u8_mbtouc(&c, text.data + len, text.len - len);
			if (len + (size_t)n > WORD_BYTES)
				break;
			len += (size_t)n;
		}
		fputs(first ? "=?UTF-8?B?" : "\n =?UTF-8?B?", to);
		put_base64(to, span_of(text.data, len));
		fputs("?=", to);
		text = span_skip(text, len);
	}
}

static void
put_text(FILE *to, struct span text, struct ch_arena *arena)
{
	text = harmless(text, arena);
	if (is_plain(text))
		fprintf(to, "%.*s", (int)text.len, (const char *)text.data);
	else
		put_encoded(to, text);
}

/* A name before an address is a phrase: encoded, it needs no quoting. */
static void
put_from(FILE *to, const struct ch_letter *letter, struct ch_arena *arena)
{
	fputs("From: ", to);
	if (letter->from_name.len) {
		put_encoded(to, harmless(letter->from_name, arena));
		fputs("\n ", to);
	}
	fprintf(to, "<%.*s>\n", (int)letter->from.len, (const char *)letter->from.data);
}

/* In English, whatever the locale. */
static void
put_date(FILE *to, int64_t date)
{
	static const char days[] = "SunMonTueWedThuFriSat", months[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
	time_t seconds = (time_t)date;
	struct tm tm;

	gmtime_r(&seconds, &tm);
	fprintf(to, "Date: %.3s, %d %.3s %d %02d:%02d:%02d +0000\n", days + 3 * tm.tm_wday, tm.tm_mday, months + 3 * tm.tm_mon, 1900 + tm.tm_year,
		tm.tm_hour, tm.tm_min, tm.tm_sec);
}

static void
put_id(FILE *to, const char *header, struct span id, struct span domain)
{
	fprintf(to, "%s: <%.*s@%.*s>\n", header, (int)id.len, (const char *)id.data, (int)domain.len, (const char *)domain.data);
}

/* How much of a line stands on the next one: up to the last space that fits, that space included. */
static size_t
part_of(struct span line)
{
	size_t best = 0;

	if (line.len <= WIDTH)
		return line.len;
	for (size_t i = 0; i + 1 < line.len; i++) {
		if (line.data[i] == ' ' && (i < WIDTH || best == 0))
			best = i + 1;
		if (i >= WIDTH && best)
			break;
	}
	return best ? best : line.len;
}

/* A space in front of what a reader would take for a quotation, or an old mail program for a new message; it is taken away again. */
static bool
wants_stuffing(struct span line)
{
	return span_starts(line, SPAN_LITERAL(" ")) || span_starts(line, SPAN_LITERAL(">")) || span_starts(line, SPAN_LITERAL("From "));
}

/* A space at the end of a line would join it with the next; a lone dot would end the message. */
static void
put_line(FILE *to, struct span line)
{
	while (span_ends(line, SPAN_LITERAL(" ")) && !span_is(line, "-- "))
		line.len--;
	do {
		size_t len = part_of(line);
		if (wants_stuffing(line) || span_is(line, "."))
			putc(' ', to);
		fprintf(to, "%.*s\n", (int)len, (const char *)line.data);
		line = span_skip(line, len);
	} while (line.len);
}

static void
put_body(FILE *to, struct span body, struct ch_arena *arena)
{
	while (body.len)
		put_line(to, harmless(span_cut(&body, '\n'), arena));
}

struct span
ch_letter_write(const struct ch_letter *letter, struct ch_arena *arena)
{
	char *text = NULL;
	size_t size = 0;
	FILE *to = open_memstream(&text, &size);
	struct span out;

	if (to == NULL)
		abort();
	put_from(to, letter, arena);
	fprintf(to, "To: <%.*s>\nSubject: ", (int)letter->to.len, (const char *)letter->to.data);
	put_text(to, letter->subject, arena);
	putc('\n', to);
	put_date(to, letter->date);
	put_id(to, "Message-ID", letter->id, letter->domain);
	if (letter->thread.len)
		put_id(to, "References", letter->thread, letter->domain);
	fputs("Auto-Submitted: auto-generated\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8; format=flowed\n"
	      "Content-Transfer-Encoding: 8bit\n\n",
	      to);
	put_body(to, letter->body, arena);
	if (fclose(to) != 0)
		abort();
	out = ch_arena_copy(arena, span_of(text, size));
	free(text);
	return out;
}

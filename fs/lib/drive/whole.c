#include "whole.h"

#include <stdbool.h>
#include <stddef.h>
#include <strings.h>

enum { END_WITHIN = 1024, PNG_END = 12, ZIP_END = 22 };

static bool
contains(struct span text, const void *what, size_t len)
{
	for (size_t i = 0; i + len <= text.len; i++)
		if (memcmp(text.data + i, what, len) == 0)
			return true;
	return false;
}

static struct span
last(struct span text, size_t len)
{
	return text.len > len ? span_skip(text, text.len - len) : text;
}

/* Cameras put things behind the end of the picture. */
static const char *
jpeg(struct span head, struct span tail)
{
	static const uint8_t begin[] = {0xff, 0xd8, 0xff}, end[] = {0xff, 0xd9};

	if (!span_starts(head, span_of(begin, sizeof(begin))))
		return "is no JPEG picture";
	return contains(last(tail, END_WITHIN), end, sizeof(end)) ? NULL : "is cut short: the end of the picture is missing";
}

static const char *
png(struct span head, struct span tail)
{
	static const uint8_t begin[] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};

	if (!span_starts(head, span_of(begin, sizeof(begin))))
		return "is no PNG picture";
	return contains(last(tail, PNG_END), "IEND", 4) ? NULL : "is cut short: the end of the picture is missing";
}

static const char *
pdf(struct span head, struct span tail)
{
	if (!contains(head, "%PDF-", 5))
		return "is no PDF document";
	return contains(last(tail, END_WITHIN), "%%EOF", 5) ? NULL : "is cut short: the end of the document is missing";
}

static const char *
xml(struct span head, struct span tail)
{
	(void)head;
	while (tail.len && strchr(" \t\r\n", tail.data[tail.len - 1]) && tail.data[tail.len - 1])
		tail.len--;
	return span_ends(tail, SPAN_LITERAL(">")) ? NULL : "is cut short: it does not end with a tag";
}

/* The directory is at the end, behind it a comment of at most 65,535 bytes. */
static const char *
zip(struct span head, struct span tail)
{
	static const uint8_t begin[] = {'P', 'K'}, end[] = {'P', 'K', 5, 6};

	if (!span_starts(head, span_of(begin, sizeof(begin))))
		return "is not what its name says";
	if (tail.len < ZIP_END)
		return "is cut short: its directory is missing";
	tail.len -= ZIP_END - sizeof(end);
	return contains(tail, end, sizeof(end)) ? NULL : "is cut short: its directory is missing";
}

static const struct {
	const char *ending;
	const char *(*check)(struct span head, struct span tail);
} formats[] = {{".jpg", jpeg}, {".jpeg", jpeg}, {".png", png},	{".pdf", pdf},	{".xml", xml},	{".zip", zip}, {".docx", zip},
	       {".xlsx", zip}, {".pptx", zip},	{".odt", zip},	{".ods", zip},	{".odp", zip},	{".ofd", zip}};

const char *
ch_whole(struct span name, struct span head, struct span tail)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		size_t len = strlen(formats[i].ending);

		if (name.len > len && strncasecmp((const char *)name.data + name.len - len, formats[i].ending, len) == 0)
			return formats[i].check(head, tail);
	}
	return NULL;
}

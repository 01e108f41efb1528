#include "text.h"

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static bool
is_lower(uint8_t c)
{
	return c >= 'a' && c <= 'z';
}

static bool
is_upper(uint8_t c)
{
	return c >= 'A' && c <= 'Z';
}

static uint8_t
fold(uint8_t c)
{
	return is_upper(c) ? (uint8_t)(c - 'A' + 'a') : c;
}

static bool
starts_folded(struct span a, const char *lower)
{
	size_t len = strlen(lower);

	if (a.len < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (fold(a.data[i]) != (uint8_t)lower[i])
			return false;
	return true;
}

bool
text_is_id(struct span text)
{
	if (text.len == 0 || text.len > ID_MAX || is_digit(text.data[0]) || text.data[0] == '-' ||
		text.data[text.len - 1] == '-')
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (!is_lower(text.data[i]) && !is_upper(text.data[i]) && !is_digit(text.data[i]) && text.data[i] != '-')
			return false;
	return !span_is(text, "none");
}

bool
text_is_word(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (is_upper(text.data[i]))
			return false;
	return text_is_id(text);
}

/* Windows reads the digits one, two and three also when they are raised, as Latin 1 has them. */
static bool
is_port_digit(struct span text)
{
	if (text.len == 1)
		return text.data[0] >= '1' && text.data[0] <= '9';
	return text.len == 2 && text.data[0] == 0xc2 && (text.data[1] == 0xb9 || text.data[1] == 0xb2 || text.data[1] == 0xb3);
}

/* CON, nul.txt, Com1 .log: Windows opens a device whatever follows the first dot. */
static bool
is_windows_device(struct span name)
{
	struct span stem = span_cut(&name, '.');

	if (stem.len == 0 || memchr("capnl", fold(stem.data[0]), 5) == NULL)
		return false;
	while (stem.len > 0 && stem.data[stem.len - 1] == ' ')
		stem.len--;
	for (const char *device = "con\0prn\0aux\0nul\0conin$\0conout$\0"; *device != '\0'; device += strlen(device) + 1)
		if (stem.len == strlen(device) && starts_folded(stem, device))
			return true;
	return (starts_folded(stem, "com") || starts_folded(stem, "lpt")) && is_port_digit(span_skip(stem, 3));
}

static bool
is_path_component(struct span text)
{
	if (text.len == 0 || text.len > PATH_MAX_BYTES || text.data[0] == '.' || text.data[0] == '-' ||
		text.data[text.len - 1] == '.')
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (!is_lower(c) && !is_upper(c) && !is_digit(c) && c != '.' && c != '_' && c != '-')
			return false;
	}
	return !is_windows_device(text);
}

bool
text_is_path(struct span text)
{
	if (text.len == 0 || text.len > VALUE_MAX || text.data[text.len - 1] == '/')
		return false;
	while (text.len > 0)
		if (!is_path_component(span_cut(&text, '/')))
			return false;
	return true;
}

/* Takes one character in its shortest form. Surrogates and what is beyond Unicode are left to is_refused(). */
static bool
take_character(uint32_t *c, struct span *rest)
{
	static const uint8_t payload[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = rest->data[0];
	size_t len = first < 0x80             ? 1
		     : (first & 0xe0) == 0xc0 ? 2
		     : (first & 0xf0) == 0xe0 ? 3
		     : (first & 0xf8) == 0xf0 ? 4
					      : 0;

	if (len == 0 || len > rest->len)
		return false;
	*c = first & payload[len];
	for (size_t i = 1; i < len; i++) {
		if ((rest->data[i] & 0xc0) != 0x80)
			return false;
		*c = *c * 64 + (rest->data[i] & 0x3f);
	}
	*rest = span_skip(*rest, len);
	return *c >= least[len];
}

/* Characters that are not seen, that change how others are seen, or that have no meaning everybody agrees on. */
static bool
is_refused(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x0000, 0x001f},      /* control */
		{0x007f, 0x009f},      /* control */
		{0x00ad, 0x00ad},      /* soft hyphen */
		{0x034f, 0x034f},      /* combining grapheme joiner */
		{0x061c, 0x061c},      /* Arabic letter mark */
		{0x115f, 0x1160},      /* Hangul fillers */
		{0x17b4, 0x17b5},      /* Khmer inherent vowels */
		{0x180b, 0x180f},      /* Mongolian variation selectors */
		{0x200b, 0x200f},      /* zero width, direction */
		{0x2028, 0x202e},      /* line and paragraph separator, direction */
		{0x2060, 0x206f},      /* invisible operators, direction */
		{0x3164, 0x3164},      /* Hangul filler */
		{0xd800, 0xf8ff},      /* surrogates, private use */
		{0xfdd0, 0xfdef},      /* noncharacters */
		{0xfe00, 0xfe0f},      /* variation selectors */
		{0xfeff, 0xfeff},      /* byte order mark */
		{0xffa0, 0xffa0},      /* halfwidth Hangul filler */
		{0xfff0, 0xffff},      /* interlinear annotation, replacement, noncharacters */
		{0x1bca0, 0x1bca3},    /* shorthand format controls */
		{0x1d173, 0x1d17a},    /* musical format controls */
		{0x1fffe, 0x1ffff},    /* noncharacters */
		{0x2fffe, 0x2ffff},    /* noncharacters */
		{0x3fffe, UINT32_MAX}, /* noncharacters, unassigned planes, tags, private use, beyond Unicode */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]) && c >= ranges[i].first; i++)
		if (c <= ranges[i].last)
			return true;
	return false;
}

bool
text_is_value(struct span text)
{
	uint32_t c;

	if (text.len == 0 || text.len > VALUE_MAX || text.data[0] == ' ' || text.data[text.len - 1] == ' ')
		return false;
	while (text.len > 0)
		if ((uint8_t)(text.data[0] - ' ') <= '~' - ' ')
			text = span_skip(text, 1); /* nearly all there is */
		else if (!take_character(&c, &text) || is_refused(c))
			return false;
	return true;
}

static bool
is_unsafe(uint8_t c)
{
	return c == '/' || c == '\\' || c == ':' || c == '*' || c == '?' || c == '"' || c == '<' || c == '>' || c == '|';
}

bool
text_is_name(struct span text)
{
	if (text.len > PATH_MAX_BYTES || !text_is_value(text) || text.data[text.len - 1] == '.')
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (is_unsafe(text.data[i]))
			return false;
	return !starts_folded(text, ".git") && !starts_folded(text, "git~") && !starts_folded(text, ".lfsconfig") && !is_windows_device(text);
}

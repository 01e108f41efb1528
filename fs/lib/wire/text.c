#include "text.h"

enum { DAY = 86400, YEAR_FIRST = 1970 };

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
text_append(char *out, size_t size, size_t *at, struct span bytes)
{
	if (*at > size || bytes.len > size - *at)
		return false;
	if (bytes.len > 0)
		memcpy(out + *at, bytes.data, bytes.len);
	*at += bytes.len;
	return true;
}

static int
hex_value(uint8_t c)
{
	return is_digit(c) ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool
text_get_hex(uint8_t *out, size_t len, struct span text)
{
	if (text.len / 2 != len || text.len % 2 != 0)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (hex_value(text.data[i]) < 0)
			return false;
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(hex_value(text.data[2 * i]) * 16 + hex_value(text.data[2 * i + 1]));
	return true;
}

void
text_put_hex(char *out, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] / 16];
		out[2 * i + 1] = digits[bytes[i] % 16];
	}
	out[2 * len] = '\0';
}

bool
text_get_number(uint64_t *out, struct span text)
{
	uint64_t n = 0;

	if (text.len == 0 || (text.len > 1 && text.data[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t digit = (uint8_t)(text.data[i] - '0');

		if (!is_digit(text.data[i]) || n > (UINT64_MAX - digit) / 10)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

/* The last `width` digits of n, with leading zeros. */
static void
put_digits(char *out, uint64_t n, size_t width)
{
	while (width-- > 0) {
		out[width] = (char)('0' + n % 10);
		n /= 10;
	}
}

size_t
text_put_number(char out[21], uint64_t n)
{
	size_t width = 1;

	for (uint64_t rest = n / 10; rest > 0; rest /= 10)
		width++;
	put_digits(out, n, width);
	out[width] = '\0';
	return width;
}

static int64_t
days_in_month(int64_t year, int64_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Years are counted from March here, so that a leap day is the last of its year; 719468 days lie between 0000-03-01 and 1970-01-01. */
static int64_t
days_since_1970(int64_t year, int64_t month, int64_t day)
{
	int64_t march_year = month > 2 ? year : year - 1;
	int64_t march_month = month > 2 ? month - 3 : month + 9;

	return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + (153 * march_month + 2) / 5 + day - 1 - 719468;
}

/* The number in `width` digits at `at`, all of which must be digits; -1 otherwise. */
static int64_t
fixed_number(struct span text, size_t at, size_t width)
{
	int64_t n = 0;

	for (size_t i = at; i < at + width; i++) {
		if (!is_digit(text.data[i]))
			return -1;
		n = n * 10 + (text.data[i] - '0');
	}
	return n;
}

static bool
has_marks_of_time(struct span text)
{
	const uint8_t *c = text.data;

	return text.len == TIME_TEXT && c[4] == '-' && c[7] == '-' && c[10] == 'T' && c[13] == ':' && c[16] == ':' && c[19] == 'Z';
}

bool
text_get_time(int64_t *out, struct span text)
{
	int64_t year, month, day, hour, minute, second;

	if (!has_marks_of_time(text))
		return false;
	year = fixed_number(text, 0, 4);
	month = fixed_number(text, 5, 2);
	day = fixed_number(text, 8, 2);
	hour = fixed_number(text, 11, 2);
	minute = fixed_number(text, 14, 2);
	second = fixed_number(text, 17, 2);
	if (year < YEAR_FIRST || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
		return false;
	if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59)
		return false;
	*out = days_since_1970(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
	return true;
}

void
text_put_time(char out[TIME_TEXT + 1], int64_t seconds)
{
	uint64_t t = seconds < 0 ? 0 : seconds > TEXT_TIME_MAX ? (uint64_t)TEXT_TIME_MAX : (uint64_t)seconds;
	int64_t day = (int64_t)(t / DAY);
	int64_t year = YEAR_FIRST + day / 366, month = 1;

	while (days_since_1970(year + 1, 1, 1) <= day)
		year++;
	day -= days_since_1970(year, 1, 1);
	while (day >= days_in_month(year, month))
		day -= days_in_month(year, month++);
	memcpy(out, "0000-00-00T00:00:00Z", TIME_TEXT + 1);
	put_digits(out, (uint64_t)year, 4);
	put_digits(out + 5, (uint64_t)month, 2);
	put_digits(out + 8, (uint64_t)day + 1, 2);
	put_digits(out + 11, t / 3600 % 24, 2);
	put_digits(out + 14, t / 60 % 60, 2);
	put_digits(out + 17, t % 60, 2);
}

bool
text_is_id(struct span text)
{
	if (text.len == 0 || text.len > ID_MAX || is_digit(text.data[0]) || text.data[0] == '-' || text.data[text.len - 1] == '-')
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
	return span_is(text, "\u00b9") || span_is(text, "\u00b2") || span_is(text, "\u00b3");
}

/* CON, nul.txt, Com1 .log: Windows opens a device whatever follows the first dot. */
static bool
is_windows_device(struct span name)
{
	static const char *const devices[] = {"con", "prn", "aux", "nul", "conin$", "conout$"};
	struct span stem = span_cut(&name, '.');

	while (stem.len > 0 && stem.data[stem.len - 1] == ' ')
		stem.len--;
	for (size_t i = 0; i < sizeof(devices) / sizeof(devices[0]); i++)
		if (stem.len == strlen(devices[i]) && starts_folded(stem, devices[i]))
			return true;
	return (starts_folded(stem, "com") || starts_folded(stem, "lpt")) && is_port_digit(span_skip(stem, 3));
}

static bool
is_path_component(struct span text)
{
	if (text.len == 0 || text.len > PATH_MAX_BYTES || text.data[0] == '.' || text.data[0] == '-' || text.data[text.len - 1] == '.')
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

/* Signed decimal degrees, not beyond `limit` to either side. */
static bool
is_degrees(struct span text, uint64_t limit)
{
	uint64_t whole, micro = 0;
	struct span fraction;
	bool point;

	if (text.len > 0 && text.data[0] == '-')
		text = span_skip(text, 1);
	fraction = text;
	point = text.len > 0 && memchr(text.data, '.', text.len) != NULL;
	if (!text_get_number(&whole, span_cut(&fraction, '.')) || whole > limit)
		return false;
	if (point && (fraction.len < 1 || fraction.len > 6))
		return false;
	for (size_t i = 0; i < fraction.len; i++) {
		if (!is_digit(fraction.data[i]))
			return false;
		micro = micro * 10 + (uint64_t)(fraction.data[i] - '0');
	}
	return whole < limit || micro == 0;
}

bool
text_is_position(struct span text)
{
	struct span longitude = text;
	struct span latitude = span_cut(&longitude, ',');

	return is_degrees(latitude, 90) && is_degrees(longitude, 180);
}

/* Takes one character in the shortest form that UTF-8 has for it. Surrogates and what is beyond Unicode are left to is_refused(). */
static bool
take_character(uint32_t *c, struct span *rest)
{
	static const uint8_t payload[] = {0, 0x7f, 0x1f, 0x0f, 0x07};
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	uint8_t first = rest->data[0];
	size_t len = first < 0x80 ? 1 : (first & 0xe0) == 0xc0 ? 2 : (first & 0xf0) == 0xe0 ? 3 : (first & 0xf8) == 0xf0 ? 4 : 0;

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
		{0x0000, 0x001f},	/* control */
		{0x007f, 0x009f},	/* control */
		{0x00ad, 0x00ad},	/* soft hyphen */
		{0x034f, 0x034f},	/* combining grapheme joiner */
		{0x061c, 0x061c},	/* Arabic letter mark */
		{0x115f, 0x1160},	/* Hangul fillers */
		{0x17b4, 0x17b5},	/* Khmer inherent vowels */
		{0x180b, 0x180f},	/* Mongolian variation selectors */
		{0x200b, 0x200f},	/* zero width, direction */
		{0x2028, 0x202e},	/* line and paragraph separator, direction */
		{0x2060, 0x206f},	/* invisible operators, direction */
		{0x3164, 0x3164},	/* Hangul filler */
		{0xd800, 0xf8ff},	/* surrogates, private use */
		{0xfdd0, 0xfdef},	/* noncharacters */
		{0xfe00, 0xfe0f},	/* variation selectors */
		{0xfeff, 0xfeff},	/* byte order mark */
		{0xffa0, 0xffa0},	/* halfwidth Hangul filler */
		{0xfff0, 0xffff},	/* interlinear annotation, replacement, noncharacters */
		{0x1bca0, 0x1bca3},	/* shorthand format controls */
		{0x1d173, 0x1d17a},	/* musical format controls */
		{0x1fffe, 0x1ffff},	/* noncharacters */
		{0x2fffe, 0x2ffff},	/* noncharacters */
		{0x3fffe, UINT32_MAX},	/* noncharacters, unassigned planes, tags, private use, beyond Unicode */
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
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
		if (!take_character(&c, &text) || is_refused(c))
			return false;
	return true;
}

bool
text_is_name(struct span text)
{
	static const char unsafe[] = {'/', '\\', ':', '*', '?', '"', '<', '>', '|'};

	if (text.len > PATH_MAX_BYTES || !text_is_value(text) || text.data[text.len - 1] == '.')
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (memchr(unsafe, text.data[i], sizeof(unsafe)) != NULL)
			return false;
	return !starts_folded(text, ".git") && !starts_folded(text, "git~") && !is_windows_device(text);
}

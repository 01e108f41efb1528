#include "text.h"

enum { DAY = 86400, YEAR_FIRST = 1970 };

static bool
is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
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

void
text_copy(char *out, size_t size, struct span text)
{
	size_t len = text.len < size - 1 ? text.len : size - 1;

	memset(out, 0, size);
	if (len > 0)
		memcpy(out, text.data, len);
}

/* Of a digit. */
static unsigned
hex_value(uint8_t c)
{
	return (c & 15U) + (c >> 6) * 9U;
}

/* Without branches on digits, which are random: bad becomes negative where one is neither of 0 to 9 nor of a to f. */
bool
text_get_hex(uint8_t *out, size_t len, struct span text)
{
	int bad = 0;

	for (size_t i = 0; i < text.len; i++) {
		int c = text.data[i];

		bad |= ((c - '0') | ('9' - c)) & ((c - 'a') | ('f' - c));
	}
	if (bad < 0 || text.len != 2 * len)
		return false;
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(hex_value(text.data[2 * i]) * 16 + hex_value(text.data[2 * i + 1]));
	return true;
}

void
text_put_hex(char *out, const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < 2 * len; i++) {
		unsigned value = bytes[i / 2] >> (i % 2 ? 0 : 4) & 15;

		out[i] = (char)(value + (value < 10 ? '0' : 'a' - 10));
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

		if (!is_digit(text.data[i]) || n > UINT64_MAX / 10 || n * 10 > UINT64_MAX - digit)
			return false;
		n = n * 10 + digit;
	}
	*out = n;
	return true;
}

uint32_t
divide(uint64_t *n, uint16_t by)
{
	uint32_t rest = 0;

	for (int i = 0; i < 4; i++) { /* the dividend leaves at the top as the quotient comes in below */
		rest = rest << 16 | (uint32_t)(*n >> 48);
		*n = *n << 16 | rest / by;
		rest %= by;
	}
	return rest;
}

/* The last `width` digits of n, with leading zeros. */
static void
put_digits(char *out, uint64_t n, size_t width)
{
	while (width-- > 0)
		out[width] = (char)('0' + divide(&n, 10));
}

size_t
text_put_number(char out[21], uint64_t n)
{
	uint64_t rest = n;
	size_t width = 0;

	do
		width++;
	while (divide(&rest, 10), rest > 0);
	put_digits(out, n, width);
	out[width] = '\0';
	return width;
}

static int32_t
days_in_month(int32_t year, int32_t month)
{
	static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return days[month - 1] + (month == 2 && leap ? 1 : 0);
}

/* Years begin in March here, so that a leap day is the last of its year; 719468 days lie between 0000-03-01 and 1970-01-01. */
static int32_t
days_since_1970(int32_t year, int32_t month, int32_t day)
{
	int32_t march_year = month > 2 ? year : year - 1;
	int32_t march_month = month > 2 ? month - 3 : month + 9;

	return march_year * 365 + march_year / 4 - march_year / 100 + march_year / 400 + (153 * march_month + 2) / 5 + day - 1 -
	       719468;
}

/* The number in `width` digits at `at`, all of which must be digits; -1 otherwise. */
static int32_t
fixed_number(struct span text, size_t at, size_t width)
{
	int32_t n = 0;

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

	return text.len == TIME_TEXT && c[4] == '-' && c[7] == '-' && c[10] == 'T' && c[13] == ':' && c[16] == ':' &&
	       c[19] == 'Z';
}

bool
text_get_time(int64_t *out, struct span text)
{
	int32_t year, month, day, hour, minute, second;

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
	*out = (int64_t)days_since_1970(year, month, day) * DAY + hour * 3600 + minute * 60 + second;
	return true;
}

void
text_put_time(char out[TIME_TEXT + 1], int64_t seconds)
{
	uint64_t rest = seconds < 0 ? 0 : seconds > TEXT_TIME_MAX ? (uint64_t)TEXT_TIME_MAX : (uint64_t)seconds;
	uint32_t second = divide(&rest, 60), minute = divide(&rest, 60), hour = divide(&rest, 24);
	int32_t day = (int32_t)rest, year = YEAR_FIRST + day / 366, month = 1;

	while (days_since_1970(year + 1, 1, 1) <= day)
		year++;
	day -= days_since_1970(year, 1, 1);
	while (day >= days_in_month(year, month))
		day -= days_in_month(year, month++);
	memcpy(out, "0000-00-00T00:00:00Z", TIME_TEXT + 1);
	put_digits(out, (uint32_t)year, 4);
	put_digits(out + 5, (uint32_t)month, 2);
	put_digits(out + 8, (uint32_t)day + 1, 2);
	put_digits(out + 11, hour, 2);
	put_digits(out + 14, minute, 2);
	put_digits(out + 17, second, 2);
}

/* Signed decimal degrees, not beyond `limit` to either side. */
static bool
is_degrees(struct span text, uint64_t limit)
{
	uint64_t whole;
	uint32_t micro = 0;
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
		micro = micro * 10 + (uint32_t)(fraction.data[i] - '0');
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

/*
 * A delta makes of its base what a slow reader of the same format makes of it, byte by byte, or nothing where that one makes nothing. Input: length of the base (2 bytes),
 * base, delta.
 */
#include <stdlib.h>

#include "store/packdelta.h"

enum { SIZE_MAX_HERE = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct slow {
	const uint8_t *at, *end;
	const uint8_t *base;
	size_t base_len;
	uint8_t *out;
	size_t len, room;
	bool bad;
};

static uint8_t
byte(struct slow *s)
{
	if (s->at == s->end) {
		s->bad = true;
		return 0;
	}
	return *s->at++;
}

static void
put(struct slow *s, uint8_t value)
{
	if (s->len == s->room)
		s->bad = true;
	else
		s->out[s->len++] = value;
}

static uint64_t
number(struct slow *s)
{
	uint64_t value = 0, factor = 1;
	uint8_t next;

	do {
		next = byte(s);
		value += (next % 128) * factor;
		factor *= 128;
	} while (next >= 128 && !s->bad);
	return value;
}

static void
copy(struct slow *s, uint8_t bits)
{
	uint64_t place[7] = {0}, from, count;

	for (int i = 0; i < 7; i++)
		if (bits & 1 << i)
			place[i] = byte(s);
	from = place[0] + 256 * place[1] + 65536 * place[2] + 16777216 * place[3];
	count = place[4] + 256 * place[5] + 65536 * place[6];
	if (count == 0)
		count = 65536;
	for (uint64_t i = from; i < from + count && !s->bad; i++)
		if (i < s->base_len)
			put(s, s->base[i]);
		else
			s->bad = true;
}

static bool
slowly(struct slow *s)
{
	bool fits = number(s) == s->base_len && number(s) == s->room;

	while (!s->bad && fits && s->at < s->end) {
		uint8_t next = byte(s);
		if (next >= 128)
			copy(s, next);
		else if (next == 0)
			s->bad = true;
		else
			while (next-- && !s->bad)
				put(s, byte(s));
	}
	return fits && !s->bad && s->len == s->room;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	size_t len = size >= 2 && get16(data) <= size - 2 ? get16(data) : 0;
	uint64_t from, into;
	struct span base, delta;
	struct slow slow;
	uint8_t *out;
	bool made;

	if (size < 2)
		return 0;
	base = span_of(data + 2, len);
	delta = span_of(data + 2 + len, size - 2 - len);
	if (!ch_packdelta_sizes(&from, &into, delta) || into > SIZE_MAX_HERE)
		return 0;
	out = malloc((size_t)into + 1);
	slow = (struct slow){.at = delta.data, .end = delta.data + delta.len, .base = base.data, .base_len = base.len, .out = malloc((size_t)into + 1), .room = (size_t)into};
	if (out == NULL || slow.out == NULL)
		abort();
	made = ch_packdelta_apply(out, (size_t)into, base, delta);
	if (made != slowly(&slow) || (made && memcmp(out, slow.out, (size_t)into) != 0))
		__builtin_trap();
	free(slow.out);
	free(out);
	return 0;
}

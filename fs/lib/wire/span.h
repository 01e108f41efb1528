/*
 * A view of bytes that somebody else owns, and the one byte codec of host and firmware.
 * Integers on the wire are big-endian; nobody outside this file shifts bytes.
 */
#ifndef WIRE_SPAN_H
#define WIRE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
	const uint8_t *data;
	size_t len;
};

#define SPAN_LITERAL(s) ((struct span){(const uint8_t *)(s), sizeof(s) - 1})

inline struct span
span_of(const void *data, size_t len)
{
	return (struct span){data, len};
}

inline struct span
span_text(const char *s)
{
	return (struct span){(const uint8_t *)s, strlen(s)};
}

inline bool
span_equal(struct span a, struct span b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* By bytes, the shorter first when it begins the longer: less than 0, 0, greater than 0. */
inline int
span_compare(struct span a, struct span b)
{
	size_t common = a.len < b.len ? a.len : b.len;
	int order = common ? memcmp(a.data, b.data, common) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

inline bool
span_is(struct span a, const char *s)
{
	for (size_t i = 0; i < a.len; i++)
		if (s[i] == '\0' || (uint8_t)s[i] != a.data[i])
			return false;
	return s[a.len] == '\0';
}

inline bool
span_starts(struct span a, struct span prefix)
{
	return a.len >= prefix.len && (prefix.len == 0 || memcmp(a.data, prefix.data, prefix.len) == 0);
}

inline bool
span_ends(struct span a, struct span suffix)
{
	return a.len >= suffix.len && (suffix.len == 0 || memcmp(a.data + a.len - suffix.len, suffix.data, suffix.len) == 0);
}

/* What is left of `a` behind its first n bytes; n must not exceed a.len. */
inline struct span
span_skip(struct span a, size_t n)
{
	return span_of(a.data + n, a.len - n);
}

/* Splits at the first `mark`: the part before it is returned, `rest` keeps what follows. Without one all of it is returned. */
inline struct span
span_cut(struct span *rest, char mark)
{
	struct span all = *rest;
	const uint8_t *at = all.len ? memchr(all.data, mark, all.len) : NULL;

	if (at == NULL) {
		*rest = span_of(all.len ? all.data + all.len : all.data, 0);
		return all;
	}
	*rest = span_skip(all, (size_t)(at - all.data) + 1);
	return span_of(all.data, (size_t)(at - all.data));
}

inline uint16_t
get16(const uint8_t p[2])
{
	return (uint16_t)((uint16_t)p[0] << 8 | (uint16_t)p[1]);
}

inline uint32_t
get32(const uint8_t p[4])
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | (uint32_t)p[3];
}

inline uint64_t
get64(const uint8_t p[8])
{
	return (uint64_t)get32(p) << 32 | get32(p + 4);
}

inline void
put16(uint8_t p[2], uint16_t v)
{
	p[0] = (uint8_t)(v >> 8);
	p[1] = (uint8_t)v;
}

inline void
put32(uint8_t p[4], uint32_t v)
{
	put16(p, (uint16_t)(v >> 16));
	put16(p + 2, (uint16_t)v);
}

inline void
put64(uint8_t p[8], uint64_t v)
{
	put32(p, (uint32_t)(v >> 32));
	put32(p + 4, (uint32_t)v);
}

#endif

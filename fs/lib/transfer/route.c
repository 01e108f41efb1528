#include "route.h"

#define API "/info/lfs/"

static bool
is_plain(struct span path)
{
	if (span_ends(path, SPAN_LITERAL("/")))
		return false;
	while (path.len) {
		struct span component = span_cut(&path, '/');

		if (component.len == 0 || component.data[0] == '.' || memchr(component.data, '\0', component.len))
			return false;
	}
	return true;
}

bool
ch_route_read(struct ch_route *route, struct span path)
{
	static const struct span api = {(const uint8_t *)API, sizeof(API) - 1};
	const uint8_t *at = path.len ? memmem(path.data, path.len, api.data, api.len) : NULL;
	struct span rest;

	*route = (struct ch_route){.kind = CH_TO_NOWHERE};
	if (at == NULL || path.data[0] != '/' || at < path.data + 2)
		return false;
	route->archive = span_of(path.data, (size_t)(at - path.data));
	rest = span_skip(path, route->archive.len + api.len);
	if (!is_plain(span_skip(route->archive, 1)))
		return false;
	if (span_is(rest, "objects/batch"))
		route->kind = CH_TO_BATCH;
	else if (span_starts(rest, SPAN_LITERAL("objects/")) && text_get_hex(route->digest, SHA256_SIZE, span_skip(rest, sizeof("objects/") - 1)))
		route->kind = CH_TO_OBJECT;
	return true;
}

bool
ch_route_range(uint64_t *first, uint64_t *len, bool *whole, struct span range, uint64_t size)
{
	struct span from;
	uint64_t last = size ? size - 1 : 0;

	*first = 0;
	*len = size;
	*whole = true;
	if (!span_starts(range, SPAN_LITERAL("bytes=")) || memchr(range.data, '-', range.len) == NULL)
		return true;
	range = span_skip(range, sizeof("bytes=") - 1);
	from = span_cut(&range, '-');
	if (!text_get_number(first, from) || (range.len && (!text_get_number(&last, range) || last < *first))) {
		*first = 0;
		return true;
	}
	*whole = false;
	if (*first >= size)
		return false;
	if (last >= size)
		last = size - 1;
	*len = last - *first + 1;
	return true;
}

bool
ch_route_is_host(struct span host)
{
	for (size_t i = 0; i < host.len; i++) {
		uint8_t c = host.data[i];

		if (!((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || memchr("-._:[]", c, 6)))
			return false;
	}
	return host.len > 0 && host.len <= VALUE_MAX;
}

bool
ch_route_is_uri(struct span uri)
{
	for (size_t i = 0; i < uri.len; i++)
		if (uri.data[i] <= ' ' || uri.data[i] > '~' || memchr("\"'<>\\^`{|}", uri.data[i], 10))
			return false;
	return uri.len && uri.data[0] == '/';
}

/* Paths and ranges of git-lfs over HTTP: an archive's path lies below the root, a range within its file. */
#include "transfer/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span range = span_of(data, size), path = span_cut(&range, '\n');
	uint64_t first, len;
	struct ch_route route;
	bool whole;

	if (ch_route_read(&route, path)) {
		if (route.archive.data != data || route.archive.len < 2 || route.archive.data[0] != '/' || memchr(route.archive.data, '\0', route.archive.len) ||
		    memmem(route.archive.data, route.archive.len, "/.", 2) || memmem(route.archive.data, route.archive.len, "//", 2))
			__builtin_trap();
	}
	for (uint64_t most = 0; most <= 1000000; most = most * 10 + 1)
		if (ch_route_range(&first, &len, &whole, range, most) && (first > most || len > most - first || (whole && len != most) || (!whole && len == 0)))
			__builtin_trap();
	if (ch_route_is_host(path) && memchr(path.data, '/', path.len))
		__builtin_trap();
	if (ch_route_is_uri(path) && (path.data[0] != '/' || memchr(path.data, '"', path.len)))
		__builtin_trap();
	return 0;
}

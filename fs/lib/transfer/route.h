/*
 * What an HTTP request to git-lfs is about (git-lfs, docs/api): the path behind an archive, `.../info/lfs/objects/...`, the range of RFC 9110 section 14, and
 * the address by which the client has come. Pure functions over text that anybody may have sent.
 */
#ifndef CH_ROUTE_H
#define CH_ROUTE_H

#include "wire/text.h"

enum ch_route_kind {
	CH_TO_NOWHERE, /* a part of the API that an archive does not have: locks, verify */
	CH_TO_BATCH,   /* objects/batch */
	CH_TO_OBJECT,  /* objects/<sha256> */
};

struct ch_route {
	enum ch_route_kind kind;
	struct span archive; /* the path of the archive, as in the URL: /srv/archive.git */
	uint8_t digest[SHA256_SIZE];
};

/* False when it is no such path, or has a component that is empty or begins with a dot, or a byte that no path of ours has. */
bool ch_route_read(struct ch_route *route, struct span path);

/*
 * Reads `bytes=<first>-<last>` for a file of that size; the last may be left out, or lie beyond the end. False when there is no such part, *whole when the
 * header says something else, and is passed over, as the RFC wants it.
 */
bool ch_route_range(uint64_t *first, uint64_t *len, bool *whole, struct span range, uint64_t size);

/* Whether a host with its port, and the path of a URL with its query, may stand in an address that a client is given. */
bool ch_route_is_host(struct span host);
bool ch_route_is_uri(struct span uri);

#endif

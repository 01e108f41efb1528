/* From a stream of bytes to frames and back: the same over USB and UART. */
#ifndef SEAL_CABLE_H
#define SEAL_CABLE_H

#include "seal.h"

struct cable {
	uint8_t bytes[FRAME_MAX];
	size_t len; /* of a frame that is still arriving */
};

/*
 * Takes bytes off *input, up to the end of one request. Returns the length of the answer in out, 0 when none is due yet; the caller
 * sends it and calls again while input is left. `out` may be cable->bytes: a request has been read to its end before it is answered. After what can never be a frame all that has arrived is dropped.
 */
size_t cable_feed(struct cable *cable, struct seal *seal, struct span *input, uint8_t out[FRAME_MAX]);

/* The host is gone: a half frame is forgotten, the seal locks. */
void cable_unplugged(struct cable *cable, struct seal *seal);

#endif

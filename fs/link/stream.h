/* A seal at the end of a plain stream, a socket in the file system: what socat(1) makes of a serial line, or seal-sim listens on. */
#ifndef CH_STREAM_H
#define CH_STREAM_H

#include "base/error.h"
#include "wire/span.h"

/* CH_LATER when nobody listens there. The caller must close it. */
const struct ch_error *ch_stream_open(int *fd, const char *path);

/* All of it, or CH_IO. */
const struct ch_error *ch_stream_send(int fd, struct span bytes);

/* What has come, at least a byte and at most `size` of them. CH_IO when nothing comes within so many milliseconds, or the other end has hung up. */
const struct ch_error *ch_stream_receive(size_t *len, int fd, uint8_t *bytes, size_t size, int milliseconds);

#endif

/*
 * The cable to a seal: opens the one that is attached with libusb, or one at the end of a stream, and carries requests and answers (wire/frame.h, wire/usb.h).
 * What they mean is session.h's. CH_IO when the cable or libusb fails or the seal does not answer in time; the link is of no
 * use then but to be closed.
 */
#ifndef CH_LINK_H
#define CH_LINK_H

#include "base/error.h"
#include "wire/frame.h"

struct ch_link;

/*
 * `device`: "unix:PATH" of a socket (stream.h); NULL or empty: the one on USB. CH_LATER when no seal is attached, or another program holds it; CH_USAGE when several
 * are, or the device is of no kind that is known. The caller must close it with ch_link_close().
 */
const struct ch_error *ch_link_open(struct ch_link **link, const char *device);

/* Sends one request and waits for its answer, whose payload is valid until the next call. */
const struct ch_error *ch_link_call(struct frame *answer, struct ch_link *link, enum frame_type type, struct span payload);

/* The same for bytes that need not be a frame: what a test sends that trusts no check of this side. */
const struct ch_error *ch_link_call_raw(struct frame *answer, struct ch_link *link, struct span bytes);

void ch_link_close(struct ch_link *link); /* accepts NULL; an armed seal locks */

#endif

/*
 * What a host can say to a seal: each request of wire/frame.h as a call. Whatever the seal refuses is CH_REFUSED with its code; a lost cable or an answer
 * that is none is what link.h says, CH_IO. Spans of answers are copied into the arena given.
 */
#ifndef CH_SESSION_H
#define CH_SESSION_H

#include "base/arena.h"
#include "link.h"
#include "wire/act.h"
#include "wire/frame.h"
#include "wire/receipt.h"

const struct ch_error *ch_session_hello(struct frame_identity *identity, struct ch_link *link);
const struct ch_error *ch_session_certificate(struct span *certificate, struct ch_link *link, struct ch_arena *arena);

/* What a blank seal must know of its archive from then on. */
struct ch_trust {
	uint8_t administrator[ED25519_POINT_SIZE];
	uint8_t registrar[FINGERPRINT_SIZE], registrar_point[ED25519_POINT_SIZE];
};
const struct ch_error *ch_session_enrol(struct ch_link *link, const struct ch_trust *trust, struct span act);

/* A new bundle; the nonce in the identity is the one that seal-state and seal-session must name. */
const struct ch_error *ch_session_begin(struct frame_identity *identity, struct ch_link *link);
const struct ch_error *ch_session_table(struct ch_link *link, struct span text); /* of the seal-table act shown before it, and behind it again */
const struct ch_error *ch_session_show(struct ch_link *link, struct span act);

/* Has it judge what it was shown: armed for that many presses, or refused. */
const struct ch_error *ch_session_open(uint64_t *presses, struct ch_link *link);

/* The same of a die-release: the stamp die can be taken out until the seal locks again. */
const struct ch_error *ch_session_release(struct ch_link *link);

/* A code that was replaced while it was being read is no refusal: *current says whether the display still shows it. */
const struct ch_error *ch_session_echo(bool *current, struct ch_link *link, const uint8_t code[NONCE_SIZE]);

const struct ch_error *ch_session_press(struct ch_link *link);
const struct ch_error *ch_session_status(struct frame_status *status, struct ch_link *link);
const struct ch_error *ch_session_close(struct ch_link *link);

/* The image of its firmware that runs; WIRE_NOT_ALLOWED of a seal that cannot be given another. */
const struct ch_error *ch_session_image(struct frame_image *image, struct ch_link *link);

/* Uploads another one, a chunk at a time from *at on, which moves; when all of it is there, ch_session_install() has the seal start again with it. */
const struct ch_error *ch_session_update(size_t *at, struct ch_link *link, struct span image);
const struct ch_error *ch_session_install(struct ch_link *link);

/* A receipt that the seal still has, with the packet of its signature. */
struct ch_device_receipt {
	struct receipt receipt;
	struct span text, packet;
};
const struct ch_error *ch_session_receipt(struct ch_device_receipt *out, struct ch_link *link, uint64_t counter, struct ch_arena *arena);

/*
 * The acts that opened it for the bundle which a receipt names, in the order in which they were shown: `act` takes BUNDLE_ACTS_MAX of them. None: it has let go of them. What it
 * hands out is what its receipt is signed over, else CH_IO.
 */
const struct ch_error *ch_session_evidence(struct span *act, size_t *count, struct ch_link *link, const uint8_t bundle[SHA256_SIZE], struct ch_arena *arena);

/* The seal takes note of the photo of one of its presses and gives a receipt for it. */
const struct ch_error *ch_session_photo(struct ch_device_receipt *out, struct ch_link *link, uint64_t press, const uint8_t digest[SHA256_SIZE],
					struct ch_arena *arena);

#endif

/*
 * Receipts: composed and signed here and nowhere else; the device never signs bytes or digests that somebody hands it. A
 * receipt is kept until the registrar says that it has it.
 */
#ifndef SEAL_RECEIPTS_H
#define SEAL_RECEIPTS_H

#include "clock.h"

/* Of the device's own key: fixed, so that seed and serial give the certificate, and a receipt its signature, again and again. */
enum { DEVICE_KEY_CREATED = 1767225600 }; /* 2026-01-01T00:00:00Z */

/* What a receipt is about, as far as the kind has it. The spans are digests or codes; empty: none. */
struct event {
	enum receipt_kind kind;
	const uint8_t *subject, *bundle, *code, *photo;
	bool watched;
};

/* Files the next receipt. WIRE_UNACKNOWLEDGED or WIRE_FULL when there is no room, WIRE_FLASH, WIRE_NOT_ENROLLED. */
enum wire_code receipts_issue(struct memory *memory, const struct clock *clock, const struct event *event);

/* A photo of a press that is not yet acknowledged, once: WIRE_OUT_OF_ORDER when there is no such press, WIRE_DUPLICATE. */
enum wire_code receipts_add_photo(struct memory *memory, const struct clock *clock, uint64_t press, const uint8_t photo[SHA256_SIZE]);

/*
 * What the registrar says it has: all receipts up to `counter`, whose text has the digest `head` (NULL: not said). When that
 * is more than was ever issued, or another text, this memory is an old copy: WIRE_LOCKED_FOR_GOOD.
 */
enum wire_code receipts_acknowledge(struct memory *memory, uint64_t counter, const uint8_t *head);

/* False when there is none, or when it is acknowledged. Its spans are in flash. */
bool receipts_find(struct receipt *receipt, const struct memory *memory, uint64_t counter);

/* The payload of FRAME_RECEIPT_IS, 0 when it does not fit. */
size_t receipts_write(uint8_t *out, size_t size, const struct memory *memory, const struct receipt *receipt);

void device_fingerprint(uint8_t fingerprint[FINGERPRINT_SIZE], const struct memory *memory);
size_t device_certificate(uint8_t *out, size_t size, const struct memory *memory);

#endif

#include "receipts.h"

#include "wire/frame.h"
#include "wire/pgpkey.h"

static bool
take(uint8_t *out, size_t len, const uint8_t *bytes)
{
	if (bytes != NULL)
		memcpy(out, bytes, len);
	return bytes != NULL;
}

static struct receipt
compose(const struct memory *memory, const struct clock *clock, const struct event *event)
{
	struct moment now = clock_now(clock, memory);
	struct receipt r = {
		.device = span_text(memory->enrolment.device),
		.epoch = memory->enrolment.epoch,
		.boot = memory->boot,
		.counter = memory->counter + 1,
		.kind = event->kind,
		.watched = event->watched,
		.time = now.earliest,
		.time_trusted = now.trusted,
	};

	r.has_subject = take(r.subject, SHA256_SIZE, event->subject);
	r.has_bundle = take(r.bundle, SHA256_SIZE, event->bundle);
	r.has_code = take(r.code, NONCE_SIZE, event->code);
	r.has_photo = take(r.photo, SHA256_SIZE, event->photo);
	memcpy(r.previous, memory->head, SHA256_SIZE);
	return r;
}

enum wire_code
receipts_issue(struct memory *memory, const struct clock *clock, const struct event *event)
{
	char text[MEMORY_RECEIPT_MAX];
	struct receipt receipt;

	if (!memory->enrolled)
		return WIRE_NOT_ENROLLED;
	if (memory->receipts == MEMORY_RECEIPTS)
		return WIRE_UNACKNOWLEDGED;
	receipt = compose(memory, clock, event);
	return memory_put_receipt(memory, span_of(text, receipt_write(text, sizeof(text), &receipt)));
}

bool
receipts_find(struct receipt *receipt, const struct memory *memory, uint64_t counter)
{
	struct span text = memory_receipt(memory, counter);

	return text.len > 0 && receipt_read(receipt, text) == WIRE_OK;
}

static bool
has_photo(const struct memory *memory, const struct receipt *press)
{
	struct receipt r;

	for (uint64_t counter = press->counter + 1; receipts_find(&r, memory, counter); counter++)
		if (r.kind == RECEIPT_PHOTO && memcmp(r.code, press->code, NONCE_SIZE) == 0)
			return true;
	return false;
}

enum wire_code
receipts_add_photo(struct memory *memory, const struct clock *clock, uint64_t counter, const uint8_t photo[SHA256_SIZE])
{
	struct receipt press;

	if (!receipts_find(&press, memory, counter) || press.kind != RECEIPT_PRESS)
		return WIRE_OUT_OF_ORDER;
	if (has_photo(memory, &press))
		return WIRE_DUPLICATE;
	return receipts_issue(memory, clock, &(struct event){.kind = RECEIPT_PHOTO, .subject = press.subject, .bundle = press.bundle,
						     .code = press.code, .photo = photo});
}

/* The digest of the receipt `counter`, when it is still known. */
static bool
known_digest(uint8_t digest[SHA256_SIZE], const struct memory *memory, uint64_t counter)
{
	struct span text = memory_receipt(memory, counter);

	if (text.len > 0)
		wire_sha256_of(digest, text);
	else if (counter == memory->counter)
		memcpy(digest, memory->head, SHA256_SIZE);
	else
		return false;
	return true;
}

enum wire_code
receipts_acknowledge(struct memory *memory, uint64_t counter, const uint8_t *head)
{
	uint8_t own[SHA256_SIZE];
	bool contradicted = head != NULL && known_digest(own, memory, counter) && memcmp(own, head, SHA256_SIZE) != 0;

	if (counter > memory->counter || contradicted) {
		memory_die(memory);
		return WIRE_LOCKED_FOR_GOOD;
	}
	return counter > memory->acknowledged ? memory_acknowledge(memory, counter) : WIRE_OK;
}

void
device_fingerprint(uint8_t fingerprint[FINGERPRINT_SIZE], const struct memory *memory)
{
	pgpkey_fingerprint(fingerprint, memory->point, DEVICE_KEY_CREATED);
}

size_t
device_certificate(uint8_t *out, size_t size, const struct memory *memory)
{
	char user_id[PGPKEY_USER_ID_MAX];
	size_t len = 0;

	if (!text_append(user_id, sizeof(user_id), &len, SPAN_LITERAL("seal ")) ||
		!text_append(user_id, sizeof(user_id), &len, span_text(memory->journal.port->serial)))
		return 0;
	return pgpkey_write(out, size, memory->seed, DEVICE_KEY_CREATED, span_of(user_id, len));
}

/* Not made before the key, even where the time floor is. */
static int64_t
signing_time(const struct receipt *receipt)
{
	return receipt->time > DEVICE_KEY_CREATED ? receipt->time : DEVICE_KEY_CREATED;
}

size_t
receipts_write(uint8_t *out, size_t size, const struct memory *memory, const struct receipt *receipt)
{
	uint8_t packet[PGPSIG_ED25519_MAX], fingerprint[FINGERPRINT_SIZE];
	struct span text = memory_receipt(memory, receipt->counter);
	size_t len;

	device_fingerprint(fingerprint, memory);
	len = pgpsig_write(packet, sizeof(packet), PGPSIG_BINARY, text, (struct span){0}, memory->seed, fingerprint,
		signing_time(receipt), (struct span){0});
	return frame_write_receipt(out, size, text, span_of(packet, len));
}

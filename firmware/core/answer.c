#include "answer.h"

#include "receipts.h"
#include "wire/pgpkey.h"

size_t
answer_result(uint8_t out[FRAME_MAX], enum wire_code code, struct span detail)
{
	uint8_t payload[2 + VALUE_MAX];

	return frame_write(out, FRAME_MAX, FRAME_RESULT, span_of(payload, frame_write_result(payload, sizeof(payload), code, detail)));
}

size_t
answer_code(uint8_t out[FRAME_MAX], enum wire_code code)
{
	return answer_result(out, code, (struct span){0});
}

size_t
answer_identity(const struct seal *seal, uint8_t out[FRAME_MAX])
{
	const struct memory *memory = &seal->memory;
	const struct enrolment *enrolment = &memory->enrolment;
	uint8_t *payload = out + FRAME_HEAD;
	struct frame_identity id = {
		.epoch = enrolment->epoch,
		.boot = memory->boot,
		.counter = seal_reported(seal),
		.acknowledged = memory->acknowledged,
		.table_version = memory_has_table(memory) ? memory->table.version : 0,
		.state_floor = memory->state_floor,
		.state = seal->state,
		.protocol = FRAME_PROTOCOL,
	};

	memcpy(id.archive, enrolment->archive, ARCHIVE_ID_SIZE);
	memcpy(id.device, enrolment->device, sizeof(id.device));
	memcpy(id.seal, enrolment->seal, sizeof(id.seal));
	memcpy(id.nonce, seal->bundle.nonce, NONCE_SIZE);
	device_fingerprint(id.key, memory);
	memcpy(id.point, memory->point, ED25519_POINT_SIZE);
	return frame_write(out, FRAME_MAX, FRAME_IDENTITY, span_of(payload, frame_write_identity(payload, FRAME_PAYLOAD_MAX, &id)));
}

static size_t
answer_status(const struct seal *seal, uint8_t out[FRAME_MAX])
{
	uint8_t payload[64];
	struct frame_status status = {
		.state = seal->state,
		.echo_wanted = seal_is_armed(seal) && !(seal->watch.echoed && seal->watch.seen),
		.reason = seal->reason,
		.left = seal->left,
		.done = seal->done,
		.counter = seal_reported(seal),
		.deadline = seal_is_armed(seal) ? watch_left(&seal->watch, seal->port) : 0,
	};

	return frame_write(out, FRAME_MAX, FRAME_STATUS_IS, span_of(payload, frame_write_status(payload, sizeof(payload), &status)));
}

static size_t
answer_certificate(const struct seal *seal, uint8_t out[FRAME_MAX])
{
	uint8_t certificate[PGPKEY_OWN_MAX];

	return frame_write(out, FRAME_MAX, FRAME_TEXT,
		span_of(certificate, device_certificate(certificate, sizeof(certificate), &seal->memory)));
}

static size_t
answer_receipt(const struct seal *seal, uint64_t counter, uint8_t out[FRAME_MAX])
{
	uint8_t *payload = out + FRAME_HEAD;
	struct receipt receipt;

	if (counter > seal_reported(seal) || !receipts_find(&receipt, &seal->memory, counter))
		return answer_code(out, WIRE_OUT_OF_ORDER);
	return frame_write(out, FRAME_MAX, FRAME_RECEIPT_IS,
		span_of(payload, receipts_write(payload, FRAME_PAYLOAD_MAX, &seal->memory, &receipt)));
}

static size_t
answer_image(const struct seal *seal, uint8_t out[FRAME_MAX])
{
	struct frame_image image;
	uint8_t payload[96];

	if (!update_running(&image, &seal->update, seal->port))
		return answer_code(out, WIRE_NOT_ALLOWED);
	return frame_write(out, FRAME_MAX, FRAME_IMAGE_IS, span_of(payload, frame_write_image(payload, sizeof(payload), &image)));
}

/* Not at the cost of the presses that are still to come. */
static enum wire_code
may_add_photo(const struct seal *seal)
{
	return seal_is_armed(seal) && !memory_has_room_for_presses(&seal->memory, seal->left + 1) ? WIRE_FULL : WIRE_OK;
}

static size_t
answer_evidence(const struct seal *seal, struct span payload, uint8_t out[FRAME_MAX])
{
	struct span act = evidence_find(&seal->memory, payload.data, payload.data[SHA256_SIZE]);

	return act.len > 0 ? frame_write(out, FRAME_MAX, FRAME_TEXT, act) : answer_code(out, WIRE_OUT_OF_ORDER);
}

static size_t
answer_photo(struct seal *seal, struct span payload, uint8_t out[FRAME_MAX])
{
	uint64_t press = get64(payload.data);
	enum wire_code code = WIRE_OUT_OF_ORDER;

	if (press <= seal_reported(seal))
		code = may_add_photo(seal);
	if (code == WIRE_OK)
		code = receipts_add_photo(&seal->memory, &seal->clock, press, payload.data + 8);
	return code == WIRE_OK ? answer_receipt(seal, seal->memory.counter, out) : answer_code(out, code);
}

bool
answer_is_to(const struct frame *request)
{
	switch (request->type) {
	case FRAME_HELLO:
	case FRAME_CERTIFICATE:
	case FRAME_STATUS:
	case FRAME_IMAGE:
		return request->payload.len == 0;
	case FRAME_RECEIPT:
		return request->payload.len == 8;
	case FRAME_PHOTO:
		return request->payload.len == 8 + SHA256_SIZE;
	case FRAME_EVIDENCE:
		return request->payload.len == SHA256_SIZE + 1;
	default:
		return false;
	}
}

size_t
answer_question(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	switch (request->type) {
	case FRAME_HELLO:
		return answer_identity(seal, out);
	case FRAME_CERTIFICATE:
		return answer_certificate(seal, out);
	case FRAME_RECEIPT:
		return answer_receipt(seal, get64(request->payload.data), out);
	case FRAME_PHOTO:
		return answer_photo(seal, request->payload, out);
	case FRAME_EVIDENCE:
		return answer_evidence(seal, request->payload, out);
	case FRAME_IMAGE:
		return answer_image(seal, out);
	default:
		return answer_status(seal, out);
	}
}

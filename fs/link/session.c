#include "session.h"

#include <inttypes.h>

static const struct ch_error *
misunderstood(enum frame_type asked)
{
	return ch_fail(CH_IO, "the seal's answer to request 0x%02x follows no protocol that is known here", asked);
}

/* One request whose answer is of a kind of its own; a RESULT in its place is a refusal. */
static const struct ch_error *
ask(struct span *payload, struct ch_link *link, enum frame_type type, struct span request, enum frame_type expected)
{
	const struct ch_error *error;
	struct frame answer;
	enum wire_code code;
	struct span detail;

	if ((error = ch_link_call(&answer, link, type, request)))
		return error;
	*payload = answer.payload;
	if (answer.type == expected)
		return NULL;
	if (answer.type != FRAME_RESULT || !frame_read_result(&code, &detail, answer.payload) || code == WIRE_OK)
		return misunderstood(type);
	return ch_refuse(code, "the seal says: %s", wire_code_sentence(code));
}

/* One request that is answered by a code; `accepted` is one that is no refusal either. */
static const struct ch_error *
order(enum wire_code *code, struct span *detail, struct ch_link *link, enum frame_type type, struct span request, enum wire_code accepted)
{
	const struct ch_error *error;
	struct span payload;

	if ((error = ask(&payload, link, type, request, FRAME_RESULT)))
		return error;
	if (!frame_read_result(code, detail, payload))
		return misunderstood(type);
	if (*code == WIRE_OK || *code == accepted)
		return NULL;
	return ch_refuse(*code, "the seal says: %s", wire_code_sentence(*code));
}

static const struct ch_error *
tell(struct ch_link *link, enum frame_type type, struct span request)
{
	enum wire_code code;
	struct span detail;

	return order(&code, &detail, link, type, request, WIRE_OK);
}

static const struct ch_error *
ask_identity(struct frame_identity *identity, struct ch_link *link, enum frame_type type)
{
	const struct ch_error *error;
	struct span payload;

	if ((error = ask(&payload, link, type, span_of(NULL, 0), FRAME_IDENTITY)))
		return error;
	if (!frame_read_identity(identity, payload))
		return misunderstood(type);
	if (identity->protocol != FRAME_PROTOCOL)
		return ch_fail(CH_REFUSED, "the seal speaks protocol %u, this program %d; update the older one", identity->protocol, FRAME_PROTOCOL);
	return NULL;
}

const struct ch_error *
ch_session_hello(struct frame_identity *identity, struct ch_link *link)
{
	return ask_identity(identity, link, FRAME_HELLO);
}

const struct ch_error *
ch_session_certificate(struct span *certificate, struct ch_link *link, struct ch_arena *arena)
{
	const struct ch_error *error = ask(certificate, link, FRAME_CERTIFICATE, span_of(NULL, 0), FRAME_TEXT);

	if (error == NULL)
		*certificate = ch_arena_copy(arena, *certificate);
	return error;
}

const struct ch_error *
ch_session_enrol(struct ch_link *link, const struct ch_trust *trust, struct span act)
{
	uint8_t payload[FRAME_PAYLOAD_MAX];
	size_t at = 0;

	if (!text_append((char *)payload, sizeof(payload), &at, span_of(trust->administrator, sizeof(trust->administrator))) ||
	    !text_append((char *)payload, sizeof(payload), &at, span_of(trust->registrar, sizeof(trust->registrar))) ||
	    !text_append((char *)payload, sizeof(payload), &at, span_of(trust->registrar_point, sizeof(trust->registrar_point))) ||
	    !text_append((char *)payload, sizeof(payload), &at, act))
		return ch_refuse(WIRE_TOO_LONG, "the seal-enrol act has %zu bytes", act.len);
	return tell(link, FRAME_ENROL, span_of(payload, at));
}

const struct ch_error *
ch_session_begin(struct frame_identity *identity, struct ch_link *link)
{
	return ask_identity(identity, link, FRAME_BEGIN);
}

const struct ch_error *
ch_session_table(struct ch_link *link, struct span text)
{
	uint8_t payload[4 + FRAME_TABLE_CHUNK];
	const struct ch_error *error;

	for (size_t offset = 0; offset < text.len;) {
		size_t len = text.len - offset < FRAME_TABLE_CHUNK ? text.len - offset : FRAME_TABLE_CHUNK;
		put32(payload, (uint32_t)offset);
		memcpy(payload + 4, text.data + offset, len);
		if ((error = tell(link, FRAME_TABLE, span_of(payload, 4 + len))))
			return error;
		offset += len;
	}
	return NULL;
}

const struct ch_error *
ch_session_image(struct frame_image *image, struct ch_link *link)
{
	const struct ch_error *error;
	struct span payload;

	if ((error = ask(&payload, link, FRAME_IMAGE, span_of(NULL, 0), FRAME_IMAGE_IS)))
		return error;
	return frame_read_image(image, payload) ? NULL : misunderstood(FRAME_IMAGE);
}

const struct ch_error *
ch_session_update(size_t *at, struct ch_link *link, struct span image)
{
	uint8_t payload[4 + FRAME_TABLE_CHUNK];
	size_t left = image.len - *at, len = left < FRAME_TABLE_CHUNK ? left : FRAME_TABLE_CHUNK;
	const struct ch_error *error;

	put32(payload, (uint32_t)*at);
	memcpy(payload + 4, image.data + *at, len);
	if ((error = tell(link, FRAME_UPDATE, span_of(payload, 4 + len))))
		return error;
	*at += len;
	return NULL;
}

const struct ch_error *
ch_session_install(struct ch_link *link)
{
	return tell(link, FRAME_INSTALL, span_of(NULL, 0));
}

const struct ch_error *
ch_session_show(struct ch_link *link, struct span act)
{
	return tell(link, FRAME_ACT, act);
}

const struct ch_error *
ch_session_open(uint64_t *presses, struct ch_link *link)
{
	const struct ch_error *error;
	enum wire_code code;
	struct span detail;

	if ((error = order(&code, &detail, link, FRAME_OPEN, span_of(NULL, 0), WIRE_OK)))
		return error;
	return text_get_number(presses, detail) ? NULL : misunderstood(FRAME_OPEN);
}

const struct ch_error *
ch_session_release(struct ch_link *link)
{
	enum wire_code code;
	struct span detail;

	return order(&code, &detail, link, FRAME_OPEN, span_of(NULL, 0), WIRE_OK);
}

const struct ch_error *
ch_session_echo(bool *current, struct ch_link *link, const uint8_t code[NONCE_SIZE])
{
	const struct ch_error *error;
	enum wire_code result;
	struct span detail;

	if ((error = order(&result, &detail, link, FRAME_ECHO, span_of(code, NONCE_SIZE), WIRE_TOO_LATE)))
		return error;
	*current = result == WIRE_OK;
	return NULL;
}

const struct ch_error *
ch_session_press(struct ch_link *link)
{
	return tell(link, FRAME_PRESS, span_of(NULL, 0));
}

const struct ch_error *
ch_session_status(struct frame_status *status, struct ch_link *link)
{
	const struct ch_error *error;
	struct span payload;

	if ((error = ask(&payload, link, FRAME_STATUS, span_of(NULL, 0), FRAME_STATUS_IS)))
		return error;
	return frame_read_status(status, payload) ? NULL : misunderstood(FRAME_STATUS);
}

const struct ch_error *
ch_session_close(struct ch_link *link)
{
	return tell(link, FRAME_CLOSE, span_of(NULL, 0));
}

static const struct ch_error *
ask_receipt(struct ch_device_receipt *out, struct ch_link *link, enum frame_type type, struct span request, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span payload, text;

	if ((error = ask(&payload, link, type, request, FRAME_RECEIPT_IS)))
		return error;
	if (!frame_read_receipt(&text, &out->packet, payload))
		return misunderstood(type);
	out->text = ch_arena_copy(arena, text);
	out->packet = ch_arena_copy(arena, out->packet);
	return receipt_read(&out->receipt, out->text) == WIRE_OK ? NULL : misunderstood(type);
}

const struct ch_error *
ch_session_receipt(struct ch_device_receipt *out, struct ch_link *link, uint64_t counter, struct ch_arena *arena)
{
	const struct ch_error *error;
	uint8_t request[8];

	put64(request, counter);
	if ((error = ask_receipt(out, link, FRAME_RECEIPT, span_of(request, sizeof(request)), arena)))
		return error;
	return out->receipt.counter == counter ? NULL : misunderstood(FRAME_RECEIPT);
}

/* One of them; none is no refusal. */
static const struct ch_error *
ask_evidence(struct span *act, struct ch_link *link, const uint8_t bundle[SHA256_SIZE], size_t index, struct ch_arena *arena)
{
	uint8_t request[SHA256_SIZE + 1];
	const struct ch_error *error;

	memcpy(request, bundle, SHA256_SIZE);
	request[SHA256_SIZE] = (uint8_t)index;
	error = ask(act, link, FRAME_EVIDENCE, span_of(request, sizeof(request)), FRAME_TEXT);
	if (error)
		*act = span_of(NULL, 0);
	else
		*act = ch_arena_copy(arena, *act);
	return error && error->code == WIRE_OUT_OF_ORDER ? NULL : error;
}

const struct ch_error *
ch_session_evidence(struct span *act, size_t *count, struct ch_link *link, const uint8_t bundle[SHA256_SIZE], struct ch_arena *arena)
{
	struct act *read = ch_arena_alloc(arena, sizeof(*read));
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];
	struct wire_sha256 ids;

	wire_sha256_init(&ids);
	for (*count = 0; *count < BUNDLE_ACTS_MAX; (*count)++) {
		if ((error = ask_evidence(&act[*count], link, bundle, *count, arena)))
			return error;
		if (act[*count].len == 0)
			break;
		if (act_read(read, act[*count]) != WIRE_OK)
			return misunderstood(FRAME_EVIDENCE);
		wire_sha256_update(&ids, span_of(read->id, SHA256_SIZE));
	}
	wire_sha256_final(&ids, digest);
	return *count == 0 || memcmp(digest, bundle, SHA256_SIZE) == 0 ? NULL : misunderstood(FRAME_EVIDENCE);
}

const struct ch_error *
ch_session_photo(struct ch_device_receipt *out, struct ch_link *link, uint64_t press, const uint8_t digest[SHA256_SIZE], struct ch_arena *arena)
{
	uint8_t request[8 + SHA256_SIZE];
	const struct ch_error *error;

	put64(request, press);
	memcpy(request + 8, digest, SHA256_SIZE);
	if ((error = ask_receipt(out, link, FRAME_PHOTO, span_of(request, sizeof(request)), arena)))
		return error;
	return out->receipt.kind == RECEIPT_PHOTO && memcmp(out->receipt.photo, digest, SHA256_SIZE) == 0 ? NULL : misunderstood(FRAME_PHOTO);
}

#include "frame.h"

enum { LENGTH = FRAME_HEAD - 1, IDENTITY_FIXED = 136, STATUS_SIZE = 32, IMAGE_FIXED = 48 };

static bool
type_known(uint8_t type)
{
	return (type >= FRAME_HELLO && type <= FRAME_INSTALL) || (type >= FRAME_RESULT && type <= FRAME_IMAGE_IS);
}

size_t
frame_read(struct frame *frame, struct span buffer, enum wire_code *code)
{
	size_t length;

	*code = WIRE_OK;
	if (buffer.len < LENGTH)
		return 0;
	length = get32(buffer.data);
	if (length == 0)
		*code = WIRE_MALFORMED_FRAME;
	else if (length > 1 + FRAME_PAYLOAD_MAX)
		*code = WIRE_TOO_LONG;
	else if (buffer.len > LENGTH && !type_known(buffer.data[LENGTH]))
		*code = WIRE_MALFORMED_FRAME;
	if (*code != WIRE_OK || buffer.len < LENGTH + length)
		return 0;
	frame->type = buffer.data[LENGTH];
	frame->payload = span_of(buffer.data + FRAME_HEAD, length - 1);
	return LENGTH + length;
}

size_t
frame_write(uint8_t *out, size_t size, enum frame_type type, struct span payload)
{
	if (payload.len > FRAME_PAYLOAD_MAX || size < FRAME_HEAD + payload.len)
		return 0;
	put32(out, (uint32_t)payload.len + 1);
	out[LENGTH] = (uint8_t)type;
	if (payload.len > 0)
		memmove(out + FRAME_HEAD, payload.data, payload.len);
	return FRAME_HEAD + payload.len;
}

bool
frame_read_result(enum wire_code *code, struct span *detail, struct span payload)
{
	if (payload.len < 2 || wire_code_name(get16(payload.data)) == NULL)
		return false;
	*code = get16(payload.data);
	*detail = span_skip(payload, 2);
	return true;
}

size_t
frame_write_result(uint8_t *out, size_t size, enum wire_code code, struct span detail)
{
	if (detail.len > FRAME_PAYLOAD_MAX - 2 || size < 2 + detail.len)
		return 0;
	put16(out, (uint16_t)code);
	if (detail.len > 0)
		memcpy(out + 2, detail.data, detail.len);
	return 2 + detail.len;
}

bool
frame_read_receipt(struct span *text, struct span *packet, struct span payload)
{
	size_t length;

	if (payload.len < 2)
		return false;
	length = get16(payload.data);
	payload = span_skip(payload, 2);
	if (length == 0 || length >= payload.len)
		return false;
	*text = span_of(payload.data, length);
	*packet = span_skip(payload, length);
	return true;
}

size_t
frame_write_receipt(uint8_t *out, size_t size, struct span text, struct span packet)
{
	size_t length = 2 + text.len + packet.len;

	if (text.len == 0 || packet.len == 0 || text.len > FRAME_PAYLOAD_MAX || packet.len > FRAME_PAYLOAD_MAX)
		return 0;
	if (length > FRAME_PAYLOAD_MAX || size < length)
		return 0;
	put16(out, (uint16_t)text.len);
	memcpy(out + 2, text.data, text.len);
	memcpy(out + 2 + text.len, packet.data, packet.len);
	return length;
}

/* An id behind its length octet; empty before enrolment. */
static bool
take_id(char out[ID_MAX + 1], struct span *rest)
{
	struct span id;

	if (rest->len < 1 || rest->data[0] > ID_MAX || rest->len < 1 + (size_t)rest->data[0])
		return false;
	id = span_of(rest->data + 1, rest->data[0]);
	if (id.len > 0 && !text_is_id(id))
		return false;
	memset(out, 0, ID_MAX + 1);
	memcpy(out, id.data, id.len);
	*rest = span_skip(*rest, 1 + id.len);
	return true;
}

static size_t
put_id(uint8_t *out, const char *id)
{
	size_t len = strlen(id);

	out[0] = (uint8_t)len;
	memcpy(out + 1, id, len);
	return 1 + len;
}

bool
frame_read_identity(struct frame_identity *id, struct span payload)
{
	const uint8_t *p = payload.data;
	struct span rest;

	if (payload.len < IDENTITY_FIXED || p[132] > DEVICE_STAMPING || p[134] != 0 || p[135] != 0)
		return false;
	memcpy(id->archive, p, ARCHIVE_ID_SIZE);
	memcpy(id->key, p + 16, FINGERPRINT_SIZE);
	id->epoch = get64(p + 36);
	id->boot = get64(p + 44);
	id->counter = get64(p + 52);
	id->acknowledged = get64(p + 60);
	id->table_version = get64(p + 68);
	id->state_floor = get64(p + 76);
	memcpy(id->nonce, p + 84, NONCE_SIZE);
	memcpy(id->point, p + 100, ED25519_POINT_SIZE);
	id->state = p[132];
	id->protocol = p[133];
	rest = span_skip(payload, IDENTITY_FIXED);
	return take_id(id->device, &rest) && take_id(id->seal, &rest) && rest.len == 0;
}

size_t
frame_write_identity(uint8_t *out, size_t size, const struct frame_identity *id)
{
	size_t at = IDENTITY_FIXED;

	if (size < IDENTITY_FIXED + 2 + strlen(id->device) + strlen(id->seal))
		return 0;
	memcpy(out, id->archive, ARCHIVE_ID_SIZE);
	memcpy(out + 16, id->key, FINGERPRINT_SIZE);
	put64(out + 36, id->epoch);
	put64(out + 44, id->boot);
	put64(out + 52, id->counter);
	put64(out + 60, id->acknowledged);
	put64(out + 68, id->table_version);
	put64(out + 76, id->state_floor);
	memcpy(out + 84, id->nonce, NONCE_SIZE);
	memcpy(out + 100, id->point, ED25519_POINT_SIZE);
	out[132] = (uint8_t)id->state;
	out[133] = id->protocol;
	out[134] = out[135] = 0;
	at += put_id(out + at, id->device);
	at += put_id(out + at, id->seal);
	return at;
}

bool
frame_read_status(struct frame_status *status, struct span payload)
{
	const uint8_t *p = payload.data;

	if (payload.len != STATUS_SIZE || p[0] > DEVICE_STAMPING || p[1] > 1 || wire_code_name(get16(p + 2)) == NULL)
		return false;
	status->state = p[0];
	status->echo_wanted = p[1] == 1;
	status->reason = get16(p + 2);
	status->left = get64(p + 4);
	status->done = get64(p + 12);
	status->counter = get64(p + 20);
	status->deadline = get32(p + 28);
	return true;
}

size_t
frame_write_status(uint8_t *out, size_t size, const struct frame_status *status)
{
	if (size < STATUS_SIZE)
		return 0;
	out[0] = (uint8_t)status->state;
	out[1] = status->echo_wanted ? 1 : 0;
	put16(out + 2, (uint16_t)status->reason);
	put64(out + 4, status->left);
	put64(out + 12, status->done);
	put64(out + 20, status->counter);
	put32(out + 28, status->deadline);
	return STATUS_SIZE;
}

bool
frame_read_image(struct frame_image *image, struct span payload)
{
	const uint8_t *p = payload.data;
	struct span rest;

	if (payload.len < IMAGE_FIXED || p[12] > 1 || p[13] != 0 || p[14] != 0 || p[15] != 0)
		return false;
	image->version = get32(p);
	image->counter = get32(p + 4);
	image->next = get32(p + 8);
	image->trial = p[12] == 1;
	memcpy(image->digest, p + 16, SHA256_SIZE);
	rest = span_skip(payload, IMAGE_FIXED);
	return take_id(image->board, &rest) && rest.len == 0;
}

size_t
frame_write_image(uint8_t *out, size_t size, const struct frame_image *image)
{
	if (size < IMAGE_FIXED + 1 + strlen(image->board))
		return 0;
	memset(out, 0, IMAGE_FIXED);
	put32(out, image->version);
	put32(out + 4, image->counter);
	put32(out + 8, image->next);
	out[12] = image->trial ? 1 : 0;
	memcpy(out + 16, image->digest, SHA256_SIZE);
	return IMAGE_FIXED + put_id(out + IMAGE_FIXED, image->board);
}

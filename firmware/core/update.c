#include "update.h"

#include "receipts.h"
#include "slots.h"

static void
read_trial(struct update *update, const struct port *port)
{
	struct slots_state state;

	*update = (struct update){.began = port->now(port->board)};
	if (port->slots == NULL || !slots_read(&state, port->slots))
		return;
	update->trial = state.active != port->running;
	update->unconfirmed = update->trial || state.counter == 0;
}

void
update_boot(struct update *update, struct memory *memory, const struct clock *clock)
{
	const struct port *port = memory->journal.port;
	struct frame_image image;
	bool known;

	read_trial(update, port);
	known = update_running(&image, update, port);
	receipts_issue(memory, clock, &(struct event){.kind = RECEIPT_BOOT, .bundle = known ? image.digest : NULL});
}

bool
update_running(struct frame_image *is, const struct update *update, const struct port *port)
{
	const struct slots *slots = port->slots;
	struct slots_state state;
	struct image image;

	if (slots == NULL || !slots_read(&state, slots) || image_read(&image, span_of(slots->slot[port->running], IMAGE_SLOT)) != WIRE_OK)
		return false;
	*is = (struct frame_image){.version = image.version, .counter = state.counter, .next = slots->address[1 - port->running], .trial = update->trial};
	memcpy(is->digest, image.digest, SHA256_SIZE);
	memcpy(is->board, image.board, sizeof(is->board));
	return true;
}

/* ---- uploading ---- */

static bool
clear(const struct slots *slots, unsigned which)
{
	for (uint32_t at = 0; at < IMAGE_SLOT; at += slots->page)
		if (!slots->erase(slots->board, slots->slot[which] + at))
			return false;
	return true;
}

static bool
write(const struct slots *slots, const uint8_t *at, struct span bytes)
{
	for (; bytes.len > 0; bytes = span_skip(bytes, SLOT_WORD), at += SLOT_WORD)
		if (!slots->program(slots->board, at, bytes.data) || memcmp(at, bytes.data, SLOT_WORD) != 0)
			return false;
	return true;
}

static enum wire_code
upload(struct update *update, const struct port *port, struct span payload)
{
	uint32_t offset;

	if (payload.len <= 4 || payload.len % SLOT_WORD != 4 || (offset = get32(payload.data)) % SLOT_WORD != 0)
		return WIRE_MALFORMED_FRAME;
	payload = span_skip(payload, 4);
	if (update->trial || (offset != 0 && offset != update->incoming))
		return WIRE_OUT_OF_ORDER;
	if (offset > IMAGE_SLOT || payload.len > IMAGE_SLOT - offset)
		return WIRE_TOO_LONG;
	update->incoming = 0;
	if (offset == 0 && !clear(port->slots, 1 - port->running))
		return WIRE_FLASH;
	if (!write(port->slots, port->slots->slot[1 - port->running] + offset, payload))
		return WIRE_FLASH;
	update->incoming = offset + (uint32_t)payload.len;
	return WIRE_OK;
}

static enum wire_code
install(struct update *update, const struct port *port)
{
	enum wire_code code;

	if (update->trial || update->incoming == 0)
		return WIRE_OUT_OF_ORDER;
	update->incoming = 0;
	code = slots_try(port->slots, port->running);
	update->restart = code == WIRE_OK;
	return code;
}

static enum wire_code
may_update(const struct memory *memory)
{
	const struct port *port = memory->journal.port;

	if (port->slots == NULL)
		return WIRE_NOT_ALLOWED;
	if (memory_health(memory) != WIRE_OK)
		return memory_health(memory);
	if (memory->dead)
		return WIRE_LOCKED_FOR_GOOD;
	if (memory->retired)
		return WIRE_RETIRED;
	if (port->tampered(port->board))
		return WIRE_TAMPERED;
	return port->battery(port->board) >= port->battery_arming ? WIRE_OK : WIRE_LOW_BATTERY;
}

enum wire_code
update_take(struct update *update, const struct memory *memory, const struct frame *request)
{
	const struct port *port = memory->journal.port;
	enum wire_code code = may_update(memory);

	if (code != WIRE_OK)
		return code;
	return request->type == FRAME_UPDATE ? upload(update, port, request->payload) : install(update, port);
}

/* ---- on trial ---- */

/* FIPS 180-4, and a signature by the device's own key, with which nothing else fits. */
static bool
cryptography_works(const struct memory *memory)
{
	static const uint8_t abc[4] = {0xba, 0x78, 0x16, 0xbf};
	uint8_t digest[SHA256_SIZE], signature[ED25519_SIGNATURE_SIZE];
	struct span text = span_of(digest, sizeof(digest));

	wire_sha256_of(digest, SPAN_LITERAL("abc"));
	if (memcmp(digest, abc, sizeof(abc)) != 0)
		return false;
	wire_ed25519_sign(signature, text, memory->seed);
	if (!wire_ed25519_verify(signature, text, memory->point))
		return false;
	signature[0] ^= 1;
	return !wire_ed25519_verify(signature, text, memory->point);
}

void
update_heard(struct update *update, const struct memory *memory)
{
	const struct port *port = memory->journal.port;

	if (!update->unconfirmed || memory_health(memory) != WIRE_OK || !cryptography_works(memory))
		return;
	if (slots_confirm(port->slots, port->running) == WIRE_OK)
		update->unconfirmed = update->trial = false;
}

void
update_tick(struct update *update, const struct port *port)
{
	if (update->trial && port->now(port->board) - update->began >= UPDATE_TRIAL)
		update->restart = true;
}

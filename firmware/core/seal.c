/*
 * Map:
 *	seal_boot		read the flash, file what a power cut left open
 *	seal_tick		tamper switch, watch.c's deadline, press sensor
 *	seal_answer
 *	  answer_question	in any state: who are you, how is it, evidence	answer.c
 *	  in_locked		enrol, table, begin
 *	  in_verifying		table, act, open		equip.c bundle.c
 *	  in_armed		echo, press			watch.c
 *	  in_stamping		echo, close
 *	lock			the one way back, from everywhere
 *
 * memory.c keeps, receipts.c signs.
 */
#include "seal.h"

#include "answer.h"
#include "equip.h"

/* ---- locking ---- */

static void
file(struct seal *seal, enum receipt_kind kind)
{
	receipts_issue(&seal->memory, &seal->clock,
		&(struct event){.kind = kind, .subject = seal->application.digest, .bundle = seal->bundle_digest,
			.code = seal->watch.code, .watched = seal->watch.echoed});
}

static void
end_session(struct seal *seal)
{
	seal->application.open = false;
	memory_put_application(&seal->memory, &seal->application);
	watch_stop(&seal->watch, seal->port);
	seal->left = 0;
}

/* Coil first. An armed seal that is not closed by its user leaves a receipt of the given kind. */
static void
lock_with(struct seal *seal, enum wire_code reason, enum receipt_kind kind)
{
	seal->port->coil(seal->port->board, false);
	if (seal_is_armed(seal)) {
		if (reason != WIRE_OK)
			file(seal, kind);
		end_session(seal);
	}
	seal->state = DEVICE_LOCKED;
	seal->reason = seal->memory.broken ? WIRE_FLASH : reason;
	bundle_begin(&seal->bundle, seal->port);
}

static void
lock(struct seal *seal, enum wire_code reason)
{
	lock_with(seal, reason, RECEIPT_ABORT);
}

static size_t
lock_and_say(struct seal *seal, enum wire_code reason, uint8_t out[FRAME_MAX])
{
	lock(seal, reason);
	return answer_code(out, seal->reason);
}

/* What would keep it locked whatever is shown. */
static enum wire_code
unfit(const struct seal *seal)
{
	if (seal->memory.broken)
		return WIRE_FLASH;
	if (seal->memory.dead)
		return WIRE_LOCKED_FOR_GOOD;
	if (seal->tampered)
		return WIRE_OUT_OF_ORDER;
	return seal->memory.enrolled ? WIRE_OK : WIRE_NOT_ENROLLED;
}

/* ---- locked ---- */

static size_t
begin(struct seal *seal, uint8_t out[FRAME_MAX])
{
	if (unfit(seal) != WIRE_OK)
		return lock_and_say(seal, unfit(seal), out);
	bundle_begin(&seal->bundle, seal->port);
	seal->state = DEVICE_VERIFYING;
	return answer_identity(seal, out);
}

static size_t
in_locked(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	switch (request->type) {
	case FRAME_ENROL:
		return answer_code(out, equip_enrol(&seal->memory, &seal->bundle.act, request->payload));
	case FRAME_TABLE:
		return answer_code(out, equip_upload(&seal->memory, request->payload));
	case FRAME_BEGIN:
		return begin(seal, out);
	case FRAME_CLOSE:
		return answer_code(out, WIRE_OK);
	default:
		return answer_code(out, WIRE_OUT_OF_ORDER);
	}
}

/* ---- verifying ---- */

static enum wire_code
may_arm(const struct seal *seal)
{
	enum wire_code code = unfit(seal);

	if (code == WIRE_OK)
		code = bundle_judge(&seal->bundle, &seal->memory, &seal->clock);
	if (code == WIRE_OK && seal->memory.receipts >= MEMORY_RECEIPTS_ARMING)
		code = WIRE_UNACKNOWLEDGED;
	if (code == WIRE_OK && !memory_has_room(&seal->memory, seal->bundle.permit.digest))
		code = WIRE_FULL;
	return code;
}

/* The entry under which presses are counted: what is known of the application, or a new one. */
static struct application
application_of(const struct seal *seal)
{
	const struct permit *permit = &seal->bundle.permit;
	const struct application *known = memory_find_application(&seal->memory, permit->digest);
	struct application application = {.cap = permit->cap, .not_after = permit->applied_not_after, .open = true};

	memcpy(application.digest, permit->digest, SHA256_SIZE);
	application.used = known != NULL ? known->used : 0;
	return application;
}

static size_t
arm(struct seal *seal, uint8_t out[FRAME_MAX])
{
	enum wire_code code = may_arm(seal);
	char presses[21];

	if (code != WIRE_OK)
		return lock_and_say(seal, code, out);
	seal->application = application_of(seal);
	bundle_digest(seal->bundle_digest, &seal->bundle);
	if ((code = memory_put_application(&seal->memory, &seal->application)) != WIRE_OK)
		return lock_and_say(seal, code, out);
	seal->left = seal->bundle.presses;
	seal->done = 0;
	seal->state = DEVICE_ARMED;
	watch_start(&seal->watch, seal->port);
	file(seal, RECEIPT_ARM);
	return answer_result(out, WIRE_OK, span_of(presses, text_put_number(presses, seal->left)));
}

static size_t
show(struct seal *seal, struct span raw, uint8_t out[FRAME_MAX])
{
	enum wire_code code = bundle_show(&seal->bundle, &seal->memory, &seal->clock, raw);

	return code == WIRE_OK ? answer_code(out, WIRE_OK) : lock_and_say(seal, code, out);
}

/* The text must not change under the feet of the application that is being judged by it. */
static size_t
upload(struct seal *seal, struct span payload, uint8_t out[FRAME_MAX])
{
	enum wire_code code = WIRE_OUT_OF_ORDER;

	if (seal->bundle.stage == BUNDLE_TABLES)
		code = equip_upload(&seal->memory, payload);
	return code == WIRE_OK ? answer_code(out, WIRE_OK) : lock_and_say(seal, code, out);
}

static size_t
in_verifying(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	switch (request->type) {
	case FRAME_TABLE:
		return upload(seal, request->payload, out);
	case FRAME_BEGIN:
		return begin(seal, out);
	case FRAME_ACT:
		return show(seal, request->payload, out);
	case FRAME_OPEN:
		return arm(seal, out);
	case FRAME_CLOSE:
		return lock_and_say(seal, WIRE_OK, out);
	default:
		return lock_and_say(seal, WIRE_OUT_OF_ORDER, out);
	}
}

/* ---- armed and stamping ---- */

static size_t
echo(struct seal *seal, struct span payload, uint8_t out[FRAME_MAX])
{
	enum wire_code code = payload.len == NONCE_SIZE ? watch_echo(&seal->watch, payload.data) : WIRE_MALFORMED_FRAME;

	return code == WIRE_OK || code == WIRE_TOO_LATE ? answer_code(out, code) : lock_and_say(seal, code, out);
}

static enum wire_code
may_press(const struct seal *seal)
{
	if (!seal->watch.seen)
		return WIRE_OUT_OF_ORDER;
	if (seal->left == 0)
		return WIRE_USED_UP;
	if (seal->memory.receipts + 2 > MEMORY_RECEIPTS) /* this press and the end of the session */
		return WIRE_UNACKNOWLEDGED;
	return bundle_judge_times(&seal->bundle, &seal->memory, &seal->clock);
}

/* The press is in flash before the coil moves: whatever happens next, it is used. */
static size_t
press(struct seal *seal, uint8_t out[FRAME_MAX])
{
	enum wire_code code = may_press(seal);

	if (code != WIRE_OK)
		return lock_and_say(seal, code, out);
	if (seal->port->pressed(seal->port->board)) { /* stuck or bridged */
		lock_with(seal, WIRE_OUT_OF_ORDER, RECEIPT_TAMPER);
		return answer_code(out, WIRE_OUT_OF_ORDER);
	}
	seal->application.used++;
	if ((code = memory_put_application(&seal->memory, &seal->application)) != WIRE_OK)
		return lock_and_say(seal, code, out);
	seal->left--;
	seal->state = DEVICE_STAMPING;
	seal->stamped = false;
	seal->energised_at = seal->port->now(seal->port->board);
	seal->port->coil(seal->port->board, true);
	return answer_code(out, WIRE_OK);
}

static size_t
in_armed(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	switch (request->type) {
	case FRAME_ECHO:
		return echo(seal, request->payload, out);
	case FRAME_PRESS:
		return press(seal, out);
	case FRAME_CLOSE:
		return lock_and_say(seal, WIRE_OK, out);
	default:
		return lock_and_say(seal, WIRE_OUT_OF_ORDER, out);
	}
}

/* Its user may give up a press that has not been made; it stays used. */
static size_t
close_stamping(struct seal *seal, uint8_t out[FRAME_MAX])
{
	seal->port->coil(seal->port->board, false);
	if (!seal->stamped)
		file(seal, RECEIPT_ABORT);
	return lock_and_say(seal, WIRE_OK, out);
}

static size_t
in_stamping(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	switch (request->type) {
	case FRAME_ECHO:
		return echo(seal, request->payload, out);
	case FRAME_CLOSE:
		return close_stamping(seal, out);
	default:
		return lock_and_say(seal, WIRE_OUT_OF_ORDER, out);
	}
}

/* The stamp's way down makes the press, its way up ends it. */
static void
follow_stamp(struct seal *seal)
{
	bool down = seal->port->pressed(seal->port->board);

	if (!seal->stamped && down) {
		seal->port->coil(seal->port->board, false);
		seal->stamped = true;
		seal->done++;
		file(seal, RECEIPT_PRESS);
		watch_pressed(&seal->watch, seal->port);
	} else if (seal->stamped && !down) {
		seal->state = DEVICE_ARMED;
	} else if (seal->port->now(seal->port->board) - seal->energised_at >= SEAL_PRESS_TIMEOUT) {
		lock_with(seal, WIRE_TOO_LATE, seal->stamped ? RECEIPT_TAMPER : RECEIPT_ABORT);
	}
}

/* ---- the machine ---- */

size_t
seal_answer(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	seal_tick(seal);
	if (answer_is_to(request))
		return answer_question(seal, request, out);
	switch (seal->state) {
	case DEVICE_LOCKED:
		return in_locked(seal, request, out);
	case DEVICE_VERIFYING:
		return in_verifying(seal, request, out);
	case DEVICE_ARMED:
		return in_armed(seal, request, out);
	case DEVICE_STAMPING:
		return in_stamping(seal, request, out);
	}
	return lock_and_say(seal, WIRE_OUT_OF_ORDER, out);
}

size_t
seal_refuse(struct seal *seal, enum wire_code code, uint8_t out[FRAME_MAX])
{
	return lock_and_say(seal, code, out);
}

static void
check_tamper(struct seal *seal)
{
	bool tampered = seal->port->tampered(seal->port->board);

	if (tampered && !seal->tampered && !seal_is_armed(seal))
		receipts_issue(&seal->memory, &seal->clock, &(struct event){.kind = RECEIPT_TAMPER});
	if (tampered && seal->state != DEVICE_LOCKED)
		lock_with(seal, WIRE_OUT_OF_ORDER, RECEIPT_TAMPER);
	seal->tampered = tampered;
}

void
seal_tick(struct seal *seal)
{
	enum wire_code code;

	check_tamper(seal);
	if (!seal_is_armed(seal))
		return;
	code = watch_tick(&seal->watch, seal->port, seal->state == DEVICE_STAMPING && !seal->stamped);
	if (code == WIRE_OK && seal->memory.broken)
		code = WIRE_FLASH;
	if (code != WIRE_OK)
		lock(seal, code);
	else if (seal->state == DEVICE_STAMPING)
		follow_stamp(seal);
}

/* The power went while a session was open; whether a reserved press was made, nobody can say. */
static void
file_cut_session(struct seal *seal)
{
	const struct application *cut = memory_open_application(&seal->memory);
	struct application closed;

	if (cut == NULL)
		return;
	closed = *cut;
	closed.open = false;
	receipts_issue(&seal->memory, &seal->clock, &(struct event){.kind = RECEIPT_ABORT, .subject = closed.digest});
	memory_put_application(&seal->memory, &closed);
}

void
seal_boot(struct seal *seal, const struct port *port)
{
	memset(seal, 0, sizeof(*seal));
	seal->port = port;
	port->coil(port->board, false);
	watch_stop(&seal->watch, port);
	memory_boot(&seal->memory, port);
	file_cut_session(seal);
	receipts_issue(&seal->memory, &seal->clock, &(struct event){.kind = RECEIPT_BOOT});
	bundle_begin(&seal->bundle, port);
	seal->reason = seal->memory.broken ? WIRE_FLASH : WIRE_OK;
}

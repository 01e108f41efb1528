/*
 * Map:
 *	seal_boot		read the flash, file what a power cut left open
 *	seal_tick		tamper switch, watch.c's deadline, press sensor, battery
 *	seal_answer
 *	  answer_question	in any state: who are you, how is it, evidence	answer.c
 *	  in_locked		enrol, begin; another image	update.c
 *	  in_verifying		table, act, open		equip.c bundle.c
 *	    arm, release	supply on
 *	  in_armed		echo, press			watch.c
 *	    press		gate on
 *	  in_stamping		echo, close
 *	    follow_stamp	down: all off; up again: supply on
 *	lock			the one way back, from everywhere
 *
 * memory.c keeps, receipts.c signs.
 */
#include "seal.h"

#include "answer.h"
#include "equip.h"
#include "locks.h"

/* ---- locking ---- */

/* The code that is on the display stands in no receipt before it is that of a press, or of the end. */
static enum wire_code
file(struct seal *seal, enum receipt_kind kind)
{
	return receipts_issue(&seal->memory, &seal->clock,
		&(struct event){.kind = kind, .subject = seal->releasing ? NULL : seal->application.digest, .bundle = seal->bundle_digest,
			.code = kind == RECEIPT_ARM || seal->releasing ? NULL : seal->watch.code, .watched = seal->watch.echoed});
}

static void
de_energise(struct seal *seal)
{
	locks_close(seal->port);
	seal->memory.armed = false;
}

static void
end_session(struct seal *seal)
{
	if (!seal->releasing) {
		seal->application.open = false;
		memory_put_application(&seal->memory, &seal->application);
	}
	watch_stop(&seal->watch, seal->port);
	seal->left = seal->grant = seal->not_grant = 0;
	seal->releasing = false;
}

/* Coil first. An armed seal that is not closed by its user leaves a receipt of the given kind. */
static void
lock_with(struct seal *seal, enum wire_code reason, enum receipt_kind kind)
{
	bool was_armed = seal_is_armed(seal);

	de_energise(seal);
	seal->state = DEVICE_LOCKED;
	if (was_armed) {
		if (reason != WIRE_OK)
			file(seal, kind);
		end_session(seal);
	}
	seal->reason = memory_health(&seal->memory) != WIRE_OK ? memory_health(&seal->memory) : reason;
	bundle_begin(&seal->bundle, &seal->memory);
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
	if (memory_health(&seal->memory) != WIRE_OK)
		return memory_health(&seal->memory);
	if (seal->memory.dead)
		return WIRE_LOCKED_FOR_GOOD;
	if (seal->memory.retired)
		return WIRE_RETIRED;
	if (seal->tampered)
		return WIRE_TAMPERED;
	return seal->memory.enrolled ? WIRE_OK : WIRE_NOT_ENROLLED;
}

/* ---- locked ---- */

static size_t
begin(struct seal *seal, uint8_t out[FRAME_MAX])
{
	if (unfit(seal) != WIRE_OK)
		return lock_and_say(seal, unfit(seal), out);
	bundle_begin(&seal->bundle, &seal->memory);
	seal->state = DEVICE_VERIFYING;
	return answer_identity(seal, out);
}

static size_t
in_locked(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	switch (request->type) {
	case FRAME_ENROL:
		return answer_code(out, equip_enrol(&seal->memory, &seal->bundle.act, request->payload));
	case FRAME_BEGIN:
		return begin(seal, out);
	case FRAME_UPDATE:
	case FRAME_INSTALL:
		return answer_code(out, update_take(&seal->update, &seal->memory, request));
	case FRAME_CLOSE:
		return answer_code(out, WIRE_OK);
	default:
		return answer_code(out, WIRE_OUT_OF_ORDER);
	}
}

/* ---- verifying ---- */

static bool
has_power(const struct seal *seal)
{
	return seal->port->battery(seal->port->board) >= seal->port->battery_arming;
}

/* What an opening needs beside what it was granted. */
static enum wire_code
is_able(struct seal *seal)
{
	const struct bundle *bundle = &seal->bundle;
	enum wire_code code = unfit(seal);

	if (code == WIRE_OK && !has_power(seal))
		code = WIRE_LOW_BATTERY;
	if (code == WIRE_OK && seal->port->pressed(seal->port->board))
		code = WIRE_SENSOR;
	if (code == WIRE_OK && seal->memory.receipts >= MEMORY_RECEIPTS_ARMING)
		code = WIRE_UNACKNOWLEDGED;
	if (code == WIRE_OK && bundle->stage == BUNDLE_COMPLETE && !memory_has_room(&seal->memory, bundle->permit.digest))
		code = WIRE_FULL;
	return code == WIRE_OK ? memory_make_room(&seal->memory, bundle->presses) : code;
}

static enum wire_code
may_open(struct seal *seal)
{
	enum wire_code code = unfit(seal);

	if (code == WIRE_OK)
		code = bundle_judge(&seal->bundle, &seal->memory, &seal->clock);
	return code == WIRE_OK ? is_able(seal) : code;
}

/* The second judgement must say what the first one said. */
static enum wire_code
may_open_again(struct seal *seal)
{
	uint64_t presses = seal->bundle.presses, grant = bundle_grant(&seal->bundle);
	enum bundle_stage stage = seal->bundle.stage;
	enum wire_code code = bundle_judge_again(&seal->bundle, &seal->memory, &seal->clock);

	if (code != WIRE_OK)
		return code;
	if (seal->bundle.presses != presses || bundle_grant(&seal->bundle) != grant || seal->bundle.stage != stage)
		return WIRE_FAULT;
	return is_able(seal);
}

/* The entry under which presses are counted: what is known of the application, or a new one. */
static struct application
application_of(const struct seal *seal)
{
	const struct permit *permit = &seal->bundle.permit;
	struct application application = {.cap = permit->cap, .not_after = permit->applied_not_after}, known;

	memcpy(application.digest, permit->digest, SHA256_SIZE);
	if (memory_find_application(&known, &seal->memory, permit->digest))
		application.used = known.used;
	application.open = true;
	return application;
}

static enum wire_code
begin_session(struct seal *seal)
{
	enum wire_code code;

	seal->application = application_of(seal);
	evidence_digest(seal->bundle_digest, &seal->memory);
	if ((code = evidence_put_bundle(&seal->memory)) != WIRE_OK)
		return code;
	if ((code = memory_make_room(&seal->memory, seal->bundle.presses)) != WIRE_OK)
		return code;
	return memory_put_application(&seal->memory, &seal->application);
}

/* Neither this nor a press is inlined: what they keep on the stack is not there while acts are judged. */
static __attribute__((noinline)) size_t
arm(struct seal *seal, uint8_t out[FRAME_MAX])
{
	enum wire_code code = begin_session(seal);
	char presses[21];

	if (code != WIRE_OK)
		return lock_and_say(seal, code, out);
	seal->grant = bundle_grant(&seal->bundle);
	seal->not_grant = ~seal->grant;
	seal->left = seal->bundle.presses;
	seal->done = seal->pressed = 0;
	seal->state = DEVICE_ARMED;
	seal->memory.armed = true;
	watch_start(&seal->watch, seal->port);
	if ((code = file(seal, RECEIPT_ARM)) != WIRE_OK)
		return lock_and_say(seal, code, out);
	locks_supply(seal->port);
	return answer_result(out, WIRE_OK, span_of(presses, text_put_number(presses, seal->left)));
}

/* The stamp die can be taken out for a moment; that it could is in flash before. */
static size_t
release(struct seal *seal, uint8_t out[FRAME_MAX])
{
	enum wire_code code;

	seal->releasing = true;
	evidence_digest(seal->bundle_digest, &seal->memory);
	code = evidence_put_bundle(&seal->memory);
	if (code == WIRE_OK)
		code = file(seal, RECEIPT_DIE);
	if (code == WIRE_OK && seal->bundle.stage != BUNDLE_DIE)
		code = WIRE_FAULT;
	if (code != WIRE_OK) {
		seal->releasing = false;
		return lock_and_say(seal, code, out);
	}
	seal->state = DEVICE_STAMPING;
	seal->memory.armed = true;
	seal->energised_at = seal->port->now(seal->port->board);
	locks_supply(seal->port);
	seal->port->die(seal->port->board, true);
	return answer_code(out, WIRE_OK);
}

static size_t
open(struct seal *seal, uint8_t out[FRAME_MAX])
{
	enum wire_code code = may_open(seal);

	if (code != WIRE_OK)
		return lock_and_say(seal, code, out);
	code = may_open_again(seal);
	if (code != WIRE_OK)
		return lock_and_say(seal, code, out);
	return seal->bundle.stage == BUNDLE_DIE ? release(seal, out) : arm(seal, out);
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
		return open(seal, out);
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
	if (!seal->watch.seen || seal->watch.owed)
		return WIRE_OUT_OF_ORDER;
	if (seal->left == 0)
		return WIRE_USED_UP;
	if (!has_power(seal))
		return WIRE_LOW_BATTERY;
	if (seal->memory.receipts + 2 > MEMORY_RECEIPTS) /* this press and the end of the session */
		return WIRE_UNACKNOWLEDGED;
	if (!memory_has_room_for_presses(&seal->memory, 1))
		return WIRE_FULL;
	return bundle_judge_times(&seal->bundle, &seal->memory, &seal->clock);
}

/* The press is in flash before the coil moves: whatever happens next, it is used. */
static enum wire_code
reserve(struct seal *seal)
{
	seal->application.used++;
	return memory_put_application(&seal->memory, &seal->application);
}

/* Everything that a press needs, asked once more and of others: of flash, of the codes shown and echoed, of the grant's complement. */
static enum wire_code
may_fire(const struct seal *seal, uint64_t used_before)
{
	struct application reserved;

	if (seal->state != DEVICE_ARMED || seal->tampered || !watch_agrees(&seal->watch))
		return WIRE_FAULT;
	if (!memory_find_application(&reserved, &seal->memory, seal->bundle.permit.digest) || !reserved.open)
		return WIRE_FAULT;
	if (reserved.used != used_before + 1 || reserved.used > ~seal->not_grant || seal->left == 0 || seal->grant != ~seal->not_grant)
		return WIRE_FAULT;
	return bundle_judge_times(&seal->bundle, &seal->memory, &seal->clock);
}

static bool
used_in_flash(uint64_t *used, const struct seal *seal)
{
	struct application entry;
	bool found = memory_find_application(&entry, &seal->memory, seal->bundle.permit.digest);

	*used = entry.used;
	return found;
}

static size_t
fire(struct seal *seal, uint64_t used_before, uint8_t out[FRAME_MAX])
{
	enum wire_code code = may_fire(seal, used_before);

	if (code != WIRE_OK)
		return lock_and_say(seal, code, out);
	seal->left--;
	seal->state = DEVICE_STAMPING;
	seal->stamped = false;
	seal->energised_at = seal->port->now(seal->port->board);
	seal->port->fire(seal->port->board, true);
	return answer_code(out, WIRE_OK);
}

static __attribute__((noinline)) size_t
press(struct seal *seal, uint8_t out[FRAME_MAX])
{
	enum wire_code code = may_press(seal);
	uint64_t used;

	if (code != WIRE_OK)
		return lock_and_say(seal, code, out);
	if (!used_in_flash(&used, seal))
		return lock_and_say(seal, WIRE_FAULT, out);
	if ((code = reserve(seal)) != WIRE_OK)
		return lock_and_say(seal, code, out);
	return fire(seal, used, out);
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
	de_energise(seal);
	if (!seal->stamped)
		file(seal, RECEIPT_ABORT);
	return lock_and_say(seal, WIRE_OK, out);
}

static size_t
in_release(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	return lock_and_say(seal, request->type == FRAME_CLOSE ? WIRE_OK : WIRE_OUT_OF_ORDER, out);
}

static size_t
in_stamping(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	if (seal->releasing)
		return in_release(seal, request, out);
	switch (request->type) {
	case FRAME_ECHO:
		return echo(seal, request->payload, out);
	case FRAME_CLOSE:
		return close_stamping(seal, out);
	default:
		return lock_and_say(seal, WIRE_OUT_OF_ORDER, out);
	}
}

/* The stamp's way down makes the press, and takes the supply away; its way up ends it. */
static void
follow_stamp(struct seal *seal)
{
	bool down = seal->port->pressed(seal->port->board);

	if (!seal->stamped && down) {
		locks_close(seal->port);
		seal->stamped = true;
		seal->done++;
		if (file(seal, RECEIPT_PRESS) == WIRE_OK)
			seal->pressed = seal->memory.counter;
		watch_pressed(&seal->watch, seal->port, seal->bundle.automatic);
	} else if (seal->stamped && !down) {
		seal->state = DEVICE_ARMED;
		locks_supply(seal->port);
	} else if (seal->port->now(seal->port->board) - seal->energised_at >= SEAL_PRESS_TIMEOUT) {
		lock_with(seal, WIRE_TOO_LATE, seal->stamped ? RECEIPT_TAMPER : RECEIPT_ABORT);
	}
}

/* A seal that is armed and not stamping holds its stamp up: a sensor that says otherwise is bridged. */
static void
follow_mechanism(struct seal *seal)
{
	if (seal->state == DEVICE_STAMPING)
		follow_stamp(seal);
	else if (seal->port->pressed(seal->port->board))
		lock_with(seal, WIRE_SENSOR, RECEIPT_TAMPER);
}

/* ---- the machine ---- */

size_t
seal_answer(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	seal_tick(seal);
	update_heard(&seal->update, &seal->memory);
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

	if (tampered && !seal->tampered && (!seal_is_armed(seal) || seal->releasing))
		receipts_issue(&seal->memory, &seal->clock, &(struct event){.kind = RECEIPT_TAMPER});
	if (tampered && seal->state != DEVICE_LOCKED)
		lock_with(seal, WIRE_TAMPERED, RECEIPT_TAMPER);
	seal->tampered = tampered;
}

/* Taking the die out opens the housing; that it was released is on record. */
static void
tick_release(struct seal *seal)
{
	if (seal->port->now(seal->port->board) - seal->energised_at >= SEAL_DIE_TIMEOUT)
		lock(seal, WIRE_OK);
}

static void
tick_session(struct seal *seal)
{
	enum wire_code code = watch_tick(&seal->watch, seal->port);

	if (code == WIRE_OK)
		code = memory_health(&seal->memory);
	if (code != WIRE_OK)
		lock(seal, code);
	else
		follow_mechanism(seal);
}

void
seal_tick(struct seal *seal)
{
	const struct port *port = seal->port;

	check_tamper(seal);
	if (seal->state == DEVICE_LOCKED)
		update_tick(&seal->update, port);
	if (seal->state == DEVICE_VERIFYING && port->now(port->board) - seal->bundle.asked_at >= SEAL_VERIFY_TIMEOUT)
		lock(seal, WIRE_TOO_LATE);
	if (!seal_is_armed(seal))
		return;
	if (port->battery(port->board) < port->battery_least)
		lock(seal, WIRE_LOW_BATTERY);
	else if (seal->releasing)
		tick_release(seal);
	else
		tick_session(seal);
}

uint64_t
seal_reported(const struct seal *seal)
{
	bool hidden = seal_is_armed(seal) && seal->watch.spent && !seal->watch.echoed && seal->pressed > 0;

	return hidden ? seal->pressed - 1 : seal->memory.counter;
}

/* The power went while a session was open; whether a reserved press was made, nobody can say. */
static void
file_cut_session(struct seal *seal)
{
	struct application closed;

	if (!memory_open_application(&closed, &seal->memory))
		return;
	closed.open = false;
	receipts_issue(&seal->memory, &seal->clock, &(struct event){.kind = RECEIPT_ABORT, .subject = closed.digest});
	memory_put_application(&seal->memory, &closed);
}

void
seal_boot(struct seal *seal, const struct port *port)
{
	memset(seal, 0, sizeof(*seal));
	seal->port = port;
	de_energise(seal);
	watch_stop(&seal->watch, port);
	memory_boot(&seal->memory, port);
	file_cut_session(seal);
	update_boot(&seal->update, &seal->memory, &seal->clock);
	bundle_begin(&seal->bundle, &seal->memory);
	seal->reason = memory_health(&seal->memory);
}

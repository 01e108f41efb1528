#include "watch.h"

static void
schedule_change(struct watch *watch, const struct port *port)
{
	uint8_t random[2];

	port->random(port->board, random, sizeof(random));
	watch->change_at = port->now(port->board) + WATCH_CHANGE_LEAST + get16(random) % (WATCH_CHANGE_SPAN + 1);
}

/* A code that nobody echoed keeps its deadline when another replaces it. */
static void
show_new_code(struct watch *watch, const struct port *port, bool waiting)
{
	struct display display;

	memcpy(watch->previous, watch->code, NONCE_SIZE);
	port->random(port->board, watch->code, NONCE_SIZE);
	display_code(&display, watch->code);
	port->show(port->board, &display);
	if (!waiting)
		watch->deadline = port->now(port->board) + port->echo_deadline;
	watch->echoed = watch->spent = false;
	schedule_change(watch, port);
}

void
watch_start(struct watch *watch, const struct port *port)
{
	memset(watch, 0, sizeof(*watch));
	memset(watch->answered, 0xff, NONCE_SIZE);
	show_new_code(watch, port, false);
	memcpy(watch->previous, watch->code, NONCE_SIZE);
}

void
watch_stop(struct watch *watch, const struct port *port)
{
	struct display display;

	memset(watch, 0, sizeof(*watch));
	memset(watch->answered, 0xff, NONCE_SIZE);
	display_clear(&display);
	port->show(port->board, &display);
}

enum wire_code
watch_tick(struct watch *watch, const struct port *port)
{
	uint64_t now = port->now(port->board);

	if (!watch->echoed && now >= watch->deadline)
		return WIRE_TOO_LATE;
	if (!watch->owed && now >= watch->change_at)
		show_new_code(watch, port, !watch->echoed);
	return WIRE_OK;
}

enum wire_code
watch_echo(struct watch *watch, const uint8_t code[NONCE_SIZE])
{
	if (memcmp(code, watch->code, NONCE_SIZE) == 0) {
		watch->echoed = true;
		watch->owed = false;
		if (!watch->spent) {
			watch->seen = true;
			memcpy(watch->asked, watch->code, NONCE_SIZE);
			memcpy(watch->answered, code, NONCE_SIZE);
		}
		return WIRE_OK;
	}
	return memcmp(code, watch->previous, NONCE_SIZE) == 0 ? WIRE_TOO_LATE : WIRE_WRONG_CODE;
}

void
watch_pressed(struct watch *watch, const struct port *port, bool automatic)
{
	watch->seen = false;
	watch->spent = true;
	watch->owed = automatic && !watch->echoed;
	memset(watch->asked, 0, NONCE_SIZE);
	memset(watch->answered, 0xff, NONCE_SIZE);
	schedule_change(watch, port);
}

bool
watch_agrees(const struct watch *watch)
{
	return watch->seen && !watch->owed && memcmp(watch->asked, watch->answered, NONCE_SIZE) == 0;
}

uint32_t
watch_left(const struct watch *watch, const struct port *port)
{
	uint64_t now = port->now(port->board);

	return watch->echoed || now >= watch->deadline ? 0 : (uint32_t)(watch->deadline - now);
}

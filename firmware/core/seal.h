/*
 * The seal: one state machine, no heap, no operating system. LOCKED, VERIFYING (a bundle is being shown), ARMED (the code on
 * the display must be echoed), STAMPING (a coil is energised: for one press, or to release the die). Each state has one handler;
 * whatever it does not expect locks.
 *
 * No single instruction gone wrong energises the coil: what is granted is judged twice from the acts (bundle.h), the supply of the coil and
 * its gate are switched in different places, and each press is held once more against what stands in flash.
 *
 * The board calls seal_boot() once, cable_feed() (cable.h) with what the host sends and seal_tick() every few milliseconds; it starts anew when update.restart
 * is set and the last answer is out.
 */
#ifndef SEAL_SEAL_H
#define SEAL_SEAL_H

#include "bundle.h"
#include "update.h"
#include "watch.h"
#include "wire/frame.h"

enum {
	SEAL_PRESS_TIMEOUT = 10000,   /* milliseconds from energising to the stamp's way down and up again */
	SEAL_DIE_TIMEOUT = 10000,     /* in which the die can be taken out */
	SEAL_VERIFY_TIMEOUT = 900000, /* from a nonce to the opening: a PIN may be asked for meanwhile */
};

struct seal {
	const struct port *port;
	enum device_state state;
	enum wire_code reason; /* of the last lock */
	bool tampered;

	struct memory memory;
	struct clock clock;
	struct bundle bundle;
	struct update update;

	/* the session, while armed or stamping */
	struct watch watch;
	struct application application;
	uint8_t bundle_digest[SHA256_SIZE];
	uint64_t grant, not_grant; /* presses in all, over all sessions; its complement */
	uint64_t left, done;
	uint64_t pressed;      /* counter of the latest press's receipt */
	uint64_t energised_at;
	bool stamped;   /* this press has been done; the stamp is still down */
	bool releasing; /* the die, not the main lock */
};

_Static_assert(sizeof(struct seal) <= 16 * 1024, "all the memory a seal has");

static inline bool
seal_is_armed(const struct seal *seal)
{
	return seal->state == DEVICE_ARMED || seal->state == DEVICE_STAMPING;
}

/* The latest receipt that may be read: that of a press keeps its code to itself until somebody has seen it on the display. */
uint64_t seal_reported(const struct seal *seal);

void seal_boot(struct seal *seal, const struct port *port);

/* Deadlines, press sensor, tamper switch, battery. */
void seal_tick(struct seal *seal);

/* Answers one request. Returns the length of the answering frame, which may take the place of the request: that has been done with when `out` is written. */
size_t seal_answer(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX]);

/* What came was no frame; or the host is gone, and nobody reads the answer. */
size_t seal_refuse(struct seal *seal, enum wire_code code, uint8_t out[FRAME_MAX]);

#endif

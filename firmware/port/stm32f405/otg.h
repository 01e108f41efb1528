/*
 * The USB OTG_FS controller as a device (RM0090, 34): the seal's one interface, polled; no interrupt, so that nothing of USB runs but when the main loop looks. One
 * packet from the host is kept; until it is taken, the controller tells the host to wait.
 */
#ifndef STM32F405_OTG_H
#define STM32F405_OTG_H

#include "usb/control.h"

struct otg {
	struct control control;
	uint8_t setup[USB_SETUP];
	struct span reply;     /* at endpoint 0: what is still to be sent */
	bool reply_ends_empty; /* all that was there fills its last packet and is less than was asked for */
	bool setup_pending;

	uint8_t packet[USB_PACKET]; /* from the host */
	struct span unread;	    /* of it */

	struct span answer; /* to the host: what is still to be sent */
	bool answer_ends_empty, sending;
	bool lost; /* reset, suspended, unplugged or configured anew */
};

/* The clocks of GPIOA and OTG_FS run, PA11 and PA12 are its pins. `serial` must outlive it. */
void otg_start(struct otg *otg, const char *serial);

/* Does what the controller has events for. Called again and again. */
void otg_poll(struct otg *otg);

/* What came and was not taken yet. The taker says what he leaves of it; when that is nothing, the host may send more. */
struct span otg_unread(const struct otg *otg);
void otg_leave(struct otg *otg, struct span rest);

/* The bytes must stay until otg_is_sending() says no. */
void otg_send(struct otg *otg, struct span bytes);
bool otg_is_sending(const struct otg *otg);

/* Whether the host has gone since the last call: what it began is worth nothing any more. */
bool otg_was_lost(struct otg *otg);

#endif

/*
 * Two slots for images of the firmware (wire/image.h), and what the device remembers of them: which one is in force, which one is on trial, and the counter below
 * which nothing is accepted any more. The boot stage chooses; the image that runs fills the other slot, and confirms itself.
 *
 * What is remembered is a record of two words in one of two pages, behind the others; the newest whole one counts. A page that is full is left for the other one, so that there is
 * always one that is whole, whenever the power goes.
 *
 *	record	sequence (4), counter (4); slot in force (1), trial (1), zero (2), CRC-32 of these (4)
 */
#ifndef SEAL_SLOTS_H
#define SEAL_SLOTS_H

#include "wire/image.h"

enum { SLOTS = 2, SLOT_WORD = 8 };

struct slots {
	void *board;	   /* handed back in every call */
	const char *name;  /* of the board: images are made for it */
	const struct image_keys *keys;
	const uint8_t *slot[SLOTS]; /* mapped, IMAGE_SLOT each */
	uint32_t address[SLOTS];    /* for which an image must be made */
	uint32_t page;		    /* of a slot, that is erased at once */
	const uint8_t *log[SLOTS];  /* mapped; each is erased at once */
	uint32_t log_size;

	/* Places are in what is mapped. As those of struct port. */
	bool (*program)(void *board, const uint8_t *at, const uint8_t word[SLOT_WORD]);
	bool (*erase)(void *board, const uint8_t *at);
};

enum trial { TRIAL_NONE, TRIAL_WANTED, TRIAL_RUNNING };

struct slots_state {
	uint32_t sequence;
	uint32_t counter; /* the version of the latest image that has confirmed itself; never decreases */
	unsigned active;  /* the slot in force */
	enum trial trial; /* of the other slot */
};

/* False when what is remembered is damaged in a way that no cut of the power explains. A new device has slot 0 in force and counter 0. */
bool slots_read(struct slots_state *state, const struct slots *slots);

/* Whether the image in that slot may run here: wire/image.h, WIRE_WRONG_BOARD, WIRE_STALE_IMAGE. */
enum wire_code slots_judge(struct image *image, const struct slots *slots, const struct slots_state *state, unsigned which);

/*
 * The boot stage: the slot to start, -1 when there is none. A trial that was begun before and not confirmed is over. Each image is judged anew at every start;
 * who starts it judges once more, so that no single instruction that goes wrong starts what nobody has signed.
 */
int slots_choose(const struct slots *slots);

/* The image that runs in slot `running` has had the other one filled: it is put on trial at the next start, when it may run. */
enum wire_code slots_try(const struct slots *slots, unsigned running);

/* What runs is in force from now on, and nothing older is accepted: WIRE_OK, WIRE_FLASH. */
enum wire_code slots_confirm(const struct slots *slots, unsigned running);

#endif

/* The use of seals as their receipts tell it: every recorded receipt, and what it belongs to. Derived from the state; nothing is stored. */
#ifndef CH_USAGE_H
#define CH_USAGE_H

#include "register/state.h"
#include "wire/receipt.h"

struct ch_use {
	struct receipt receipt;
	const struct ch_seal *seal;
	const struct ch_entry *record;		  /* the seal-record that brought it */
	const struct ch_entry *session;		  /* of the same application; NULL: of another, or none */
	const struct ch_application *application; /* what the receipt is about; NULL: the seal itself */
	const struct ch_use *photo;		  /* of a press: the receipt of its photo; NULL: there is none, or it is lost */
	bool lost;				  /* of a photo: the seal has acknowledged it, and nobody has it any more */
	const struct ch_entry *taken;		  /* of a press: the seal-photo act that brought a photo afterwards, or says why there is none; NULL */
	bool voided;				  /* that is what it says */
	bool owed;				  /* of a press: its application has promised more photos than there are, reasons for none included */
};

/* Of a press: none; one with its code, which the seal has acknowledged; one that was brought afterwards; none, and somebody has said why. */
enum ch_photographed { CH_NO_PHOTO, CH_PHOTO_ACKNOWLEDGED, CH_PHOTO_LATER, CH_PHOTO_VOID };
enum ch_photographed ch_use_photographed(const struct ch_use *press);

/* The same as records have it: "no", "yes", "later", "void". */
const char *ch_use_photo(const struct ch_use *press);

/*
 * That photo; an empty span when there is none. Errors are those of reading; CH_REFUSED: it is not there any more; CH_UNKNOWN: its
 * content is not on this machine.
 */
const struct ch_error *ch_use_photo_read(struct span *jpeg, const struct ch_use *press, struct ch_state *state, struct ch_store *store);

/* All recorded receipts, in order of registration. The array and all it names are in the state's arena. Errors are those of reading. */
const struct ch_error *ch_usage_read(struct ch_use **uses, size_t *count, struct ch_state *state, struct ch_store *store);

/* The time that a device kept when it gave the last receipt that is recorded; INT64_MIN: none is. Errors are those of reading. */
const struct ch_error *ch_usage_clock(int64_t *time, const struct ch_seal *seal, struct ch_state *state, struct ch_store *store);

/* Whose photo it is that has this digest, of those that are in the archive: a photo receipt, or a press of which it was brought afterwards. NULL: of none. */
const struct ch_use *ch_usage_of_photo(const struct ch_use *uses, size_t count, const struct ch_state *state, const uint8_t digest[SHA256_SIZE]);

/*
 * Whether a receipt says that the seal has been shown this act of an application: Bundle-SHA256 is the digest of a bundle that has it. "No" means
 * that nothing has been heard from the seal since.
 */
bool ch_usage_shows(const struct ch_use *uses, size_t count, const struct ch_state *state, const struct ch_entry *entry);

#endif

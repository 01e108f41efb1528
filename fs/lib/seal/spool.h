/*
 * The spool: what a seal has reported in a session, kept on this machine from the moment it is known until the register has it.
 *
 *	ARCHIVE/chancery/spool/<act id of the session>/<counter>.receipt	text and armored signature
 *	                                              /<counter>.jpg		the photo of that press
 *
 * Written aside, made durable, renamed: a file is whole or not there.
 */
#ifndef CH_SPOOL_H
#define CH_SPOOL_H

#include "records/records.h"
#include "store/store.h"

struct ch_spool {
	uint8_t session[SHA256_SIZE];
	int directory;
	bool full; /* the room that was set aside had to be used */
};

/* Begins or goes on with a session's spool. CH_LATER while another program has it. The caller must close it. */
const struct ch_error *ch_spool_open(struct ch_spool *spool, struct ch_store *store, const uint8_t session[SHA256_SIZE]);
void ch_spool_close(struct ch_spool *spool);

/* Closes it and removes it with all it holds. */
const struct ch_error *ch_spool_remove(struct ch_spool *spool, struct ch_store *store);

/*
 * What can be told of it without its seal, of what is behind `recorded`, the last receipt that is on record: how many receipts it has; and whether the seal has not been told
 * of a photo in it, which nobody but the seal can take to the record then.
 */
struct ch_spool_survey {
	uint64_t receipts;
	bool owes_photo;
};
const struct ch_error *ch_spool_survey(struct ch_spool_survey *survey, struct ch_spool *spool, uint64_t recorded, struct ch_arena *arena);

/* The sessions that have a spool, by name: what a crash or a lost cable has left behind. */
const struct ch_error *ch_spool_sessions(uint8_t (**sessions)[SHA256_SIZE], size_t *count, struct ch_store *store, struct ch_arena *arena);

/*
 * Sets room aside, so that a disk which fills up meanwhile still takes the photo at hand and the receipts that follow: files are written in that room then, which nobody
 * else can have. Who goes on after that has been told (`full`). CH_IO when there is no such room.
 */
enum { SPOOL_RESERVE = 33 * 1024 * 1024 /* for a photo */, SPOOL_RESERVES = 16, SPOOL_RESERVE_SMALL = 16 * 1024 /* for each of the receipts */ };
const struct ch_error *ch_spool_reserve(struct ch_spool *spool);

/* Durable when it returns. A receipt is `text` and the packet of its signature; what is there already is kept. */
const struct ch_error *ch_spool_put_receipt(struct ch_spool *spool, uint64_t counter, struct span text, struct span packet);
const struct ch_error *ch_spool_put_photo(struct ch_spool *spool, uint64_t press, struct span jpeg);

/* An empty span when there is none. */
const struct ch_error *ch_spool_receipt(struct span *signed_text, struct ch_spool *spool, uint64_t counter, struct ch_arena *arena);
const struct ch_error *ch_spool_photo(struct span *jpeg, struct ch_spool *spool, uint64_t press, struct ch_arena *arena);

/* The presses of which it has a photo, ascending, in the arena. */
const struct ch_error *ch_spool_photos(uint64_t **presses, size_t *count, struct ch_spool *spool, struct ch_arena *arena);

#endif

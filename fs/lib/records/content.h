/* What the tree of an act holds beside its statement: names of the files each kind brings, and reading them. */
#ifndef CH_CONTENT_H
#define CH_CONTENT_H

#include "store/store.h"
#include "wire/act.h"
#include "wire/pgpkey.h"

/* Reads `name` in the directory `subject` of the act's tree. WRONG-CONTENT when it is not there. */
const struct ch_error *ch_content_file(struct span *out, struct ch_store *store, const struct act *act, struct span subject, const char *name,
				       struct ch_arena *arena);

/* Whether it is there at all. */
const struct ch_error *ch_content_has(bool *has, struct ch_store *store, const struct act *act, struct span subject, const char *name, struct ch_arena *arena);

struct ch_certificate {
	struct pgpkey key; /* that signs */
	struct pgpkey primary; /* that holds the certificate together: the same one, or of which it is a subkey */
	struct span binary;
};

/* Reads an armored certificate, of its primary key. MALFORMED-KEY. */
const struct ch_error *ch_content_certificate(struct ch_certificate *out, struct span armor, struct ch_arena *arena);

/* The same for the key in it with that fingerprint, the primary key or a subkey that may sign (keys/subkey.h). MALFORMED-KEY, WRONG-CONTENT. */
const struct ch_error *ch_content_certificate_of(struct ch_certificate *out, struct span armor, const uint8_t fingerprint[FINGERPRINT_SIZE],
						 struct ch_arena *arena);
struct span ch_content_armored(struct span certificate, struct ch_arena *arena);

/* "rules.3"; "device.1.asc"; "<fingerprint>.asc" */
const char *ch_content_version_name(const char *stem, uint64_t version, struct ch_arena *arena);
const char *ch_content_device_name(uint64_t epoch, struct ch_arena *arena);
const char *ch_content_key_name(struct span fingerprint, struct ch_arena *arena);

/* "receipts.17", "photos/18.jpg", "photos/press-17.jpg": named after counters, which a device never uses twice. */
const char *ch_content_receipts_name(uint64_t first_counter, struct ch_arena *arena);
const char *ch_content_photo_name(uint64_t counter, struct ch_arena *arena);	   /* of the photo's receipt */
const char *ch_content_press_photo_name(uint64_t press, struct ch_arena *arena); /* of that of the press */

/* "token.17.tsr": the time-stamp of page 17, at most so many bytes. */
enum { CH_TOKEN_MAX = 65536 };
const char *ch_content_token_name(uint64_t page, struct ch_arena *arena);

#endif

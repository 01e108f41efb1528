/*
 * The records that lie in the tree: readers and writers for each, in the grammar of wire/statement.h (docs/formats/1 section 6). Writers check nothing: a value that does
 * not fit is left out, and makes a record that no reader takes, the judge's included.
 */
#ifndef CH_RECORDS_H
#define CH_RECORDS_H

#include "base/arena.h"
#include "base/error.h"
#include "large/patterns.h"
#include "wire/receipt.h"
#include "wire/statement.h"

/* archive/record */
struct ch_archive_record {
	struct span id, name, zone;
	struct ch_patterns large; /* until a policy says otherwise */
};
const struct ch_error *ch_archive_record_read(struct ch_archive_record *record, struct span text);
struct span ch_archive_record_write(const struct ch_archive_record *record, struct ch_arena *arena);

/* people/<aa>/<id>/person.N */
struct ch_person_record {
	struct span name, mail, roles; /* mail may be "none"; roles sorted, each once */
};
const struct ch_error *ch_person_record_read(struct ch_person_record *record, struct span text);
struct span ch_person_record_write(const struct ch_person_record *record, struct ch_arena *arena);

/* What proof.asc of a key signs: its owner has the secret key, and wants it in this archive. */
struct span ch_proof_text(struct span archive, struct span owner, const uint8_t fingerprint[FINGERPRINT_SIZE], struct ch_arena *arena);

/* An application's record. */
struct ch_attachment {
	uint8_t digest[SHA256_SIZE];
	uint64_t size;
	struct span name;
};
struct ch_application_record {
	struct span title, reason;
	struct ch_attachment *attachments; /* the first is the document */
	size_t count;
};
const struct ch_error *ch_application_record_read(struct ch_application_record *record, struct span text, struct ch_arena *arena);
struct span ch_application_record_write(const struct ch_application_record *record, struct ch_arena *arena);

/* Takes a text and the armored signature that follows it off *rest; false when there is none. */
bool ch_signed_text(struct span *text, struct span *armor, struct span *rest);

/*
 * receipts.N: texts, each followed by its armored signature. Takes the next pair off *rest; false at the end or, with *code set, at what is not
 * such a file.
 */
struct ch_signed_receipt {
	struct receipt receipt;
	struct span text, armor;
};
bool ch_receipts_next(struct ch_signed_receipt *out, struct span *rest, enum wire_code *code);

/*
 * Photos-SHA256 of a seal-record: the digest of a line for each photo that it brings, ascending by the counter of the photo's receipt; none of none. A photo that its seal
 * has acknowledged may be lost: then the record does not bring it.
 */
struct ch_photo_lines {
	struct wire_sha256 lines;
	uint64_t count;
};
void ch_photo_lines_init(struct ch_photo_lines *photos);
void ch_photo_lines_add(struct ch_photo_lines *photos, const struct receipt *photo);
void ch_photo_lines_digest(uint8_t digest[SHA256_SIZE], const struct ch_photo_lines *photos); /* count is above 0 */
bool ch_photo_lines_are(const struct ch_photo_lines *photos, const struct statement *st);

/* Whether the record brings every photo that its receipts name. */
bool ch_photos_are_complete(struct span receipts, const struct statement *st);

#endif

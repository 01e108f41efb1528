/* The paths of subjects: what kind of thing a path names, and the path of a thing (docs/formats/1 section 5). */
#ifndef CH_SUBJECT_H
#define CH_SUBJECT_H

#include "wire/statement.h"

enum ch_subject_kind { CH_ARCHIVE, CH_POLICY, CH_PERSON, CH_KEY, CH_SEAL, CH_APPLICATION, CH_SPACE, CH_STAMP };

struct ch_subject_name {
	enum ch_subject_kind kind;
	struct span id;	    /* person, fingerprint, seal, space, page; of an application its own id, "d1-000042" */
	struct span seal;   /* of an application */
	struct span device; /* of an application: who allocated the number */
	uint64_t number, year; /* of an application; of a stamp, the page */
};

/* False unless the path is exactly the canonical path of a subject. Spans point into `path`. */
bool ch_subject_parse(struct ch_subject_name *name, struct span path);

/* NUL-terminated paths; return the length, 0 when it does not fit. */
size_t ch_subject_person(char *out, size_t size, struct span id);
size_t ch_subject_key(char *out, size_t size, const uint8_t fingerprint[FINGERPRINT_SIZE]);
size_t ch_subject_seal(char *out, size_t size, struct span seal);
size_t ch_subject_application(char *out, size_t size, struct span seal, unsigned year, struct span device, uint64_t number);
size_t ch_subject_stamp(char *out, size_t size, uint64_t page);
size_t ch_subject_space(char *out, size_t size, struct span space);

/* Which kind of subject an act of this kind is about. False for `register`. */
bool ch_subject_of_act(enum ch_subject_kind *kind, enum act_kind act);

#endif

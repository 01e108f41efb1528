/* One act before the judge: shared by judge*.c only. Each step returns true to go on; false with a code or an error set. */
#ifndef CH_JUDGE_CASE_H
#define CH_JUDGE_CASE_H

#include "judge.h"

struct judge_case {
	struct ch_judgement *out;
	const struct ch_error *error; /* I/O */
	struct ch_state *state;
	struct ch_arena *arena; /* until the act is judged */
	struct ch_store *store; /* NULL: asked before signing, without content */
	const struct act *act;
	const struct statement *st;
	struct span path;
	struct ch_subject_name name;
	struct ch_oid parent_tree;
	struct ch_subject *subject; /* NULL: not there yet */
	const struct ch_space_version *base; /* of a save; NULL: the space was not there */
	int64_t received;
};

bool judge_content(struct judge_case *c);
bool save_chain(struct judge_case *c);
bool save_content(struct judge_case *c);
bool save_main(struct judge_case *c);
bool judge_authority(struct judge_case *c);

/* judge_keys.c */
bool judge_admission(struct judge_case *c);
bool judge_key_end(struct judge_case *c);

/* judge_seal.c */
bool judge_seal(struct judge_case *c);

/* The statement names the seal's device and epoch as they are; and the device has not been retired. */
bool case_names_device(struct judge_case *c, const struct ch_seal *seal);
bool case_in_service(struct judge_case *c, const struct ch_seal *seal);

/* judge_charter.c */
bool judge_charter(struct judge_case *c);

/* judge_delegation.c */
bool judge_delegation(struct judge_case *c);

/* Whether a line of the policy allows it to the actor; a deposit key has the one role `device`. */
bool case_allowed(struct judge_case *c);

/* Version is the one behind `current`. */
bool case_next_version(struct judge_case *c, uint64_t current);

/* Persons, drives, seals' devices and the registrar have ids that differ in more than case: who did something is never in doubt. */
bool case_may_be_named(struct judge_case *c, struct span id, enum ch_named use);

struct ch_certificate;
bool case_signature(struct judge_case *c, const struct ch_certificate *cert);

/* The tree of main as it is now, which an extract has not. */
struct ch_livetree *case_main(struct judge_case *c);

/* Administrators: each once, with one key, and one that may be; Threshold: not above their number. */
bool case_administrators(struct judge_case *c, bool (*may_be_one)(struct judge_case *c, struct span id));

bool case_refuse(struct judge_case *c, enum wire_code code, const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * The accepted act of the subject that is its parent; NULL: none. What a device reports of a session may stand on that session also when the register has
 * refused it: the evidence was signed before anybody knew.
 */
const struct ch_entry *case_parent(const struct judge_case *c);

/* Does the statement name this digest? */
bool case_names(const struct judge_case *c, enum key key, const uint8_t digest[SHA256_SIZE]);

/* Subject-SHA256 is the digest of the first act about the subject. */
bool case_names_subject(const struct judge_case *c);

/* Turns a refusal from a reader into the verdict; anything else ends the judging as an error. */
bool case_error(struct judge_case *c, const struct ch_error *error);

#endif

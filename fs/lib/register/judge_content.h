/* Shared by judge_content*.c only: taking the files that an act adds, one by one, until none is left over. */
#ifndef CH_JUDGE_CONTENT_H
#define CH_JUDGE_CONTENT_H

#include "judge_case.h"
#include "large/pointer.h"

/* The files that the act adds; each must be asked for once, by what its kind allows. */
struct additions {
	struct judge_case *c;
	size_t taken;
	struct ch_map secrets; /* of the keys among them: material -> not NULL */
};

/* WRONG-CONTENT: "<what> '<name>'". */
bool content_wrong(struct judge_case *c, const char *what, const char *name);

/* Whether a file is among the additions. */
bool content_brings(const struct additions *a, const char *name);

/* The content of a file that must be among the additions, `name` relative to the subject's directory. */
bool content_take(struct span *content, struct additions *a, const char *name);

/* The same, and its digest must be the value of `key`. */
bool content_take_digest(struct span *content, struct additions *a, const char *name, enum key key);

/* What such a file stands for: of a pointer what it names, whether or not that is here; of any other its own bytes. */
bool content_take_named(struct ch_pointer *is, struct additions *a, const char *name);

/* The tree is, by its id, that of the parent with the act's statement in it, and main can hold that; adds are set. False: it has to be read. */
bool content_expected(struct judge_case *c, const struct ch_oid *parent_tree);

/* A seal-record: receipts and photos that continue where the last record ended. */
bool content_record(struct additions *a, uint64_t first);

/* A seal-photo: of a press that was recorded for the application. */
bool content_photo(struct additions *a);

/*
 * A certificate by its fingerprint, which a proposal has brought into the directory before or this act brings; a new one in either case. Its digest is the
 * value of `key`; KEYS: nothing is said of that. `owner`: whose it is; empty: the registrar's.
 */
struct ch_certificate;
bool content_certificate(struct ch_certificate *cert, struct additions *a, const char *name, struct span fingerprint, enum key key, struct span owner);

/* What an act of the administrators brings (judge_charter.c). */
bool content_charter(struct additions *a);

/* A key's proof.asc (judge_keys.c): must be there when its owner has had a key before, and must hold when it is there. */
bool content_proof(struct additions *a, const struct ch_certificate *cert);

/* Every name that the act brings is in NFC. */
bool content_names_normal(struct judge_case *c);

#endif

/* Certificates as people hand them over: for people-add and people-key. */
#ifndef CERTIFICATE_H
#define CERTIFICATE_H

#include "cli.h"
#include "records/content.h"

struct handed {
	struct ch_certificate cert;
	struct span proof; /* armored signature by that key (ch_proof_text()); empty: none */
};

/*
 * `which`: a file, armored or binary, when there is a '/' in it or it is "-"; behind an armored certificate its proof may follow. Otherwise a key of
 * the caller's keyring.
 */
const struct ch_error *certificate_read(struct handed *out, struct cli *cli, const char *which);

/* Makes the proof, when there is none yet and the secret key is in the caller's keyring. */
const struct ch_error *certificate_prove(struct handed *handed, struct cli *cli, struct span owner);

/* NO-PROOF: the owner has had a key of that scope before, and the certificate comes without its proof. In the words of whoever is to bring one. */
const struct ch_error *certificate_needs_proof(const struct handed *handed, const struct cli *cli, struct span owner, enum ch_scope scope);

/* Fills in a `key` act on it: subject, owner, scope and files. `path` has VALUE_MAX bytes, `file` two places; both must outlive the draft. */
void certificate_admit(struct ch_draft *draft, struct cli *cli, const struct handed *handed, struct span owner, const char *scope, char *path,
		       struct ch_draft_file file[2]);

#endif

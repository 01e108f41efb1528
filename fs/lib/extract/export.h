/*
 * Extracts: what proves one application, and nothing of anybody else, as a tarball that can be checked without us (chancery-extract(5)).
 *
 *	README        how to check it with stock tools
 *	MANIFEST      what it is, and size and SHA-256 of every other member (manifest.h)
 *	SHA256SUMS    for sha256sum -c
 *	files/        the application's directory as in main
 *	chain.bundle  its acts as a git repository: HEAD and refs/heads/main its last act, refs/heads/act-N siblings that nobody followed
 *	ground.bundle the acts that its authority stands on: refs/ground/<subject>/<N>
 *	acts/         its acts in order, as gpg --verify wants them
 *	register/     the pages that registered all these acts, likewise
 *	keys/         the certificates of all who signed
 *	policy/       the policies in force up to the last act
 *	stamps/       the token of an authority over one of the pages, if there is one
 */
#ifndef CH_EXPORT_H
#define CH_EXPORT_H

#include "manifest.h"
#include "selection.h"

/* What an extract shows, whether taken from an archive or read back from an extract. */
struct ch_evidence {
	struct ch_state *state;
	struct ch_store *store;
	struct ch_selection selection;
	unsigned format; /* of the extract: CH_EXTRACT_FORMAT, or what the one that is read back says */
	const struct act **pages; /* those of the selection */
	const struct ch_tarball *found; /* an extract: large content is what its members hold; NULL: what lies beside the store */
};

/*
 * The members of an application's extract, from an archive whose register has been replayed into `state`. *mtime is the time of its last page. CH_UNKNOWN when
 * large content is not here.
 */
const struct ch_error *ch_export(struct ch_tarball *tarball, int64_t *mtime, struct ch_state *state, struct ch_store *store,
				 const struct ch_application *application);

/* The members that the evidence adds up to: all of them, in order. Everything is in the state's arena. */
const struct ch_error *ch_export_members(struct ch_tarball *tarball, const struct ch_evidence *evidence);

/* What MANIFEST says of the evidence. */
void ch_export_manifest(struct ch_manifest *manifest, const struct ch_evidence *evidence);

/* README, in full. `large`: some of files/ are pointers in the chain. */
struct span ch_export_readme(const struct ch_evidence *evidence, const struct ch_tarball *tarball, bool large);

#endif

/*
 * Checking an extract (chancery-extract(5)) on its own, without the archive and without anything in it being believed: the tarball's form,
 * its manifest, every object id, every signature, every decision under the policy of its time, and that every member is exactly what the
 * registered acts add up to.
 *
 * It proves what is in it. It cannot prove that nothing newer exists: for that there is ch_extract_expect().
 */
#ifndef CH_EXTRACT_H
#define CH_EXTRACT_H

#include "export.h"
#include "register/page.h"

struct ch_extract {
	struct ch_state state;
	struct ch_store store; /* temporary */
	struct ch_tarball tarball;
	struct ch_manifest manifest;
	struct ch_evidence evidence;
	uint64_t presses, receipts, photos; /* what the seal's receipts say of this application */
};

/*
 * Verifies the file; the temporary store is made in the directory `temporary`. The observer (may be NULL) is told of pages and acts as they are
 * replayed, the ground's included. CH_REFUSED names what is wrong; CH_UNKNOWN: all of it holds, and the seal did what no session covers.
 * The caller must clear it, also after an error.
 */
const struct ch_error *ch_extract_verify(struct ch_extract *extract, const char *path, const char *temporary, const struct ch_observer *observer);
void ch_extract_clear(struct ch_extract *extract);

/* Compares with what the auditor has from elsewhere, page and id of the application's last act: CH_REFUSED when it ends with another. */
const struct ch_error *ch_extract_expect(const struct ch_extract *extract, uint64_t seq, const uint8_t act[SHA256_SIZE]);

#endif

/* GPGME as the files of this room use it. */
#ifndef CH_GPG_INSIDE_H
#define CH_GPG_INSIDE_H

#include <gpgme.h>

#include "gpg.h"

/* The caller must release it with gpgme_release(), which accepts NULL. */
const struct ch_error *ch_gpg_open(gpgme_ctx_t *context);

/* Releases the data, of which the arena has a copy. */
struct span ch_gpg_take(gpgme_data_t data, struct ch_arena *arena);

/* The bytes of a fingerprint as gpg prints it; false for what is not 40 digits. */
bool ch_gpg_fingerprint(uint8_t out[FINGERPRINT_SIZE], const char *text);

#endif

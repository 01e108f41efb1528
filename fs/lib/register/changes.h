/* Changes-SHA256: what a save says that it changes (docs/formats/1 section 5). */
#ifndef CH_CHANGES_H
#define CH_CHANGES_H

#include "store/treeedit.h"

/* Reads every content that was or is. */
const struct ch_error *ch_changes_digest(uint8_t digest[SHA256_SIZE], struct ch_store *store, const struct ch_changes *changes);

#endif

/*
 * The letter of a notice: what is wanted in the subject, then who did what, what it is about, and the commands that come next. Of an application it
 * has what its inbox item has, without the place: positions, photos and documents are not sent by mail.
 */
#ifndef CH_WORDING_H
#define CH_WORDING_H

#include "letter.h"
#include "notice.h"

/* Everything but `from`. In the state's arena. Errors are those of reading. */
const struct ch_error *ch_notice_letter(struct ch_letter *letter, const struct ch_notice *notice, struct ch_state *state, struct ch_store *store);

#endif

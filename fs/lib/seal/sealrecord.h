/* seal-record: what a session's spool holds, as the act that carries it into the archive (acts.md 23, docs/formats/1 section 5). */
#ifndef CH_SEALRECORD_H
#define CH_SEALRECORD_H

#include "register/draft.h"
#include "spool.h"

/*
 * Drafts the record of a session: its receipts from the one behind the seal's last recorded one as far as the spool has them without a gap,
 * and the photo of each photo receipt. *receipts is 0 when there is nothing to record, and the draft of no use.
 *
 * CH_LATER when a photo that the seal has acknowledged is not in this spool: it is on the machine of an earlier session. With `photos_lost` the record is made without
 * those, for ever: nobody has them.
 */
const struct ch_error *ch_draft_seal_record(struct ch_draft *draft, uint64_t *receipts, struct ch_state *state, struct ch_spool *spool,
					    const struct ch_entry *session, bool photos_lost);

#endif

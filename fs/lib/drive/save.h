/*
 * Saving: from the cut of an overlay to registered acts, one `save` for each space that has changed, signed by this machine's device key
 * (docs/formats/1). Everything a worker needs beside the drive: it has a store of its own and never touches what readers and writers use.
 *
 * In a clone acts go into the outbox, one of a space at a time: what is changed while it waits for the register's answer stays in the journal. Files
 * are committed when main has the act, which ch_saver_settle() finds out.
 */
#ifndef CH_SAVE_H
#define CH_SAVE_H

#include "overlay.h"
#include "keys/secret.h"
#include "register/state.h"
#include "sync/origin.h"

struct ch_saver {
	struct ch_store store;
	struct ch_state state; /* of main when `loaded` */
	bool loaded;
	const struct ch_observer *observer; /* told while main is replayed; NULL: nobody */
	struct ch_temporary temporary; /* names that no save carries */
	struct ch_secret registrar, device;
	bool is_clone;
	struct ch_origin origin; /* then; in `lasting` */
	struct ch_arena lasting;
};

/* The caller must close it, also after an error. */
const struct ch_error *ch_saver_open(struct ch_saver *saver, const char *archive);
const struct ch_error *ch_saver_open_read_only(struct ch_saver *saver, const char *archive); /* without the keys, for all but saving */
void ch_saver_close(struct ch_saver *saver); /* accepts a zeroed one */

/* Replays main, unless that was done and main has not moved. CH_REFUSED when the archive has not been founded or does not verify. */
const struct ch_error *ch_saver_load(struct ch_saver *saver);

/* Remembers what it has registered itself, if main is there, and it is worth it or `leaving`, so that whoever comes next need not verify that again (register/prefix.h). */
void ch_saver_remember(struct ch_saver *saver, bool leaving);

/*
 * The working state of files/: main, and the journal replayed on top but for what acts on main carry already. `store` is the one the overlay will
 * read from; `times`: overlay.h. The caller must release the overlay, also after an error.
 */
const struct ch_error *ch_saver_recover(struct ch_overlay *overlay, struct ch_saver *saver, struct ch_store *store, struct ch_journal *journal,
	struct ch_times *times);

/* Of a clone: main has moved, or may have. Takes as committed what its acts carry of the journal; overlay->commit is main afterwards. */
const struct ch_error *ch_saver_settle(struct ch_overlay *overlay, struct ch_saver *saver, const struct ch_journal *journal);

/*
 * Saves a cut: all spaces on one page of the register (32 at a time), or, when the policy refuses one, the others without it. Files of what was saved are
 * marked as committed; *head is main afterwards. What somebody else has saved meanwhile stays: see store/treemerge.h. The first error is returned; what it
 * concerns stays uncommitted. In a clone nothing is committed, and nothing is an error that only has to wait:
 * for the register, or for ch_saver_settle(), which must come before the cut.
 */
const struct ch_error *ch_save(struct ch_oid *head, struct ch_saver *saver, struct ch_cut *cut, const uint8_t journal[CH_JOURNAL_ID_SIZE]);

#endif

/*
 * The journal: every change made through the drive, written before its reply, kept until an act on main carries it.
 *
 *	ARCHIVE/chancery/journal/id               32 hex digits, fixed when the journal is made
 *	ARCHIVE/chancery/journal/lock             locked with F_SETLK by whoever writes, shared by those who keep writers away; F_GETLK tells who
 *	ARCHIVE/chancery/journal/segment.<n>      preallocated; records one behind the other (operation.h)
 *	ARCHIVE/chancery/journal/spare.<n>        segments whose records are committed, to be used again
 *
 * Written (appended) survives the death of the process, synced also that of the machine. Segments are read in full before the
 * first append, which begins a new one: what a torn tail left behind is never written over. Format: chancery-journal(5).
 */
#ifndef CH_JOURNAL_H
#define CH_JOURNAL_H

#include <sys/types.h>

#include "base/error.h"
#include "operation.h"

enum { CH_JOURNAL_ID_SIZE = 16, CH_SEGMENT_SIZE = 8 * 1024 * 1024, CH_SEGMENT_HEADER = 64 };

struct ch_segment {
	uint64_t number;
	uint64_t first; /* sequence of its first record */
};

struct ch_journal {
	char path[4096];
	uint8_t id[CH_JOURNAL_ID_SIZE];
	int directory, lock, file; /* file: the segment being written, -1 before the first append */
	struct ch_segment *segments; /* oldest first */
	size_t count;
	uint64_t sequence; /* of the last record */
	uint64_t durable;  /* all up to here is on disk */
	uint32_t salt;	   /* of the segment being written */
	size_t offset;	   /* where its next record goes */
	bool failed;	   /* a sync failed: what was written since the last one may be gone, nothing more is accepted */
	bool read_only;	   /* nothing is accepted at all, EROFS */
	uint8_t *buffer;
};

/* Opens and locks the journal of an archive, making it when it is not there. CH_LATER names the process that holds it. */
const struct ch_error *ch_journal_open(struct ch_journal *journal, const char *archive);
/*
 * The same of an archive that cannot, or must not, be written to: nothing is made, others may read it as well, and nobody may write meanwhile (CH_LATER). A
 * journal that was never made is empty.
 */
const struct ch_error *ch_journal_open_read_only(struct ch_journal *journal, const char *archive);
/* The same without the lock, for reading only, possibly beside a drive that writes: then a segment may vanish (ENOENT; try again). */
const struct ch_error *ch_journal_look(struct ch_journal *journal, const char *archive);
/*
 * How often that was tried in vain: begins zeroed, is told after each look, before the journal is closed. A drive that has given up segments since the last one goes on with
 * what it does, and a look finds less to read; it counts from the beginning.
 */
struct ch_journal_looks {
	uint64_t oldest; /* segment */
	unsigned vain;
};
enum { CH_JOURNAL_LOOKS = 10 };
void ch_journal_looked(struct ch_journal_looks *looks, const struct ch_journal *journal);
void ch_journal_close(struct ch_journal *journal); /* accepts a zeroed one, and one whose opening failed */

/* Who holds the lock. Never to be asked for by a process that does: closing the file would release its lock. */
struct ch_journal_holder {
	pid_t pid; /* 0: nobody */
	bool read_only;
};
const struct ch_error *ch_journal_holder(struct ch_journal_holder *holder, const char *archive);

/*
 * Hands every record to `each`, oldest first; must come before the first append. Stops at the first error, naming segment and offset. A torn
 * tail ends it cleanly; CH_REFUSED when anything that was once on disk does not read back.
 */
const struct ch_error *ch_journal_replay(struct ch_journal *journal, const struct ch_error *(*each)(void *context, const struct ch_journal_record *record),
					 void *context);

/* What is in a journal, without its lock. */
struct ch_journal_survey {
	uint64_t last;	  /* the latest change, 0: none */
	uint64_t through; /* everything up to here is committed, as far as the journal has been told */
	uint64_t pending; /* changes above that */
};
const struct ch_error *ch_journal_survey(struct ch_journal_survey *survey, const char *archive);

/* Sequences continue above `sequence`, which acts on main carry already. */
void ch_journal_continue(struct ch_journal *journal, uint64_t sequence);

/* Writes one operation. ENOSPC, EIO: nothing happened. */
const struct ch_error *ch_journal_append(uint64_t *sequence, struct ch_journal *journal, const struct ch_operation *operation);

/*
 * fsync in three steps, so that the middle one runs beside appends: one fdatasync orders every operation before _begin. The journal needs the
 * caller's lock in _begin and _end.
 */
struct ch_journal_sync {
	int file;
	uint64_t sequence;
};
const struct ch_error *ch_journal_sync_begin(struct ch_journal_sync *sync, struct ch_journal *journal);
int ch_journal_sync_run(const struct ch_journal_sync *sync); /* 0 or errno */
const struct ch_error *ch_journal_sync_end(struct ch_journal *journal, struct ch_journal_sync *sync, int result);

const struct ch_error *ch_journal_sync(struct ch_journal *journal); /* all three */

/* Gives up whole segments all of whose records are at or below `through`, which must be durable. */
const struct ch_error *ch_journal_recycle(struct ch_journal *journal, uint64_t through);

#endif

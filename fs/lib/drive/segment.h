/* Segments of the journal: files of a fixed size. Only for journal*.c and segment.c. */
#ifndef CH_SEGMENT_H
#define CH_SEGMENT_H

#include "journal.h"

/* Finds the segments of the directory, oldest first. */
const struct ch_error *ch_segment_list(struct ch_journal *journal);

/* Reads a whole segment into journal->buffer (CH_SEGMENT_SIZE) and checks its header. */
const struct ch_error *ch_segment_read(struct span *records, uint32_t *salt, struct ch_journal *journal, struct ch_segment *segment);

/* Puts on disk what a former process wrote; nothing when there is no segment. */
const struct ch_error *ch_segment_sync_last(struct ch_journal *journal);

/* Begins a new segment whose first record will be journal->sequence + 1. */
const struct ch_error *ch_segment_begin(struct ch_journal *journal);

/* Takes the oldest segment out of the journal. */
const struct ch_error *ch_segment_retire(struct ch_journal *journal);

void ch_segment_name(char out[32], uint64_t number);

#endif

/*
 * The committer: a thread that follows main and saves what was changed: within two seconds of a close, on SIGUSR1, and once more when the drive is
 * unmounted. SIGHUP opens the log again. Beside it runs the syncer, which lets every fsync that comes in while one is under way share the next.
 */
#ifndef MOUNT_COMMIT_H
#define MOUNT_COMMIT_H

#include <fuse_lowlevel.h>

struct drive;
struct ch_error;

/* Both are to be called with signals blocked, so that the threads inherit that. */
const struct ch_error *commit_start(struct drive *drive);
void commit_stop(void); /* saves what is left; the kernel is not told any more */
void commit_wake(void);

const struct ch_error *sync_start(struct drive *drive);
void sync_stop(void);

/* Answers when everything before it is on disk: that so many bytes were written; 0: that all is well. */
void sync_request(fuse_req_t request, size_t written);

#endif

/*
 * Whether a drive that was asked to save is getting on with it, as the system sees it from outside: its thread that saves uses processors, waits for one, or waits for
 * a disk. One that waits for a lock, for a person, or was stopped, does none of that.
 */
#ifndef CH_TOIL_H
#define CH_TOIL_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CH_TOIL_THREAD "chanceryfs-save" /* what that thread calls itself: at most 15 characters */

struct ch_toil {
	pid_t process, thread; /* 0: none has that name */
	uint64_t spent;	       /* by it, in ticks */
};

void ch_toil_watch(struct ch_toil *toil, pid_t process);

/* Since it was asked last? False, too, of a process that is gone. */
bool ch_toil_goes_on(struct ch_toil *toil);

#endif

/*
 * How many inodes there may be: the kernel keeps what it has looked up as long as it has memory, and each costs us some. Above the limit it is told, by a thread of its own, to
 * forget names of files, those first that came first; what is in use it keeps, and asks for the rest again when somebody wants it. Directories stay.
 */
#ifndef MOUNT_SHED_H
#define MOUNT_SHED_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

struct drive;

enum { SHED_LIMIT = 1000000 };

/* Under the drive's lock, but for the thread. */
struct shed {
	uint32_t limit; /* set before it is started */
	uint32_t
		patience; /* it is begun with when there are more than this: the limit, and more when what was told has not helped */
	uint32_t hand; /* the slot looked at last */
	pthread_cond_t wake;
	bool running, stop;
	pthread_t thread;
};

/* With signals blocked; the session must be mounted. That it cannot start is no error. */
void shed_start(struct drive *drive);
void shed_stop(struct drive *drive);

/* A request was answered. Under the drive's lock. */
void shed_look(struct drive *drive);

#endif

/* Those who wait for the drive: the process that started it in the background, and systemd (sd_notify(3): a datagram to $NOTIFY_SOCKET). */
#ifndef MOUNT_READY_H
#define MOUNT_READY_H

#include "register/page.h"

/*
 * Into the background, so that the one who waits learns when the drive is ready, or why not: returns in the child, with what ready_say wants. Before
 * anything is opened: a lock on the journal would stay with the parent.
 */
int ready_detach(void);

/*
 * The register is being verified, which takes a minute for a million acts: each so many pages that is said on the terminal, and systemd is asked for more time than
 * a start usually gets. ready_verified(): it is, or has failed.
 */
extern const struct ch_observer ready_observer;
void ready_verified(void);

/* It can be used. `waits` -1: stays in the foreground. */
void ready_say(int waits);

/* It is being unmounted, and saves what is left. */
void ready_end(void);

#endif

/* Those who wait for the drive: the process that started it in the background, and systemd (sd_notify(3): a datagram to $NOTIFY_SOCKET). */
#ifndef MOUNT_READY_H
#define MOUNT_READY_H

/*
 * Into the background, so that the one who waits learns when the drive is ready, or why not: returns in the child, with what ready_say wants. Before
 * anything is opened: a lock on the journal would stay with the parent.
 */
int ready_detach(void);

/* It can be used. `waits` -1: stays in the foreground. */
void ready_say(int waits);

/* It is being unmounted, and saves what is left. */
void ready_end(void);

#endif

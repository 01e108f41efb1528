/*
 * Answering the kernel, one request after the other. Whoever reads many small files waits for each answer, and the time to wake this thread on another
 * processor is most of that: after a request that came soon the next one is looked for without sleeping, for POLL_MICROSECONDS at most. Not where there
 * is only one processor, which the reader needs, nor while another thread of ours has the second one (`busy`, ahead.h); and seldom where others want them, which is seen
 * when they have had ours in between (decisions/0058).
 */
#ifndef MOUNT_LOOP_H
#define MOUNT_LOOP_H

#include <stdatomic.h>
#include <stdbool.h>

struct fuse_session;

enum { POLL_MICROSECONDS = 60 };

/* Until the session ends: 0, or an errno. Somebody else who ends it (fuse_session_exit) lets `stop` become readable; -1: nobody does. */
int loop_run(struct fuse_session *session, const atomic_bool *busy, int stop);

#endif

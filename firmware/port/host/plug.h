/*
 * A socket in the file system that stands for a plug: one host at a time connects to it, and whoever comes meanwhile is turned away. What is said there is a
 * transport's (redir.h, socket.h).
 */
#ifndef HOST_PLUG_H
#define HOST_PLUG_H

#include <glib.h>
#include <stdbool.h>

struct plug {
	const char *path;
	int listener, fd; /* fd: -1 while no host is connected */
	void *context;

	bool (*connected)(void *context); /* false: this one is turned away */
	bool (*readable)(void *context);  /* something has come, or the end; false: the host is gone */
	void (*gone)(void *context);	  /* it is, or it has been turned out; fd is still there */
};

/* Listens in the running main loop, in place of what is there. The context and the calls are filled in. False, with errno, when it cannot be done. */
bool plug_listen(struct plug *plug, const char *path);

void plug_hang_up(struct plug *plug); /* when a host is connected */

void plug_close(struct plug *plug);

#endif

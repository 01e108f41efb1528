/*
 * An open seal under the eye of a camera (SEAL-6, SEAL-7): the code on its display is read from pictures and echoed, each press is begun when the seal is ready
 * for it, and what it yields, receipt and photo, is in the spool before anything else happens.
 */
#ifndef CH_WATCH_H
#define CH_WATCH_H

#include <signal.h>

#include "collect.h"
#include "match/camera.h"

struct ch_watch {
	struct ch_collector collector;
	struct ch_camera *camera; /* the caller's, who stops it */
	bool photos;	     /* automatic: one of each press, at once */
	uint64_t presses;    /* of this session */
	uint64_t counter;    /* of the last receipt collected */
	const volatile sig_atomic_t *stop;
	void (*report)(const struct ch_watch *watch, const void *context); /* after each picture */
	const void *context;

	/* what there is to report */
	struct frame_status status;
	bool seen;	       /* the latest picture has the code */
	uint64_t done, kept; /* presses; photos of them in the spool */
	uint64_t begun;	     /* presses that the seal has been told to let through */
	char complaint[256];   /* of the camera, about its latest picture; empty: none */

	struct ch_photo photo; /* the latest with a code */
};

/*
 * Until all presses are done. CH_REFUSED when the seal has locked (with its reason), when a photo was missed, or when *stop is set; the errors of spool
 * and link. What was pressed and photographed by then is in the spool. The caller must clear the watch with ch_watch_clear(), also after an error.
 */
const struct ch_error *ch_watch(struct ch_watch *watch);

void ch_watch_clear(struct ch_watch *watch);

#endif

/*
 * ch_watch
 *   look       a picture, its code echoed
 *   ask        how the seal is; receipts that are new
 *     press      of a press: its photo
 *   ch_session_press when the seal is ready
 *   pause_until the next picture, asking after a press
 */
#include "watch.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

enum { PICTURE_MILLISECONDS = 50, ASK_MILLISECONDS = 5 };

static bool
shows(const struct ch_photo *photo, const uint8_t code[NONCE_SIZE])
{
	return photo->has_code && memcmp(photo->code, code, NONCE_SIZE) == 0;
}

/* A camera that fails is reported, not fatal: if it does not recover in time, the seal locks. */
static void
take_picture(struct ch_photo *photo, struct ch_watch *w)
{
	const struct ch_error *error = ch_camera_take(photo, w->camera);

	w->seen = error == NULL && photo->has_code;
	w->complaint[0] = '\0';
	if (error)
		snprintf(w->complaint, sizeof(w->complaint), "%.*s", (int)sizeof(w->complaint) - 1, error->message);
}

static const struct ch_error *
look(struct ch_watch *w)
{
	const struct ch_error *error = NULL;
	struct ch_photo photo;
	bool current;

	take_picture(&photo, w);
	if (!w->seen) {
		ch_photo_free(&photo);
		return NULL;
	}
	if (!shows(&w->photo, photo.code))
		error = ch_session_echo(&current, w->collector.link, photo.code);
	ch_photo_free(&w->photo);
	w->photo = photo;
	return error;
}

/* The code stays on the display for a moment after the press: best is a picture from then, else the last one before. */
static const struct ch_error *
press(void *context, const struct receipt *receipt)
{
	struct ch_watch *w = context;
	const struct ch_error *error;
	struct ch_photo after;

	w->done++;
	if (!w->photos)
		return NULL;
	take_picture(&after, w);
	if (shows(&after, receipt->code)) {
		ch_photo_free(&w->photo);
		w->photo = after;
	} else {
		ch_photo_free(&after);
	}
	if (!shows(&w->photo, receipt->code))
		return ch_fail(CH_REFUSED, "press %" PRIu64 " has no photo: its code has left the picture%s%s", receipt->counter,
			       *w->complaint ? "; " : "", w->complaint);
	if ((error = ch_collect_photo(&w->collector, receipt->counter, w->photo.jpeg)))
		return error;
	w->kept++;
	return NULL;
}

static const struct ch_error *
ask(struct ch_watch *w)
{
	const struct ch_error *error;

	if ((error = ch_session_status(&w->status, w->collector.link)) ||
	    (error = ch_collect(&w->collector, w->counter, w->status.counter)))
		return error;
	w->counter = w->status.counter;
	w->report(w, w->context);
	return NULL;
}

/* What is too late, the code or the press, a seal does not say. */
static const char *
why_locked(const struct ch_watch *w)
{
	if (w->status.reason == WIRE_TOO_LATE && w->begun > w->done)
		return "the press was not made, or the code not seen, in time";
	return wire_code_sentence(w->status.reason);
}

static const struct ch_error *
locked(const struct ch_watch *w)
{
	if (w->done >= w->presses)
		return NULL;
	return ch_refuse(w->status.reason, "the seal has locked after %" PRIu64 " of %" PRIu64 " presses: %s%s%s", w->done, w->presses, why_locked(w),
			 *w->complaint ? "; " : "", w->complaint);
}

/* Of a seal that has locked meanwhile, why it locked says more than that it takes no orders. */
static const struct ch_error *
refused(struct ch_watch *w, const struct ch_error *refusal)
{
	struct ch_error kept;
	const struct ch_error *first = ch_error_keep(&kept, refusal);

	if (first->code == WIRE_OK || ask(w) || w->status.state != DEVICE_LOCKED)
		return ch_error_again(first);
	return locked(w);
}

static bool
ready(const struct ch_watch *w)
{
	return w->status.state == DEVICE_ARMED && !w->status.echo_wanted && w->status.left > 0;
}

static struct timespec
later(const struct timespec *since, long milliseconds)
{
	struct timespec end = {since->tv_sec, since->tv_nsec + milliseconds * 1000000L};

	return end.tv_nsec < 1000000000L ? end : (struct timespec){end.tv_sec + 1, end.tv_nsec - 1000000000L};
}

static bool
is_before(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec != b->tv_sec ? a->tv_sec < b->tv_sec : a->tv_nsec < b->tv_nsec;
}

/* Until the next picture is due. A press under way is asked after all the while, so that its receipt and photo do not wait for that. */
static const struct ch_error *
pause_until(struct ch_watch *w, const struct timespec *started, bool pressing)
{
	struct timespec end = later(started, PICTURE_MILLISECONDS), next;
	const struct ch_error *error;

	clock_gettime(CLOCK_MONOTONIC, &next);
	while (pressing && (next = later(&next, ASK_MILLISECONDS), is_before(&next, &end))) {
		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &next, NULL);
		if ((error = ask(w)))
			return error;
		pressing = w->status.state == DEVICE_STAMPING;
		clock_gettime(CLOCK_MONOTONIC, &next);
	}
	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL);
	return NULL;
}

const struct ch_error *
ch_watch(struct ch_watch *w)
{
	const struct ch_error *error;
	struct timespec started;
	bool pressing;

	w->collector.press = press;
	w->collector.context = w;
	for (;;) {
		clock_gettime(CLOCK_MONOTONIC, &started);
		if ((error = look(w)))
			return refused(w, error);
		if ((error = ask(w)))
			return error;
		if (w->status.state == DEVICE_LOCKED)
			return locked(w);
		if (w->collector.spool->full)
			return ch_fail(CH_IO, "the disk is full; ended after %" PRIu64 " of %" PRIu64 " presses, whose receipts and photos are kept", w->done,
				       w->presses);
		if (w->done == w->presses && w->status.state == DEVICE_ARMED)
			return NULL;
		if (*w->stop)
			return ch_fail(CH_REFUSED, "interrupted after %" PRIu64 " of %" PRIu64 " presses", w->done, w->presses);
		pressing = w->status.state == DEVICE_STAMPING || ready(w);
		if (ready(w)) {
			if ((error = ch_session_press(w->collector.link)))
				return refused(w, error);
			w->begun = w->done + 1;
		}
		if ((error = pause_until(w, &started, pressing)))
			return error;
	}
}

void
ch_watch_clear(struct ch_watch *watch)
{
	ch_photo_free(&watch->photo);
}

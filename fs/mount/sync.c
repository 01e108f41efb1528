/* fsync: requests that come in while a sync runs share the next one. */
#define FUSE_USE_VERSION 314
#include <errno.h>
#include <stdlib.h>

#include "commit.h"
#include "drive.h"
#include "errors.h"

enum { SHARED_MAX = 4096 };

struct waiting {
	fuse_req_t request;
	size_t written; /* 0: not a write */
};

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct waiting waiting[SHARED_MAX];
	size_t count;
	bool running, stop;
} syncer = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER};

static int
sync_journal(struct drive *drive)
{
	const struct ch_error *error;
	struct ch_journal_sync sync;
	int result;

	pthread_mutex_lock(&drive->lock);
	error = ch_journal_sync_begin(&sync, &drive->journal);
	pthread_mutex_unlock(&drive->lock);
	if (error)
		return errno_of(error);
	result = ch_journal_sync_run(&sync);
	pthread_mutex_lock(&drive->lock);
	result = errno_of(ch_journal_sync_end(&drive->journal, &sync, result));
	pthread_mutex_unlock(&drive->lock);
	return result;
}

static void
answer(const struct waiting *waiting, int error)
{
	if (error == 0 && waiting->written)
		fuse_reply_write(waiting->request, waiting->written);
	else
		fuse_reply_err(waiting->request, error);
}

static void *
run(void *context)
{
	static struct waiting taken[SHARED_MAX];
	struct drive *drive = context;

	pthread_mutex_lock(&syncer.lock);
	while (syncer.count || !syncer.stop) {
		size_t count = syncer.count;
		int result;

		if (count == 0) {
			pthread_cond_wait(&syncer.wake, &syncer.lock);
			continue;
		}
		memcpy(taken, syncer.waiting, count * sizeof(taken[0]));
		syncer.count = 0;
		pthread_mutex_unlock(&syncer.lock);
		result = sync_journal(drive);
		for (size_t i = 0; i < count; i++)
			answer(&taken[i], result);
		pthread_mutex_lock(&syncer.lock);
	}
	pthread_mutex_unlock(&syncer.lock);
	return NULL;
}

void
sync_request(fuse_req_t request, size_t written)
{
	bool taken;

	pthread_mutex_lock(&syncer.lock);
	taken = syncer.count < SHARED_MAX;
	if (taken)
		syncer.waiting[syncer.count++] = (struct waiting){request, written};
	pthread_cond_signal(&syncer.wake);
	pthread_mutex_unlock(&syncer.lock);
	if (!taken)
		fuse_reply_err(request, EAGAIN);
}

const struct ch_error *
sync_start(struct drive *drive)
{
	if ((errno = pthread_create(&syncer.thread, NULL, run, drive)))
		return ch_fail_errno("cannot start the syncer");
	syncer.running = true;
	return NULL;
}

void
sync_stop(void)
{
	pthread_mutex_lock(&syncer.lock);
	syncer.stop = true;
	pthread_cond_signal(&syncer.wake);
	pthread_mutex_unlock(&syncer.lock);
	if (syncer.running)
		pthread_join(syncer.thread, NULL);
}

#include "signatures.h"

#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

#include "rawcommit.h"

enum { BATCH = 1024, BATCH_BYTES = 64 << 20, THREADS_MAX = 16 };

/* Each worker takes the next commit; the first error is kept, since one belongs to the thread that met it. */
struct batch {
	const struct ch_keyring *ring;
	struct ch_commit_verdict verdict[BATCH];
	struct span raw[BATCH];
	size_t count;
	atomic_size_t next;
	atomic_bool failed;
	struct ch_error error;
};

static const struct ch_error *
check_one(struct ch_signed *by, const struct ch_keyring *ring, struct span raw)
{
	char armor[CH_RAW_SIGNATURE_MAX];
	struct ch_raw_commit commit;
	enum wire_code code;
	size_t len;

	if (raw.data == NULL) {
		*by = (struct ch_signed){.verdict = CH_SIGNED_BAD, .reason = "the commit is missing or damaged"};
		return NULL;
	}
	if ((code = ch_raw_commit_read(&commit, raw)) != WIRE_OK) {
		*by = (struct ch_signed){.verdict = CH_SIGNED_BAD,
					 .reason = code == WIRE_TOO_LONG ? "the commit is too long" : "the commit is not one to every reader of git"};
		return NULL;
	}
	if (commit.signature.data == NULL) {
		*by = (struct ch_signed){.verdict = CH_SIGNED_NOT, .reason = ""};
		return NULL;
	}
	if ((len = ch_raw_commit_armor(armor, sizeof(armor), &commit)) == 0) {
		*by = (struct ch_signed){.verdict = CH_SIGNED_BAD, .reason = "the signature is too long"};
		return NULL;
	}
	return ch_keyring_check(by, ring, span_of(armor, len), commit.head, commit.tail);
}

static void *
work(void *context)
{
	struct batch *batch = context;
	const struct ch_error *error;
	size_t i;

	while (!batch->failed && (i = atomic_fetch_add(&batch->next, 1)) < batch->count)
		if ((error = check_one(&batch->verdict[i].by, batch->ring, batch->raw[i])) && !atomic_exchange(&batch->failed, true))
			batch->error = *error;
	return NULL;
}

static const struct ch_error *
check_batch(struct batch *batch)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t thread[THREADS_MAX];
	size_t threads = 0;

	batch->next = 0;
	while ((long)threads + 1 < processors && threads < THREADS_MAX && pthread_create(&thread[threads], NULL, work, batch) == 0)
		threads++;
	work(batch);
	while (threads > 0)
		pthread_join(thread[--threads], NULL);
	return batch->failed ? ch_error_again(&batch->error) : NULL;
}

static void
fill(struct batch *batch, struct ch_history *history, struct ch_arena *raws)
{
	size_t bytes = 0, i = 0;

	for (; i < BATCH && bytes < BATCH_BYTES && ch_history_next(&batch->verdict[i].commit, &batch->raw[i], history, raws); i++)
		bytes += batch->raw[i].len;
	batch->count = i;
}

const struct ch_error *
ch_signatures_check(struct ch_history *history, const struct ch_keyring *ring, void (*see)(void *context, const struct ch_commit_verdict *verdict),
		    void *context)
{
	struct ch_arena arena = {0}, raws = {0};
	struct batch *batch = ch_arena_alloc(&arena, sizeof(*batch));
	const struct ch_error *error = NULL;

	batch->ring = ring;
	do {
		fill(batch, history, &raws);
		if ((error = check_batch(batch)) == NULL)
			for (size_t i = 0; i < batch->count; i++)
				see(context, &batch->verdict[i]);
		ch_arena_clear(&raws);
	} while (error == NULL && batch->count > 0);
	ch_arena_clear(&arena);
	return error;
}

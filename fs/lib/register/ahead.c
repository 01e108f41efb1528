#include "ahead.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "acts.h"
#include "keys/publickey.h"

/* Pages that are read ahead at the most; what is worth a thread; acts that a page can name. */
enum { WINDOW = 64, PAGES_WORTH_IT = 16, WORKERS_MAX = 16, ACTS_MAX = 128, KEYS_MAX = 4096 };

struct ahead_act {
	struct ch_oid commit;
	const struct act *act;
	const struct pgpkey *by; /* whose signature is good; NULL: nobody's that is known */
};

/* What is read of one page: itself, then its acts and those before them. */
struct slot {
	struct ch_arena arena;
	struct ahead_act acts[ACTS_MAX];
	uint8_t named[ACTS_MAX][SHA256_SIZE]; /* on the page */
	size_t count, named_count;
	bool ready;
};

struct ch_ahead {
	struct ch_store *store;
	const struct ch_ahead_page *pages;
	size_t count;
	struct slot *current; /* of whoever judges */
	pthread_t workers[WORKERS_MAX];
	unsigned started;

	pthread_mutex_t lock; /* for what follows */
	pthread_cond_t room, ready;
	size_t next;   /* page to be read by the next worker that is free */
	size_t turned; /* pages that have been turned to */
	bool stop;
	struct pgpkey keys[KEYS_MAX]; /* each stays as it is once it is counted */
	size_t key_count;
	struct slot slots[WINDOW];
};

/* ---- threads ---- */

static const struct pgpkey *
key_of(struct ch_ahead *ahead, const struct act *act)
{
	const struct pgpkey *found = NULL;

	pthread_mutex_lock(&ahead->lock);
	for (size_t i = 0; i < ahead->key_count && !found; i++)
		if (memcmp(ahead->keys[i].fingerprint, act->key, FINGERPRINT_SIZE) == 0)
			found = &ahead->keys[i];
	pthread_mutex_unlock(&ahead->lock);
	return found;
}

/* NULL: it cannot be read. */
static const struct act *
read_one(struct slot *slot, const struct ch_ahead *ahead, const struct ch_oid *commit, struct span raw)
{
	struct ahead_act *one = &slot->acts[slot->count];

	if (slot->count == ACTS_MAX || (raw.data == NULL && ch_act_raw(&raw, ahead->store, commit, &slot->arena)) ||
	    ch_act_parse(&one->act, raw, commit, &slot->arena))
		return NULL;
	one->commit = *commit;
	one->by = NULL;
	slot->count++;
	return one->act;
}

static void
verify_last(struct slot *slot, struct ch_ahead *ahead)
{
	struct ahead_act *one = &slot->acts[slot->count - 1];

	const struct pgpkey *key = key_of(ahead, one->act);
	const struct commit *commit = &one->act->commit;

	if (key && ch_publickey_verify_text(key, &one->act->signature, commit->head, commit->tail) == WIRE_OK)
		one->by = key;
}

static void
note_named(struct slot *slot, const struct act *page)
{
	struct span rest = page->statement.verdicts;
	struct verdict verdict;

	for (slot->named_count = 0; slot->named_count < ACTS_MAX && statement_verdict(&verdict, &rest); slot->named_count++)
		memcpy(slot->named[slot->named_count], verdict.act, SHA256_SIZE);
}

static bool
is_named(const struct slot *slot, const struct act *act)
{
	for (size_t i = 0; i < slot->named_count; i++)
		if (memcmp(slot->named[i], act->id, SHA256_SIZE) == 0)
			return true;
	return false;
}

/* From a tip back as far as the page names what is there; and the act before that, which those will be held against. */
static void
read_chain(struct slot *slot, struct ch_ahead *ahead, struct ch_oid at)
{
	const struct span unread = {0};
	const struct act *act;

	while ((act = read_one(slot, ahead, &at, unread)) && is_named(slot, act)) {
		verify_last(slot, ahead);
		if (act->commit.parents != 1)
			return;
		memcpy(at.id, act->commit.parent[0], sizeof(at.id));
	}
}

static void
read_page(struct slot *slot, struct ch_ahead *ahead, const struct ch_ahead_page *listed)
{
	const struct act *page = read_one(slot, ahead, &listed->commit, listed->raw);
	struct ch_oid tip;

	if (page == NULL)
		return;
	verify_last(slot, ahead);
	note_named(slot, page);
	for (unsigned i = statement_has(&page->statement, KEY_PREVIOUS_SHA256) ? 1 : 0; i < page->commit.parents; i++) {
		memcpy(tip.id, page->commit.parent[i], sizeof(tip.id));
		read_chain(slot, ahead, tip);
	}
}

static void *
work(void *context)
{
	struct ch_ahead *ahead = context;
	size_t page;

	pthread_mutex_lock(&ahead->lock);
	for (;;) {
		while (!ahead->stop && ahead->next < ahead->count && ahead->next >= ahead->turned + WINDOW)
			pthread_cond_wait(&ahead->room, &ahead->lock);
		if (ahead->stop || ahead->next == ahead->count)
			break;
		page = ahead->next++;
		pthread_mutex_unlock(&ahead->lock);
		read_page(&ahead->slots[page % WINDOW], ahead, &ahead->pages[ahead->count - 1 - page]);
		pthread_mutex_lock(&ahead->lock);
		ahead->slots[page % WINDOW].ready = true;
		pthread_cond_broadcast(&ahead->ready);
	}
	pthread_mutex_unlock(&ahead->lock);
	return NULL;
}

/* ---- whoever judges ---- */

struct ch_ahead *
ch_ahead_new(struct ch_store *store, const struct ch_ahead_page *pages, size_t count)
{
	struct ch_ahead *ahead;
	cpu_set_t cpus;
	int processors = sched_getaffinity(0, sizeof(cpus), &cpus) == 0 ? CPU_COUNT(&cpus) : 1;

	if (processors < 2 || count < PAGES_WORTH_IT)
		return NULL;
	if ((ahead = calloc(1, sizeof(*ahead))) == NULL)
		abort();
	ch_store_read_much(store);
	ahead->store = store;
	ahead->pages = pages;
	ahead->count = count;
	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->room, NULL);
	pthread_cond_init(&ahead->ready, NULL);
	for (int i = 0; i < processors && i < WORKERS_MAX; i++)
		ahead->started += pthread_create(&ahead->workers[ahead->started], NULL, work, ahead) == 0;
	if (ahead->started)
		return ahead;
	ch_ahead_free(ahead);
	return NULL;
}

void
ch_ahead_free(struct ch_ahead *ahead)
{
	if (ahead == NULL)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->stop = true;
	pthread_cond_broadcast(&ahead->room);
	pthread_mutex_unlock(&ahead->lock);
	for (unsigned i = 0; i < ahead->started; i++)
		pthread_join(ahead->workers[i], NULL);
	ch_store_read_little(ahead->store);
	for (size_t i = 0; i < WINDOW; i++)
		ch_arena_clear(&ahead->slots[i].arena);
	pthread_cond_destroy(&ahead->ready);
	pthread_cond_destroy(&ahead->room);
	pthread_mutex_destroy(&ahead->lock);
	free(ahead);
}

void
ch_ahead_know(struct ch_ahead *ahead, const struct pgpkey *key)
{
	if (ahead == NULL)
		return;
	pthread_mutex_lock(&ahead->lock);
	if (ahead->key_count < KEYS_MAX)
		ahead->keys[ahead->key_count++] = *key;
	pthread_mutex_unlock(&ahead->lock);
}

void
ch_ahead_turn(struct ch_ahead *ahead, struct ch_arena *arena)
{
	if (ahead == NULL)
		return;
	pthread_mutex_lock(&ahead->lock);
	if (ahead->current) {
		ahead->current->ready = false;
		ahead->current->count = 0;
		ahead->turned++;
		pthread_cond_broadcast(&ahead->room);
	}
	ahead->current = &ahead->slots[ahead->turned % WINDOW];
	while (!ahead->current->ready)
		pthread_cond_wait(&ahead->ready, &ahead->lock);
	pthread_mutex_unlock(&ahead->lock);
	ch_arena_adopt(arena, &ahead->current->arena);
}

static const struct ahead_act *
find(const struct ch_ahead *ahead, const struct ch_oid *commit, const struct act *act)
{
	for (size_t i = 0; ahead && ahead->current && i < ahead->current->count; i++) {
		const struct ahead_act *one = &ahead->current->acts[i];
		if (commit ? ch_oid_equal(&one->commit, commit) : one->act == act)
			return one;
	}
	return NULL;
}

const struct act *
ch_ahead_act(const struct ch_ahead *ahead, const struct ch_oid *commit)
{
	const struct ahead_act *one = find(ahead, commit, NULL);

	return one ? one->act : NULL;
}

bool
ch_ahead_verified(const struct ch_ahead *ahead, const struct act *act, const struct pgpkey *key)
{
	const struct ahead_act *one = find(ahead, NULL, act);

	return one && one->by && memcmp(one->by->fingerprint, key->fingerprint, FINGERPRINT_SIZE) == 0 && span_equal(one->by->material, key->material);
}

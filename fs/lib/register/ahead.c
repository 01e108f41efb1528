#include "ahead.h"

#include <pthread.h>
#include <sched.h>
#include <stdlib.h>

#include "acts.h"
#include "keys/publickey.h"

/* Pages that are read ahead at the most; what is worth a thread; acts that a page can name; those that are remembered. */
enum { WINDOW = 64, PAGES_WORTH_IT = 16, WORKERS_MAX = 16, ACTS_MAX = 128, KEYS_MAX = 4096, SEEN = 8192 };

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
	struct ch_oid seen[SEEN]; /* acts that pages have named lately, each in one place */
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

static struct ch_oid *
place_of(struct ch_ahead *ahead, const struct ch_oid *commit)
{
	return &ahead->seen[get32(commit->id) % SEEN];
}

/* Who judges has seen it on its page, and still knows it. */
static bool
was_seen(struct ch_ahead *ahead, const struct ch_oid *commit)
{
	bool was;

	pthread_mutex_lock(&ahead->lock);
	was = ch_oid_equal(place_of(ahead, commit), commit);
	pthread_mutex_unlock(&ahead->lock);
	return was;
}

static void
note_seen(struct ch_ahead *ahead, const struct ch_oid *commit)
{
	pthread_mutex_lock(&ahead->lock);
	*place_of(ahead, commit) = *commit;
	pthread_mutex_unlock(&ahead->lock);
}

static void
verify_last(struct slot *slot, struct ch_ahead *ahead)
{
	struct ahead_act *one = &slot->acts[slot->count - 1];
	const struct pgpkey *key = key_of(ahead, one->act);

	if (key && ch_publickey_verify_act(key, one->act) == WIRE_OK)
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

/* From a tip back as far as the page names what is there; and the act before that, which those will be held against, unless it was seen lately. */
static void
read_chain(struct slot *slot, struct ch_ahead *ahead, struct ch_oid at)
{
	const struct span unread = {0};
	const struct act *act;

	while ((act = read_one(slot, ahead, &at, unread)) && is_named(slot, act)) {
		verify_last(slot, ahead);
		note_seen(ahead, &at);
		if (act->commit.parents != 1)
			return;
		memcpy(at.id, act->commit.parent[0], sizeof(at.id));
		if (was_seen(ahead, &at))
			return;
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

/* Reads the next page, if there is one and room for it. The lock is held, but while it is read. */
static bool
read_next(struct ch_ahead *ahead)
{
	size_t page = ahead->next;

	if (page == ahead->count || page >= ahead->turned + WINDOW)
		return false;
	ahead->next++;
	pthread_mutex_unlock(&ahead->lock);
	read_page(&ahead->slots[page % WINDOW], ahead, &ahead->pages[ahead->count - 1 - page]);
	pthread_mutex_lock(&ahead->lock);
	ahead->slots[page % WINDOW].ready = true;
	if (page == ahead->turned)
		pthread_cond_signal(&ahead->ready);
	return true;
}

static void *
work(void *context)
{
	struct ch_ahead *ahead = context;

	pthread_mutex_lock(&ahead->lock);
	while (!ahead->stop && ahead->next < ahead->count)
		if (!read_next(ahead))
			pthread_cond_wait(&ahead->room, &ahead->lock);
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
	for (int i = 1; i < processors && i <= WORKERS_MAX; i++) /* who judges is one of them */
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

/* Who works far ahead sleeps until half of that has been judged, not for each page. */
static void
leave(struct ch_ahead *ahead, struct slot *slot)
{
	slot->ready = false;
	slot->count = 0;
	ahead->turned++;
	if (ahead->next <= ahead->turned + WINDOW / 2)
		pthread_cond_broadcast(&ahead->room);
}

void
ch_ahead_turn(struct ch_ahead *ahead, struct ch_arena *arena)
{
	if (ahead == NULL)
		return;
	pthread_mutex_lock(&ahead->lock);
	if (ahead->current)
		leave(ahead, ahead->current);
	ahead->current = &ahead->slots[ahead->turned % WINDOW];
	while (!ahead->current->ready)
		if (!read_next(ahead))
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

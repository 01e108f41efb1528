#include "packread.h"

#include <pthread.h>
#include <stdlib.h>

#include "packdelta.h"

/* How far git leans on others unless it is told to (50), and what each thread keeps. */
enum { CHAIN_MAX = 64, KEPT = 64, KEPT_SIZE_MAX = 16 << 10 };

/* An object that others lean on. */
struct base {
	uint8_t pack[OBJECT_ID_SIZE]; /* with which the pack ends */
	uint64_t at;
	enum ch_object type;
	uint8_t *bytes; /* NULL: none */
	size_t size;
};

struct desk {
	struct base kept[KEPT];
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void
end(void *mine)
{
	struct desk *desk = mine;

	for (size_t i = 0; i < KEPT; i++)
		free(desk->kept[i].bytes);
	free(desk);
}

static void
start(void)
{
	if (pthread_key_create(&key, end) != 0)
		abort();
}

static struct desk *
mine(void)
{
	struct desk *desk;

	pthread_once(&once, start);
	if ((desk = pthread_getspecific(key)))
		return desk;
	if ((desk = calloc(1, sizeof(*desk))) == NULL || pthread_setspecific(key, desk) != 0)
		abort();
	return desk;
}

static void *
allocate(size_t size)
{
	void *bytes = malloc(size + 1);

	if (bytes == NULL)
		abort();
	return bytes;
}

/* ---- what is kept ---- */

static const uint8_t *
end_of(const struct ch_packview *view)
{
	return view->pack.data + view->pack.len - OBJECT_ID_SIZE;
}

static struct base *
place_of(uint64_t at)
{
	return &mine()->kept[(at ^ at >> 6 ^ at >> 12) % KEPT];
}

static const struct base *
kept(const struct ch_packview *view, uint64_t at)
{
	const struct base *base = place_of(at);

	return base->bytes && base->at == at && memcmp(base->pack, end_of(view), OBJECT_ID_SIZE) == 0 ? base : NULL;
}

/* Takes the bytes over. */
static void
keep(const struct ch_packview *view, uint64_t at, enum ch_object type, uint8_t *bytes, size_t size)
{
	struct base *base = place_of(at);

	if (size > KEPT_SIZE_MAX) {
		free(bytes);
		return;
	}
	free(base->bytes);
	*base = (struct base){.at = at, .type = type, .bytes = bytes, .size = size};
	memcpy(base->pack, end_of(view), OBJECT_ID_SIZE);
}

/* ---- entries ---- */

static bool
inflate(uint8_t *out, const struct ch_packview_entry *entry)
{
	struct span rest = entry->deflated;

	return ch_packentry_inflate(out, entry->size, &rest);
}

static bool
is_sound(const struct ch_packview_entry *entry)
{
	return entry->size <= PACKREAD_MAX && ch_packentry_plausible(entry->size, entry->deflated);
}

/* An entry, what it leans on, what that does, as far as something kept or whole by itself. */
struct chain {
	struct ch_packview_entry entry[CHAIN_MAX];
	size_t count;
	const struct base *base; /* of the last one; NULL: that is whole */
	enum ch_object type;
};

static bool
follow(struct chain *chain, const struct ch_packview *view, const struct ch_packview_entry *first)
{
	struct ch_packview_entry *last = chain->entry;

	*last = *first;
	chain->base = NULL;
	for (chain->count = 1; is_sound(last); chain->count++, last++) {
		if (last->base == 0 || (chain->base = kept(view, last->base))) {
			chain->type = chain->base ? chain->base->type : (enum ch_object)last->kind;
			return true;
		}
		if (chain->count == CHAIN_MAX || !ch_packview_entry_at(last + 1, view, last->base))
			return false;
	}
	return false;
}

/* The inflated delta of an entry, and how long the object is that it makes; NULL: it is none. The caller must free it. */
static uint8_t *
delta_of(size_t *size, const struct ch_packview_entry *entry)
{
	uint8_t *delta = allocate(entry->size);
	uint64_t base, result;

	if (inflate(delta, entry) && ch_packdelta_sizes(&base, &result, span_of(delta, entry->size)) && result <= PACKREAD_MAX) {
		*size = (size_t)result;
		return delta;
	}
	free(delta);
	return NULL;
}

/* Where an object is made: the last one in the arena, what it leans on in memory of its own. */
static uint8_t *
room(struct ch_arena *arena, size_t size)
{
	return arena ? ch_arena_alloc(arena, size + 1) : allocate(size);
}

/* The object of one entry from the one that it leans on. NULL: it cannot be. */
static uint8_t *
make(size_t *size, const struct ch_packview_entry *entry, struct span base, size_t most, struct ch_arena *arena)
{
	uint8_t *delta = delta_of(size, entry), *bytes = NULL;

	if (delta && *size <= most) {
		bytes = room(arena, *size);
		if (!ch_packdelta_apply(bytes, *size, base, span_of(delta, entry->size))) {
			if (arena == NULL)
				free(bytes);
			bytes = NULL;
		}
	}
	free(delta);
	return bytes;
}

static uint8_t *
make_whole(size_t *size, const struct ch_packview_entry *entry, size_t most, struct ch_arena *arena)
{
	uint8_t *bytes;

	*size = entry->size;
	if (entry->size > most)
		return NULL;
	bytes = room(arena, entry->size);
	if (inflate(bytes, entry))
		return bytes;
	if (arena == NULL)
		free(bytes);
	return NULL;
}

bool
ch_packread_header(enum ch_object *type, size_t *size, const struct ch_packview *view, const struct ch_packview_entry *entry)
{
	struct chain chain;
	uint8_t *delta;

	if (!follow(&chain, view, entry))
		return false;
	*type = chain.type;
	*size = entry->size;
	if (entry->base == 0)
		return true;
	if ((delta = delta_of(size, entry)) == NULL)
		return false;
	free(delta);
	return true;
}

/* From what is kept or whole to the first of the chain; what was made on the way is kept. */
static uint8_t *
unwind(size_t *size, const struct chain *chain, const struct ch_packview *view, size_t most, struct ch_arena *arena)
{
	uint8_t *bytes, *own = NULL;
	size_t i = chain->count;
	struct span base;

	if (chain->base)
		base = span_of(chain->base->bytes, chain->base->size);
	else if ((own = make_whole(size, &chain->entry[--i], SIZE_MAX, NULL)))
		base = span_of(own, *size);
	else
		return NULL;
	for (;;) {
		i--;
		bytes = make(size, &chain->entry[i], base, i ? SIZE_MAX : most, i ? NULL : arena);
		if (own)
			keep(view, chain->entry[i].base, chain->type, own, base.len);
		if (bytes == NULL || i == 0)
			return bytes;
		base = span_of(own = bytes, *size);
	}
}

bool
ch_packread(struct span *raw, enum ch_object *type, const struct ch_packview *view, const struct ch_packview_entry *entry, size_t most, struct ch_arena *arena)
{
	struct chain chain;
	uint8_t *bytes;
	size_t size;

	if (!follow(&chain, view, entry))
		return false;
	bytes = entry->base ? unwind(&size, &chain, view, most, arena) : make_whole(&size, entry, most, arena);
	if (bytes == NULL)
		return false;
	*raw = span_of(bytes, size);
	*type = chain.type;
	return true;
}

#include "trees.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct kept {
	struct ch_oid id;
	uint8_t *bytes; /* NULL: none */
	size_t len;
	uint64_t asked; /* of `asked` below, the last time */
};

struct ch_trees {
	pthread_mutex_t lock; /* around the rest */
	struct kept kept[CH_TREES_MAX];
	uint64_t asked;
};

struct ch_trees *
ch_trees_new(void)
{
	struct ch_trees *trees = calloc(1, sizeof(*trees));

	if (trees == NULL)
		abort();
	pthread_mutex_init(&trees->lock, NULL);
	return trees;
}

void
ch_trees_free(struct ch_trees *trees)
{
	for (size_t i = 0; i < CH_TREES_MAX && trees; i++)
		free(trees->kept[i].bytes);
	free(trees);
}

static struct kept *
find(struct ch_trees *trees, const struct ch_oid *id)
{
	for (size_t i = 0; i < CH_TREES_MAX; i++)
		if (trees->kept[i].bytes && ch_oid_equal(&trees->kept[i].id, id))
			return &trees->kept[i];
	return NULL;
}

bool
ch_trees_get(struct span *raw, struct ch_trees *trees, const struct ch_oid *id, struct ch_arena *arena)
{
	struct kept *kept;

	pthread_mutex_lock(&trees->lock);
	if ((kept = find(trees, id))) {
		kept->asked = ++trees->asked;
		*raw = ch_arena_copy(arena, span_of(kept->bytes, kept->len));
	}
	pthread_mutex_unlock(&trees->lock);
	return kept != NULL;
}

static struct kept *
find_oldest(struct ch_trees *trees)
{
	struct kept *oldest = &trees->kept[0];

	for (size_t i = 1; i < CH_TREES_MAX; i++)
		if (trees->kept[i].asked < oldest->asked)
			oldest = &trees->kept[i];
	return oldest;
}

void
ch_trees_put(struct ch_trees *trees, const struct ch_oid *id, struct span raw)
{
	uint8_t *bytes = raw.len >= CH_TREE_LARGE && raw.len <= CH_TREE_TOO_LARGE ? malloc(raw.len) : NULL;
	struct kept *kept;

	if (bytes == NULL)
		return;
	memcpy(bytes, raw.data, raw.len);
	pthread_mutex_lock(&trees->lock);
	kept = find(trees, id);
	if (kept == NULL)
		kept = find_oldest(trees);
	free(kept->bytes);
	*kept = (struct kept){.id = *id, .bytes = bytes, .len = raw.len, .asked = ++trees->asked};
	pthread_mutex_unlock(&trees->lock);
}

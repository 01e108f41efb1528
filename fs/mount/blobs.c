#include "blobs.h"

#include <stdlib.h>

#include "store/object.h"

struct blob {
	struct ch_oid oid;
	struct ch_arena arena; /* a tree's content */
	struct span content;
	bool tree;
	struct blob *chain, *newer, *older;
};

static struct blob **
slot_of(struct blobs *blobs, const struct ch_oid *oid)
{
	return &blobs->slots[get32(oid->id) % BLOBS_SLOTS];
}

static struct blob_age *
age_of(struct blobs *blobs, bool tree)
{
	return tree ? &blobs->trees : &blobs->blobs;
}

static void
unlink_blob(struct blob_age *age, struct blob *blob)
{
	*(blob->newer ? &blob->newer->older : &age->newest) = blob->older;
	*(blob->older ? &blob->older->newer : &age->oldest) = blob->newer;
}

static void
link_newest(struct blob_age *age, struct blob *blob)
{
	blob->newer = NULL;
	blob->older = age->newest;
	*(age->newest ? &age->newest->newer : &age->oldest) = blob;
	age->newest = blob;
}

static size_t
cost_of(const struct blob *blob)
{
	return blob->content.len + sizeof(*blob);
}

static void
take_out(struct blobs *blobs, struct blob_age *age, struct blob *blob)
{
	struct blob **link = slot_of(blobs, &blob->oid);

	while (*link != blob)
		link = &(*link)->chain;
	*link = blob->chain;
	unlink_blob(age, blob);
	age->bytes -= cost_of(blob);
}

static void
drop_oldest(struct blobs *blobs, struct blob_age *age)
{
	struct blob *blob = age->oldest;

	take_out(blobs, age, blob);
	if (blob->tree)
		ch_arena_clear(&blob->arena);
	else
		ch_object_free(blob->content);
	free(blob);
}

/* The newest one stays, however large. */
static void
keep(struct blobs *blobs, const struct blob *content)
{
	struct blob *blob = malloc(sizeof(*blob)), **slot = slot_of(blobs, &content->oid);
	struct blob_age *age = age_of(blobs, content->tree);

	if (blob == NULL)
		abort();
	*blob = *content;
	while (age->oldest && age->bytes + cost_of(blob) > (content->tree ? BLOBS_TREES : BLOBS_BYTES))
		drop_oldest(blobs, age);
	blob->chain = *slot;
	*slot = blob;
	age->bytes += cost_of(blob);
	link_newest(age, blob);
}

static struct blob *
find(struct blobs *blobs, const struct ch_oid *oid, bool tree)
{
	struct blob *blob = *slot_of(blobs, oid);

	while (blob && (blob->tree != tree || !ch_oid_equal(&blob->oid, oid)))
		blob = blob->chain;
	return blob;
}

static struct span
use(struct blobs *blobs, struct blob *blob)
{
	struct blob_age *age = age_of(blobs, blob->tree);

	unlink_blob(age, blob);
	link_newest(age, blob);
	return blob->content;
}

const struct ch_error *
blobs_tree(struct span *content, struct blobs *blobs, struct ch_store *store, const struct ch_oid *oid)
{
	struct blob blob = {.oid = *oid, .tree = true}, *kept = find(blobs, oid, true);
	const struct ch_error *error;

	if (kept) {
		*content = use(blobs, kept);
		return NULL;
	}
	if ((error = ch_store_read(&blob.content, store, CH_TREE, oid, &blob.arena))) {
		ch_arena_clear(&blob.arena);
		return error;
	}
	keep(blobs, &blob);
	*content = blob.content;
	return NULL;
}

static void
drop_small(struct blobs *blobs)
{
	ch_object_free(blobs->small);
	blobs->small = (struct span){0};
}

static void
set_small(struct blobs *blobs, const struct ch_oid *oid, struct span content)
{
	drop_small(blobs);
	blobs->small = content;
	blobs->small_oid = *oid;
}

/* Something small was read ahead: it is wanted once. */
static struct span
use_up(struct blobs *blobs, struct blob *blob)
{
	take_out(blobs, &blobs->blobs, blob);
	set_small(blobs, &blob->oid, blob->content);
	free(blob);
	return blobs->small;
}

const struct ch_error *
blobs_get(struct span *content, struct blobs *blobs, struct ch_store *store, const struct ch_oid *oid)
{
	struct blob blob = {.oid = *oid}, *kept = find(blobs, oid, false);
	const struct ch_error *error;

	if (kept) {
		*content = kept->content.len > BLOBS_SMALL ? use(blobs, kept) : use_up(blobs, kept);
		return NULL;
	}
	if (blobs->small.len && ch_oid_equal(&blobs->small_oid, oid)) {
		*content = blobs->small; /* it was looked at whether it is a pointer */
		return NULL;
	}
	if ((error = ch_object_blob(&blob.content, store, oid)))
		return error;
	if (blob.content.len > BLOBS_SMALL)
		keep(blobs, &blob);
	else
		set_small(blobs, oid, blob.content);
	*content = blob.content;
	return NULL;
}

void
blobs_give(struct blobs *blobs, const struct ch_oid *oid, struct span content)
{
	struct blob blob = {.oid = *oid, .content = content};

	if (find(blobs, oid, false))
		ch_object_free(content);
	else
		keep(blobs, &blob);
}

void
blobs_give_tree(struct blobs *blobs, const struct ch_oid *oid, struct span content)
{
	struct blob blob = {.oid = *oid, .tree = true};

	if (find(blobs, oid, true))
		return;
	blob.content = ch_arena_copy(&blob.arena, content);
	keep(blobs, &blob);
}

void
blobs_release(struct blobs *blobs)
{
	drop_small(blobs);
	while (blobs->blobs.oldest)
		drop_oldest(blobs, &blobs->blobs);
	while (blobs->trees.oldest)
		drop_oldest(blobs, &blobs->trees);
}

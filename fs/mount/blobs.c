#include "blobs.h"

#include <stdlib.h>

struct blob {
	struct ch_oid oid;
	struct ch_arena arena;
	struct span content;
	struct blob *chain, *newer, *older;
};

static struct blob **
slot_of(struct blobs *blobs, const struct ch_oid *oid)
{
	return &blobs->slots[get32(oid->id) % BLOBS_SLOTS];
}

static void
unlink_blob(struct blobs *blobs, struct blob *blob)
{
	*(blob->newer ? &blob->newer->older : &blobs->newest) = blob->older;
	*(blob->older ? &blob->older->newer : &blobs->oldest) = blob->newer;
}

static void
link_newest(struct blobs *blobs, struct blob *blob)
{
	blob->newer = NULL;
	blob->older = blobs->newest;
	*(blobs->newest ? &blobs->newest->newer : &blobs->oldest) = blob;
	blobs->newest = blob;
}

static void
drop_oldest(struct blobs *blobs)
{
	struct blob *blob = blobs->oldest, **link = slot_of(blobs, &blob->oid);

	while (*link != blob)
		link = &(*link)->chain;
	*link = blob->chain;
	unlink_blob(blobs, blob);
	blobs->bytes -= blob->content.len;
	ch_arena_clear(&blob->arena);
	free(blob);
}

static const struct ch_error *
add(struct blob **out, struct blobs *blobs, struct ch_store *store, enum ch_object type, const struct ch_oid *oid)
{
	struct blob *blob = calloc(1, sizeof(*blob)), **slot = slot_of(blobs, oid);
	const struct ch_error *error;

	if (blob == NULL)
		abort();
	blob->oid = *oid;
	if ((error = ch_store_read(&blob->content, store, type, oid, &blob->arena))) {
		ch_arena_clear(&blob->arena);
		free(blob);
		return error;
	}
	while (blobs->oldest && blobs->bytes + blob->content.len > BLOBS_BYTES)
		drop_oldest(blobs);
	blob->chain = *slot;
	*slot = blob;
	blobs->bytes += blob->content.len;
	link_newest(blobs, blob);
	*out = blob;
	return NULL;
}

const struct ch_error *
blobs_get(struct span *content, struct blobs *blobs, struct ch_store *store, enum ch_object type, const struct ch_oid *oid)
{
	struct blob *blob = *slot_of(blobs, oid);
	const struct ch_error *error;

	while (blob && !ch_oid_equal(&blob->oid, oid))
		blob = blob->chain;
	if (blob) {
		unlink_blob(blobs, blob);
		link_newest(blobs, blob);
	} else if ((error = add(&blob, blobs, store, type, oid))) {
		return error;
	}
	*content = blob->content;
	return NULL;
}

void
blobs_release(struct blobs *blobs)
{
	while (blobs->oldest)
		drop_oldest(blobs);
}

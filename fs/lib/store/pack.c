#include "pack.h"
#include "wire/commit.h"

#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <stdlib.h>
#include <zlib.h>

#include "object.h"
#include "packentry.h"
#include "wire/tree.h"

enum { VERSION = 2, HEADER_SIZE = 12, DEPTH_MAX = 64 };

static const uint8_t signature[4] = "PACK";

static const struct ch_error *
add(struct span *raw, bool *again, struct ch_pack *pack, struct ch_store *store, enum ch_object type, const struct ch_oid *id,
    struct ch_arena *arena)
{
	struct ch_oid *key = ch_arena_alloc(arena, sizeof(*key));
	const struct ch_error *error;

	*again = ch_map_get(&pack->ids, span_of(id->id, sizeof(id->id))) != NULL;
	if (*again)
		return NULL;
	if ((error = ch_store_read(raw, store, type, id, arena)))
		return error;
	*key = *id;
	ch_map_put(&pack->ids, arena, span_of(key->id, sizeof(key->id)), key);
	pack->objects = ch_arena_grow(arena, pack->objects, pack->count, sizeof(*pack->objects));
	pack->objects[pack->count++] = (struct ch_pack_object){.type = type, .id = *id, .raw = *raw};
	return NULL;
}

static const struct ch_error *
add_tree(struct ch_pack *pack, struct ch_store *store, const struct ch_oid *tree, struct ch_arena *arena, unsigned depth)
{
	const struct ch_error *error;
	struct tree_entry entry;
	struct span raw, blob;
	bool again;

	if (depth == DEPTH_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d directories deep", DEPTH_MAX);
	if ((error = add(&raw, &again, pack, store, CH_TREE, tree, arena)) || again)
		return error;
	while (tree_next(&entry, &raw)) {
		struct ch_oid id;
		memcpy(id.id, entry.id, sizeof(id.id));
		error = entry.directory ? add_tree(pack, store, &id, arena, depth + 1) : add(&blob, &again, pack, store, CH_BLOB, &id, arena);
		if (error)
			return error;
	}
	return NULL;
}

const struct ch_error *
ch_pack_add_commit(struct ch_pack *pack, struct ch_store *store, const struct ch_oid *commit, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct commit c;
	struct ch_oid tree;
	struct span raw;
	bool again;

	if ((error = add(&raw, &again, pack, store, CH_COMMIT, commit, arena)) || again)
		return error;
	if (commit_read(&c, raw) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_COMMIT, "%s", "");
	memcpy(tree.id, c.tree, sizeof(tree.id));
	return add_tree(pack, store, &tree, arena, 0);
}

static int
by_id(const void *a, const void *b)
{
	const struct ch_pack_object *x = a, *y = b;

	return memcmp(x->id.id, y->id.id, sizeof(x->id.id));
}

void
ch_pack_sort(struct ch_pack *pack)
{
	if (pack->count)
		qsort(pack->objects, pack->count, sizeof(*pack->objects), by_id);
}

static size_t
put_entry(uint8_t *out, size_t room, const struct ch_pack_object *object, bool fast)
{
	size_t len = ch_packentry_put_header(out, object->type, object->raw.len), quick;
	uLongf deflated = room - len;

	if (fast && (quick = ch_packentry_deflate(out + len, room - len, object->raw)))
		return len + quick;
	if (compress2(out + len, &deflated, object->raw.len ? object->raw.data : out, object->raw.len, Z_DEFAULT_COMPRESSION) != Z_OK)
		abort(); /* compressBound() has room for anything; what is left is memory */
	return len + deflated;
}

struct span
ch_pack_write(struct ch_pack *pack, struct ch_arena *arena)
{
	size_t size = HEADER_SIZE + OBJECT_ID_SIZE, at = HEADER_SIZE;
	uint8_t *out;

	for (size_t i = 0; i < pack->count; i++)
		size += PACKENTRY_HEADER_MAX + compressBound(pack->objects[i].raw.len);
	out = ch_arena_alloc(arena, size);
	memcpy(out, signature, sizeof(signature));
	put32(out + 4, VERSION);
	put32(out + 8, (uint32_t)pack->count);
	ch_pack_sort(pack);
	for (size_t i = 0; i < pack->count; i++) {
		pack->objects[i].offset = (uint32_t)at;
		at += put_entry(out + at, size - OBJECT_ID_SIZE - at, &pack->objects[i], pack->fast);
	}
	ch_object_digest(out + at, span_of(out, at));
	return span_of(out, at + OBJECT_ID_SIZE);
}

/* Inflates exactly `size` bytes off *rest, as git will when it gets the pack: libdeflate (packentry.h) takes some that zlib refuses. */
static bool
take_inflated(struct span *raw, struct span *rest, size_t size, struct ch_arena *arena)
{
	uint8_t *out = ch_arena_alloc(arena, size + 1);
	z_stream z = {.next_in = (uint8_t *)rest->data, .next_out = out, .avail_out = (uInt)size + 1};
	bool whole;

	z.avail_in = rest->len > UINT32_MAX ? UINT32_MAX : (uInt)rest->len;
	if (inflateInit(&z) != Z_OK)
		abort();
	whole = inflate(&z, Z_FINISH) == Z_STREAM_END && z.total_out == size;
	*rest = span_skip(*rest, z.total_in);
	*raw = span_of(out, size);
	inflateEnd(&z);
	return whole;
}

static enum wire_code
take_entry(struct ch_pack_object *object, struct span *rest, size_t *left, struct ch_arena *arena)
{
	size_t size;

	if (!ch_packentry_header(&object->type, &size, rest))
		return WIRE_MALFORMED_TREE;
	if (size > *left)
		return WIRE_TOO_LONG;
	*left -= size;
	if (!take_inflated(&object->raw, rest, size, arena))
		return WIRE_MALFORMED_TREE;
	ch_object_id(&object->id, object->type, object->raw);
	return WIRE_OK;
}

static bool
is_framed(struct span bytes)
{
	uint8_t digest[OBJECT_ID_SIZE];

	if (bytes.len < HEADER_SIZE + OBJECT_ID_SIZE || !span_starts(bytes, span_of(signature, sizeof(signature))) || get32(bytes.data + 4) != VERSION)
		return false;
	ch_object_digest(digest, span_of(bytes.data, bytes.len - OBJECT_ID_SIZE));
	return memcmp(bytes.data + bytes.len - OBJECT_ID_SIZE, digest, OBJECT_ID_SIZE) == 0;
}

enum wire_code
ch_pack_read(struct ch_pack *pack, struct span bytes, size_t most, struct ch_arena *arena)
{
	size_t left = most < INT32_MAX ? most : INT32_MAX;
	enum wire_code code;
	struct span rest;
	uint32_t count;

	*pack = (struct ch_pack){0};
	if (!is_framed(bytes))
		return WIRE_MALFORMED_TREE;
	if ((count = get32(bytes.data + 8)) > PACK_OBJECTS_MAX)
		return WIRE_LIMIT;
	rest = span_of(bytes.data + HEADER_SIZE, bytes.len - HEADER_SIZE - OBJECT_ID_SIZE);
	for (; pack->count < count; pack->count++) {
		pack->objects = ch_arena_grow(arena, pack->objects, pack->count, sizeof(*pack->objects));
		if ((code = take_entry(&pack->objects[pack->count], &rest, &left, arena)) != WIRE_OK)
			return code;
		if (pack->count && by_id(&pack->objects[pack->count - 1], &pack->objects[pack->count]) >= 0)
			return WIRE_MALFORMED_TREE;
	}
	return rest.len == 0 ? WIRE_OK : WIRE_MALFORMED_TREE;
}

bool
ch_pack_equal(const struct ch_pack *a, const struct ch_pack *b)
{
	if (a->count != b->count)
		return false;
	for (size_t i = 0; i < a->count; i++)
		if (!ch_oid_equal(&a->objects[i].id, &b->objects[i].id))
			return false;
	return true;
}

const struct ch_error *
ch_pack_store(struct ch_store *store, struct span bytes)
{
	git_indexer_progress progress = {0};
	git_odb_writepack *writer = NULL;
	const struct ch_error *error = NULL;

	if (git_odb_write_pack(&writer, store->odb, NULL, NULL) != 0)
		return ch_fail_git("cannot write to '%s'", store->path);
	if (writer->append(writer, bytes.data, bytes.len, &progress) != 0 || writer->commit(writer, &progress) != 0)
		error = ch_fail_git("cannot read the pack");
	writer->free(writer);
	return error;
}

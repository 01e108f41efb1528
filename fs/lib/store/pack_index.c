/* The index of a pack, version 2 (gitformat-pack): where each object begins, in the order of their ids. */
#include <zlib.h>

#include "object.h"
#include "pack.h"

enum { HEADER_SIZE = 8, FANOUT = 256, VERSION = 2 };

static const uint8_t signature[4] = {0xff, 't', 'O', 'c'};

static uint8_t *
put_number(uint8_t *at, uint32_t number)
{
	put32(at, number);
	return at + 4;
}

static uint8_t *
put_bytes(uint8_t *at, const uint8_t *bytes, size_t len)
{
	memcpy(at, bytes, len);
	return at + len;
}

/* For each first byte of an id: how many objects have that one or a lesser. */
static uint8_t *
put_fanout(uint8_t *at, const struct ch_pack *pack)
{
	size_t count = 0;

	for (unsigned first = 0; first < FANOUT; first++) {
		while (count < pack->count && pack->objects[count].id.id[0] <= first)
			count++;
		at = put_number(at, (uint32_t)count);
	}
	return at;
}

static uint32_t
crc_of(const struct ch_pack *pack, size_t i, struct span bytes)
{
	size_t begin = pack->objects[i].offset, end = i + 1 < pack->count ? pack->objects[i + 1].offset : bytes.len - OBJECT_ID_SIZE;

	return (uint32_t)crc32_z(crc32_z(0, NULL, 0), bytes.data + begin, end - begin);
}

struct span
ch_pack_index(const struct ch_pack *pack, struct span bytes, struct ch_arena *arena)
{
	size_t size = HEADER_SIZE + 4 * FANOUT + pack->count * (OBJECT_ID_SIZE + 4 + 4) + 2 * OBJECT_ID_SIZE;
	uint8_t *out = ch_arena_alloc(arena, size), *at = put_number(put_bytes(out, signature, sizeof(signature)), VERSION);

	at = put_fanout(at, pack);
	for (size_t i = 0; i < pack->count; i++)
		at = put_bytes(at, pack->objects[i].id.id, OBJECT_ID_SIZE);
	for (size_t i = 0; i < pack->count; i++)
		at = put_number(at, crc_of(pack, i, bytes));
	for (size_t i = 0; i < pack->count; i++)
		at = put_number(at, pack->objects[i].offset);
	at = put_bytes(at, bytes.data + bytes.len - OBJECT_ID_SIZE, OBJECT_ID_SIZE);
	ch_object_digest(at, span_of(out, (size_t)(at - out)));
	return span_of(out, size);
}

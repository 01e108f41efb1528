#include "packview.h"

enum { PACK_HEADER = 12, FANOUT = 256, IDS = 8 + 4 * FANOUT, CRC_AND_OFFSET = 4 + 4, FAR = 8, DIGESTS = 2 * OBJECT_ID_SIZE, GUESSES = 8 };

static const uint8_t pack_signature[8] = {'P', 'A', 'C', 'K', 0, 0, 0, 2}, index_signature[8] = {0xff, 't', 'O', 'c', 0, 0, 0, 2};
static const uint32_t far = UINT32_C(1) << 31; /* the rest is a place in the table of offsets of 64 bits */

/* How many ids have this first byte or a lesser. */
static uint32_t
up_to(const struct ch_packview *view, unsigned first)
{
	return get32(view->index.data + 8 + 4 * first);
}

static const uint8_t *
id_at(const struct ch_packview *view, size_t i)
{
	return view->index.data + IDS + i * OBJECT_ID_SIZE;
}

bool
ch_packview_open(struct ch_packview *view, struct span pack, struct span index)
{
	*view = (struct ch_packview){.pack = pack, .index = index};
	if (pack.len < PACK_HEADER + OBJECT_ID_SIZE || !span_starts(pack, span_of(pack_signature, sizeof(pack_signature))) ||
		index.len < IDS + DIGESTS || !span_starts(index, span_of(index_signature, sizeof(index_signature))))
		return false;
	for (unsigned first = 1; first < FANOUT; first++)
		if (up_to(view, first) < up_to(view, first - 1))
			return false;
	view->count = up_to(view, FANOUT - 1);
	return view->count <= (index.len - IDS - DIGESTS) / (OBJECT_ID_SIZE + CRC_AND_OFFSET);
}

/* Where in the pack the object with the i-th id begins. */
static bool
offset_of(uint64_t *offset, const struct ch_packview *view, size_t i)
{
	const uint8_t *offsets = id_at(view, view->count) + view->count * (size_t)4, *table = offsets + view->count * (size_t)4;
	size_t room = (size_t)(view->index.data + view->index.len - DIGESTS - table) / FAR;
	uint32_t near = get32(offsets + 4 * i);

	*offset = near;
	if ((near & far) == 0)
		return true;
	if ((near & ~far) >= room)
		return false;
	*offset = get64(table + FAR * (size_t)(near & ~far));
	return true;
}

/* Ids are spread evenly: where one would lie if they were so exactly. After a few guesses by halves, whatever the index is. */
static bool
find(size_t *at, const struct ch_packview *view, const struct ch_oid *id)
{
	size_t low = id->id[0] ? up_to(view, id->id[0] - 1u) : 0, high = up_to(view, id->id[0]);
	uint32_t from = 0, is = get32(id->id + 1), to = UINT32_MAX;

	for (unsigned turn = 0; low < high; turn++) {
		uint64_t part = (uint64_t)(is - from) * (high - low) / ((uint64_t)to - from + 1);
		size_t middle = low + (turn < GUESSES ? (size_t)part : (high - low) / 2);
		uint32_t there = get32(id_at(view, middle) + 1);
		int order = memcmp(id->id, id_at(view, middle), OBJECT_ID_SIZE);

		*at = middle;
		if (order == 0)
			return true;
		if (order < 0) {
			high = middle;
			to = there > is ? there : is;
		} else {
			low = middle + 1;
			from = there < is ? there : is;
		}
	}
	return false;
}

/* Where a delta's base begins; it is taken off *rest. */
static bool
take_base(uint64_t *base, struct span *rest, const struct ch_packview *view, unsigned kind, uint64_t at)
{
	struct ch_oid id;
	uint64_t back;
	size_t i;

	if (kind == PACKENTRY_DELTA_BACK) {
		if (!ch_packentry_back(&back, rest) || back == 0 || back >= at)
			return false;
		*base = at - back;
		return true;
	}
	if (rest->len < OBJECT_ID_SIZE)
		return false;
	memcpy(id.id, rest->data, OBJECT_ID_SIZE);
	*rest = span_skip(*rest, OBJECT_ID_SIZE);
	return find(&i, view, &id) && offset_of(base, view, i) && *base != 0;
}

bool
ch_packview_entry_at(struct ch_packview_entry *entry, const struct ch_packview *view, uint64_t at)
{
	size_t end = view->pack.len - OBJECT_ID_SIZE;

	if (at < PACK_HEADER || at >= end)
		return false;
	*entry = (struct ch_packview_entry){.at = at, .deflated = span_of(view->pack.data + at, end - (size_t)at)};
	if (!ch_packentry_kind(&entry->kind, &entry->size, &entry->deflated))
		return false;
	if (entry->kind == PACKENTRY_DELTA_BACK || entry->kind == PACKENTRY_DELTA_ID)
		return take_base(&entry->base, &entry->deflated, view, entry->kind, at);
	return entry->kind == CH_COMMIT || entry->kind == CH_TREE || entry->kind == CH_BLOB;
}

bool
ch_packview_entry(struct ch_packview_entry *entry, const struct ch_packview *view, const struct ch_oid *id)
{
	uint64_t offset;
	size_t at;

	return find(&at, view, id) && offset_of(&offset, view, at) && ch_packview_entry_at(entry, view, offset);
}

bool
ch_packview_find(enum ch_object *type, size_t *size, struct span *rest, const struct ch_packview *view, const struct ch_oid *id)
{
	struct ch_packview_entry entry;

	if (!ch_packview_entry(&entry, view, id) || entry.base)
		return false;
	*type = (enum ch_object)entry.kind;
	*size = entry.size;
	*rest = entry.deflated;
	return true;
}

bool
ch_packview_has(const struct ch_packview *view, const struct ch_oid *id)
{
	size_t at;

	return find(&at, view, id);
}

struct ch_oid
ch_packview_id(const struct ch_packview *view, size_t i)
{
	struct ch_oid id;

	memcpy(id.id, id_at(view, i), sizeof(id.id));
	return id;
}

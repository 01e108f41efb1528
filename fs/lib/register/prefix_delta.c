#include "prefix_delta.h"

#include "prefix_inside.h"

struct patch {
	uint32_t flat, chunk, at, length;
};

/* Fewer bytes than this that stayed the same between two that did not are written along with them: a patch of its own would have as many. */
enum { GAP = sizeof(struct patch), STEP = sizeof(uint32_t) };

/* One patch off the front of `rest`. */
static bool
take(struct patch *patch, struct span *rest)
{
	if (rest->len < sizeof(*patch))
		return false;
	memcpy(patch, rest->data, sizeof(*patch));
	*rest = span_of(rest->data + sizeof(*patch), rest->len - sizeof(*patch));
	if (patch->length == 0 || patch->length > rest->len)
		return false;
	*rest = span_of(rest->data + patch->length, rest->len - patch->length);
	return true;
}

static bool
is_behind(const struct patch *patch, const struct patch *last)
{
	if (patch->flat != last->flat)
		return patch->flat > last->flat;
	if (patch->chunk != last->chunk)
		return patch->chunk > last->chunk;
	return patch->at >= last->at + last->length;
}

static bool
fits(const struct patch *patch, const uint32_t count[PREFIX_FLATS])
{
	struct ch_flat flat;
	size_t size;

	if (patch->flat >= PREFIX_FLATS)
		return false;
	ch_flat_begin(&flat, prefix_record_size(patch->flat));
	flat.count = count[patch->flat];
	size = ch_flat_chunk_size(&flat);
	return patch->chunk < ch_flat_chunks(&flat) && patch->at < size && patch->length <= size - patch->at;
}

static void
add_chunk(struct prefix_delta *delta, const struct patch *patch, const uint8_t *from)
{
	delta->chunks = ch_arena_grow(&delta->arena, delta->chunks, delta->count, sizeof(*delta->chunks));
	delta->chunks[delta->count++] = (struct prefix_patched){patch->flat, patch->chunk, span_of(from, 0)};
}

bool
prefix_delta_read(struct prefix_delta *delta, struct span patches, const uint32_t count[PREFIX_FLATS])
{
	struct patch patch, last = {0};

	for (struct span rest = patches; rest.len; last = patch) {
		const uint8_t *from = rest.data;
		if (!take(&patch, &rest) || !fits(&patch, count) || (delta->count && !is_behind(&patch, &last)))
			return false;
		if (delta->count == 0 || patch.flat != last.flat || patch.chunk != last.chunk)
			add_chunk(delta, &patch, from);
		delta->chunks[delta->count - 1].patches.len += (size_t)(rest.data - from);
	}
	return true;
}

struct span
prefix_delta_of(const struct prefix_delta *delta, uint32_t flat, uint32_t chunk)
{
	size_t low = 0, high = delta->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const struct prefix_patched *patched = &delta->chunks[middle];
		if (patched->flat == flat && patched->chunk == chunk)
			return patched->patches;
		if (patched->flat < flat || (patched->flat == flat && patched->chunk < chunk))
			low = middle + 1;
		else
			high = middle;
	}
	return SPAN_LITERAL("");
}

void
prefix_delta_apply(void *chunk, struct span patches)
{
	struct patch patch;

	while (take(&patch, &patches))
		memcpy((uint8_t *)chunk + patch.at, patches.data - patch.length, patch.length);
}

static bool
differs(const uint8_t *was, const uint8_t *is, size_t at)
{
	return memcmp(was + at, is + at, STEP) != 0;
}

/* Where the difference that begins at `at` ends. */
static size_t
end_of(const uint8_t *was, const uint8_t *is, size_t at, size_t size)
{
	size_t end = at + STEP;

	for (size_t i = end; i < size && i < end + GAP; i += STEP)
		if (differs(was, is, i))
			end = i + STEP;
	return end;
}

void
prefix_delta_write(FILE *out, uint32_t flat, uint32_t chunk, const uint8_t *was, const uint8_t *is, size_t size)
{
	size_t end;

	for (size_t at = 0; at < size; at = end) {
		struct patch patch;
		end = at + STEP;
		if (!differs(was, is, at))
			continue;
		end = end_of(was, is, at, size);
		patch = (struct patch){flat, chunk, (uint32_t)at, (uint32_t)(end - at)};
		fwrite(&patch, 1, sizeof(patch), out);
		fwrite(is + at, 1, end - at, out);
	}
}

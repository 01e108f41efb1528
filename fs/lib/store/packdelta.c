#include "packdelta.h"

enum { FROM_BASE = 0x80, OFFSET_BYTES = 4, LENGTH_BYTES = 3, LENGTH_NONE = 0x10000, SHIFT_MAX = 56 };

/* Seven bits at a time, least significant first. */
static bool
take_size(uint64_t *size, struct span *rest)
{
	uint8_t byte = FROM_BASE;

	*size = 0;
	for (unsigned shift = 0; byte & 0x80; shift += 7) {
		if (rest->len == 0 || shift > SHIFT_MAX)
			return false;
		byte = rest->data[0];
		*size |= (uint64_t)(byte & 0x7f) << shift;
		*rest = span_skip(*rest, 1);
	}
	return true;
}

/* A number of which only those bytes are there that have a bit in `bits`, least significant first. */
static bool
take_sparse(uint32_t *number, struct span *rest, unsigned bits, unsigned bytes)
{
	*number = 0;
	for (unsigned i = 0; i < bytes; i++) {
		if ((bits >> i & 1) == 0)
			continue;
		if (rest->len == 0)
			return false;
		*number |= (uint32_t)rest->data[0] << 8 * i;
		*rest = span_skip(*rest, 1);
	}
	return true;
}

/* One instruction: the piece that comes next. */
static bool
take_piece(struct span *piece, struct span *rest, struct span base)
{
	unsigned instruction = rest->data[0];
	uint32_t offset, len;

	*rest = span_skip(*rest, 1);
	if ((instruction & FROM_BASE) == 0) {
		if (instruction == 0 || instruction > rest->len)
			return false;
		*piece = span_of(rest->data, instruction);
		*rest = span_skip(*rest, instruction);
		return true;
	}
	if (!take_sparse(&offset, rest, instruction, OFFSET_BYTES) || !take_sparse(&len, rest, instruction >> OFFSET_BYTES, LENGTH_BYTES))
		return false;
	len = len ? len : LENGTH_NONE;
	if (offset > base.len || len > base.len - offset)
		return false;
	*piece = span_of(base.data + offset, len);
	return true;
}

bool
ch_packdelta_sizes(uint64_t *base, uint64_t *size, struct span delta)
{
	return take_size(base, &delta) && take_size(size, &delta);
}

bool
ch_packdelta_apply(uint8_t *out, size_t size, struct span base, struct span delta)
{
	uint64_t from, into;
	struct span piece;
	size_t at = 0;

	if (!take_size(&from, &delta) || !take_size(&into, &delta) || from != base.len || into != size)
		return false;
	while (delta.len) {
		if (!take_piece(&piece, &delta, base) || piece.len > size - at)
			return false;
		memcpy(out + at, piece.data, piece.len);
		at += piece.len;
	}
	return at == size;
}

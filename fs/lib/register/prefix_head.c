#include "prefix_inside.h"

#include <assert.h>

static const char magic[] = "chancery memory 1\n";

static const uint32_t record_sizes[PREFIX_FLATS] = {
	sizeof(struct ch_entry), sizeof(struct ch_chain), 1, sizeof(struct ch_grant), sizeof(struct ch_proof), sizeof(struct ch_saves),
	sizeof(struct ch_space_version), sizeof(struct ch_space_journal), sizeof(uint32_t), sizeof(uint32_t), sizeof(uint32_t), sizeof(uint32_t),
	sizeof(uint32_t), sizeof(struct prefix_drive), sizeof(struct prefix_seal),
};

static_assert(sizeof(struct prefix_head) + 128 <= PREFIX_HEAD_SIZE, "a head has room for what it says");

size_t
prefix_record_size(unsigned flat)
{
	return record_sizes[flat];
}

/* Whatever changes what the bytes mean: another judge, other records, another byte order. */
static size_t
put_kind(uint8_t *out)
{
	uint32_t kind[3 + PREFIX_FLATS] = {0x01020304, CH_JUDGE_VERSION, PREFIX_FLATS};

	memcpy(kind + 3, record_sizes, sizeof(record_sizes));
	memcpy(out, magic, sizeof(magic));
	memcpy(out + sizeof(magic), kind, sizeof(kind));
	return sizeof(magic) + sizeof(kind);
}

void
prefix_head_write(uint8_t out[PREFIX_HEAD_SIZE], const struct prefix_head *head)
{
	memset(out, 0, PREFIX_HEAD_SIZE);
	memcpy(out + put_kind(out), head, sizeof(*head));
}

/* Counts that no register reaches would make sizes overflow. */
static bool
is_possible(const struct prefix_head *head)
{
	for (unsigned i = 0; i < PREFIX_FLATS; i++)
		if (head->count[i] > UINT32_MAX / 2)
			return false;
	for (unsigned i = 0; i < PREFIX_INDEXES; i++)
		if (head->index_bits[i] < 1 || head->index_bits[i] > 31 || head->count[LEDGER_FIRST_INDEX + i] != 1u << head->index_bits[i] ||
		    head->index_count[i] > head->count[LEDGER_FIRST_INDEX + i] / 4 * 3)
			return false;
	return head->seq > 0;
}

bool
prefix_head_read(struct prefix_head *head, struct span bytes)
{
	uint8_t kind[PREFIX_HEAD_SIZE];
	size_t at = put_kind(kind);

	if (bytes.len != PREFIX_HEAD_SIZE || memcmp(bytes.data, kind, at) != 0)
		return false;
	memcpy(head, bytes.data + at, sizeof(*head));
	return is_possible(head);
}

#include "memory.h"
#include "records.h"

enum { SHARE_OF_AREA = 2, SHARES = 5 }; /* evidence fills at most so much of the journal: receipts must always have room */

/* ---- where things are ---- */

static bool
find_act(unsigned *index, const struct memory *memory, const uint8_t id[SHA256_SIZE])
{
	for (*index = 0; *index < memory->acts; (*index)++)
		if (memcmp(record_at(memory, memory->act[*index]).data, id, SHA256_SIZE) == 0)
			return true;
	return false;
}

static struct span
act_of(const struct memory *memory, const uint8_t id[SHA256_SIZE])
{
	unsigned index;

	return find_act(&index, memory, id) ? span_skip(record_at(memory, memory->act[index]), SHA256_SIZE) : (struct span){0};
}

static bool
find_bundle(struct span *ids, const struct memory *memory, const uint8_t digest[SHA256_SIZE])
{
	for (unsigned i = 0; i < memory->bundles; i++) {
		*ids = record_at(memory, memory->bundle[i]);
		if (memcmp(ids->data, digest, SHA256_SIZE) == 0) {
			*ids = span_skip(*ids, SHA256_SIZE);
			return true;
		}
	}
	return false;
}

struct span
evidence_shown(const struct memory *memory, unsigned index)
{
	return index < memory->shown_count ? act_of(memory, memory->shown[index]) : (struct span){0};
}

struct span
evidence_find(const struct memory *memory, const uint8_t bundle[SHA256_SIZE], unsigned index)
{
	struct span ids;

	if (!find_bundle(&ids, memory, bundle) || ids.len < (index + 1) * (size_t)SHA256_SIZE)
		return (struct span){0};
	return act_of(memory, ids.data + index * SHA256_SIZE);
}

/* ---- pruning ---- */

static bool
is_named_by_receipt(const struct memory *memory, const uint8_t bundle[SHA256_SIZE])
{
	struct receipt receipt;

	for (unsigned i = 0; i < memory->receipts; i++)
		if (receipt_read(&receipt, record_at(memory, memory->receipt[i])) == WIRE_OK && receipt.has_bundle &&
		    memcmp(receipt.bundle, bundle, SHA256_SIZE) == 0)
			return true;
	return false;
}

void
evidence_prune_bundles(struct memory *memory)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < memory->bundles; i++)
		if (is_named_by_receipt(memory, record_at(memory, memory->bundle[i]).data))
			memory->bundle[kept++] = memory->bundle[i];
	memory->bundles = kept;
}

static bool
is_in(struct span ids, const uint8_t id[SHA256_SIZE])
{
	for (; ids.len >= SHA256_SIZE; ids = span_skip(ids, SHA256_SIZE))
		if (memcmp(ids.data, id, SHA256_SIZE) == 0)
			return true;
	return false;
}

static bool
is_wanted(const struct memory *memory, const uint8_t id[SHA256_SIZE])
{
	if (is_in(span_of(memory->shown, memory->shown_count * sizeof(memory->shown[0])), id))
		return true;
	for (unsigned i = 0; i < memory->bundles; i++)
		if (is_in(span_skip(record_at(memory, memory->bundle[i]), SHA256_SIZE), id))
			return true;
	return false;
}

void
evidence_prune_acts(struct memory *memory)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < memory->acts; i++)
		if (is_wanted(memory, record_at(memory, memory->act[i]).data))
			memory->act[kept++] = memory->act[i];
	memory->acts = kept;
}

/* ---- keeping ---- */

static bool
has_share(const struct memory *memory, size_t len)
{
	for (unsigned i = 0; i < memory->acts; i++)
		len += record_at(memory, memory->act[i]).len + JOURNAL_FRAME;
	for (unsigned i = 0; i < memory->bundles; i++)
		len += record_at(memory, memory->bundle[i]).len + JOURNAL_FRAME;
	return len <= memory->journal.port->flash_area / SHARES * SHARE_OF_AREA;
}

static enum wire_code
make_room(struct memory *memory, size_t len, const unsigned *count, unsigned most)
{
	enum wire_code code;

	if (*count < most && has_share(memory, len))
		return WIRE_OK;
	if ((code = memory_rewrite(memory)) != WIRE_OK)
		return code;
	return *count < most && has_share(memory, len) ? WIRE_OK : WIRE_FULL;
}

void
evidence_begin(struct memory *memory)
{
	memory->shown_count = 0;
}

enum wire_code
evidence_put_act(struct memory *memory, const uint8_t id[SHA256_SIZE], struct span raw)
{
	enum wire_code code = WIRE_OK;
	unsigned known;

	if (memory->shown_count == BUNDLE_ACTS_MAX)
		return WIRE_LIMIT;
	if (!find_act(&known, memory, id)) {
		if ((code = make_room(memory, raw.len, &memory->acts, MEMORY_ACTS)) == WIRE_OK)
			code = memory_record(memory, RECORD_ACT, span_of(id, SHA256_SIZE), raw);
	}
	if (code == WIRE_OK)
		memcpy(memory->shown[memory->shown_count++], id, SHA256_SIZE);
	return code;
}

void
evidence_digest(uint8_t digest[SHA256_SIZE], const struct memory *memory)
{
	wire_sha256_of(digest, span_of(memory->shown, memory->shown_count * sizeof(memory->shown[0])));
}

enum wire_code
evidence_put_bundle(struct memory *memory)
{
	uint8_t bytes[(1 + BUNDLE_ACTS_MAX) * SHA256_SIZE];
	size_t len = (1 + memory->shown_count) * (size_t)SHA256_SIZE;
	enum wire_code code;
	struct span known;

	evidence_digest(bytes, memory);
	if (find_bundle(&known, memory, bytes))
		return WIRE_OK;
	memcpy(bytes + SHA256_SIZE, memory->shown, len - SHA256_SIZE);
	if (memory->bundles == MEMORY_BUNDLES)
		evidence_prune_bundles(memory);
	if ((code = make_room(memory, len, &memory->bundles, MEMORY_BUNDLES)) != WIRE_OK)
		return code;
	return memory_record(memory, RECORD_BUNDLE, span_of(bytes, len), (struct span){0});
}

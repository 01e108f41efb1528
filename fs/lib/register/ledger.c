#include "ledger.h"

#include <assert.h>

static_assert(sizeof(struct ch_entry) == 80, "a million of them have to fit");

static struct span
act_key(const void *ledger, uint32_t number)
{
	return span_of(ch_ledger_entry(ledger, number)->id, SHA256_SIZE);
}

static struct span
commit_key(const void *ledger, uint32_t number)
{
	return span_of(ch_ledger_entry(ledger, number)->commit.id, OBJECT_ID_SIZE);
}

static struct span
path_key(const void *ledger, uint32_t number)
{
	return ch_ledger_path(ledger, ch_ledger_chain(ledger, number));
}

static struct span
digest_key(const void *ledger, uint32_t number)
{
	return span_of(ch_ledger_grant(ledger, number)->digest, SHA256_SIZE);
}

void
ch_ledger_begin(struct ch_ledger *ledger)
{
	*ledger = (struct ch_ledger){0};
	ch_flat_begin(&ledger->entries, sizeof(struct ch_entry));
	ch_flat_begin(&ledger->chains, sizeof(struct ch_chain));
	ch_flat_begin(&ledger->texts, 1);
	ch_flat_begin(&ledger->grants, sizeof(struct ch_grant));
	ch_flat_begin(&ledger->proofs, sizeof(struct ch_proof));
	ch_flat_begin(&ledger->saves, sizeof(struct ch_saves));
	ch_flat_begin(&ledger->versions, sizeof(struct ch_space_version));
	ch_flat_begin(&ledger->journals, sizeof(struct ch_space_journal));
	ch_flat_begin(&ledger->ground, sizeof(uint32_t));
	ch_index_begin(&ledger->acts, act_key, ledger);
	ch_index_begin(&ledger->commits, commit_key, ledger);
	ch_index_begin(&ledger->paths, path_key, ledger);
	ch_index_begin(&ledger->digests, digest_key, ledger);
}

void
ch_ledger_flats(struct ch_flat *out[LEDGER_FLATS], struct ch_ledger *ledger)
{
	struct ch_flat *all[] = {&ledger->entries, &ledger->chains, &ledger->texts, &ledger->grants, &ledger->proofs, &ledger->saves,
				 &ledger->versions, &ledger->journals, &ledger->ground, &ledger->acts.slots, &ledger->commits.slots,
				 &ledger->paths.slots, &ledger->digests.slots};

	static_assert(sizeof(all) == LEDGER_FLATS * sizeof(*all), "each of them");
	memcpy(out, all, sizeof(all));
}

void
ch_ledger_clear(struct ch_ledger *ledger)
{
	struct ch_flat *flats[LEDGER_FLATS];

	ch_ledger_flats(flats, ledger);
	for (size_t i = 0; i < LEDGER_FLATS; i++)
		ch_flat_clear(flats[i]);
	*ledger = (struct ch_ledger){0};
}

struct ch_entry *
ch_ledger_entry(const struct ch_ledger *ledger, uint32_t number)
{
	return number == CH_NONE ? NULL : ch_flat_at(&ledger->entries, number);
}

struct ch_chain *
ch_ledger_chain(const struct ch_ledger *ledger, uint32_t number)
{
	return number == CH_NONE ? NULL : ch_flat_at(&ledger->chains, number);
}

struct ch_grant *
ch_ledger_grant(const struct ch_ledger *ledger, uint32_t number)
{
	return number == CH_NONE ? NULL : ch_flat_at(&ledger->grants, number);
}

struct ch_proof *
ch_ledger_proof(const struct ch_ledger *ledger, uint32_t number)
{
	return number == CH_NONE ? NULL : ch_flat_at(&ledger->proofs, number);
}

struct span
ch_ledger_path(const struct ch_ledger *ledger, const struct ch_chain *chain)
{
	return span_of(ch_flat_at(&ledger->texts, chain->path), chain->path_len);
}

/* No path lies across the end of a chunk. */
static uint32_t
add_text(struct ch_ledger *ledger, struct span text)
{
	struct ch_flat *texts = &ledger->texts;
	uint32_t at = texts->count, size = (uint32_t)ch_flat_chunk_size(texts);

	if (at % size + text.len > size)
		at += size - at % size;
	ch_flat_extend(texts, at + (uint32_t)text.len);
	memcpy(ch_flat_at(texts, at), text.data, text.len);
	return at;
}

uint32_t
ch_ledger_open_chain(struct ch_ledger *ledger, struct span path)
{
	uint32_t number = ch_index_find(&ledger->paths, path);
	struct ch_chain *chain;

	if (number != CH_NONE)
		return number;
	number = ledger->chains.count;
	chain = ch_flat_add(&ledger->chains);
	*chain = (struct ch_chain){.path_len = (uint16_t)path.len, .first = CH_NONE, .last = CH_NONE, .detail = CH_NONE};
	chain->path = add_text(ledger, path);
	ch_index_add(&ledger->paths, number);
	return number;
}

static void
append(struct ch_ledger *ledger, uint32_t number)
{
	struct ch_entry *entry = ch_ledger_entry(ledger, number);
	struct ch_chain *chain = ch_ledger_chain(ledger, entry->chain);

	entry->before = chain->last;
	if (chain->count++ == 0)
		chain->first = number;
	chain->last = number;
	if (ch_ledger_is_ground((enum act_kind)entry->kind))
		*(uint32_t *)ch_flat_add(&ledger->ground) = number;
}

uint32_t
ch_ledger_add(struct ch_ledger *ledger, const struct ch_entry *entry)
{
	uint32_t number = ledger->entries.count;
	struct ch_entry *added = ch_flat_add(&ledger->entries);

	*added = *entry;
	added->before = CH_NONE;
	if (ch_index_find(&ledger->commits, commit_key(ledger, number)) == CH_NONE)
		ch_index_add(&ledger->commits, number);
	if (ch_index_find(&ledger->acts, act_key(ledger, number)) == CH_NONE)
		ch_index_add(&ledger->acts, number);
	if (entry->code == WIRE_OK)
		append(ledger, number);
	else
		ledger->refused++;
	return number;
}

uint32_t
ch_ledger_add_grant(struct ch_ledger *ledger, const struct ch_grant *grant)
{
	uint32_t number = ledger->grants.count;

	*(struct ch_grant *)ch_flat_add(&ledger->grants) = *grant;
	ch_ledger_chain(ledger, grant->chain)->detail = number;
	if (ch_index_find(&ledger->digests, digest_key(ledger, number)) == CH_NONE)
		ch_index_add(&ledger->digests, number);
	return number;
}

void
ch_ledger_add_proof(struct ch_ledger *ledger, uint32_t number, const struct ch_proof *proof)
{
	struct ch_grant *grant = ch_ledger_grant(ledger, number);
	struct ch_proof *added = ch_flat_add(&ledger->proofs);

	*added = *proof;
	added->before = grant->record;
	grant->record = ledger->proofs.count - 1;
}

struct ch_saves *
ch_ledger_saves(struct ch_ledger *ledger, uint32_t number)
{
	struct ch_chain *chain = ch_ledger_chain(ledger, number);

	if (chain->detail == CH_NONE) {
		chain->detail = ledger->saves.count;
		*(struct ch_saves *)ch_flat_add(&ledger->saves) = (struct ch_saves){number, CH_NONE, CH_NONE};
	}
	return ch_flat_at(&ledger->saves, chain->detail);
}

struct ch_space_version *
ch_ledger_version(const struct ch_ledger *ledger, uint32_t number)
{
	return number == CH_NONE ? NULL : ch_flat_at(&ledger->versions, number);
}

struct ch_space_journal *
ch_ledger_journal(const struct ch_ledger *ledger, uint32_t number)
{
	return number == CH_NONE ? NULL : ch_flat_at(&ledger->journals, number);
}

bool
ch_ledger_is_ground(enum act_kind kind)
{
	switch (kind) {
	case ACT_SAVE:
	case ACT_DEPOSIT:
	case ACT_STAMP:
	case ACT_APPLY:
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_TRANSFER:
	case ACT_WITHDRAW:
	case ACT_CANCEL:
	case ACT_SEAL_STATE:
	case ACT_SEAL_SESSION:
	case ACT_SEAL_RECORD:
	case ACT_SEAL_PHOTO:
		return false;
	default:
		return true;
	}
}

#include "stock.h"

#include <sys/mman.h>

#include "store/object.h"
#include "wire/tree.h"

void
stock_start(struct stock *stock)
{
	void *bytes = mmap(NULL, STOCK_BYTES, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	*stock = (struct stock){.bytes = bytes == MAP_FAILED ? NULL : bytes};
}

void
stock_stop(struct stock *stock)
{
	if (stock->bytes)
		munmap(stock->bytes, STOCK_BYTES);
	ch_arena_clear(&stock->arena);
	*stock = (struct stock){0};
}

static void
empty(struct stock *stock)
{
	stock->first = stock->count = stock->used = 0;
}

struct span
stock_begin(struct stock *stock, struct ch_store *store, const struct ch_oid *tree)
{
	struct span raw;

	empty(stock);
	ch_arena_clear(&stock->arena);
	if (stock->bytes == NULL || ch_store_read(&raw, store, CH_TREE, tree, &stock->arena))
		raw = (struct span){0};
	stock->length = raw.len;
	stock->rest = raw;
	return raw;
}

bool
stock_is_done(const struct stock *stock)
{
	return stock->rest.len == 0 || stock->count == STOCK_FILES || stock->used + STOCK_SMALL > STOCK_BYTES;
}

bool
stock_go_on(struct stock *stock, struct ch_store *store)
{
	struct stock_file *file = &stock->files[stock->count];
	struct tree_entry entry;
	size_t len;

	if (stock_is_done(stock) || !tree_next(&entry, &stock->rest))
		return false;
	*file = (struct stock_file){.at = (uint32_t)stock->used};
	memcpy(file->blob.id, entry.id, sizeof(file->blob.id));
	if (!entry.directory && ch_object_small(stock->bytes + stock->used, &len, STOCK_SMALL, store, &file->blob) == NULL) {
		file->len = (uint32_t)len;
		stock->used += len;
		stock->count++;
	}
	return true;
}

static void
pass(struct stock *stock, size_t behind)
{
	struct tree_entry entry;

	while (stock->length - stock->rest.len < behind && tree_next(&entry, &stock->rest))
		;
}

bool
stock_take(struct span *content, struct stock *stock, const struct ch_oid *blob, size_t behind)
{
	size_t i = stock->first;

	while (i < stock->count && !ch_oid_equal(&stock->files[i].blob, blob))
		i++;
	if (i < stock->count) {
		*content = span_of(stock->bytes + stock->files[i].at, stock->files[i].len);
		stock->first = i + 1;
		return true;
	}
	if (stock->first == stock->count) {
		empty(stock);
		pass(stock, behind);
	}
	return false;
}

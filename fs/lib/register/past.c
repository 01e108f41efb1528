#include "past.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/file.h"
#include "store/object.h"
#include "wire/act.h"

enum { FILE_MAX = 1 << 30, WORTH_WRITING = 1000 };

static const char magic[] = "chancery-pages-1";

bool
ch_past_read(size_t *count, struct span bytes)
{
	if (bytes.len < CH_PAST_HEADER || memcmp(bytes.data, magic, sizeof(magic) - 1) != 0 || (bytes.len - CH_PAST_HEADER) % CH_PAST_RECORD)
		return false;
	*count = (bytes.len - CH_PAST_HEADER) / CH_PAST_RECORD;
	return ch_crc32c(0, span_skip(bytes, CH_PAST_HEADER)) == get32(bytes.data + sizeof(magic) - 1);
}

struct ch_past_page
ch_past_record(struct span bytes, size_t i)
{
	const uint8_t *at = bytes.data + CH_PAST_HEADER + i * CH_PAST_RECORD;
	struct ch_past_page page;

	memcpy(page.commit.id, at, OBJECT_ID_SIZE);
	memcpy(page.tree.id, at + OBJECT_ID_SIZE, OBJECT_ID_SIZE);
	page.time = (int64_t)get64(at + 2 * OBJECT_ID_SIZE);
	return page;
}

static void
put_record(uint8_t *at, const struct ch_past_page *page)
{
	memcpy(at, page->commit.id, OBJECT_ID_SIZE);
	memcpy(at + OBJECT_ID_SIZE, page->tree.id, OBJECT_ID_SIZE);
	put64(at + 2 * OBJECT_ID_SIZE, (uint64_t)page->time);
}

static void
add(struct ch_past *past, const struct ch_past_page *page)
{
	if (past->count == past->room) {
		past->room = past->room ? 2 * past->room : 256;
		past->pages = reallocarray(past->pages, past->room, sizeof(*page));
		if (past->pages == NULL)
			abort();
	}
	past->pages[past->count++] = *page;
}

static const char *
file_of(char out[4096 + 32], const struct ch_store *store)
{
	snprintf(out, 4096 + 32, "%s/chancery/pages", store->path);
	return out;
}

static void
load(struct ch_past *past, const struct ch_store *store)
{
	struct ch_arena arena = {0};
	char path[4096 + 32];
	struct span bytes;
	size_t count;

	if (ch_file_read(&bytes, file_of(path, store), FILE_MAX, &arena) == NULL && ch_past_read(&count, bytes))
		for (size_t i = 0; i < count; i++) {
			struct ch_past_page page = ch_past_record(bytes, i);

			add(past, &page);
		}
	past->written = past->count;
	ch_arena_clear(&arena);
}

/* That it could not be written is no error: somebody may only read the archive. */
static void
save(struct ch_past *past, const struct ch_store *store)
{
	size_t len = CH_PAST_HEADER + past->count * CH_PAST_RECORD;
	uint8_t *bytes = malloc(len);
	char path[4096 + 32];

	if (bytes == NULL)
		abort();
	for (size_t i = 0; i < past->count; i++)
		put_record(bytes + CH_PAST_HEADER + i * CH_PAST_RECORD, &past->pages[i]);
	memcpy(bytes, magic, sizeof(magic) - 1);
	put32(bytes + sizeof(magic) - 1, ch_crc32c(0, span_of(bytes + CH_PAST_HEADER, len - CH_PAST_HEADER)));
	if (ch_file_replace(file_of(path, store), span_of(bytes, len), 0600) == NULL)
		past->written = past->count;
	free(bytes);
}

/* *is is false for an act, with which the register began. */
static const struct ch_error *
read_page(struct ch_past_page *page, bool *is, struct ch_oid *before, struct ch_store *store, const struct ch_oid *id, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct commit commit;
	struct span raw;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, id, arena)))
		return error;
	if (commit_read(&commit, raw) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_COMMIT, "a page of the register is not an act");
	*page = (struct ch_past_page){.commit = *id, .time = commit.time};
	memcpy(page->tree.id, commit.tree, sizeof(page->tree.id));
	*is = commit.parents > 0 && span_starts(commit.statement, SPAN_LITERAL("Format: 1\nAct: register\n"));
	if (*is)
		memcpy(before->id, commit.parent[0], sizeof(before->id));
	return NULL;
}

static bool
ends_with(const struct ch_past *past, const struct ch_oid *commit)
{
	return past->count && ch_oid_equal(&past->pages[past->count - 1].commit, commit);
}

/* From *at back to a page that is known, to the beginning, or until there are `most`: the pages behind *at, latest first. */
static const struct ch_error *
collect(struct ch_past *new, struct ch_oid *at, struct ch_store *store, const struct ch_oid *known, size_t most)
{
	struct ch_arena arena = {0};
	const struct ch_error *error = NULL;
	struct ch_past_page page;
	bool is = true;

	while (error == NULL && is && !(known && ch_oid_equal(known, at)) && new->count < most) {
		if ((error = read_page(&page, &is, at, store, at, &arena)) == NULL && is)
			add(new, &page);
		ch_arena_clear(&arena);
	}
	return error;
}

const struct ch_error *
ch_past_update(struct ch_past *past, struct ch_store *store, const struct ch_oid *head)
{
	const struct ch_error *error;
	struct ch_past new = {0};
	struct ch_oid at = *head;

	if (!past->begun)
		load(past, store);
	past->begun = true;
	if ((error = collect(&new, &at, store, past->count ? &past->pages[past->count - 1].commit : NULL, SIZE_MAX)) == NULL && new.count) {
		if (past->count && !ends_with(past, &at))
			past->count = past->written = 0;
		for (size_t i = new.count; i-- > 0;)
			add(past, &new.pages[i]);
		if (past->count >= past->written + WORTH_WRITING)
			save(past, store);
	}
	ch_past_release(&new);
	return error;
}

const struct ch_error *
ch_past_behind(struct ch_past *out, bool *reached, struct ch_store *store, const struct ch_oid *known, const struct ch_oid *head, size_t most)
{
	const struct ch_error *error;
	struct ch_oid at = *head;

	*out = (struct ch_past){0};
	error = collect(out, &at, store, known, most);
	*reached = error == NULL && ch_oid_equal(&at, known);
	for (size_t i = 0; i < out->count / 2; i++) {
		struct ch_past_page page = out->pages[i];

		out->pages[i] = out->pages[out->count - 1 - i];
		out->pages[out->count - 1 - i] = page;
	}
	return error;
}

void
ch_past_release(struct ch_past *past)
{
	free(past->pages);
	*past = (struct ch_past){0};
}

const struct ch_past_page *
ch_past_before(const struct ch_past *past, int64_t time)
{
	size_t low = 0, high = past->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (past->pages[middle].time < time)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? &past->pages[low - 1] : NULL;
}

const struct ch_past_page *
ch_past_page(const struct ch_past *past, const struct ch_oid *commit)
{
	for (size_t i = past->count; i-- > 0;)
		if (ch_oid_equal(&past->pages[i].commit, commit))
			return &past->pages[i];
	return NULL;
}

const struct ch_error *
ch_past_check(struct ch_past *past, struct ch_store *store, const struct ch_past_page *page)
{
	struct ch_oid before, commit = page->commit;
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct ch_past_page real;
	char path[4096 + 32];
	bool is = false, as_kept;

	error = read_page(&real, &is, &before, store, &commit, &arena);
	ch_arena_clear(&arena);
	as_kept = error == NULL && is && ch_oid_equal(&real.tree, &page->tree) && real.time == page->time;
	if (as_kept)
		return NULL;
	ch_past_release(past);
	unlink(file_of(path, store));
	past->begun = true;
	return error ? error : ch_fail(CH_REFUSED, "a page of the register was not as '%s' said, which is removed; try again", path);
}

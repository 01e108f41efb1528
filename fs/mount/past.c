#include "past.h"

#include <stdlib.h>

#include "wire/act.h"

static const struct ch_error *
read_commit(struct span *raw, struct commit *commit, struct ch_store *store, const struct ch_oid *id, struct ch_arena *arena)
{
	const struct ch_error *error;

	if ((error = ch_store_read(raw, store, CH_COMMIT, id, arena)))
		return error;
	return commit_read(commit, *raw) == WIRE_OK ? NULL : ch_refuse(WIRE_MALFORMED_COMMIT, "a page of the register is not an act");
}

static void
reverse(struct past_page *pages, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct past_page page = pages[i];

		pages[i] = pages[count - 1 - i];
		pages[count - 1 - i] = page;
	}
}

static void
add(struct past *past, const struct past_page *page)
{
	if ((past->count & (past->count - 1)) == 0)
		past->pages = reallocarray(past->pages, past->count ? 2 * past->count : 1, sizeof(*page));
	if (past->pages == NULL)
		abort();
	past->pages[past->count++] = *page;
}

/* From main back to the last page known, then turned round. The first page has tips only, or the founding act, as parents. */
const struct ch_error *
past_update(struct past *past, struct ch_store *store, const struct ch_oid *head)
{
	struct ch_arena arena = {0};
	const struct ch_error *error = NULL;
	struct past_page page = {.commit = *head};
	size_t known = past->count;

	while (error == NULL && !(known && ch_oid_equal(&page.commit, &past->pages[known - 1].commit))) {
		struct commit commit;
		struct span raw;

		if ((error = read_commit(&raw, &commit, store, &page.commit, &arena)))
			break;
		memcpy(page.tree.id, commit.tree, sizeof(page.tree.id));
		page.time = commit.time;
		if (span_starts(commit.statement, SPAN_LITERAL("Format: 1\nAct: register\n")))
			add(past, &page);
		if (commit.parents == 0 || !span_starts(commit.statement, SPAN_LITERAL("Format: 1\nAct: register\n")))
			break;
		memcpy(page.commit.id, commit.parent[0], sizeof(page.commit.id));
	}
	ch_arena_clear(&arena);
	if (past->count > known)
		reverse(past->pages + known, past->count - known);
	return error;
}

void
past_release(struct past *past)
{
	free(past->pages);
	*past = (struct past){0};
}

const struct past_page *
past_before(const struct past *past, int64_t time)
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

const struct past_page *
past_page(const struct past *past, const struct ch_oid *commit)
{
	for (size_t i = past->count; i-- > 0;)
		if (ch_oid_equal(&past->pages[i].commit, commit))
			return &past->pages[i];
	return NULL;
}

static bool
names_act(const struct statement *page, const uint8_t id[SHA256_SIZE])
{
	struct span rest = page->verdicts;
	struct verdict verdict;

	while (statement_verdict(&verdict, &rest))
		if (memcmp(verdict.act, id, SHA256_SIZE) == 0)
			return true;
	return false;
}

/* Follows a chain back from a tip; a page that is met ends it. */
static const struct ch_error *
find_in_chain(struct ch_oid *tree, bool *found, struct ch_store *store, struct ch_oid at, const uint8_t id[SHA256_SIZE], struct ch_arena *arena)
{
	uint8_t digest[SHA256_SIZE];
	const struct ch_error *error;
	struct commit commit;
	struct span raw;

	for (;;) {
		if ((error = read_commit(&raw, &commit, store, &at, arena)))
			return error;
		commit_payload_digest(digest, &commit);
		if (memcmp(digest, id, sizeof(digest)) == 0) {
			memcpy(tree->id, commit.tree, sizeof(tree->id));
			*found = true;
			return NULL;
		}
		if (commit.parents != 1)
			return NULL;
		memcpy(at.id, commit.parent[0], sizeof(at.id));
	}
}

static const struct ch_error *
find_on_page(struct ch_oid *tree, bool *found, struct ch_store *store, const struct ch_oid *page, const uint8_t id[SHA256_SIZE], struct ch_arena *arena)
{
	const struct ch_error *error;
	struct statement statement;
	struct commit commit;
	struct ch_oid tip;
	struct span raw;

	if ((error = read_commit(&raw, &commit, store, page, arena)))
		return error;
	if (statement_read(&statement, commit.statement) != WIRE_OK || !names_act(&statement, id))
		return NULL;
	for (unsigned i = 0; i < commit.parents && !*found; i++) {
		memcpy(tip.id, commit.parent[i], sizeof(tip.id));
		if ((error = find_in_chain(tree, found, store, tip, id, arena)))
			return error;
	}
	return NULL;
}

const struct ch_error *
past_find_act(struct ch_oid *tree, bool *found, const struct past *past, struct ch_store *store, const uint8_t id[SHA256_SIZE])
{
	const struct ch_error *error = NULL;

	*found = false;
	for (size_t i = past->count; i-- > 0 && !*found && error == NULL;) {
		struct ch_arena arena = {0};

		error = find_on_page(tree, found, store, &past->pages[i].commit, id, &arena);
		ch_arena_clear(&arena);
	}
	return error;
}

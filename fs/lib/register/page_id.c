#include <inttypes.h>

#include "page.h"

/* One page, and where the one before it is. */
static const struct ch_error *
step(uint64_t *seq, uint8_t id[SHA256_SIZE], struct ch_oid *at, struct ch_store *store, struct ch_arena *arena)
{
	struct act *act = ch_arena_alloc(arena, sizeof(*act));
	const struct ch_error *error;
	enum wire_code code;
	struct span raw;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, at, arena)))
		return error;
	if ((code = act_read(act, raw)) != WIRE_OK || !statement_number(seq, &act->statement, KEY_SEQ))
		return ch_refuse(code, "main holds a commit that is no page of the register");
	memcpy(id, act->id, SHA256_SIZE);
	memcpy(at->id, act->commit.parent[0], sizeof(at->id));
	return NULL;
}

/* Back to page *seq, or with `wanted` to the one of that id, whichever that is; then *seq is its number. */
static const struct ch_error *
walk(uint64_t *seq, uint8_t id[SHA256_SIZE], const uint8_t *wanted, struct ch_store *store, struct ch_oid at)
{
	const struct ch_error *error;
	uint64_t reached = 0;

	for (size_t n = 0; n <= PAGES_BACK_MAX && reached != 1; n++) {
		struct ch_arena arena = {0};
		error = step(&reached, id, &at, store, &arena);
		ch_arena_clear(&arena);
		if (error)
			return error;
		if (wanted ? memcmp(id, wanted, SHA256_SIZE) == 0 : reached == *seq) {
			*seq = reached;
			return NULL;
		}
		if (!wanted && reached < *seq)
			return ch_refuse(WIRE_WRONG_CONTENT, "page %" PRIu64 " is still to come", *seq);
	}
	return ch_refuse(WIRE_LIMIT, "it is not among the last %d pages of the register", PAGES_BACK_MAX);
}

const struct ch_error *
ch_page_id(uint8_t id[SHA256_SIZE], struct ch_store *store, const struct ch_oid *head, uint64_t seq)
{
	return walk(&seq, id, NULL, store, *head);
}

const struct ch_error *
ch_page_seq(uint64_t *seq, struct ch_store *store, const struct ch_oid *head, const uint8_t id[SHA256_SIZE])
{
	uint8_t last[SHA256_SIZE];

	return walk(seq, last, id, store, *head);
}

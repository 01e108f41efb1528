#include "content.h"

#include "base/file.h"
#include "base/map.h"
#include "large/depot.h"
#include "large/walk.h"
#include "store/object.h"
#include "sync/wish.h"

enum { ROW = SHA256_SIZE + 8, MEMORY_MAX = 1 << 30 };

/*
 * Beside what was verified: the page up to which all content was here, and which content that was, so that only what is new is looked for in trees, and of the
 * rest each file on disk. It is a hint: when anything of it is not here any more everything is looked at again, by name.
 *
 *	commit of the page (20)   then of each content: SHA-256 (32), size (8)
 */
struct looking {
	struct cli *cli;
	struct span wish;
	struct ch_arena arena;
	uint8_t *rows; /* of all that is here */
	size_t count;
	struct ch_map known;
	size_t missing;
	struct span first;
};

static const char *
memory_of(struct cli *cli)
{
	return *cli->store.memory && !cli->full ? ch_arena_format(&cli->lasting, "%s.content", cli->store.memory) : NULL;
}

static void
note(struct looking *l, const struct ch_pointer *pointer)
{
	uint8_t *row;

	if (ch_map_get(&l->known, span_of(pointer->digest, SHA256_SIZE)))
		return;
	l->rows = ch_arena_grow(&l->arena, l->rows, l->count, ROW);
	row = l->rows + l->count++ * ROW;
	memcpy(row, pointer->digest, SHA256_SIZE);
	put64(row + SHA256_SIZE, pointer->size);
	ch_map_put(&l->known, &l->arena, ch_arena_copy(&l->arena, span_of(row, SHA256_SIZE)), l);
}

static const struct ch_error *
look(void *context, struct span path, const struct ch_oid *blob, const struct ch_pointer *pointer)
{
	struct looking *l = context;
	const struct ch_error *error;
	bool has;

	(void)blob;
	if ((error = ch_depot_has(&has, l->cli->store.path, pointer)))
		return error;
	if (has)
		note(l, pointer);
	if (has || !ch_wish_covers(l->wish, path))
		return NULL;
	if (l->missing++ == 0)
		l->first = ch_arena_copy(&l->cli->lasting, path);
	if (!l->cli->quiet)
		cli_record(l->cli,
			   (struct cli_field[]){{"what", SPAN_LITERAL("missing")},
						{"name", path},
						{"sha256", ch_arena_hex(&l->cli->lasting, pointer->digest, SHA256_SIZE)}},
			   3);
	return NULL;
}

/* What was here is still; otherwise nothing is recalled. */
static bool
is_still_here(struct looking *l, struct span rows)
{
	struct ch_pointer pointer;
	bool has = true;

	for (; has && rows.len >= ROW; rows = span_skip(rows, ROW)) {
		memcpy(pointer.digest, rows.data, SHA256_SIZE);
		pointer.size = get64(rows.data + SHA256_SIZE);
		if (ch_depot_has(&has, l->cli->store.path, &pointer))
			has = false;
		if (has)
			note(l, &pointer);
	}
	return has && rows.len == 0;
}

/* *seen: the tree of the page up to which nothing has to be looked for. */
static bool
recall(struct ch_oid *seen, struct looking *l)
{
	const char *path = memory_of(l->cli);
	struct ch_oid page;
	struct span text;
	int64_t time;

	if (path == NULL || ch_file_read(&text, path, MEMORY_MAX, &l->arena) || text.len < OBJECT_ID_SIZE)
		return false;
	memcpy(page.id, text.data, OBJECT_ID_SIZE);
	return ch_object_commit(seen, &time, &l->cli->store, &page) == NULL && is_still_here(l, span_skip(text, OBJECT_ID_SIZE));
}

static void
remember(struct looking *l)
{
	const char *path = memory_of(l->cli);
	uint8_t *text;

	if (path == NULL)
		return;
	text = ch_arena_alloc(&l->arena, OBJECT_ID_SIZE + l->count * ROW);
	memcpy(text, l->cli->state.head.id, OBJECT_ID_SIZE);
	if (l->count)
		memcpy(text + OBJECT_ID_SIZE, l->rows, l->count * ROW);
	ch_file_replace(path, span_of(text, OBJECT_ID_SIZE + l->count * ROW), 0600);
}

/* Of all that main has, or of what has come since. */
static const struct ch_error *
walk(struct looking *l)
{
	struct ch_store *store = &l->cli->store;
	const struct ch_error *error;
	struct ch_oid seen;

	if (recall(&seen, l))
		return ch_large_walk(store, &l->cli->state.tree, &seen, look, l);
	ch_store_read_much(store);
	error = ch_large_walk(store, &l->cli->state.tree, NULL, look, l);
	ch_store_read_little(store);
	return error;
}

const struct ch_error *
verify_content(bool *chosen, struct cli *cli)
{
	struct looking l = {.cli = cli};
	const struct ch_error *error;

	if ((error = ch_wish_load(&l.wish, &cli->store, &cli->lasting)) == NULL && (error = walk(&l)) == NULL && l.missing == 0)
		remember(&l);
	*chosen = error == NULL && !span_is(l.wish, "all");
	ch_arena_clear(&l.arena);
	if (error || l.missing == 0)
		return error;
	return ch_fail(CH_UNKNOWN, "large content of %zu files is not here, the first is '%.*s'; chancery-sync --fetch brings it to a clone, else take it from a backup",
		       l.missing, (int)l.first.len, (const char *)l.first.data);
}

#include "content.h"

#include "base/file.h"
#include "large/depot.h"
#include "large/walk.h"
#include "store/object.h"
#include "sync/wish.h"

struct looking {
	struct cli *cli;
	struct span wish;
	size_t missing;
	struct span first;
};

static const struct ch_error *
look(void *context, struct span path, const struct ch_oid *blob, const struct ch_pointer *pointer)
{
	struct looking *l = context;
	const struct ch_error *error;
	bool has;

	(void)blob;
	if ((error = ch_depot_has(&has, l->cli->store.path, pointer)) || has || !ch_wish_covers(l->wish, path))
		return error;
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

/* Beside what was verified: the page up to which all content was here. It is a hint; whoever takes content away later is found by --full. */
static const char *
memory_of(struct cli *cli)
{
	return *cli->store.memory && !cli->full ? ch_arena_format(&cli->lasting, "%s.content", cli->store.memory) : NULL;
}

static bool
recall(struct ch_oid *seen, struct cli *cli)
{
	const char *path = memory_of(cli);
	struct ch_oid page;
	struct span text;
	int64_t time;

	return path && ch_file_read(&text, path, 2 * OBJECT_ID_SIZE, &cli->lasting) == NULL && text_get_hex(page.id, sizeof(page.id), text) &&
	       ch_object_commit(seen, &time, &cli->store, &page) == NULL;
}

const struct ch_error *
verify_content(struct cli *cli)
{
	struct looking l = {.cli = cli};
	const struct ch_error *error;
	struct ch_oid seen;

	if ((error = ch_wish_load(&l.wish, &cli->store, &cli->lasting)) ||
	    (error = ch_large_walk(&cli->store, &cli->state.tree, recall(&seen, cli) ? &seen : NULL, look, &l)))
		return error;
	if (l.missing)
		return ch_fail(CH_UNKNOWN, "large content of %zu files is not here, the first is '%.*s'; chancery-sync --fetch brings it to a clone, else take it from a backup",
			       l.missing, (int)l.first.len, (const char *)l.first.data);
	if (memory_of(cli))
		ch_file_replace(memory_of(cli), ch_arena_hex(&cli->lasting, cli->state.head.id, OBJECT_ID_SIZE), 0600);
	return NULL;
}

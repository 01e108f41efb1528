/* Promises where their clients find them, not for ever: a client that has not asked for a month of pushes is told by the register itself. */
#include <stdlib.h>

#include "promise.h"
#include "store/refs.h"

const char *
ch_promise_reference(struct span client, struct span name, struct ch_arena *arena)
{
	return ch_arena_format(arena, "refs/promises/%.*s/%.*s", (int)client.len, (const char *)client.data, (int)name.len, (const char *)name.data);
}

struct aged {
	const struct ch_ref *ref;
	int64_t time;
};

/* When it was made; what is no promise was made before all others. */
static int64_t
time_of(struct ch_store *store, const struct ch_ref *ref, struct ch_arena *arena)
{
	struct ch_promise promise;
	struct span file;

	if (ch_store_read(&file, store, CH_BLOB, &ref->id, arena) || ch_promise_read(&promise, file, arena))
		return 0;
	return promise.time;
}

static int
by_time(const void *a, const void *b)
{
	const struct aged *x = a, *y = b;

	return (x->time > y->time) - (x->time < y->time);
}

/* Half of them, so that not each push has to read all of them. */
static void
remove_oldest(struct ch_store *store, struct span client, struct ch_arena *arena)
{
	struct aged *aged;
	struct ch_ref *refs;
	size_t count;

	if (ch_refs(&refs, &count, store, ch_promise_reference(client, SPAN_LITERAL(""), arena), arena) || count <= PROMISES_MAX)
		return;
	aged = ch_arena_alloc(arena, count * sizeof(*aged));
	for (size_t i = 0; i < count; i++)
		aged[i] = (struct aged){&refs[i], time_of(store, &refs[i], arena)};
	qsort(aged, count, sizeof(*aged), by_time);
	for (size_t i = 0; i < count - PROMISES_MIN; i++)
		ch_ref_remove(store, aged[i].ref->name, &aged[i].ref->id);
}

const struct ch_error *
ch_promise_keep(const char **reference, struct ch_store *store, struct span client, struct span name, struct span file, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_oid blob;

	*reference = ch_promise_reference(client, name, arena);
	if ((error = ch_store_write(&blob, store, CH_BLOB, file)) || (error = ch_ref_set(store, *reference, &blob)))
		return error;
	remove_oldest(store, client, arena);
	return NULL;
}

const struct ch_error *
ch_promise_point(struct ch_store *store, struct span client, struct span name, const struct ch_oid *blob, struct ch_arena *arena)
{
	const struct ch_error *error = ch_ref_put(store, ch_promise_reference(client, name, arena), blob);

	if (error == NULL)
		remove_oldest(store, client, arena);
	return error;
}

const struct ch_error *
ch_promise_find(struct ch_promise *promise, bool *found, struct ch_store *store, struct span client, struct span name, struct ch_arena *arena)
{
	const char *reference = ch_promise_reference(client, name, arena);
	const struct ch_error *error;
	struct ch_oid blob;
	struct span file;

	if ((error = ch_ref_read(&blob, found, store, reference)) || !*found)
		return error;
	if ((error = ch_store_read(&file, store, CH_BLOB, &blob, arena)) || (error = ch_promise_read(promise, file, arena)))
		return error;
	return ch_ref_sync(store, reference);
}

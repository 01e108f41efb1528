/* Promises where their clients find them, not for ever: a client that has not asked for a month of pushes is told by the register itself. */
#include "promise.h"
#include "store/refs.h"

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

static void
remove_oldest(struct ch_store *store, const struct ch_ref *refs, size_t count, struct ch_arena *arena)
{
	size_t oldest = 0;
	int64_t when = INT64_MAX;

	for (size_t i = 0; i < count; i++) {
		int64_t time = time_of(store, &refs[i], arena);
		if (time < when) {
			when = time;
			oldest = i;
		}
	}
	ch_ref_remove(store, refs[oldest].name, &refs[oldest].id);
}

const struct ch_error *
ch_promise_keep(const char **reference, struct ch_store *store, struct span client, struct span name, struct span file, struct ch_arena *arena)
{
	const char *prefix = ch_arena_format(arena, "refs/promises/%.*s/", (int)client.len, (const char *)client.data);
	const struct ch_error *error;
	struct ch_ref *refs;
	struct ch_oid blob;
	size_t count;

	*reference = ch_arena_format(arena, "%s%.*s", prefix, (int)name.len, (const char *)name.data);
	if ((error = ch_store_write(&blob, store, CH_BLOB, file)) || (error = ch_ref_set(store, *reference, &blob)))
		return error;
	if (ch_refs(&refs, &count, store, prefix, arena) == NULL && count > PROMISES_MAX)
		remove_oldest(store, refs, count, arena);
	return NULL;
}

#include "promises.h"

#include "intake/promise.h"
#include "store/object.h"
#include "store/refs.h"

enum { PROMISE_MAX = 1 << 20 };

enum outcome { KEPT, EARLY, WORTHLESS, BROKEN };

/* What was not made by the registrar of this archive says nothing of him. */
static bool
is_worthless(const struct ch_error *error)
{
	switch (error->code) {
	case WIRE_MALFORMED_RECORD:
	case WIRE_MALFORMED_SIGNATURE:
	case WIRE_BAD_SIGNATURE:
	case WIRE_WRONG_KEY:
	case WIRE_WRONG_ARCHIVE:
	case WIRE_TOO_LONG:
		return true;
	default:
		return false;
	}
}

static const struct ch_error *
read_promise(struct ch_promise *promise, struct ch_store *store, const struct ch_oid *blob, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span file;
	uint64_t size;

	if ((error = ch_object_size(&size, store, blob)))
		return error;
	if (size > PROMISE_MAX)
		return ch_refuse(WIRE_TOO_LONG, "no promise has %llu bytes", (unsigned long long)size);
	if ((error = ch_store_read(&file, store, CH_BLOB, blob, arena)))
		return error;
	return ch_promise_read(promise, file, arena);
}

static const struct ch_error *
check(enum outcome *outcome, struct ch_state *state, struct ch_store *store, const struct ch_oid *blob, struct ch_arena *arena)
{
	struct ch_promise promise;
	const struct ch_error *error;

	*outcome = KEPT;
	if ((error = read_promise(&promise, store, blob, arena)) == NULL && (error = ch_promise_check(&promise, state, store)) == NULL)
		return NULL;
	if (error->class == CH_UNKNOWN)
		*outcome = EARLY;
	else if (error->class == CH_REFUSED)
		*outcome = is_worthless(error) ? WORTHLESS : BROKEN;
	else
		return error;
	return *outcome == BROKEN ? error : NULL;
}

static const struct ch_error *
put_aside(struct ch_store *store, const struct ch_ref *ref, const char *name, struct ch_arena *arena)
{
	const struct ch_error *error = ch_ref_set(store, ch_arena_format(arena, "refs/forks/promise-%s", name), &ref->id);

	return error ? error : ch_ref_remove(store, ref->name, &ref->id);
}

static const struct ch_error *
check_ref(struct ch_state *state, struct ch_store *store, const struct ch_ref *ref, bool pardon, struct ch_arena *arena)
{
	const char *name = strrchr(ref->name, '/') + 1;
	const struct ch_error *error;
	enum outcome outcome;

	if ((error = check(&outcome, state, store, &ref->id, arena))) {
		if (outcome != BROKEN)
			return error;
		return pardon ? put_aside(store, ref, name, arena)
			      : ch_fail(CH_REFUSED, "PROMISE: %s; the registrar's word is kept as %s", ch_arena_text(arena, span_text(error->message)), ref->name);
	}
	return outcome == EARLY ? NULL : ch_ref_remove(store, ref->name, &ref->id);
}

const struct ch_error *
ch_promises(struct ch_state *state, struct ch_store *store, struct span client, bool pardon)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct ch_ref *refs;
	size_t count;

	error = ch_refs(&refs, &count, store, ch_arena_format(&arena, "refs/promises/%.*s/", (int)client.len, (const char *)client.data), &arena);
	for (size_t i = 0; error == NULL && i < count; i++)
		error = check_ref(state, store, &refs[i], pardon, &arena);
	ch_arena_clear(&arena);
	return error;
}

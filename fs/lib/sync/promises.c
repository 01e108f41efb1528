#include "promises.h"

#include "intake/promise.h"
#include "store/object.h"
#include "store/refs.h"

enum { PROMISE_MAX = 1 << 20 };

enum outcome { KEPT, EARLY, WORTHLESS, OVERTAKEN, BROKEN };

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
broken(enum outcome *outcome, const struct ch_error *error, const struct ch_promise *promise, const struct ch_state *state)
{
	const struct ch_error e = *error;

	*outcome = ch_promise_overtaken(promise, state) ? OVERTAKEN : BROKEN;
	return *outcome == BROKEN ? ch_fail(CH_REFUSED, "%s", e.message) : NULL;
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
	else if (error->class == CH_REFUSED && is_worthless(error))
		*outcome = WORTHLESS;
	else if (error->class == CH_REFUSED)
		return broken(outcome, error, &promise, state);
	else
		return error;
	return NULL;
}

static const char *
aside_of(const struct ch_ref *ref, struct ch_arena *arena)
{
	return ch_arena_format(arena, "refs/forks/promise-%s", strrchr(ref->name, '/') + 1);
}

static const struct ch_error *
put_aside(struct ch_store *store, const struct ch_ref *ref, struct ch_arena *arena)
{
	const struct ch_error *error = ch_ref_set(store, aside_of(ref, arena), &ref->id);

	return error ? error : ch_ref_remove(store, ref->name, &ref->id);
}

/* The register goes on offering it. */
static bool
lies_aside(struct ch_store *store, const struct ch_ref *ref, struct ch_arena *arena)
{
	struct ch_oid there;
	bool exists;

	return ch_ref_read(&there, &exists, store, aside_of(ref, arena)) == NULL && exists && ch_oid_equal(&there, &ref->id);
}

static const struct ch_error *
check_ref(struct ch_state *state, struct ch_store *store, const struct ch_ref *ref, bool pardon, struct ch_arena *arena)
{
	const struct ch_error *error;
	enum outcome outcome;
	const char *why;

	if ((error = check(&outcome, state, store, &ref->id, arena))) {
		if (outcome != BROKEN)
			return error;
		why = ch_arena_text(arena, span_text(error->message));
		if (!pardon && !lies_aside(store, ref, arena))
			return ch_fail(CH_REFUSED, "PROMISE: %s; the registrar's word is kept as %s", why, ref->name);
		return put_aside(store, ref, arena);
	}
	if (outcome == OVERTAKEN)
		return put_aside(store, ref, arena);
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

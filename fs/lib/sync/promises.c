#include "promises.h"

#include <assert.h>
#include <stdlib.h>

#include "intake/promise.h"
#include "register/page.h"
#include "store/object.h"
#include "store/refs.h"

#define ASIDE "refs/forks/promise-"

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
	enum ch_object type;
	struct span file;
	uint64_t size;
	bool there;

	if ((error = ch_object_header(&there, &type, &size, store, blob)))
		return error;
	if (!there)
		return ch_fail(CH_IO, "a promise that was fetched is not here");
	if (type != CH_BLOB)
		return ch_refuse(WIRE_MALFORMED_RECORD, "a promise is a file");
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

	*outcome = WORTHLESS;
	if ((error = read_promise(&promise, store, blob, arena)))
		return error->class == CH_REFUSED ? NULL : error;
	*outcome = KEPT;
	if ((error = ch_promise_check(&promise, state, store)) == NULL)
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

/* Under this name, and with its id behind that where something else has it: what is kept is never written over. */
static const struct ch_error *
keep(struct ch_store *store, const char *name, const struct ch_oid *id, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_oid there;
	bool exists;

	if ((error = ch_ref_read(&there, &exists, store, name)))
		return error;
	if (exists && ch_oid_equal(&there, id))
		return NULL;
	if (exists)
		name = ch_arena_format(arena, "%s-%s", name, (const char *)ch_arena_hex(arena, id->id, OBJECT_ID_SIZE).data);
	return ch_ref_set(store, name, id);
}

static const struct ch_error *
put_aside(struct ch_store *store, const struct ch_ref *ref, struct ch_arena *arena)
{
	const struct ch_error *error = keep(store, ch_arena_format(arena, ASIDE "%s", strrchr(ref->name, '/') + 1), &ref->id, arena);

	return error ? error : ch_ref_remove(store, ref->name, &ref->id);
}

/* The register goes on offering it. */
static bool
lies_aside(struct ch_store *store, const struct ch_ref *ref, struct ch_arena *arena)
{
	struct ch_ref *aside;
	size_t count;

	if (ch_refs(&aside, &count, store, ASIDE, arena))
		return false;
	for (size_t i = 0; i < count; i++)
		if (ch_oid_equal(&aside[i].id, &ref->id))
			return true;
	return false;
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

/* ---- what the other side offers ---- */

/* What it offers now, and what has been taken of that; prefixes of one length, so that both are in one order. */
#define OFFERED "refs/offered/"
#define TAKEN "refs/noticed/"
static_assert(sizeof(OFFERED) == sizeof(TAKEN), "names are compared behind them");

static int
by_offer(const void *a, const void *b)
{
	return strcmp(((const struct ch_ref *)a)->name + sizeof(OFFERED) - 1, ((const struct ch_ref *)b)->name + sizeof(OFFERED) - 1);
}

struct offers {
	struct ch_ref *list;
	size_t count;
};

static const struct ch_error *
offers_read(struct offers *offers, const char *kind, struct ch_store *store, struct span client, struct ch_arena *arena)
{
	const char *prefix = ch_arena_format(arena, "%s%.*s/", kind, (int)client.len, (const char *)client.data);

	return ch_refs(&offers->list, &offers->count, store, prefix, arena);
}

static const struct ch_ref *
offers_find(const struct offers *offers, const struct ch_ref *ref)
{
	return offers->count ? bsearch(ref, offers->list, offers->count, sizeof(*ref), by_offer) : NULL;
}

/* The name is the other side's choice. */
static const struct ch_error *
take(struct ch_store *store, struct span client, const struct ch_ref *offer, struct ch_arena *arena)
{
	const char *behind = offer->name + sizeof(OFFERED) - 1;
	char *name = ch_arena_text(arena, span_text(behind + client.len + 1));
	const struct ch_error *error;

	for (char *c = name; *c; c++)
		if (*c == '/')
			*c = '-';
	if ((error = keep(store, ch_promise_reference(client, span_text(name), arena), &offer->id, arena)))
		return error;
	return ch_ref_set(store, ch_arena_format(arena, TAKEN "%s", behind), &offer->id);
}

const struct ch_error *
ch_promises_take(struct ch_store *store, struct span client)
{
	struct offers offered = {0}, taken = {0};
	const struct ch_error *error;
	struct ch_arena arena = {0};

	if ((error = offers_read(&offered, OFFERED, store, client, &arena)) == NULL)
		error = offers_read(&taken, TAKEN, store, client, &arena);
	for (size_t i = 0; error == NULL && i < taken.count; i++)
		if (offers_find(&offered, &taken.list[i]) == NULL)
			error = ch_ref_remove(store, taken.list[i].name, &taken.list[i].id);
	for (size_t i = 0; error == NULL && i < offered.count; i++) {
		const struct ch_ref *before = offers_find(&taken, &offered.list[i]);
		if (before == NULL || !ch_oid_equal(&before->id, &offered.list[i].id))
			error = take(store, client, &offered.list[i], &arena);
	}
	ch_arena_clear(&arena);
	return error;
}

/* ---- what was kept of it ---- */

const struct ch_error *
ch_promises(struct ch_state *state, struct ch_store *store, struct span client, bool pardon)
{
	struct ch_state own = {0};
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct ch_ref *refs;
	size_t count;

	error = ch_refs(&refs, &count, store, ch_arena_format(&arena, "refs/promises/%.*s/", (int)client.len, (const char *)client.data), &arena);
	if (error == NULL && count && state->seq == 0)
		error = ch_replay(state = &own, store, NULL);
	for (size_t i = 0; error == NULL && i < count; i++)
		error = check_ref(state, store, &refs[i], pardon, &arena);
	ch_state_clear(&own);
	ch_arena_clear(&arena);
	return error;
}

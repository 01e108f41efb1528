/*
 * ch_parcel_add
 *   gather          commits from the tip back to a registered one
 *     read_commit   there, small, canonical
 *   survey          of each the trees and files that its parent does not have
 */
#include "parcel.h"

#include <stdlib.h>

#include "store/object.h"
#include "wire/tree.h"

static char present[] = "";

void
ch_parcel_clear(struct ch_parcel *parcel)
{
	ch_arena_clear(&parcel->arena);
}

static void
hex_of(char hex[2 * OBJECT_ID_SIZE + 1], const struct ch_oid *id)
{
	text_put_hex(hex, id->id, OBJECT_ID_SIZE);
}

static void
note_seen(struct ch_parcel *parcel, const uint8_t id[OBJECT_ID_SIZE])
{
	struct span copy = ch_arena_copy(&parcel->arena, span_of(id, OBJECT_ID_SIZE));

	ch_map_put(&parcel->seen, &parcel->arena, copy, present);
}

static void
note_had(struct ch_parcel *parcel, const uint8_t id[OBJECT_ID_SIZE])
{
	struct span copy = ch_arena_copy(&parcel->arena, span_of(id, OBJECT_ID_SIZE));

	ch_map_put(&parcel->had, &parcel->arena, copy, present);
	ch_map_put(&parcel->seen, &parcel->arena, copy, present);
}

/* Before an object is read: it is there, of the type that it is named as, and not larger than `most`. */
static const struct ch_error *
check_object(uint64_t *size, struct ch_parcel *parcel, enum ch_object type, const struct ch_oid *id, uint64_t most)
{
	static const char *const nouns[] = {[CH_COMMIT] = "commit", [CH_TREE] = "tree", [CH_BLOB] = "file"};
	const struct ch_error *error;
	char hex[2 * OBJECT_ID_SIZE + 1];
	enum ch_object found;
	bool there;

	hex_of(hex, id);
	if ((error = ch_object_header(&there, &found, size, parcel->store, id)))
		return error;
	if (!there)
		return ch_refuse(type == CH_COMMIT ? WIRE_WRONG_PREVIOUS : WIRE_WRONG_CONTENT, "%s %s is neither here nor in the push; send it, too",
				 nouns[type], hex);
	if (found != type)
		return ch_refuse(type == CH_COMMIT ? WIRE_MALFORMED_COMMIT : WIRE_MALFORMED_TREE, "object %s is not a %s", hex, nouns[type]);
	if (*size > most)
		return ch_refuse(WIRE_TOO_LONG, "%s %s: %s: %llu bytes", nouns[type], hex, wire_code_sentence(WIRE_TOO_LONG), (unsigned long long)most);
	parcel->bytes += *size;
	if (++parcel->objects > PARCEL_OBJECTS_MAX || parcel->bytes > PARCEL_BYTES_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d objects or %d MiB in one push; push it in parts", PARCEL_OBJECTS_MAX, PARCEL_BYTES_MAX >> 20);
	return NULL;
}

static const struct ch_error *
keep(struct ch_parcel *parcel, enum ch_object type, const struct ch_oid *id, const struct span *raw)
{
	struct ch_arena arena = {0};
	const struct ch_error *error = NULL;
	struct ch_oid same;
	struct span read;

	if (!parcel->keep)
		return NULL;
	if (raw == NULL && (error = ch_store_read(&read, parcel->store, type, id, &arena)) == NULL)
		raw = &read;
	if (error == NULL && (error = ch_store_write(&same, parcel->store, type, *raw)) == NULL) {
		parcel->kept = ch_arena_grow(&parcel->arena, parcel->kept, parcel->kept_count, sizeof(same));
		parcel->kept[parcel->kept_count++] = same;
	}
	ch_arena_clear(&arena);
	return error;
}

static const struct ch_error *
collect_pointer(struct ch_parcel *parcel, const struct ch_oid *blob, uint64_t size)
{
	struct ch_parcel_pointer found = {.blob = *blob, .tip = parcel->tips};
	struct ch_arena arena = {0};
	const struct ch_error *error;
	char hex[2 * OBJECT_ID_SIZE + 1];
	struct span raw;

	if (!parcel->collects || size > POINTER_ALIKE_MAX)
		return NULL;
	if ((error = ch_store_read(&raw, parcel->store, CH_BLOB, blob, &arena)) == NULL) {
		hex_of(hex, blob);
		if (ch_pointer_read(&found.pointer, raw)) {
			parcel->pointers = ch_arena_grow(&parcel->arena, parcel->pointers, parcel->pointer_count, sizeof(found));
			parcel->pointers[parcel->pointer_count++] = found;
		} else if (ch_pointer_alike(raw)) {
			error = ch_refuse(WIRE_WRONG_CONTENT, "file %s is a pointer of git-lfs in a form that an archive does not have; save its content", hex);
		}
	}
	ch_arena_clear(&arena);
	return error;
}

/* Whose content the subject had already, under whatever name, it may have. */
static void
drop_had(struct ch_parcel *parcel, size_t from)
{
	size_t kept = from;

	for (size_t i = from; i < parcel->pointer_count; i++)
		if (ch_map_get(&parcel->had, span_of(parcel->pointers[i].blob.id, OBJECT_ID_SIZE)) == NULL)
			parcel->pointers[kept++] = parcel->pointers[i];
	parcel->pointer_count = kept;
}

/* One directory; its entries that are in `base` too are there, with everything below. */
static const struct ch_error *survey(struct ch_parcel *parcel, const struct ch_oid *tree, const struct ch_oid *base, unsigned depth);

static const struct ch_error *
survey_entry(struct ch_parcel *parcel, const struct tree_entry *entry, struct span base, unsigned depth)
{
	const struct ch_error *error;
	struct tree_entry before;
	struct ch_oid id, old;
	uint64_t size;
	bool had;

	if (ch_map_get(&parcel->seen, span_of(entry->id, OBJECT_ID_SIZE)))
		return NULL;
	memcpy(id.id, entry->id, sizeof(id.id));
	if (entry->directory) {
		if ((had = tree_find(&before, base, entry->name) && before.directory))
			memcpy(old.id, before.id, sizeof(old.id));
		error = survey(parcel, &id, had ? &old : NULL, depth + 1);
	} else if ((error = check_object(&size, parcel, CH_BLOB, &id, PARCEL_BYTES_MAX)) == NULL &&
		   (error = collect_pointer(parcel, &id, size)) == NULL) {
		error = keep(parcel, CH_BLOB, &id, NULL);
	}
	if (error == NULL)
		note_seen(parcel, id.id);
	return error;
}

static const struct ch_error *
read_tree(struct span *raw, struct ch_parcel *parcel, const struct ch_oid *tree, struct ch_arena *arena)
{
	const struct ch_error *error;
	char hex[2 * OBJECT_ID_SIZE + 1];
	uint64_t size;

	if ((error = check_object(&size, parcel, CH_TREE, tree, PARCEL_TREE_MAX)))
		return error;
	if ((parcel->tree_bytes += size) > PARCEL_TREES_MAX)
		return ch_refuse(WIRE_LIMIT, "directories of more than %d MiB in one push; push it in parts", PARCEL_TREES_MAX >> 20);
	if ((error = ch_store_read(raw, parcel->store, CH_TREE, tree, arena)) || tree_check(*raw) == WIRE_OK)
		return error;
	hex_of(hex, tree);
	return ch_refuse(WIRE_MALFORMED_TREE, "tree %s is not in canonical form", hex);
}

static const struct ch_error *
survey(struct ch_parcel *parcel, const struct ch_oid *tree, const struct ch_oid *base, unsigned depth)
{
	struct span raw, old = {0}, rest;
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct tree_entry entry;

	if (depth == PARCEL_DEPTH_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d directories deep", PARCEL_DEPTH_MAX);
	if ((base && (error = ch_store_read(&old, parcel->store, CH_TREE, base, &arena))) || (error = read_tree(&raw, parcel, tree, &arena)))
		goto done;
	for (rest = old; tree_next(&entry, &rest);)
		if (ch_map_get(&parcel->had, span_of(entry.id, OBJECT_ID_SIZE)) == NULL)
			note_had(parcel, entry.id);
	for (rest = raw; error == NULL && tree_next(&entry, &rest);)
		error = survey_entry(parcel, &entry, old, depth);
	if (error == NULL)
		error = keep(parcel, CH_TREE, tree, &raw);
done:
	ch_arena_clear(&arena);
	return error;
}

static const struct ch_error *
survey_act(struct ch_parcel *parcel, const struct ch_parcel_act *item)
{
	const struct commit *commit = &item->act->commit;
	size_t from = parcel->pointer_count;
	const struct ch_error *error;
	struct ch_oid tree, base = {{0}}, parent;
	int64_t time;

	parcel->had = (struct ch_map){0};
	if (parcel->collects)
		parcel->seen = (struct ch_map){0}; /* what another act brings is no title for this one */

	memcpy(tree.id, commit->tree, sizeof(tree.id));
	if (commit->parents) {
		memcpy(parent.id, commit->parent[0], sizeof(parent.id));
		if ((error = ch_object_commit(&base, &time, parcel->store, &parent)))
			return error;
	}
	if ((error = keep(parcel, CH_COMMIT, &item->commit, NULL)))
		return error;
	if (ch_oid_equal(&tree, &base) && commit->parents)
		return NULL;
	error = survey(parcel, &tree, commit->parents ? &base : NULL, 0);
	drop_had(parcel, from);
	return error;
}

static const struct ch_error *
read_commit(struct ch_parcel_act *item, struct ch_parcel *parcel, const struct ch_oid *commit)
{
	const struct ch_error *error;
	uint64_t size;

	*item = (struct ch_parcel_act){.commit = *commit, .parent = SIZE_MAX, .tip = parcel->tips};
	if ((error = check_object(&size, parcel, CH_COMMIT, commit, ACT_MAX)) ||
	    (error = ch_state_read_act(&item->act, parcel->state, parcel->store, commit)))
		return error;
	if (item->act->statement.kind == ACT_REGISTER)
		return ch_refuse(WIRE_WRONG_SUBJECT, "a page of the register is no act to be registered");
	item->kind = item->act->statement.kind;
	item->time = item->act->commit.time;
	return NULL;
}

static bool
is_known(const struct ch_parcel *parcel, const struct ch_oid *commit)
{
	struct span id = span_of(commit->id, OBJECT_ID_SIZE);

	return ch_state_commit(parcel->state, commit) || ch_map_get(&parcel->commits, id);
}

/* Appends the tip, its parent, and so on. */
static const struct ch_error *
gather(struct ch_parcel *parcel, struct ch_oid at)
{
	const struct ch_error *error;

	while (!is_known(parcel, &at)) {
		struct ch_parcel_act *item;
		if (parcel->count == parcel->most)
			return ch_refuse(WIRE_LIMIT, "more than %zu acts in one push; push them in parts", parcel->most);
		parcel->acts = ch_arena_grow(&parcel->arena, parcel->acts, parcel->count, sizeof(*parcel->acts));
		item = &parcel->acts[parcel->count++];
		if ((error = read_commit(item, parcel, &at)))
			return error;
		if (item->act->commit.parents == 0)
			break;
		memcpy(at.id, item->act->commit.parent[0], sizeof(at.id));
	}
	return NULL;
}

static void
reverse(struct ch_parcel_act *acts, size_t count)
{
	for (size_t i = 0; i < count / 2; i++) {
		struct ch_parcel_act other = acts[i];
		acts[i] = acts[count - 1 - i];
		acts[count - 1 - i] = other;
	}
}

/* What is judged behind its parent is as late as that, at least. */
static void
place(struct ch_parcel *parcel, size_t i)
{
	struct ch_parcel_act *item = &parcel->acts[i], *parent;
	size_t found = 0;

	if (item->act->commit.parents)
		found = (size_t)(uintptr_t)ch_map_get(&parcel->commits, span_of(item->act->commit.parent[0], OBJECT_ID_SIZE));
	ch_map_put(&parcel->commits, &parcel->arena, ch_arena_copy(&parcel->arena, span_of(item->commit.id, OBJECT_ID_SIZE)), (void *)(uintptr_t)(i + 1));
	if (found == 0)
		return;
	item->parent = found - 1;
	parent = &parcel->acts[item->parent];
	if (item->time < parent->time || (item->time == parent->time && item->kind < parent->kind)) {
		item->time = parent->time;
		item->kind = parent->kind;
	}
}

const struct ch_error *
ch_parcel_add(struct ch_parcel *parcel, const struct ch_oid *tip)
{
	size_t from = parcel->count, pointers = parcel->pointer_count;
	const struct ch_error *error = gather(parcel, *tip);

	if (error == NULL)
		reverse(parcel->acts + from, parcel->count - from);
	for (size_t i = from; error == NULL && i < parcel->count; i++)
		error = survey_act(parcel, &parcel->acts[i]);
	if (error) {
		parcel->count = from;
		parcel->pointer_count = pointers;
		return error;
	}
	for (size_t i = from; i < parcel->count; i++)
		place(parcel, i);
	parcel->tips++;
	return NULL;
}

/* qsort is no stable sort: `parent` holds the place that each had. */
static int
by_order(const void *a, const void *b)
{
	const struct ch_parcel_act *x = a, *y = b;

	if (x->time != y->time)
		return x->time < y->time ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return (x->parent > y->parent) - (x->parent < y->parent);
}

void
ch_parcel_sort(struct ch_parcel *parcel)
{
	for (size_t i = 0; i < parcel->count; i++)
		parcel->acts[i].parent = i;
	if (parcel->count)
		qsort(parcel->acts, parcel->count, sizeof(*parcel->acts), by_order);
}

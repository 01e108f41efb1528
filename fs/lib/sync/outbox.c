#include "outbox.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "store/refs.h"

enum { NAME_DIGITS = 12 };

static const char *
ref_of(const char *kind, struct span client, const char *name, struct ch_arena *arena)
{
	return ch_arena_format(arena, "refs/%s/%.*s/%s", kind, (int)client.len, (const char *)client.data, name);
}

static const char *
file_of(const struct ch_store *store, const char *name, struct ch_arena *arena)
{
	return ch_arena_format(arena, "%s/chancery/refused/%s", store->path, name);
}

static const struct ch_error *
read_waiting(struct ch_waiting *waiting, struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span raw;
	enum wire_code code;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, &waiting->commit, arena)))
		return error;
	if ((code = act_read(&waiting->act, raw)) != WIRE_OK)
		return ch_refuse(code, "'%s' in the outbox: %s", waiting->name, wire_code_sentence(code));
	return NULL;
}

const struct ch_error *
ch_outbox(struct ch_waiting **waiting, size_t *count, struct ch_store *store, struct span client, struct ch_arena *arena)
{
	const char *prefix = ref_of("acts", client, "", arena);
	const struct ch_error *error;
	struct ch_ref *refs;

	if ((error = ch_refs(&refs, count, store, prefix, arena)))
		return error;
	*waiting = ch_arena_alloc(arena, (*count + 1) * sizeof(**waiting));
	for (size_t i = 0; i < *count; i++) {
		(*waiting)[i] = (struct ch_waiting){.name = refs[i].name + strlen(prefix), .commit = refs[i].id};
		if ((error = read_waiting(&(*waiting)[i], store, arena)))
			return error;
	}
	return NULL;
}

/* Behind everything that waits; a number may come again when nothing waits with it any more, the commit makes the name unique. */
static uint64_t
last_number(const struct ch_ref *refs, size_t count, size_t prefix)
{
	uint64_t last = 0;

	if (count && refs[count - 1].name[prefix] == 'n')
		last = strtoull(refs[count - 1].name + prefix + 1, NULL, 10);
	return last;
}

static bool
is_there(const struct ch_ref *refs, size_t count, const struct ch_oid *commit)
{
	for (size_t i = 0; i < count; i++)
		if (ch_oid_equal(&refs[i].id, commit))
			return true;
	return false;
}

const struct ch_error *
ch_outbox_put(struct ch_store *store, struct span client, const struct ch_oid *commits, size_t count)
{
	struct ch_arena arena = {0};
	const char *prefix = ref_of("acts", client, "", &arena);
	const struct ch_error *error;
	struct ch_ref *refs;
	uint64_t number;
	size_t there;

	if ((error = ch_refs(&refs, &there, store, prefix, &arena)))
		goto done;
	number = last_number(refs, there, strlen(prefix));
	for (size_t i = 0; i < count && error == NULL; i++) {
		struct span hex = ch_arena_hex(&arena, commits[i].id, OBJECT_ID_SIZE);
		if (is_there(refs, there, &commits[i]))
			continue;
		error = ch_ref_set(store, ch_arena_format(&arena, "%sn%08llu-%.*s", prefix, (unsigned long long)++number, NAME_DIGITS, (const char *)hex.data),
				   &commits[i]);
	}
done:
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_outbox_accepted(struct ch_store *store, struct span client, const struct ch_waiting *waiting)
{
	struct ch_arena arena = {0};
	const struct ch_error *error = ch_ref_remove(store, ref_of("acts", client, waiting->name, &arena), &waiting->commit);

	ch_arena_clear(&arena);
	return error;
}

static bool
write_refused(char *text, size_t size, size_t *len, const struct ch_waiting *waiting, enum wire_code code, const char *reason)
{
	const struct statement *st = &waiting->act.statement;
	char act[2 * SHA256_SIZE + 1], commit[2 * OBJECT_ID_SIZE + 1];
	struct span why = span_text(reason);

	text_put_hex(act, waiting->act.id, SHA256_SIZE);
	text_put_hex(commit, waiting->commit.id, OBJECT_ID_SIZE);
	if (why.len > VALUE_MAX)
		why.len = VALUE_MAX;
	while (why.len && (why.data[why.len - 1] == ' ' || (why.data[why.len - 1] & 0x80)))
		why.len--;
	if (!text_is_value(why))
		why = span_text(wire_code_sentence(code));
	return record_put(text, size, len, "Format", SPAN_LITERAL("1")) && record_put(text, size, len, "Act", span_text(act)) &&
	       record_put(text, size, len, "Commit", span_text(commit)) && record_put(text, size, len, "Actor", st->value[KEY_ACTOR]) &&
	       record_put(text, size, len, "Kind", span_text(act_kind_name(st->kind))) && record_put(text, size, len, "Subject", st->value[KEY_SUBJECT]) &&
	       record_put(text, size, len, "Code", span_text(wire_code_name(code))) && record_put(text, size, len, "Reason", why);
}

/* The reason first: whoever sees a refused act sees why. */
const struct ch_error *
ch_outbox_refused(struct ch_store *store, struct span client, const struct ch_waiting *waiting, enum wire_code code, const char *reason)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	const char *path = file_of(store, waiting->name, &arena);
	char text[8 * VALUE_MAX];
	size_t len = 0;

	if (!write_refused(text, sizeof(text), &len, waiting, code, reason))
		error = ch_refuse(WIRE_MALFORMED_RECORD, "the reason of a refusal cannot be written down");
	else if ((error = ch_file_directories(path)) == NULL && (error = ch_file_replace(path, span_of(text, len), 0600)) == NULL &&
		 (error = ch_ref_set(store, ref_of("refused", client, waiting->name, &arena), &waiting->commit)) == NULL)
		error = ch_ref_remove(store, ref_of("acts", client, waiting->name, &arena), &waiting->commit);
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_outbox_expect(struct ch_state *state, struct ch_store *store, struct span client)
{
	const struct ch_error *error;
	struct ch_waiting *waiting;
	size_t count;

	if ((error = ch_outbox(&waiting, &count, store, client, &state->arena)))
		return error;
	for (size_t i = 0; i < count; i++)
		if ((error = ch_expect(state, store, &waiting[i].commit)))
			return error;
	return NULL;
}

const struct ch_error *
ch_refused_read(struct ch_refused *refused, struct span text)
{
	struct span format, act, commit, code;

	if (!record_take(&format, &text, "Format") || !span_is(format, "1") || !record_take(&act, &text, "Act") ||
	    !text_get_hex(refused->act, SHA256_SIZE, act) || !record_take(&commit, &text, "Commit") ||
	    !text_get_hex(refused->commit.id, OBJECT_ID_SIZE, commit) || !record_take(&refused->actor, &text, "Actor") || !text_is_id(refused->actor) ||
	    !record_take(&refused->kind, &text, "Kind") || !record_take(&refused->subject, &text, "Subject") || !record_take(&code, &text, "Code") ||
	    !wire_code_from_name(&refused->code, code) || !record_take(&refused->reason, &text, "Reason") || text.len != 0)
		return ch_refuse(WIRE_MALFORMED_RECORD, "the record of a refused act is not in its form");
	return NULL;
}

const struct ch_error *
ch_refused_list(struct ch_refused **refused, size_t *count, struct ch_store *store, struct span client, struct ch_arena *arena)
{
	const char *prefix = ref_of("refused", client, "", arena);
	const struct ch_error *error;
	struct ch_ref *refs;
	struct span text;

	if ((error = ch_refs(&refs, count, store, prefix, arena)))
		return error;
	*refused = ch_arena_alloc(arena, (*count + 1) * sizeof(**refused));
	for (size_t i = 0; i < *count; i++) {
		const char *name = refs[i].name + strlen(prefix);
		if ((error = ch_file_read(&text, file_of(store, name, arena), RECORD_MAX, arena)) || (error = ch_refused_read(&(*refused)[i], text)))
			return error;
		(*refused)[i].name = name;
	}
	return NULL;
}

/* The reference first: without it nobody misses the reason. */
const struct ch_error *
ch_refused_forget(struct ch_store *store, struct span client, const struct ch_refused *refused)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;

	if ((error = ch_ref_remove(store, ref_of("refused", client, refused->name, &arena), &refused->commit)) == NULL)
		error = ch_file_remove(file_of(store, refused->name, &arena));
	ch_arena_clear(&arena);
	return error;
}

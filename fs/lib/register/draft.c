#include "draft.h"

#include "charter.h"

#include <stdio.h>
#include <time.h>

#include "large/depot.h"
#include "large/patterns.h"
#include "store/livetree.h"

static struct ch_arena *
arena_of(const struct ch_draft *draft, struct ch_state *state)
{
	return draft->arena ? draft->arena : &state->arena;
}

static struct span
first_record(const struct ch_draft *draft)
{
	for (size_t i = 0; i < draft->file_count; i++)
		if (span_is(draft->files[i].path, "record"))
			return draft->files[i].content;
	return span_of(NULL, 0);
}

/* Subject-SHA256 and Previous-SHA256 follow from where the subject's chain stands. */
static void
fill_chain(struct ch_draft *draft, struct ch_state *state)
{
	const struct ch_subject *subject = ch_state_subject(state, draft->subject);
	const struct ch_entry *tip = ch_subject_tip(subject);
	struct ch_arena *arena = arena_of(draft, state);
	uint8_t digest[SHA256_SIZE];
	struct span record = first_record(draft);

	draft->value[KEY_SUBJECT_SHA256] = draft->value[KEY_PREVIOUS_SHA256] = span_of(NULL, 0);
	if (tip == NULL) {
		wire_sha256_of(digest, record);
		if (record.len)
			draft->value[KEY_SUBJECT_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
		return;
	}
	memcpy(digest, tip->id, sizeof(digest));
	if (draft->kind == ACT_APPROVE || draft->kind == ACT_REJECT || draft->kind == ACT_TRANSFER)
		permit_previous(digest, &ch_application_of(subject)->permit);
	if (ch_charter_kind(draft->kind))
		memcpy(digest, state->charter->id, sizeof(digest));
	draft->value[KEY_PREVIOUS_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
	act_statement_digest(digest, ch_entry_act(state, ch_subject_first(subject)));
	draft->value[KEY_SUBJECT_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
}

static void
fill_common(struct ch_draft *draft, struct ch_state *state, const struct ch_signer *signer)
{
	struct ch_arena *arena = arena_of(draft, state);
	char *time_text = ch_arena_alloc(arena, TIME_TEXT + 1);

	if (draft->time == 0)
		draft->time = time(NULL);
	text_put_time(time_text, draft->time);
	draft->value[KEY_FORMAT] = SPAN_LITERAL("1");
	draft->value[KEY_ACT] = span_text(act_kind_name(draft->kind));
	if (state->found)
		draft->value[KEY_ARCHIVE] = state->id;
	draft->value[KEY_ACTOR] = signer->actor;
	draft->value[KEY_KEY] = ch_arena_hex(arena, signer->key, FINGERPRINT_SIZE);
	draft->value[KEY_SUBJECT] = draft->subject;
	draft->value[KEY_POLICY_SHA256] = state->policy ? ch_arena_hex(arena, state->policy->digest, SHA256_SIZE) : span_of(NULL, 0);
	draft->value[KEY_TIME] = span_of(time_text, TIME_TEXT);
	fill_chain(draft, state);
}

static const struct ch_error *
write_statement(struct statement *st, struct ch_draft *draft, struct ch_state *state, const struct ch_signer *signer)
{
	char *text = ch_arena_alloc(arena_of(draft, state), STATEMENT_MAX);
	size_t len;

	fill_common(draft, state, signer);
	len = statement_write(text, STATEMENT_MAX, draft->kind, draft->value, span_of(NULL, 0));
	if (len == 0 || statement_read(st, span_of(text, len)) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_STATEMENT, "a value is too long or has characters that a statement cannot hold");
	return NULL;
}

const struct ch_error *
ch_draft_judge(struct ch_judgement *out, struct ch_draft *draft, struct ch_state *state, const struct ch_signer *signer)
{
	struct act *act = ch_arena_alloc(arena_of(draft, state), sizeof(*act));
	const struct ch_error *error;

	if ((error = write_statement(&act->statement, draft, state, signer)))
		return error;
	memcpy(act->key, signer->key, FINGERPRINT_SIZE);
	ch_judge_authority(out, state, act, draft->time);
	return NULL;
}

static const struct ch_error *
put_large(struct ch_oid *blob, struct ch_store *store, struct span content)
{
	char text[POINTER_MAX + 1];
	const struct ch_error *error;
	struct ch_pointer pointer;

	if ((error = ch_depot_put(&pointer, store->path, content)))
		return error;
	return ch_store_write(blob, store, CH_BLOB, span_of(text, ch_pointer_write(text, &pointer)));
}

/* Whether the files of a draft that are photos are kept as pointers. */
static const struct ch_error *
photos_are_large(bool *large, const struct ch_draft *draft, const struct ch_state *state, struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_patterns patterns;

	*large = false;
	if (draft->kind != ACT_SEAL_RECORD && draft->kind != ACT_SEAL_PHOTO)
		return NULL;
	if ((error = ch_patterns_load(&patterns, store, &state->tree, arena)))
		return error;
	*large = ch_patterns_match(&patterns, SPAN_LITERAL("1.jpg"));
	return NULL;
}

static const struct ch_error *
add_file(struct ch_changes *adds, struct ch_store *store, struct span subject, struct span name, struct span content, bool large, struct ch_arena *arena)
{
	const char *path = ch_arena_format(arena, "%.*s/%.*s", (int)subject.len, (const char *)subject.data, (int)name.len, (const char *)name.data);
	struct ch_change *add;

	large = large && content.len && span_starts(name, SPAN_LITERAL("photos/"));

	adds->list = ch_arena_grow(arena, adds->list, adds->count, sizeof(*adds->list));
	add = &adds->list[adds->count++];
	*add = (struct ch_change){.path = span_text(path), .has = true};
	return large ? put_large(&add->new, store, content) : ch_store_write(&add->new, store, CH_BLOB, content);
}

/* The first free of approve.1.carol, approve.1.carol.2, ... */
static const struct ch_error *
statement_name(char *name, size_t size, struct ch_store *store, const struct ch_oid *tree, const struct statement *st, struct ch_arena *arena)
{
	struct span subject = st->value[KEY_SUBJECT];
	const struct ch_error *error;
	struct ch_node node;
	bool found = true;

	for (unsigned n = 1; found; n++) {
		if (act_file_name(name, size, st, n) == 0)
			return ch_refuse(WIRE_TOO_LONG, "the name of the statement's file is too long");
		if (tree == NULL)
			return NULL;
		if ((error = ch_tree_find(&node, &found, store, tree,
					  span_text(ch_arena_format(arena, "%.*s/%s", (int)subject.len, (const char *)subject.data, name)), arena)))
			return error;
	}
	return NULL;
}

const struct ch_error *
ch_draft_tree(struct ch_oid *tree, const struct ch_draft *draft, const struct statement *st, const struct ch_entry *parent, struct ch_state *state,
	      struct ch_store *store)
{
	struct ch_arena *arena = arena_of(draft, state);
	struct ch_changes adds = {0};
	const struct ch_error *error;
	bool empty, large;
	char name[VALUE_MAX];

	if (draft->tree) {
		*tree = *draft->tree;
		return NULL;
	}
	if (parent)
		memcpy(tree->id, ch_entry_act(state, parent)->commit.tree, sizeof(tree->id));
	if ((error = statement_name(name, sizeof(name), store, parent ? tree : NULL, st, arena)) ||
	    (error = add_file(&adds, store, draft->subject, span_text(name), st->text, false, arena)) ||
	    (error = photos_are_large(&large, draft, state, store, arena)))
		return error;
	for (size_t i = 0; i < draft->file_count; i++)
		if ((error = add_file(&adds, store, draft->subject, draft->files[i].path, draft->files[i].content, large, arena)))
			return error;
	ch_changes_sort(&adds);
	return ch_tree_apply(tree, &empty, store, parent ? tree : NULL, adds.list, adds.count);
}

static struct commit
commit_of(const struct statement *st, const struct ch_oid *tree, int64_t time, char *summary, size_t size)
{
	struct commit c = {.time = time, .actor = st->value[KEY_ACTOR], .archive = st->value[KEY_ARCHIVE], .statement = st->text};

	memcpy(c.tree, tree->id, sizeof(c.tree));
	c.summary = span_of(summary, statement_summary(summary, size, st));
	return c;
}

const struct ch_error *
ch_draft_payload(struct span *payload, struct ch_oid *tree, struct ch_draft *draft, struct ch_state *state, struct ch_store *store,
		 const struct ch_signer *signer)
{
	char summary[2 * VALUE_MAX], *text = ch_arena_alloc(arena_of(draft, state), ACT_MAX);
	const struct ch_error *error;
	const struct ch_entry *tip;
	struct statement st;
	struct commit c;

	if ((error = write_statement(&st, draft, state, signer)))
		return error;
	tip = ch_subject_tip(ch_state_subject(state, draft->subject));
	if ((error = ch_draft_tree(tree, draft, &st, tip, state, store)))
		return error;
	c = commit_of(&st, tree, draft->time, summary, sizeof(summary));
	if (tip) {
		memcpy(c.parent[0], tip->commit.id, OBJECT_ID_SIZE);
		c.parents = 1;
	}
	*payload = span_of(text, commit_write_payload(text, ACT_MAX, &c));
	return payload->len ? NULL : ch_refuse(WIRE_TOO_LONG, "the act does not fit into %d bytes", ACT_MAX);
}

const struct ch_error *
ch_draft_sign_unjudged(struct ch_oid *commit, struct ch_draft *draft, struct ch_state *state, struct ch_store *store, const struct ch_signer *signer)
{
	const struct ch_error *error;
	struct span raw, payload;
	struct ch_oid tree;

	if ((error = ch_draft_payload(&payload, &tree, draft, state, store, signer)) ||
	    (error = ch_signer_commit(&raw, signer, payload, arena_of(draft, state))))
		return error;
	return ch_store_write(commit, store, CH_COMMIT, raw);
}

const struct ch_error *
ch_draft_sign(struct ch_oid *commit, struct ch_draft *draft, struct ch_state *state, struct ch_store *store, const struct ch_signer *signer)
{
	struct ch_judgement judgement;
	const struct ch_error *error;

	if ((error = ch_draft_judge(&judgement, draft, state, signer)))
		return error;
	if (judgement.code != WIRE_OK)
		return ch_refuse(judgement.code, "%s", judgement.reason);
	return ch_draft_sign_unjudged(commit, draft, state, store, signer);
}

#include "save.h"

#include <stdio.h>

#include "cutfile.h"
#include "large/depot.h"
#include "register/changes.h"
#include "register/draft.h"
#include "register/local.h"
#include "register/page.h"
#include "register/prefix.h"
#include "register/space.h"
#include "sync/outbox.h"
#include "store/treemerge.h"

enum { TIPS_MAX = COMMIT_PARENTS_MAX - 1 };

const struct ch_error *
ch_saver_open_read_only(struct ch_saver *saver, const char *archive)
{
	const struct ch_error *error;

	*saver = (struct ch_saver){.store = {.lock = -1}};
	if ((error = ch_store_open(&saver->store, archive)) || (error = ch_temporary_load(&saver->temporary, archive)) ||
	    (error = ch_origin_load(&saver->origin, &saver->is_clone, &saver->store, &saver->lasting)))
		return error;
	ch_local_remember(&saver->store);
	return NULL;
}

const struct ch_error *
ch_saver_open(struct ch_saver *saver, const char *archive)
{
	const struct ch_error *error;

	if ((error = ch_saver_open_read_only(saver, archive)) ||
	    (!saver->is_clone && (error = ch_local_registrar(&saver->registrar, &saver->store))))
		return error;
	ch_depot_sweep(saver->store.path);
	return ch_local_device(&saver->device, &saver->store);
}

static void
unload(struct ch_saver *saver)
{
	ch_state_clear(&saver->state);
	saver->state = (struct ch_state){0};
	saver->loaded = false;
}

void
ch_saver_close(struct ch_saver *saver)
{
	unload(saver);
	ch_secret_clear(&saver->registrar);
	ch_secret_clear(&saver->device);
	ch_store_close(&saver->store);
	ch_temporary_release(&saver->temporary);
	ch_arena_clear(&saver->lasting);
}

const struct ch_error *
ch_saver_load(struct ch_saver *saver)
{
	const struct ch_error *error;
	struct ch_oid head;
	bool exists;

	if ((error = ch_store_head(&head, &exists, &saver->store)))
		return error;
	if (saver->loaded && exists && ch_oid_equal(&head, &saver->state.head) && ch_state_trouble(&saver->state) == NULL) {
		ch_state_forget(&saver->state);
		return NULL;
	}
	unload(saver);
	if ((error = ch_replay(&saver->state, &saver->store, saver->observer)) == NULL && saver->state.seq == 0)
		error = ch_fail(CH_REFUSED, "'%s' has not been founded; see chancery-init", saver->store.path);
	saver->loaded = error == NULL;
	return error;
}

void
ch_saver_remember(struct ch_saver *saver, bool leaving)
{
	struct ch_oid head;
	bool exists;

	if (saver->loaded && ch_store_head(&head, &exists, &saver->store) == NULL && exists && ch_oid_equal(&head, &saver->state.head))
		ch_prefix_save(&saver->state, leaving);
}

/* What acts on main say of a journal. */
static size_t
list_committed(struct ch_committed **list, struct ch_state *state, const uint8_t journal[CH_JOURNAL_ID_SIZE], struct ch_arena *arena)
{
	size_t count = 0;

	*list = NULL;
	for (size_t i = 0; i < state->space_count; i++) {
		const struct ch_space_journal *saved = ch_space_saved(state->spaces[i], journal);

		if (saved == NULL)
			continue;
		*list = ch_arena_grow(arena, *list, count, sizeof(**list));
		(*list)[count++] = (struct ch_committed){state->spaces[i]->name.id, saved->sequence, saved->act};
	}
	return count;
}

const struct ch_error *
ch_saver_recover(struct ch_overlay *overlay, struct ch_saver *saver, struct ch_store *store, struct ch_journal *journal, struct ch_times *times)
{
	struct ch_committed *committed;
	const struct ch_error *error;
	struct ch_arena arena = {0};
	size_t count;

	*overlay = (struct ch_overlay){0};
	if ((error = ch_saver_load(saver)))
		return error;
	if ((error = ch_overlay_init(overlay, store, journal, times, &saver->state.head)))
		return error;
	overlay->temporary = &saver->temporary;
	count = list_committed(&committed, &saver->state, journal->id, &arena);
	error = ch_overlay_recover(overlay, committed, count);
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_saver_settle(struct ch_overlay *overlay, struct ch_saver *saver, const struct ch_journal *journal)
{
	struct ch_committed *committed;
	const struct ch_error *error;
	struct ch_arena arena = {0};
	size_t count;

	if ((error = ch_saver_load(saver)))
		return error;
	count = list_committed(&committed, &saver->state, journal->id, &arena);
	error = ch_overlay_settle(overlay, &saver->state.head, committed, count);
	ch_arena_clear(&arena);
	return error;
}

/* A cut on its way into the register. */
struct saving {
	struct ch_saver *saver;
	struct ch_cut *cut;
	struct span journal;
	struct ch_signer signer;
	struct ch_patterns large; /* files that are */
	struct ch_oid acts[TIPS_MAX];
	size_t count;
	struct ch_waiting *waiting; /* in the outbox of a clone */
	size_t waiting_count;
	struct ch_arena arena;
};

static struct span
space_of(const struct ch_cut_file *file)
{
	struct span path = file->path;

	return span_cut(&path, '/');
}

/* Where the files of the space that begins at `begin` end. */
static size_t
end_of_space(const struct ch_cut *cut, size_t begin)
{
	size_t end = begin + 1;

	while (end < cut->count && span_equal(space_of(&cut->files[end]), space_of(&cut->files[begin])))
		end++;
	return end;
}

/* Of the files of a space those that are not as they were; paths within it. */
static const struct ch_error *
list_changes(struct ch_changes *changes, struct saving *s, size_t begin, size_t end)
{
	struct ch_arena *arena = &s->arena;
	const struct ch_error *error;

	changes->count = 0;
	changes->list = ch_arena_alloc(arena, (end - begin) * sizeof(*changes->list));
	for (size_t i = begin; i < end; i++) {
		struct ch_cut_file *file = &s->cut->files[i];
		struct span path = file->path;

		if ((error = ch_cut_file_store(file, &s->saver->store, &s->large)))
			return error;
		if (file->had == file->has && (!file->has || ch_oid_equal(&file->old, &file->new)))
			continue;
		span_cut(&path, '/');
		changes->list[changes->count++] = (struct ch_change){path, file->had, file->has, file->old, file->new};
	}
	return NULL;
}

/* The whole of a space as it is signed: what the register has of it, and the cut on top. */
struct space {
	struct span subject;
	const struct ch_space_version *base;
	struct ch_node tree;
	bool empty;
	struct ch_changes changes; /* to the base */
};

/* What somebody else has changed under our hands, and the register has already, is merged here as it would be there. */
static const struct ch_error *
build_space(struct space *space, struct saving *s, const struct ch_changes *cut)
{
	const struct ch_oid *base = space->base && space->base->any ? &space->base->tree : NULL;
	struct ch_state *state = &s->saver->state;
	struct ch_livetree *tree = ch_livetree_new(&s->saver->store, base);
	const struct ch_error *error;

	space->tree.directory = true;
	if ((error = ch_tree_merge(tree, cut, 0, state->whole + 1, &s->arena)) == NULL)
		error = ch_livetree_id(&space->tree.id, &space->empty, tree, true);
	ch_livetree_free(tree);
	if (error)
		return error;
	return ch_tree_changes_below(&space->changes, &s->saver->store, space->subject, base, space->empty ? NULL : &space->tree.id, &s->arena);
}

/*
 * The people whom the cut names for a space, as far as they are let by now: a change that was made when its maker still was is the drive's own. Empty: nobody; as
 * many as a value holds.
 */
static struct span
people_of(struct saving *s, struct span subject)
{
	struct ch_state *state = &s->saver->state;
	struct span space = span_skip(subject, strlen("files/"));
	const char *ids = "";

	for (size_t i = 0; i < s->cut->credit_count; i++) {
		const struct ch_overlay_credit *by = &s->cut->credits[i];
		const struct ch_person *person = ch_state_person(state, by->person);

		if (span_equal(by->space, space) && person && state->policy && ch_policy_drops(state->policy, person->roles, subject) &&
		    strlen(ids) + 1 + by->person.len < VALUE_MAX)
			ids = ch_arena_format(&s->arena, "%s%s%.*s", ids, *ids ? " " : "", (int)by->person.len, (const char *)by->person.data);
	}
	return span_text(ids);
}

static const struct ch_error *
sign_space(struct saving *s, const struct space *space)
{
	struct ch_state *state = &s->saver->state;
	struct ch_draft draft = {.kind = ACT_SAVE, .subject = space->subject, .arena = &s->arena};
	uint8_t digest[SHA256_SIZE];
	const struct ch_error *error;
	struct ch_oid root;

	if ((error = ch_tree_set(&root, &s->saver->store, NULL, space->subject, space->empty ? NULL : &space->tree, &s->arena)) ||
	    (error = ch_changes_digest(digest, &s->saver->store, &space->changes)))
		return error;
	draft.tree = &root;
	draft.value[KEY_FOR] = people_of(s, space->subject);
	if (draft.value[KEY_FOR].len)
		draft.kind = ACT_DEPOSIT;
	draft.value[KEY_JOURNAL] = span_text(ch_arena_format(&s->arena, "%.*s %llu", (int)s->journal.len, (const char *)s->journal.data,
							     (unsigned long long)s->cut->through));
	draft.value[KEY_BASE] = ch_arena_number(&s->arena, state->whole);
	draft.value[KEY_CHANGES_SHA256] = ch_arena_hex(&s->arena, digest, sizeof(digest));
	return ch_draft_sign(&s->acts[s->count++], &draft, state, &s->saver->store, &s->signer);
}

static const struct ch_error *
list_waiting(struct saving *s)
{
	struct ch_saver *saver = s->saver;

	return saver->is_clone ? ch_outbox(&s->waiting, &s->waiting_count, &saver->store, saver->origin.client, &s->arena) : NULL;
}

/* Does an act that waits carry what a file is in the cut? */
static bool
waits(const struct saving *s, const struct ch_cut_file *file)
{
	for (size_t i = 0; i < s->waiting_count; i++) {
		const struct statement *act = &s->waiting[i].act.statement;
		struct span sequence = act->value[KEY_JOURNAL], subject = act->value[KEY_SUBJECT];
		uint64_t through;

		span_cut(&subject, '/');
		if (act_saves(act->kind) && span_equal(subject, space_of(file)) && span_equal(span_cut(&sequence, ' '), s->journal) &&
		    text_get_number(&through, sequence) && file->last <= through)
			return true;
	}
	return false;
}

static void
note_waiting(struct saving *s)
{
	for (size_t i = 0; i < s->cut->count; i++)
		if (!s->cut->files[i].committed && waits(s, &s->cut->files[i]))
			s->cut->files[i].fate = CH_UNSAVED_WAITING;
}

static void
note_refused(struct saving *s, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		if (!s->cut->files[i].committed)
			s->cut->files[i].fate = CH_UNSAVED_REFUSED;
}

/* A second save would not follow the first one: nobody knows yet on which page that will be. */
static bool
is_under_way(const struct saving *s, struct span subject)
{
	for (size_t i = 0; i < s->waiting_count; i++)
		if (act_saves(s->waiting[i].act.statement.kind) && span_equal(s->waiting[i].act.statement.value[KEY_SUBJECT], subject))
			return true;
	return false;
}

static void
mark_committed(struct saving *s, size_t begin, size_t end)
{
	for (size_t i = begin; i < end; i++)
		s->cut->files[i].committed = true;
}

static const struct ch_error *
make_act(struct saving *s, size_t begin, size_t end)
{
	struct ch_state *state = &s->saver->state;
	struct span name = space_of(&s->cut->files[begin]);
	struct space space = {.subject = span_text(ch_arena_format(&s->arena, "files/%.*s", (int)name.len, (const char *)name.data))};
	const struct ch_error *error;
	struct ch_changes cut;

	if (is_under_way(s, space.subject))
		return NULL;
	space.base = ch_space_at(ch_state_subject(state, space.subject), state->whole);
	if ((error = list_changes(&cut, s, begin, end)) || (error = build_space(&space, s, &cut)))
		return error;
	if (space.changes.count)
		return sign_space(s, &space);
	mark_committed(s, begin, end); /* main has all of it */
	return NULL;
}

/* Its own key may be another by now, too. */
static const struct ch_error *
follow_device(struct span *id, struct ch_saver *saver)
{
	const struct ch_error *error;

	if (ch_local_device_id(id, &saver->device, &saver->state) == NULL)
		return NULL;
	ch_secret_clear(&saver->device);
	if ((error = ch_local_device(&saver->device, &saver->store)))
		return error;
	return ch_local_device_id(id, &saver->device, &saver->state);
}

/* Acts for the spaces from `begin` on, until a page is full; *end is where it went no further. */
static const struct ch_error *
make_acts(struct saving *s, size_t begin, size_t *end, size_t limit)
{
	struct ch_saver *saver = s->saver;
	const struct ch_error *error;
	struct span device;

	s->count = 0;
	*end = begin;
	if ((error = list_waiting(s)) || (error = ch_saver_load(saver)) || (error = follow_device(&device, saver)))
		return error;
	if ((error = ch_patterns_load(&s->large, &saver->store, &saver->state.tree, &s->arena)))
		return error;
	ch_signer_own(&s->signer, &saver->device, device);
	if (saver->is_clone && !ch_oid_equal(&saver->state.head, &s->cut->commit)) {
		*end = limit; /* the overlay does not know yet what has become of its saves */
		return NULL;
	}
	while (*end < limit && s->count < TIPS_MAX) {
		size_t next = end_of_space(s->cut, *end);

		if ((error = make_act(s, *end, next)))
			return error;
		*end = next;
	}
	return NULL;
}

static bool
is_key_of(const struct ch_secret *secret, const struct ch_key *key)
{
	return key && memcmp(secret->fingerprint, key->key.fingerprint, FINGERPRINT_SIZE) == 0;
}

/* Another one may sign pages by now, with a key that was made on this machine. */
static const struct ch_error *
follow_registrar(struct ch_saver *saver)
{
	if (is_key_of(&saver->registrar, saver->state.registrar))
		return NULL;
	ch_secret_clear(&saver->registrar);
	return ch_local_registrar_of(&saver->registrar, &saver->store, &saver->state);
}

/* What others have registered since the acts were signed is for the register to merge. */
static const struct ch_error *
register_acts(struct saving *s)
{
	struct ch_saver *saver = s->saver;
	const struct ch_error *error;

	if (s->count == 0)
		return NULL;
	if (saver->is_clone)
		return ch_outbox_put(&saver->store, saver->origin.client, s->acts, s->count);
	if ((error = ch_store_lock(&saver->store)))
		return error;
	if ((error = ch_saver_load(saver)) == NULL && (error = follow_registrar(saver)) == NULL)
		error = ch_register(&saver->state, &saver->store, &saver->registrar, s->acts, s->count, true);
	ch_store_unlock(&saver->store);
	return error;
}

static const struct ch_error *
save_page(struct saving *s, size_t begin, size_t *end, size_t limit)
{
	const struct ch_error *error;

	if ((error = make_acts(s, begin, end, limit)) == NULL)
		error = register_acts(s);
	if (error)
		unload(s->saver); /* whatever it was, the state may not be that of main */
	else if (!s->saver->is_clone)
		mark_committed(s, begin, *end);
	return error;
}

static const struct ch_error *
save_range(struct saving *s, size_t begin, size_t limit)
{
	const struct ch_error *error = NULL;

	for (size_t end; begin < limit && error == NULL; begin = end)
		error = save_page(s, begin, &end, limit);
	return error;
}

const struct ch_error *
ch_save(struct ch_oid *head, struct ch_saver *saver, struct ch_cut *cut, const uint8_t journal[CH_JOURNAL_ID_SIZE])
{
	char id[2 * CH_JOURNAL_ID_SIZE + 1];
	struct saving s = {.saver = saver, .cut = cut};
	struct ch_error first = {0};
	const struct ch_error *error;

	text_put_hex(id, journal, CH_JOURNAL_ID_SIZE);
	s.journal = span_text(id);
	if ((error = save_range(&s, 0, cut->count)))
		first = *error;
	for (size_t begin = 0, end; first.class == CH_REFUSED && begin < cut->count; begin = end) {
		end = end_of_space(cut, begin);
		if (!cut->files[begin].committed && (error = save_range(&s, begin, end)) && error->class == CH_REFUSED)
			note_refused(&s, begin, end);
	}
	if ((error = ch_cut_put_aside(cut)) && first.class == 0)
		first = *error;
	if ((error = list_waiting(&s)) == NULL && (error = ch_saver_load(saver)) == NULL)
		*head = saver->state.head;
	note_waiting(&s);
	ch_arena_clear(&s.arena);
	if (error)
		return error;
	return first.class ? ch_fail(first.class, "%s", first.message) : NULL;
}

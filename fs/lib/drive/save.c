#include "save.h"

#include <stdio.h>

#include "register/draft.h"
#include "register/local.h"
#include "register/page.h"
#include "save_merge.h"

enum { TIPS_MAX = COMMIT_PARENTS_MAX - 1 };

const struct ch_error *
ch_saver_open(struct ch_saver *saver, const char *archive)
{
	const struct ch_error *error;

	*saver = (struct ch_saver){.store = {.lock = -1}};
	if ((error = ch_store_open(&saver->store, archive)) || (error = ch_local_registrar(&saver->registrar, &saver->store)))
		return error;
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
}

const struct ch_error *
ch_saver_load(struct ch_saver *saver)
{
	const struct ch_error *error;
	struct ch_oid head;
	bool exists;

	if ((error = ch_store_head(&head, &exists, &saver->store)))
		return error;
	if (saver->loaded && exists && ch_oid_equal(&head, &saver->state.head))
		return NULL;
	unload(saver);
	if ((error = ch_replay(&saver->state, &saver->store, NULL)) == NULL && saver->state.seq == 0)
		error = ch_fail(CH_REFUSED, "'%s' has not been founded; see chancery-init", saver->store.path);
	saver->loaded = error == NULL;
	return error;
}

/* The highest sequence of the journal that a save of this space carries. */
static bool
committed_of(struct ch_committed *committed, const struct ch_state *state, const struct ch_subject *subject, struct span journal)
{
	for (const struct ch_entry *entry = ch_subject_tip(subject); entry; entry = ch_entry_before(state, entry)) {
		const struct statement *st = &ch_entry_act(state, entry)->statement;
		struct span number = st->value[KEY_JOURNAL];

		if (st->kind != ACT_SAVE || !span_equal(span_cut(&number, ' '), journal))
			continue;
		committed->space = subject->name.id;
		return text_get_number(&committed->sequence, number);
	}
	return false;
}

/* What acts on main say of a journal; in the state's arena. */
static size_t
list_committed(struct ch_committed **list, struct ch_state *state, const uint8_t journal[CH_JOURNAL_ID_SIZE])
{
	struct span id = ch_arena_hex(&state->arena, journal, CH_JOURNAL_ID_SIZE);
	struct ch_committed committed;
	size_t count = 0;

	*list = NULL;
	for (size_t i = 0; i < state->space_count; i++) {
		if (!committed_of(&committed, state, state->spaces[i], id))
			continue;
		*list = ch_arena_grow(&state->arena, *list, count, sizeof(**list));
		(*list)[count++] = committed;
	}
	return count;
}

const struct ch_error *
ch_saver_recover(struct ch_overlay *overlay, struct ch_saver *saver, struct ch_store *store, struct ch_journal *journal)
{
	struct ch_committed *committed;
	const struct ch_error *error;
	size_t count;

	*overlay = (struct ch_overlay){0};
	if ((error = ch_saver_load(saver)))
		return error;
	count = list_committed(&committed, &saver->state, journal->id);
	if ((error = ch_overlay_init(overlay, store, journal, &saver->state.head)))
		return error;
	return ch_overlay_recover(overlay, committed, count);
}

/* A cut on its way into the register. */
struct saving {
	struct ch_saver *saver;
	struct ch_cut *cut;
	struct span journal;
	struct ch_signer signer;
	struct ch_oid acts[TIPS_MAX];
	size_t count;
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

static const struct ch_error *
store_content(struct ch_store *store, struct ch_cut_file *file)
{
	const struct ch_error *error;
	struct span content;

	if (file->working == NULL || file->stored)
		return NULL;
	if ((error = ch_working_content(&content, file->working)) || (error = ch_store_write(&file->new, store, CH_BLOB, content)))
		return error;
	file->stored = true;
	return NULL;
}

static const struct ch_error *
digest_of(char hex[2 * SHA256_SIZE + 1], struct ch_store *store, bool there, const struct ch_oid *blob)
{
	struct ch_arena arena = {0};
	uint8_t digest[SHA256_SIZE];
	const struct ch_error *error;
	struct span raw;

	snprintf(hex, 2 * SHA256_SIZE + 1, "-");
	if (!there)
		return NULL;
	if ((error = ch_store_read(&raw, store, CH_BLOB, blob, &arena)) == NULL) {
		wire_sha256_of(digest, raw);
		text_put_hex(hex, digest, sizeof(digest));
	}
	ch_arena_clear(&arena);
	return error;
}

/* Changes-SHA256 (docs/formats/1 section 5): what the act does to its own parent. */
static const struct ch_error *
digest_changes(struct span *value, struct saving *s, const struct ch_entry *tip, const struct ch_oid *tree)
{
	struct ch_arena *arena = &s->saver->state.arena;
	char old[2 * SHA256_SIZE + 1], new[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];
	struct ch_changes changes;
	struct wire_sha256 lines;
	struct ch_oid parent;
	const struct ch_error *error;

	if (tip)
		memcpy(parent.id, ch_entry_act(&s->saver->state, tip)->commit.tree, sizeof(parent.id));
	if ((error = ch_tree_changes(&changes, &s->saver->store, tip ? &parent : NULL, tree, arena)))
		return error;
	wire_sha256_init(&lines);
	for (size_t i = 0; i < changes.count; i++) {
		const struct ch_change *c = &changes.list[i];

		if ((error = digest_of(old, &s->saver->store, c->had, &c->old)) || (error = digest_of(new, &s->saver->store, c->has, &c->new)))
			return error;
		wire_sha256_update(&lines, span_text(ch_arena_format(arena, "%s %s %s %.*s\n", c->has ? "100644" : "-", old, new, (int)c->path.len,
								     (const char *)c->path.data)));
	}
	wire_sha256_final(&lines, digest);
	*value = ch_arena_hex(arena, digest, sizeof(digest));
	return NULL;
}

static const struct ch_error *
sign_space(struct saving *s, struct span space, const struct ch_node *tree)
{
	struct ch_arena *arena = &s->saver->state.arena;
	struct span subject = span_text(ch_arena_format(arena, "files/%.*s", (int)space.len, (const char *)space.data));
	struct ch_draft draft = {.kind = ACT_SAVE, .subject = subject};
	const struct ch_entry *tip = ch_subject_tip(ch_state_subject(&s->saver->state, subject));
	const struct ch_error *error;
	struct ch_oid root;

	if ((error = ch_tree_set(&root, &s->saver->store, NULL, subject, tree, arena)) ||
	    (error = digest_changes(&draft.value[KEY_CHANGES_SHA256], s, tip, &root)))
		return error;
	draft.tree = &root;
	draft.value[KEY_JOURNAL] = span_text(ch_arena_format(arena, "%.*s %llu", (int)s->journal.len, (const char *)s->journal.data,
							     (unsigned long long)s->cut->through));
	return ch_draft_sign(&s->acts[s->count++], &draft, &s->saver->state, &s->saver->store, &s->signer);
}

static const struct ch_error *
make_act(struct saving *s, size_t begin, size_t end)
{
	struct ch_merge merge = {.space = space_of(&s->cut->files[begin]), .files = s->cut->files + begin, .count = end - begin, .seq = s->saver->state.seq + 1};
	struct ch_node tree = {.directory = true};
	const struct ch_error *error;
	bool any, changed;

	for (size_t i = begin; i < end; i++)
		if ((error = store_content(&s->saver->store, &s->cut->files[i])))
			return error;
	if ((error = ch_merge_space(&tree.id, &any, &changed, &merge, &s->saver->store, &s->saver->state.tree, &s->saver->state.arena)) || !changed)
		return error;
	return sign_space(s, merge.space, any ? &tree : NULL);
}

/* Acts for the spaces from `begin` on, until a page is full; *end is where it went no further. */
static const struct ch_error *
make_page(struct saving *s, size_t begin, size_t *end, size_t limit)
{
	struct ch_saver *saver = s->saver;
	const struct ch_error *error;
	struct span device;

	s->count = 0;
	if ((error = ch_saver_load(saver)) || (error = ch_local_device_id(&device, &saver->device, &saver->state)))
		return error;
	ch_signer_own(&s->signer, &saver->device, device);
	for (*end = begin; *end < limit && s->count < TIPS_MAX;) {
		size_t next = end_of_space(s->cut, *end);

		if ((error = make_act(s, *end, next)))
			return error;
		*end = next;
	}
	return s->count ? ch_register(&saver->state, &saver->store, &saver->registrar, s->acts, s->count, true) : NULL;
}

/* Somebody else may register between reading main and writing a page; with the lock held it is all done again. */
static const struct ch_error *
save_page(struct saving *s, size_t begin, size_t *end, size_t limit)
{
	const struct ch_error *error = make_page(s, begin, end, limit);

	if (error && error->class == CH_LATER) {
		if ((error = ch_store_lock(&s->saver->store)))
			return error;
		error = make_page(s, begin, end, limit);
		ch_store_unlock(&s->saver->store);
	}
	if (error)
		unload(s->saver); /* whatever it was, the state may not be that of main */
	for (size_t i = begin; i < *end && error == NULL; i++)
		s->cut->files[i].committed = true;
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
	for (size_t begin = 0, end; error && error->class == CH_REFUSED && begin < cut->count; begin = end) {
		end = end_of_space(cut, begin);
		if (!cut->files[begin].committed)
			save_range(&s, begin, end);
	}
	if ((error = ch_saver_load(saver)))
		return error;
	*head = saver->state.head;
	return first.class ? ch_fail(first.class, "%s", first.message) : NULL;
}

/*
 * ch_export_members
 *   add_files       files/
 *   add_chain       chain.bundle
 *   add_ground      ground.bundle
 *   add_acts        acts/
 *   add_pages       register/
 *   add_keys        keys/
 *   add_policies    policy/
 *   add_stamp       stamps/
 */
#include "export.h"

#include <inttypes.h>
#include <stdlib.h>

#include "gitbundle.h"
#include "large/depot.h"
#include "records/content.h"
#include "store/treeedit.h"

struct building {
	struct ch_tarball *tarball;
	const struct ch_evidence *evidence;
	struct ch_arena *arena;
	bool large; /* some of files/ are pointers in the chain */
};

static void
add(struct building *b, const char *path, struct span content)
{
	ch_tarball_add(b->tarball, span_text(path), content, b->arena);
}

/* Whether no other act of the list goes on from this one. */
static bool
is_leaf(const struct building *b, const struct ch_entry *const *entries, size_t count, const struct ch_entry *entry)
{
	for (size_t i = 0; i < count; i++)
		if (ch_entry_act(b->evidence->state, entries[i])->commit.parents &&
		    memcmp(ch_entry_act(b->evidence->state, entries[i])->commit.parent[0], entry->commit.id, OBJECT_ID_SIZE) == 0)
			return false;
	return true;
}

/* Files of the subject's directory in an act's tree that have not been seen. */
static const struct ch_error *
gather_files(struct ch_changes *files, struct ch_map *seen, struct building *b, const struct ch_entry *entry)
{
	const struct ch_error *error;
	struct ch_changes changes;
	struct ch_oid tree;
	struct ch_node node;
	bool found;

	memcpy(tree.id, ch_entry_act(b->evidence->state, entry)->commit.tree, sizeof(tree.id));
	if ((error = ch_tree_find(&node, &found, b->evidence->store, &tree, ch_entry_subject(b->evidence->state, entry)->path, b->arena)) ||
	    (error = ch_tree_changes(&changes, b->evidence->store, NULL, &node.id, b->arena)))
		return error;
	for (size_t i = 0; i < changes.count; i++) {
		struct ch_change *file = &changes.list[i];
		if (ch_map_get(seen, file->path))
			continue;
		ch_map_put(seen, b->arena, file->path, file);
		files->list = ch_arena_grow(b->arena, files->list, files->count, sizeof(*file));
		files->list[files->count++] = *file;
	}
	return NULL;
}

/* Of a pointer what it names: from the depot, or, where an extract is put together again, from there. */
static const struct ch_error *
read_file(struct span *content, struct building *b, const struct ch_oid *blob, const char *path)
{
	const struct ch_member *member;
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];
	struct ch_pointer pointer;

	if ((error = ch_store_read(content, b->evidence->store, CH_BLOB, blob, b->arena)))
		return error;
	if (!ch_pointer_read(&pointer, *content))
		return NULL;
	b->large = true;
	if (b->evidence->found == NULL)
		return ch_depot_get(content, b->evidence->store->path, &pointer, b->arena);
	if ((member = ch_tarball_find(b->evidence->found, span_text(path))) == NULL)
		return NULL;
	wire_sha256_of(digest, member->content);
	if (member->content.len != pointer.size || memcmp(digest, pointer.digest, sizeof(digest)) != 0)
		return ch_refuse(WIRE_WRONG_CONTENT, "'%s' is not the content that the registered acts name", path);
	*content = member->content;
	return NULL;
}

/* Decisions only add files, so that what all acts add up to is in the trees of those that nobody followed. */
static const struct ch_error *
add_files(struct building *b)
{
	const struct ch_selection *selection = &b->evidence->selection;
	struct ch_changes files = {0};
	struct ch_map seen = {0};
	const struct ch_error *error;
	struct span content;

	for (size_t i = 0; i < selection->act_count; i++)
		if (is_leaf(b, selection->acts, selection->act_count, selection->acts[i]) &&
		    (error = gather_files(&files, &seen, b, selection->acts[i])))
			return error;
	ch_changes_sort(&files);
	for (size_t i = 0; i < files.count; i++) {
		const struct ch_change *file = &files.list[i];
		const char *path = ch_arena_format(b->arena, "files/%.*s", (int)file->path.len, (const char *)file->path.data);
		if ((error = read_file(&content, b, &file->new, path)))
			return error;
		add(b, path, content);
	}
	return NULL;
}

struct bundling {
	struct ch_gitbundle_ref *refs;
	size_t count;
	struct ch_pack pack;
};

static void
add_ref(struct bundling *bundle, struct building *b, const char *name, const struct ch_entry *entry)
{
	bundle->refs = ch_arena_grow(b->arena, bundle->refs, bundle->count, sizeof(*bundle->refs));
	bundle->refs[bundle->count++] = (struct ch_gitbundle_ref){.id = entry->commit, .name = span_text(name)};
}

static const struct ch_error *
add_commits(struct bundling *bundle, struct building *b, const struct ch_entry *const *entries, size_t count)
{
	const struct ch_error *error;

	for (size_t i = 0; i < count; i++)
		if ((error = ch_pack_add_commit(&bundle->pack, b->evidence->store, &entries[i]->commit, b->arena)))
			return error;
	return NULL;
}

static void
add_bundle(struct building *b, const char *name, struct bundling *bundle)
{
	struct span header = ch_gitbundle_header(bundle->refs, bundle->count, b->arena), pack = ch_pack_write(&bundle->pack, b->arena);
	uint8_t *bytes = ch_arena_alloc(b->arena, header.len + pack.len);

	memcpy(bytes, header.data, header.len);
	memcpy(bytes + header.len, pack.data, pack.len);
	add(b, name, span_of(bytes, header.len + pack.len));
}

static const struct ch_error *
add_chain(struct building *b)
{
	const struct ch_selection *selection = &b->evidence->selection;
	size_t last = selection->act_count - 1;
	struct bundling bundle = {0};
	const struct ch_error *error;

	if ((error = add_commits(&bundle, b, selection->acts, selection->act_count)))
		return error;
	add_ref(&bundle, b, "HEAD", selection->acts[last]);
	add_ref(&bundle, b, "refs/heads/main", selection->acts[last]);
	for (size_t i = 0; i < last; i++)
		if (is_leaf(b, selection->acts, selection->act_count, selection->acts[i]))
			add_ref(&bundle, b, ch_arena_format(b->arena, "refs/heads/act-%zu", i + 1), selection->acts[i]);
	add_bundle(b, "chain.bundle", &bundle);
	return NULL;
}

/* Which of its subject's acts an entry is, from 1 on. */
static size_t
number_of(const struct building *b, const struct ch_entry *entry)
{
	const struct ch_subject *subject = ch_entry_subject(b->evidence->state, entry);
	size_t n = 0;

	while (ch_subject_entry(subject, n) != entry)
		n++;
	return n + 1;
}

static const struct ch_error *
add_ground(struct building *b)
{
	const struct ch_selection *selection = &b->evidence->selection;
	struct bundling bundle = {0};
	const struct ch_error *error;

	if ((error = add_commits(&bundle, b, selection->ground, selection->ground_count)))
		return error;
	for (size_t i = 0; i < selection->ground_count; i++) {
		const struct ch_entry *entry = selection->ground[i];
		struct span path = ch_entry_subject(b->evidence->state, entry)->path;
		if (is_leaf(b, selection->ground, selection->ground_count, entry))
			add_ref(&bundle, b,
				ch_arena_format(b->arena, "refs/ground/%.*s/%zu", (int)path.len, (const char *)path.data, number_of(b, entry)), entry);
	}
	add_bundle(b, "ground.bundle", &bundle);
	return NULL;
}

/* The signed payload and its signature, as two files. */
static void
add_signed(struct building *b, const char *stem, const struct act *act)
{
	size_t len = act->commit.head.len + act->commit.tail.len;
	uint8_t *payload = ch_arena_alloc(b->arena, len);
	char *armor = ch_arena_alloc(b->arena, COMMIT_SIGNATURE_MAX + 1);

	memcpy(payload, act->commit.head.data, act->commit.head.len);
	memcpy(payload + act->commit.head.len, act->commit.tail.data, act->commit.tail.len);
	add(b, ch_arena_format(b->arena, "%s.payload", stem), span_of(payload, len));
	add(b, ch_arena_format(b->arena, "%s.asc", stem),
	    span_of(armor, commit_signature_armor(armor, COMMIT_SIGNATURE_MAX + 1, &act->commit)));
}

static void
add_acts(struct building *b)
{
	const struct ch_selection *selection = &b->evidence->selection;

	for (size_t i = 0; i < selection->act_count; i++) {
		const struct act *act = ch_entry_act(b->evidence->state, selection->acts[i]);
		add_signed(b, ch_arena_format(b->arena, "acts/%02zu-%s", i + 1, act_kind_name(act->statement.kind)), act);
	}
}

static void
add_pages(struct building *b)
{
	const struct ch_selection *selection = &b->evidence->selection;

	for (size_t i = 0; i < selection->page_count; i++)
		add_signed(b, ch_arena_format(b->arena, "register/%06" PRIu64, selection->pages[i]), b->evidence->pages[i]);
}

static const struct ch_error *
certificate_of(struct span *armor, struct building *b, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	const struct ch_key *key = ch_state_key(b->evidence->state, fingerprint);
	const struct ch_seal *seal = b->evidence->selection.application->seal;

	if (key) {
		*armor = ch_content_armored(key->certificate, b->arena);
		return NULL;
	}
	return ch_content_file(armor, b->evidence->store, ch_entry_act(b->evidence->state, seal->enrolled), seal->subject->path,
			       ch_content_device_name(seal->epoch, b->arena), b->arena);
}

static const struct ch_error *
add_keys(struct building *b)
{
	const struct ch_selection *selection = &b->evidence->selection;
	const struct ch_error *error;
	struct span armor;

	for (size_t i = 0; i < selection->signer_count; i++) {
		struct span hex = ch_arena_hex(b->arena, selection->signers[i], FINGERPRINT_SIZE);
		if ((error = certificate_of(&armor, b, selection->signers[i])))
			return error;
		add(b, ch_arena_format(b->arena, "keys/%s", ch_content_key_name(hex, b->arena)), armor);
	}
	return NULL;
}

static const struct ch_error *
add_policies(struct building *b)
{
	const struct ch_selection *selection = &b->evidence->selection;
	const struct ch_error *error;
	struct span rules;

	for (size_t i = 0; i < selection->ground_count; i++) {
		const struct ch_entry *entry = selection->ground[i];
		uint64_t version = 0;
		const char *name;
		if (entry->kind != ACT_POLICY)
			continue;
		statement_number(&version, &ch_entry_act(b->evidence->state, entry)->statement, KEY_VERSION);
		name = ch_content_version_name("rules", version, b->arena);
		if ((error = ch_content_file(&rules, b->evidence->store, ch_entry_act(b->evidence->state, entry), SPAN_LITERAL("policy"), name, b->arena)))
			return error;
		add(b, ch_arena_format(b->arena, "policy/%s", name), rules);
	}
	return NULL;
}

static const struct ch_error *
add_stamp(struct building *b)
{
	struct ch_state *state = b->evidence->state;
	const struct ch_entry *stamp = b->evidence->selection.stamp;
	const struct ch_subject *subject = stamp ? ch_entry_subject(state, stamp) : NULL;
	const struct ch_error *error;
	struct span token;
	const char *name;

	if (stamp == NULL)
		return NULL;
	name = ch_content_token_name(subject->name.number, b->arena);
	if ((error = ch_content_file(&token, b->evidence->store, ch_entry_act(state, stamp), subject->path, name, b->arena)))
		return error;
	add(b, ch_arena_format(b->arena, "stamps/%s", name), token);
	return NULL;
}

/* README, MANIFEST and SHA256SUMS come first and speak of what follows, so their places are kept. */
static const struct ch_error *
fill_front(struct building *b)
{
	struct ch_manifest manifest;
	const struct ch_error *error;

	b->tarball->members[0].content = ch_export_readme(b->evidence, b->tarball, b->large);
	ch_export_manifest(&manifest, b->evidence);
	if ((error = ch_manifest_write(&b->tarball->members[1].content, &manifest, b->tarball, b->arena)))
		return error;
	b->tarball->members[2].content = ch_manifest_sums(b->tarball, b->arena);
	return NULL;
}

const struct ch_error *
ch_export_members(struct ch_tarball *tarball, const struct ch_evidence *evidence)
{
	struct building b = {.tarball = tarball, .evidence = evidence, .arena = &evidence->state->arena};
	struct span id = evidence->selection.application->subject->name.id;
	const struct ch_error *error;

	*tarball = (struct ch_tarball){0};
	tarball->directory = span_text(ch_arena_format(b.arena, "%.8s-%.*s", (const char *)evidence->state->id.data, (int)id.len, (const char *)id.data));
	add(&b, "README", span_of(NULL, 0));
	add(&b, "MANIFEST", span_of(NULL, 0));
	add(&b, "SHA256SUMS", span_of(NULL, 0));
	if ((error = add_files(&b)) || (error = add_chain(&b)) || (error = add_ground(&b)))
		return error;
	add_acts(&b);
	add_pages(&b);
	if ((error = add_keys(&b)) || (error = add_policies(&b)) || (error = add_stamp(&b)))
		return error;
	return fill_front(&b);
}

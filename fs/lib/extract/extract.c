/*
 * ch_extract_verify
 *   check_sums           SHA256SUMS
 *   open_bundle          chain.bundle, ground.bundle: packs into the store, acts by id
 *   open_pages           register/: payload and signature become the register's commits again
 *   replay               judges every act anew
 *   compare_members      every member is what the replayed acts add up to
 *   check_stamp          the stamp is of the page that is here
 *   count_use            presses, receipts, photos
 */
#include "extract.h"

#include <inttypes.h>

#include "gitbundle.h"
#include "seal/usage.h"

/* What the packs may hold when inflated: trees of many acts beside the files that are in the tarball as well. */
enum { PACK_FLOOR = 16 << 20 };

struct opening {
	struct ch_extract *extract;
	struct ch_arena *arena;
	struct ch_map acts; /* act id -> struct ch_oid */
	struct ch_oid *pages;
	size_t page_count;
};

static const struct ch_error *
member(struct span *content, const struct opening *o, const char *path)
{
	const struct ch_member *found = ch_tarball_find(&o->extract->tarball, span_text(path));

	if (found == NULL)
		return ch_refuse(WIRE_WRONG_CONTENT, "'%s' is missing", path);
	*content = found->content;
	return NULL;
}

static const struct ch_error *
check_sums(struct opening *o)
{
	struct span sums = ch_manifest_sums(&o->extract->tarball, o->arena);
	const struct ch_error *error;
	struct span found = {0};

	if ((error = member(&found, o, "SHA256SUMS")))
		return error;
	if (!span_equal(found, sums))
		return ch_refuse(WIRE_WRONG_CONTENT, "'SHA256SUMS' is not what the other members add up to");
	return NULL;
}

/* From a reference back to the subject's first act. */
static const struct ch_error *
follow(struct ch_pack *expected, struct opening *o, struct ch_oid at)
{
	const struct ch_error *error;
	const struct act *act;

	for (;;) {
		struct ch_oid *commit = ch_arena_alloc(o->arena, sizeof(*commit));
		*commit = at;
		if ((error = ch_state_read_act(&act, &o->extract->state, &o->extract->store, &at)))
			return error;
		if (ch_map_get(&o->acts, span_of(act->id, SHA256_SIZE)))
			return NULL;
		ch_map_put(&o->acts, o->arena, ch_arena_copy(o->arena, span_of(act->id, SHA256_SIZE)), commit); /* the act itself goes when much was read */
		if ((error = ch_pack_add_commit(expected, &o->extract->store, &at, o->arena)))
			return error;
		if (act->commit.parents != 1)
			return NULL;
		memcpy(at.id, act->commit.parent[0], sizeof(at.id));
	}
}

static const struct ch_error *
store_bundle(struct ch_gitbundle *bundle, struct ch_pack *pack, struct opening *o, const char *name)
{
	const struct ch_error *error;
	enum wire_code code;
	struct span bytes;

	if ((error = member(&bytes, o, name)))
		return error;
	if ((code = ch_gitbundle_read(bundle, bytes)) == WIRE_OK)
		code = ch_pack_read(pack, bundle->pack, PACK_FLOOR + 2 * o->extract->tarball.size, o->arena);
	if (code != WIRE_OK)
		return ch_refuse(code, "'%s' is not a bundle of whole objects in canonical form", name);
	return ch_pack_store(&o->extract->store, bundle->pack);
}

/* The acts that a bundle's references lead to; it must hold their objects and no others. */
static const struct ch_error *
open_bundle(struct opening *o, const char *name)
{
	struct ch_pack pack, expected = {0};
	const struct ch_error *error;
	struct ch_gitbundle_ref ref;
	struct ch_gitbundle bundle;

	if ((error = store_bundle(&bundle, &pack, o, name)))
		return error;
	while (ch_gitbundle_ref(&ref, &bundle.refs)) {
		error = follow(&expected, o, ref.id);
		if (error && error->class == CH_IO)
			return ch_refuse(WIRE_WRONG_CONTENT, "'%s' is not whole: %s", name, error->message);
		if (error)
			return error;
	}
	ch_pack_sort(&expected);
	if (!ch_pack_equal(&pack, &expected))
		return ch_refuse(WIRE_WRONG_CONTENT, "'%s' does not hold the objects of its acts and no others", name);
	return NULL;
}

static const struct ch_member *
signature_of(const struct opening *o, const struct ch_member *payload)
{
	const char *path = ch_arena_format(o->arena, "%.*s.asc", (int)payload->path.len - (int)strlen(".payload"), (const char *)payload->path.data);

	return ch_tarball_find(&o->extract->tarball, span_text(path));
}

static const struct ch_error *
open_page(struct opening *o, const struct ch_member *payload)
{
	const struct ch_member *signature = signature_of(o, payload);
	char *raw = ch_arena_alloc(o->arena, COMMIT_MAX);
	size_t len = 0;

	if (signature)
		len = commit_write_signed(raw, COMMIT_MAX, payload->content, signature->content);
	if (len == 0)
		return ch_refuse(WIRE_MALFORMED_COMMIT, "'%.*s' and its signature make no commit", (int)payload->path.len,
				 (const char *)payload->path.data);
	o->pages = ch_arena_grow(o->arena, o->pages, o->page_count, sizeof(*o->pages));
	return ch_store_write(&o->pages[o->page_count++], &o->extract->store, CH_COMMIT, span_of(raw, len));
}

static const struct ch_error *
open_pages(struct opening *o)
{
	const struct ch_tarball *tarball = &o->extract->tarball;
	const struct ch_error *error;

	for (size_t i = 0; i < tarball->count; i++) {
		const struct ch_member *m = &tarball->members[i];
		if (span_starts(m->path, SPAN_LITERAL("register/")) && span_ends(m->path, SPAN_LITERAL(".payload")) && (error = open_page(o, m)))
			return error;
	}
	return NULL;
}

/* Acts that a bundle brought and no page speaks of. */
static const struct ch_error *
check_registered(const struct opening *o)
{
	for (size_t i = 0; i < o->acts.size; i++) {
		struct span id = o->acts.slots[i].key;
		if (o->acts.slots[i].value && ch_state_act(&o->extract->state, id.data) == NULL)
			return ch_refuse(WIRE_WRONG_CONTENT, "act %s is on none of the pages", (const char *)ch_arena_hex(o->arena, id.data, id.len).data);
	}
	return NULL;
}

/* The replayed acts are put together as an exporter would. */
static const struct ch_error *
replay(struct opening *o, const struct ch_observer *observer)
{
	struct ch_extract *extract = o->extract;
	struct ch_evidence *evidence = &extract->evidence;
	struct span path = extract->manifest.subject;
	const struct ch_subject *subject;
	const struct ch_error *error;

	evidence->format = extract->manifest.format;
	if ((error = ch_replay_extract(&extract->state, &extract->store, o->pages, o->page_count, &o->acts, observer)) ||
	    (error = check_registered(o)))
		return error;
	subject = ch_state_subject(&extract->state, path);
	if (subject == NULL || ch_application_of(subject) == NULL)
		return ch_refuse(WIRE_NO_APPLICATION, "no page accepts an application '%.*s'", (int)path.len, (const char *)path.data);
	ch_select(&evidence->selection, &extract->state, ch_application_of(subject));
	evidence->pages = ch_arena_alloc(o->arena, o->page_count * sizeof(struct act *));
	if (evidence->selection.page_count != o->page_count)
		return ch_refuse(WIRE_WRONG_CONTENT, "a page of the register has nothing to do with '%.*s'", (int)path.len, (const char *)path.data);
	for (size_t i = 0; i < o->page_count; i++)
		if ((error = ch_state_read_act(&evidence->pages[i], &extract->state, &extract->store, &o->pages[i])))
			return error;
	return NULL;
}

/* Packs may be deflated differently; that their objects are the right ones is known, so that the references are left to compare. */
static bool
is_same_member(const struct ch_member *found, const struct ch_member *expected)
{
	struct ch_gitbundle a, b;

	if (span_is(expected->path, "MANIFEST") || span_is(expected->path, "SHA256SUMS"))
		return true; /* compared with the members, and by compare_manifest */
	if (!span_ends(expected->path, SPAN_LITERAL(".bundle")))
		return span_equal(found->content, expected->content);
	return ch_gitbundle_read(&a, found->content) == WIRE_OK && ch_gitbundle_read(&b, expected->content) == WIRE_OK && span_equal(a.header, b.header);
}

static const struct ch_error *
compare_member(const struct ch_tarball *found, size_t i, const struct ch_member *expected)
{
	const struct ch_member *m = i < found->count ? &found->members[i] : NULL;

	if (m && span_equal(m->path, expected->path) && is_same_member(m, expected))
		return NULL;
	if (ch_tarball_find(found, expected->path) == NULL)
		return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is missing", (int)expected->path.len, (const char *)expected->path.data);
	if (m == NULL || !span_equal(m->path, expected->path))
		return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is not in its place", (int)expected->path.len, (const char *)expected->path.data);
	return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' is not what the registered acts add up to", (int)m->path.len, (const char *)m->path.data);
}

static const struct ch_error *
compare_members(const struct opening *o, const struct ch_tarball *expected)
{
	const struct ch_tarball *found = &o->extract->tarball;
	const struct ch_error *error;

	for (size_t i = 0; i < expected->count; i++)
		if ((error = compare_member(found, i, &expected->members[i])))
			return error;
	if (found->count > expected->count)
		return ch_refuse(WIRE_WRONG_CONTENT, "'%.*s' does not belong here", (int)found->members[expected->count].path.len,
				 (const char *)found->members[expected->count].path.data);
	if (!span_equal(found->directory, expected->directory))
		return ch_refuse(WIRE_WRONG_CONTENT, "the directory is to be '%.*s'", (int)expected->directory.len,
				 (const char *)expected->directory.data);
	return NULL;
}

static const struct ch_error *
compare_manifest(const struct opening *o)
{
	const struct ch_manifest *said = &o->extract->manifest;
	struct ch_manifest is;

	ch_export_manifest(&is, &o->extract->evidence);
	if (!span_equal(said->archive, is.archive))
		return ch_refuse(WIRE_WRONG_ARCHIVE, "MANIFEST names another archive than the founding act");
	if (memcmp(said->tip, is.tip, sizeof(is.tip)) != 0 || memcmp(said->head, is.head, sizeof(is.head)) != 0 || said->seq != is.seq ||
	    said->received != is.received)
		return ch_refuse(WIRE_WRONG_CONTENT, "MANIFEST names another last act or page than the register");
	return NULL;
}

/* Whether its token holds is for whoever knows whom to trust (stamp/stamp.h); that it is about these pages is not. */
static const struct ch_error *
check_stamp(const struct ch_extract *extract)
{
	const struct ch_selection *selection = &extract->evidence.selection;
	uint8_t said[SHA256_SIZE];
	uint64_t page = 0;

	if (selection->stamp == NULL)
		return NULL;
	page = ch_entry_subject(&extract->state, selection->stamp)->name.number;
	statement_bytes(said, sizeof(said), &ch_entry_act(&extract->state, selection->stamp)->statement, KEY_HEAD);
	for (size_t i = 0; i < selection->page_count; i++)
		if (selection->pages[i] == page && memcmp(extract->evidence.pages[i]->id, said, sizeof(said)) == 0)
			return NULL;
	return ch_refuse(WIRE_WRONG_CONTENT, "the time-stamp of page %" PRIu64 " is not over the page that is here", page);
}

/* Within what was approved, and what the sessions were opened for. */
static const struct ch_error *
check_covered(const struct ch_extract *extract)
{
	const struct ch_selection *selection = &extract->evidence.selection;
	uint64_t approved = selection->application->permit.presses, opened = 0;

	for (size_t i = 0; i < selection->act_count; i++) {
		uint64_t presses = 0;
		if (selection->acts[i]->kind == ACT_SEAL_SESSION)
			statement_number(&presses, &ch_entry_act(&extract->state, selection->acts[i])->statement, KEY_PRESSES);
		opened += presses;
	}
	if (extract->presses > approved)
		return ch_fail(CH_UNKNOWN, "%" PRIu64 " presses were recorded, %" PRIu64 " approved", extract->presses, approved);
	if (extract->presses > opened)
		return ch_fail(CH_UNKNOWN, "%" PRIu64 " presses were recorded, sessions opened for %" PRIu64, extract->presses, opened);
	return NULL;
}

static const struct ch_error *
count_use(struct ch_extract *extract)
{
	const struct ch_application *application = extract->evidence.selection.application;
	const struct ch_error *error;
	struct ch_use *uses;
	size_t count;

	if ((error = ch_usage_read(&uses, &count, &extract->state, &extract->store)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if (uses[i].application != application)
			continue;
		extract->receipts++;
		extract->presses += uses[i].receipt.kind == RECEIPT_PRESS;
		extract->photos += uses[i].photo != NULL;
	}
	return check_covered(extract);
}

const struct ch_error *
ch_extract_verify(struct ch_extract *extract, const char *path, const char *temporary, const struct ch_observer *observer)
{
	struct opening o = {.extract = extract, .arena = &extract->state.arena};
	struct ch_tarball expected;
	const struct ch_error *error;

	*extract = (struct ch_extract){.store = {.lock = -1}};
	extract->evidence.state = &extract->state;
	extract->evidence.store = &extract->store;
	extract->evidence.found = &extract->tarball;
	if ((error = ch_tarball_read(&extract->tarball, path, o.arena)) || (error = ch_manifest_read(&extract->manifest, &extract->tarball)) ||
	    (error = check_sums(&o)) || (error = ch_store_temporary(&extract->store, temporary)) || (error = open_bundle(&o, "chain.bundle")) ||
	    (error = open_bundle(&o, "ground.bundle")) || (error = open_pages(&o)) || (error = replay(&o, observer)) ||
	    (error = compare_manifest(&o)) || (error = ch_export_members(&expected, &extract->evidence)) ||
	    (error = compare_members(&o, &expected)) || (error = check_stamp(extract)))
		return error;
	return count_use(extract);
}

void
ch_extract_clear(struct ch_extract *extract)
{
	ch_store_close(&extract->store);
	ch_state_clear(&extract->state);
	*extract = (struct ch_extract){.store = {.lock = -1}};
}

const struct ch_error *
ch_extract_expect(const struct ch_extract *extract, uint64_t seq, const uint8_t act[SHA256_SIZE])
{
	if (seq == extract->manifest.seq && memcmp(act, extract->manifest.tip, SHA256_SIZE) == 0)
		return NULL;
	return ch_refuse(WIRE_WRONG_PREVIOUS, "it ends on page %" PRIu64 " with another act than the one expected from page %" PRIu64, extract->manifest.seq, seq);
}

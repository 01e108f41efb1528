/* Does the act's tree hold what the statement says, and nothing else? (docs/formats/1 section 5) */
#include <inttypes.h>

#include "content.h"
#include "judge_case.h"
#include "records.h"
#include "wire/armor.h"

/* The files that the act adds; each must be asked for once, by what its kind allows. */
struct additions {
	struct judge_case *c;
	size_t taken;
};

static bool
wrong(struct judge_case *c, const char *what, const char *name)
{
	return case_refuse(c, WIRE_WRONG_CONTENT, "%s '%s'", what, name);
}

static const struct ch_change *
find(const struct ch_changes *changes, struct span path)
{
	for (size_t i = 0; i < changes->count; i++)
		if (span_equal(changes->list[i].path, path))
			return &changes->list[i];
	return NULL;
}

/* The content of a file that must be among the additions, `name` relative to the subject's directory. */
static bool
take(struct span *content, struct additions *a, const char *name)
{
	struct judge_case *c = a->c;
	char *path = ch_arena_format(&c->state->arena, "%.*s/%s", (int)c->path.len, (const char *)c->path.data, name);
	const struct ch_change *change = find(&c->out->adds, span_text(path));
	const struct ch_error *error;

	if (change == NULL)
		return wrong(c, "does not bring", path);
	a->taken++;
	error = ch_store_read(content, c->store, CH_BLOB, &change->new, &c->state->arena);
	return error == NULL || case_error(c, error);
}

static bool
take_with_digest(struct span *content, struct additions *a, const char *name, enum key key)
{
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];

	if (!take(content, a, name))
		return false;
	wire_sha256_of(is, *content);
	if (!statement_bytes(said, sizeof(said), a->c->st, key) || memcmp(said, is, sizeof(is)) != 0)
		return wrong(a->c, key_name(key), "is not the digest of the content");
	return true;
}

static bool
take_certificate(struct ch_certificate *cert, struct additions *a, const char *name, struct span fingerprint)
{
	char hex[2 * FINGERPRINT_SIZE + 1];
	const struct ch_error *error;
	struct span armor;

	if (!take(&armor, a, name))
		return false;
	if ((error = ch_content_certificate(cert, armor, &a->c->state->arena)))
		return case_error(a->c, error);
	text_put_hex(hex, cert->key.fingerprint, FINGERPRINT_SIZE);
	return span_is(fingerprint, hex) || wrong(a->c, "another key in", name);
}

/* The statement file: the first free of approve.1.carol, approve.1.carol.2 ... in the parent's tree, byte-equal to the statement. */
static bool
take_statement(struct additions *a)
{
	struct judge_case *c = a->c;
	char name[VALUE_MAX];
	struct ch_node node;
	const struct ch_error *error;
	struct span content;
	unsigned n = 1;

	for (bool found = true; found; n++) {
		char *path;
		if (act_file_name(name, sizeof(name), c->st, n) == 0)
			return wrong(c, "no name for", "the statement file");
		path = ch_arena_format(&c->state->arena, "%.*s/%s", (int)c->path.len, (const char *)c->path.data, name);
		if (find(&c->out->adds, span_text(path)))
			break;
		if (c->act->commit.parents == 0)
			return wrong(c, "does not bring", path);
		if ((error = ch_tree_find(&node, &found, c->store, &c->parent_tree, span_text(path), &c->state->arena)))
			return case_error(c, error);
		if (!found)
			return wrong(c, "does not bring", path);
	}
	if (!take(&content, a, name))
		return false;
	return span_equal(content, c->st->text) || wrong(c, "differs from the statement:", name);
}

static bool
content_found(struct additions *a)
{
	struct span list = a->c->st->value[KEY_ADMINISTRATORS], text;
	struct ch_arena *arena = &a->c->state->arena;
	struct ch_archive_record record;
	struct ch_certificate cert;
	const struct ch_error *error;

	if (!take_with_digest(&text, a, "record", KEY_SUBJECT_SHA256))
		return false;
	if ((error = ch_archive_record_read(&record, text)))
		return case_error(a->c, error);
	if (!span_equal(record.id, a->c->st->value[KEY_ARCHIVE]))
		return wrong(a->c, "another archive in", "archive/record");
	if (!take_certificate(&cert, a, ch_content_key_name(a->c->st->value[KEY_REGISTER_KEY], arena), a->c->st->value[KEY_REGISTER_KEY]))
		return false;
	while (list.len) {
		struct span fingerprint = span_cut(&list, ' ');
		span_cut(&fingerprint, ':');
		if (!take_certificate(&cert, a, ch_content_key_name(fingerprint, arena), fingerprint))
			return false;
	}
	return true;
}

static bool
content_policy(struct additions *a, uint64_t version)
{
	struct ch_policy policy;
	const struct ch_error *error;
	struct span text;

	if (!take_with_digest(&text, a, ch_content_version_name("rules", version, &a->c->state->arena), KEY_CONTENT_SHA256))
		return false;
	error = ch_policy_read(&policy, text, &a->c->state->arena);
	return error == NULL || case_error(a->c, error);
}

static bool
content_person(struct additions *a, uint64_t version)
{
	struct ch_person_record record;
	const struct ch_error *error;
	struct span text;

	if (!take_with_digest(&text, a, ch_content_version_name("person", version, &a->c->state->arena), KEY_CONTENT_SHA256))
		return false;
	error = ch_person_record_read(&record, text);
	return error == NULL || case_error(a->c, error);
}

static bool
content_key(struct additions *a)
{
	struct ch_certificate cert;
	struct span text;

	if (!take_with_digest(&text, a, "key.asc", KEY_CONTENT_SHA256))
		return false;
	a->taken--;
	return take_certificate(&cert, a, "key.asc", a->c->name.id);
}

/* The table must say of each person what the archive says: a seal believes nobody else. */
static bool
table_agrees(struct judge_case *c, const struct table *table)
{
	struct span rest = table->persons;
	struct table_person row;

	if (memcmp(table->registrar, c->state->registrar->key.fingerprint, FINGERPRINT_SIZE) != 0 ||
	    memcmp(table->registrar_point, c->state->registrar->key.point, ED25519_POINT_SIZE) != 0)
		return wrong(c, "another registrar in", "the table");
	while (table_next_person(&row, &rest)) {
		const struct ch_person *person = ch_state_person(c->state, row.id);
		const struct ch_key *key = ch_state_key(c->state, row.key);
		char *id = ch_arena_text(&c->state->arena, row.id);
		if (person == NULL || !span_equal(person->roles, row.roles))
			return wrong(c, "the table gives other roles to", id);
		if (key == NULL || key->scope != CH_DECIDE || !span_equal(key->owner, row.id) || memcmp(key->key.point, row.point, sizeof(row.point)) != 0)
			return wrong(c, "the table gives another key to", id);
	}
	return true;
}

static bool
content_table(struct additions *a, uint64_t version)
{
	struct judge_case *c = a->c;
	enum wire_code code;
	struct table table;
	struct span text;

	if (!take_with_digest(&text, a, ch_content_version_name("table", version, &c->state->arena), KEY_TABLE_SHA256))
		return false;
	if ((code = table_read(&table, text)) != WIRE_OK)
		return case_refuse(c, code, "%s", wire_code_sentence(code));
	if (!span_equal(table.archive, c->state->id) || !span_equal(table.seal, c->st->value[KEY_SEAL]) || table.version != version)
		return wrong(c, "the table is that of", "another archive, seal or version");
	return table_agrees(c, &table);
}

static bool
content_apply(struct additions *a)
{
	struct judge_case *c = a->c;
	struct ch_application_record record;
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE], document[SHA256_SIZE] = {0};
	struct span text;

	if (!take_with_digest(&text, a, "record", KEY_SUBJECT_SHA256))
		return false;
	if ((error = ch_application_record_read(&record, text, &c->state->arena)))
		return case_error(c, error);
	for (size_t i = 0; i < record.count; i++) {
		const struct ch_attachment *file = &record.attachments[i];
		char *name = ch_arena_format(&c->state->arena, "attachments/%.*s", (int)file->name.len, (const char *)file->name.data);
		if (!take(&text, a, name))
			return false;
		wire_sha256_of(digest, text);
		if (text.len != file->size || memcmp(digest, file->digest, sizeof(digest)) != 0)
			return wrong(c, "not what the record says:", name);
	}
	statement_bytes(document, sizeof(document), c->st, KEY_DOCUMENT_SHA256);
	return memcmp(document, record.attachments[0].digest, sizeof(document)) == 0 || wrong(c, "Document-SHA256", "is not that of the first attachment");
}

static bool
verify_receipt(struct judge_case *c, const struct ch_seal *seal, const struct ch_signed_receipt *r)
{
	uint8_t packet[PGPSIG_MAX];
	struct pgpsig sig;
	size_t len = armor_read(packet, sizeof(packet), ARMOR_SIGNATURE, r->armor);

	if (!span_equal(r->receipt.device, seal->device) || r->receipt.epoch != seal->epoch)
		return case_refuse(c, WIRE_WRONG_DEVICE, "a receipt is by another device or epoch than that of seal '%.*s'", (int)seal->id.len,
				   (const char *)seal->id.data);
	if (len == 0 || pgpsig_read(&sig, span_of(packet, len)) != WIRE_OK || memcmp(sig.issuer, seal->key.fingerprint, FINGERPRINT_SIZE) != 0 ||
	    pgpsig_verify(&sig, r->text, span_of(NULL, 0), seal->key.point) != WIRE_OK)
		return case_refuse(c, WIRE_BAD_SIGNATURE, "the signature of receipt %" PRIu64 " does not fit", r->receipt.counter);
	return true;
}

static bool
photo_line(struct additions *a, struct wire_sha256 *lines, const struct ch_signed_receipt *r)
{
	const char *name = ch_content_photo_name(r->receipt.counter, &a->c->state->arena), *line;
	char hex[2 * SHA256_SIZE + 1];
	uint8_t digest[SHA256_SIZE];
	struct span photo;

	if (!take(&photo, a, name))
		return false;
	wire_sha256_of(digest, photo);
	if (memcmp(digest, r->receipt.photo, sizeof(digest)) != 0)
		return wrong(a->c, "not the photo that the seal has acknowledged:", name);
	text_put_hex(hex, digest, sizeof(digest));
	line = ch_arena_format(&a->c->state->arena, "%" PRIu64 " %s\n", r->receipt.counter, hex);
	wire_sha256_update(lines, span_text(line));
	return true;
}

static bool
is_photos_digest(struct judge_case *c, struct wire_sha256 *lines, uint64_t photos)
{
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];

	wire_sha256_final(lines, is);
	if (statement_bytes(said, sizeof(said), c->st, KEY_PHOTOS_SHA256))
		return (photos && memcmp(said, is, sizeof(is)) == 0) || wrong(c, "Photos-SHA256", "is not the digest of the photos");
	return photos == 0 || wrong(c, "Photos-SHA256", "is missing");
}

/* Receipts continue where the seal's last recorded one ended: no gap, no reordering, each naming the digest of the one before. */
static bool
content_record(struct additions *a, uint64_t first)
{
	struct judge_case *c = a->c;
	const struct ch_seal *seal = c->subject->application->seal;
	uint8_t head[SHA256_SIZE];
	uint64_t counter = seal->counter, last = 0, photos = 0;
	struct wire_sha256 lines;
	struct ch_signed_receipt r;
	enum wire_code code = WIRE_OK;
	struct span text;

	memcpy(head, seal->head, sizeof(head));
	statement_number(&last, c->st, KEY_LAST_COUNTER);
	if (first != counter + 1)
		return case_refuse(c, WIRE_CONFLICT, "begins with receipt %" PRIu64 "; receipt %" PRIu64 " comes next", first, counter + 1);
	if (!take_with_digest(&text, a, ch_content_receipts_name(first, &c->state->arena), KEY_RECEIPTS_SHA256))
		return false;
	wire_sha256_init(&lines);
	while (ch_receipts_next(&r, &text, &code)) {
		if (!verify_receipt(c, seal, &r))
			return false;
		if (r.receipt.counter != ++counter || memcmp(r.receipt.previous, head, sizeof(head)) != 0)
			return case_refuse(c, WIRE_WRONG_PREVIOUS, "receipt %" PRIu64 " does not follow receipt %" PRIu64, r.receipt.counter, counter - 1);
		wire_sha256_of(head, r.text);
		if (r.receipt.kind == RECEIPT_PHOTO && (photos++, !photo_line(a, &lines, &r)))
			return false;
	}
	if (code != WIRE_OK)
		return case_refuse(c, code, "the receipts are not in canonical form");
	if (counter != last)
		return wrong(c, "Last-Counter", "is not that of the last receipt");
	return is_photos_digest(c, &lines, photos);
}

static bool
content_by_kind(struct additions *a)
{
	const struct statement *st = a->c->st;
	uint64_t version = 0, epoch = 0, first = 0;
	struct ch_certificate cert;

	statement_number(&version, st, KEY_VERSION);
	statement_number(&epoch, st, KEY_EPOCH);
	statement_number(&first, st, KEY_FIRST_COUNTER);
	switch (st->kind) {
	case ACT_FOUND:
		return content_found(a);
	case ACT_POLICY:
		return content_policy(a, version);
	case ACT_PERSON:
		return content_person(a, version);
	case ACT_KEY:
		return content_key(a);
	case ACT_SEAL_ENROL:
		return take_certificate(&cert, a, ch_content_device_name(epoch, &a->c->state->arena), st->value[KEY_DEVICE_KEY]);
	case ACT_SEAL_TABLE:
		return content_table(a, version);
	case ACT_APPLY:
		return content_apply(a);
	case ACT_SEAL_RECORD:
		return content_record(a, first);
	default:
		return true;
	}
}

static bool
all_added(const struct judge_case *c)
{
	for (size_t i = 0; i < c->out->adds.count; i++)
		if (c->out->adds.list[i].had || !c->out->adds.list[i].has)
			return false;
	return true;
}

static bool
within_subject(const struct judge_case *c)
{
	for (size_t i = 0; i < c->out->adds.count; i++) {
		struct span path = c->out->adds.list[i].path;
		if (!span_starts(path, c->path) || path.len <= c->path.len || path.data[c->path.len] != '/')
			return false;
	}
	return true;
}

/* What the register would have to change: each path of main must be as the act's maker knew it, or already be as he wants it. */
static bool
fits_main(struct judge_case *c)
{
	const struct ch_error *error;

	if (c->state->extract || c->state->found == NULL)
		return true;
	for (size_t i = 0; i < c->out->adds.count; i++) {
		const struct ch_change *change = &c->out->adds.list[i];
		struct ch_node node;
		bool found;
		if ((error = ch_tree_find(&node, &found, c->store, &c->state->tree, change->path, &c->state->arena)))
			return case_error(c, error);
		if (change->had != found && change->has != found)
			return wrong(c, "somebody else has changed", ch_arena_text(&c->state->arena, change->path));
		if (found && (node.directory || !((change->had && ch_oid_equal(&node.id, &change->old)) ||
						  (change->has && ch_oid_equal(&node.id, &change->new)))))
			return case_refuse(c, WIRE_CONFLICT, "'%.*s' has been changed by somebody else", (int)change->path.len,
					   (const char *)change->path.data);
	}
	return true;
}

static bool
blob_digest(char hex[2 * SHA256_SIZE + 1], struct judge_case *c, bool there, const struct ch_oid *id)
{
	uint8_t digest[SHA256_SIZE];
	const struct ch_error *error;
	struct span raw;

	if (!there) {
		memcpy(hex, "-", 2);
		return true;
	}
	if ((error = ch_store_read(&raw, c->store, CH_BLOB, id, &c->state->arena)))
		return case_error(c, error);
	wire_sha256_of(digest, raw);
	text_put_hex(hex, digest, sizeof(digest));
	return true;
}

static bool
save_digest(struct judge_case *c)
{
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];
	struct wire_sha256 lines;

	wire_sha256_init(&lines);
	for (size_t i = 0; i < c->out->adds.count; i++) {
		const struct ch_change *change = &c->out->adds.list[i];
		char old[2 * SHA256_SIZE + 1], new[2 * SHA256_SIZE + 1];
		if (!blob_digest(old, c, change->had, &change->old) || !blob_digest(new, c, change->has, &change->new))
			return false;
		wire_sha256_update(&lines, span_text(ch_arena_format(&c->state->arena, "%s %s %s %.*s\n", change->has ? "100644" : "-", old, new,
								     (int)change->path.len, (const char *)change->path.data)));
	}
	wire_sha256_final(&lines, is);
	statement_bytes(said, sizeof(said), c->st, KEY_CHANGES_SHA256);
	return memcmp(said, is, sizeof(is)) == 0 || wrong(c, "Changes-SHA256", "is not the digest of what is changed");
}

static bool
parent_tree(struct judge_case *c, const struct ch_oid **tree)
{
	*tree = NULL;
	for (size_t i = c->subject ? c->subject->count : 0; i-- > 0 && c->act->commit.parents;) {
		const struct ch_entry *entry = c->subject->entries[i];
		if (memcmp(entry->commit.id, c->act->commit.parent[0], OBJECT_ID_SIZE) == 0) {
			memcpy(c->parent_tree.id, entry->act->commit.tree, OBJECT_ID_SIZE);
			*tree = &c->parent_tree;
			return true;
		}
	}
	return c->act->commit.parents == 0;
}

bool
judge_content(struct judge_case *c)
{
	struct additions a = {.c = c};
	const struct ch_oid *parent;
	const struct ch_error *error;
	struct ch_oid tree;

	memcpy(tree.id, c->act->commit.tree, sizeof(tree.id));
	if (!parent_tree(c, &parent))
		return wrong(c, "no tree of", "its parent");
	if ((error = ch_tree_changes(&c->out->adds, c->store, parent, &tree, &c->state->arena)))
		return case_error(c, error);
	if (!within_subject(c))
		return wrong(c, "touches what is not of", ch_arena_text(&c->state->arena, c->path));
	if (c->st->kind == ACT_SAVE)
		return save_digest(c) && fits_main(c);
	if (!all_added(c))
		return wrong(c, "changes or removes files of", ch_arena_text(&c->state->arena, c->path));
	if (!take_statement(&a) || !content_by_kind(&a))
		return false;
	if (a.taken != c->out->adds.count)
		return wrong(c, "brings more files than", act_kind_name(c->st->kind));
	return fits_main(c);
}

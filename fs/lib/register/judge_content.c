/* Does the act's tree hold what the statement says, and nothing else? (docs/formats/1 section 5) */
#include "base/nfc.h"
#include "records/content.h"
#include "judge_content.h"
#include "page.h"
#include "records/records.h"

bool
content_wrong(struct judge_case *c, const char *what, const char *name)
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

bool
content_brings(const struct additions *a, const char *name)
{
	struct judge_case *c = a->c;
	char *path = ch_arena_format(&c->state->arena, "%.*s/%s", (int)c->path.len, (const char *)c->path.data, name);

	return find(&c->out->adds, span_text(path)) != NULL;
}

bool
content_take(struct span *content, struct additions *a, const char *name)
{
	struct judge_case *c = a->c;
	char *path = ch_arena_format(c->arena, "%.*s/%s", (int)c->path.len, (const char *)c->path.data, name);
	const struct ch_change *change = find(&c->out->adds, span_text(path));
	const struct ch_error *error;

	if (change == NULL)
		return content_wrong(c, "does not bring", path);
	a->taken++;
	error = ch_store_read(content, c->store, CH_BLOB, &change->new, c->arena);
	return error == NULL || case_error(c, error);
}

bool
content_take_digest(struct span *content, struct additions *a, const char *name, enum key key)
{
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];

	if (!content_take(content, a, name))
		return false;
	wire_sha256_of(is, *content);
	if (!statement_bytes(said, sizeof(said), a->c->st, key) || memcmp(said, is, sizeof(is)) != 0)
		return content_wrong(a->c, key_name(key), "is not the digest of the content");
	return true;
}

bool
content_take_named(struct ch_pointer *is, struct additions *a, const char *name)
{
	struct span text;

	if (!content_take(&text, a, name))
		return false;
	if (ch_pointer_read(is, text))
		return true;
	wire_sha256_of(is->digest, text);
	is->size = text.len;
	return true;
}

/*
 * Of persons, drives, the registrar and seals' devices no two share a secret, not even under fingerprints of different times. And keys of one
 * certificate, whichever of them sign, have one owner: whoever has its primary key makes its subkeys.
 */
static bool
secret_is_new(struct additions *a, const struct ch_certificate *cert, struct span owner)
{
	struct judge_case *c = a->c;
	const struct span *holder = ch_map_get(&c->state->holders, cert->primary.material);

	if (ch_map_get(&c->state->secrets, cert->key.material) || ch_map_get(&a->secrets, cert->key.material) ||
	    (holder == NULL && ch_map_get(&c->state->secrets, cert->primary.material)))
		return case_refuse(c, WIRE_CONFLICT, "the key is registered already");
	if (holder && !span_equal(*holder, owner))
		return case_refuse(c, WIRE_CONFLICT, "the primary key of the certificate belongs to '%.*s'", (int)holder->len, (const char *)holder->data);
	ch_map_put(&a->secrets, c->arena, cert->key.material, c);
	return true;
}

/* A key of our own, of the registrar or a device: it has no subkeys. */
static bool
take_certificate(struct ch_certificate *cert, struct additions *a, const char *name, struct span fingerprint)
{
	char hex[2 * FINGERPRINT_SIZE + 1];
	const struct ch_error *error;
	struct span armor;

	if (!content_take(&armor, a, name))
		return false;
	if ((error = ch_content_certificate(cert, armor, a->c->arena)))
		return case_error(a->c, error);
	text_put_hex(hex, cert->key.fingerprint, FINGERPRINT_SIZE);
	if (!span_is(fingerprint, hex))
		return content_wrong(a->c, "another key in", name);
	return secret_is_new(a, cert, span_of(NULL, 0));
}

/* A key of somebody's, perhaps a subkey that its primary key lets sign. */
static bool
take_key_of(struct ch_certificate *cert, struct additions *a, const char *name, struct span fingerprint, struct span owner)
{
	uint8_t bytes[FINGERPRINT_SIZE] = {0};
	const struct ch_error *error;
	struct span armor;

	if (!content_take(&armor, a, name))
		return false;
	text_get_hex(bytes, sizeof(bytes), fingerprint);
	error = ch_content_certificate_of(cert, armor, bytes, a->c->arena);
	if (error && error->code == WIRE_WRONG_CONTENT)
		return content_wrong(a->c, "another key in", name);
	return error ? case_error(a->c, error) : secret_is_new(a, cert, owner);
}

bool
content_certificate(struct ch_certificate *cert, struct additions *a, const char *name, struct span fingerprint, enum key key, struct span owner)
{
	struct judge_case *c = a->c;
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE], bytes[FINGERPRINT_SIZE] = {0};
	const struct ch_error *error;
	struct span armor;

	if ((error = ch_content_file(&armor, c->store, c->act, c->path, name, &c->state->arena)))
		return case_error(c, error);
	wire_sha256_of(is, armor);
	if (key != KEYS && (!statement_bytes(said, sizeof(said), c->st, key) || memcmp(said, is, sizeof(is)) != 0))
		return content_wrong(c, key_name(key), "is not the digest of the content");
	if (content_brings(a, name))
		return owner.len ? take_key_of(cert, a, name, fingerprint, owner) : take_certificate(cert, a, name, fingerprint);
	text_get_hex(bytes, sizeof(bytes), fingerprint);
	if ((error = ch_content_certificate_of(cert, armor, bytes, c->arena)))
		return case_error(c, error);
	return secret_is_new(a, cert, owner); /* brought by an act before this one, which was held against its name */
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
			return content_wrong(c, "no name for", "the statement file");
		path = ch_arena_format(c->arena, "%.*s/%s", (int)c->path.len, (const char *)c->path.data, name);
		if (find(&c->out->adds, span_text(path)))
			break;
		if (c->act->commit.parents == 0)
			return content_wrong(c, "does not bring", path);
		if ((error = ch_tree_find(&node, &found, c->store, &c->parent_tree, span_text(path), c->arena)))
			return case_error(c, error);
		if (!found)
			return content_wrong(c, "does not bring", path);
	}
	if (!content_take(&content, a, name))
		return false;
	return span_equal(content, c->st->text) || content_wrong(c, "differs from the statement:", name);
}

static bool
content_found(struct additions *a)
{
	struct span list = a->c->st->value[KEY_ADMINISTRATORS], text;
	struct ch_arena *arena = a->c->arena;
	struct ch_archive_record record;
	struct ch_certificate cert;
	const struct ch_error *error;

	if (!content_take_digest(&text, a, "record", KEY_SUBJECT_SHA256))
		return false;
	if ((error = ch_archive_record_read(&record, text)))
		return case_error(a->c, error);
	if (!span_equal(record.id, a->c->st->value[KEY_ARCHIVE]))
		return content_wrong(a->c, "another archive in", "archive/record");
	if (!take_certificate(&cert, a, ch_content_key_name(a->c->st->value[KEY_REGISTER_KEY], arena), a->c->st->value[KEY_REGISTER_KEY]))
		return false;
	while (list.len) {
		struct span fingerprint = span_cut(&list, ' '), id = span_cut(&fingerprint, ':');
		if (!take_key_of(&cert, a, ch_content_key_name(fingerprint, arena), fingerprint, id))
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

	if (!content_take_digest(&text, a, ch_content_version_name("rules", version, a->c->arena), KEY_CONTENT_SHA256))
		return false;
	error = ch_policy_read(&policy, text, a->c->arena);
	return error == NULL || case_error(a->c, error);
}

static bool
content_person(struct additions *a, uint64_t version)
{
	struct ch_person_record record;
	const struct ch_error *error;
	struct span text;

	if (!content_take_digest(&text, a, ch_content_version_name("person", version, a->c->arena), KEY_CONTENT_SHA256))
		return false;
	error = ch_person_record_read(&record, text);
	return error == NULL || case_error(a->c, error);
}

static bool
content_key(struct additions *a)
{
	struct ch_certificate cert;
	struct span text;

	if (!content_take_digest(&text, a, "key.asc", KEY_CONTENT_SHA256))
		return false;
	a->taken--;
	return take_key_of(&cert, a, "key.asc", a->c->name.id, a->c->st->value[KEY_TO]) && content_proof(a, &cert);
}

/* A seal counts approvals by the levels of its table: they are those of the policy, or a table could ask for fewer. */
static bool
levels_agree(const struct judge_case *c, const struct table *table)
{
	struct level levels[TABLE_LEVELS_MAX];
	unsigned count = c->state->policy ? ch_policy_levels(levels, c->state->policy, table->seal) : 0;

	if (count != table->levels)
		return false;
	for (unsigned i = 0; i < count; i++)
		if (!span_equal(levels[i].role, table->level[i].role) || levels[i].persons != table->level[i].persons ||
		    levels[i].presses != table->level[i].presses)
			return false;
	return true;
}

/* The table must say of each person what the archive says: a seal believes nobody else. */
static bool
table_agrees(struct judge_case *c, const struct table *table)
{
	struct span rest = table->persons;
	struct table_person row;

	if (memcmp(table->registrar, c->state->registrar->key.fingerprint, FINGERPRINT_SIZE) != 0 ||
	    memcmp(table->registrar_point, c->state->registrar->key.point, ED25519_POINT_SIZE) != 0)
		return content_wrong(c, "another registrar in", "the table");
	if (!levels_agree(c, table))
		return content_wrong(c, "other levels than the policy in", "the table");
	while (table_next_person(&row, &rest)) {
		const struct ch_person *person = ch_state_person(c->state, row.id);
		const struct ch_key *key = ch_state_key(c->state, row.key);
		char *id = ch_arena_text(c->arena, row.id);
		if (c->state->extract && (person == NULL || key == NULL))
			continue; /* somebody who has nothing to do with what was extracted */
		if (person == NULL || !span_equal(person->roles, row.roles))
			return content_wrong(c, "the table gives other roles to", id);
		if (key == NULL || key->scope != CH_DECIDE || !span_equal(key->owner, row.id) || memcmp(key->key.point, row.point, sizeof(row.point)) != 0)
			return content_wrong(c, "the table gives another key to", id);
		if (key->ended != CH_VALID)
			return content_wrong(c, "the table gives a key that has ended to", id);
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

	if (!content_take_digest(&text, a, ch_content_version_name("table", version, c->arena), KEY_TABLE_SHA256))
		return false;
	if ((code = table_read(&table, text)) != WIRE_OK)
		return case_refuse(c, code, "%s", wire_code_sentence(code));
	if (!span_equal(table.archive, c->state->id) || !span_equal(table.seal, c->st->value[KEY_SEAL]) || table.version != version)
		return content_wrong(c, "the table is that of", "another archive, seal or version");
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

	if (!content_take_digest(&text, a, "record", KEY_SUBJECT_SHA256))
		return false;
	if ((error = ch_application_record_read(&record, text, c->arena)))
		return case_error(c, error);
	for (size_t i = 0; i < record.count; i++) {
		const struct ch_attachment *file = &record.attachments[i];
		char *name = ch_arena_format(c->arena, "attachments/%.*s", (int)file->name.len, (const char *)file->name.data);
		if (!content_take(&text, a, name))
			return false;
		wire_sha256_of(digest, text);
		if (text.len != file->size || memcmp(digest, file->digest, sizeof(digest)) != 0)
			return content_wrong(c, "not what the record says:", name);
	}
	statement_bytes(document, sizeof(document), c->st, KEY_DOCUMENT_SHA256);
	return memcmp(document, record.attachments[0].digest, sizeof(document)) == 0 || content_wrong(c, "Document-SHA256", "is not that of the first attachment");
}

/* Whether the authority's word holds is not judged: that takes knowing whom to trust. That it is about this register is. */
static bool
content_stamp(struct additions *a)
{
	struct judge_case *c = a->c;
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];
	const struct ch_error *error;
	struct span token;

	if (!content_take_digest(&token, a, ch_content_token_name(c->name.number, &c->state->arena), KEY_TOKEN_SHA256))
		return false;
	if (token.len > CH_TOKEN_MAX)
		return case_refuse(c, WIRE_TOO_LONG, "a time-stamp has at most %d bytes", CH_TOKEN_MAX);
	if (c->state->extract)
		return true; /* not all pages are there: the register's word stands */
	if ((error = ch_page_id(is, c->store, &c->state->head, c->name.number)))
		return case_error(c, error);
	statement_bytes(said, sizeof(said), c->st, KEY_HEAD);
	return memcmp(said, is, sizeof(is)) == 0 || content_wrong(c, "Head is not the id of page", ch_arena_text(&c->state->arena, c->name.id));
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
		return take_certificate(&cert, a, ch_content_device_name(epoch, a->c->arena), st->value[KEY_DEVICE_KEY]);
	case ACT_SEAL_TABLE:
		return content_table(a, version);
	case ACT_APPLY:
		return content_apply(a);
	case ACT_REGISTRAR:
	case ACT_ADMINISTRATORS:
		return content_charter(a);
	case ACT_SEAL_RECORD:
		return content_record(a, first);
	case ACT_SEAL_PHOTO:
		return content_photo(a);
	case ACT_STAMP:
		return content_stamp(a);
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

/* Statements and records are held to it by their readers; names of files in a space come from whatever system saved them. */
bool
content_names_normal(struct judge_case *c)
{
	for (size_t i = 0; i < c->out->adds.count; i++)
		if (c->out->adds.list[i].has && !ch_nfc(c->out->adds.list[i].path))
			return case_refuse(c, WIRE_MALFORMED_TREE, "'%.*s' is not in Unicode normal form C", (int)c->out->adds.list[i].path.len,
					   (const char *)c->out->adds.list[i].path.data);
	return true;
}

static bool
parent_tree(struct judge_case *c, const struct ch_oid **tree)
{
	const struct ch_entry *parent;

	*tree = NULL;
	if (c->act->commit.parents == 0)
		return true;
	if ((parent = case_parent(c)) == NULL)
		return false;
	memcpy(c->parent_tree.id, ch_entry_act(c->state, parent)->commit.tree, OBJECT_ID_SIZE);
	*tree = &c->parent_tree;
	return true;
}

/* What a decision adds is new in main, or there already. */
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
		if ((error = ch_livetree_find(&node, &found, case_main(c), change->path)))
			return case_error(c, error);
		if (found && (node.directory || !ch_oid_equal(&node.id, &change->new)))
			return case_refuse(c, WIRE_CONFLICT, "'%.*s' has been changed by somebody else", (int)change->path.len,
					   (const char *)change->path.data);
	}
	return true;
}

bool
judge_content(struct judge_case *c)
{
	struct additions a = {.c = c};
	const struct ch_oid *parent;
	const struct ch_error *error;
	struct ch_oid tree;

	if (act_saves(c->st->kind))
		return save_content(c);
	memcpy(tree.id, c->act->commit.tree, sizeof(tree.id));
	if (!parent_tree(c, &parent))
		return content_wrong(c, "no tree of", "its parent");
	if (content_expected(c, parent))
		return true;
	if ((error = ch_tree_changes(&c->out->adds, c->store, parent, &tree, c->arena)))
		return case_error(c, error);
	if (!within_subject(c))
		return content_wrong(c, "touches what is not of", ch_arena_text(c->arena, c->path));
	if (!content_names_normal(c))
		return false;
	if (!all_added(c))
		return content_wrong(c, "changes or removes files of", ch_arena_text(c->arena, c->path));
	if (!take_statement(&a) || !content_by_kind(&a))
		return false;
	if (a.taken != c->out->adds.count)
		return content_wrong(c, "brings more files than", act_kind_name(c->st->kind));
	return fits_main(c);
}

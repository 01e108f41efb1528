#include "state.h"

#include "acts.h"
#include "ahead.h"
#include "records/content.h"
#include "base/nfc.h"
#include "records/records.h"
#include "store/object.h"

void
ch_state_clear(struct ch_state *state)
{
	ch_livetree_free(state->main);
	ch_arena_clear(&state->arena);
	*state = (struct ch_state){0};
}

struct ch_subject *
ch_state_subject(const struct ch_state *state, struct span path)
{
	return ch_map_get(&state->subjects, path);
}

const struct ch_entry *
ch_state_act(const struct ch_state *state, const uint8_t id[SHA256_SIZE])
{
	return ch_map_get(&state->acts, span_of(id, SHA256_SIZE));
}

struct ch_person *
ch_state_person(const struct ch_state *state, struct span id)
{
	return ch_map_get(&state->people, id);
}

struct ch_key *
ch_state_key(const struct ch_state *state, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	return ch_map_get(&state->keys, span_of(fingerprint, FINGERPRINT_SIZE));
}

struct ch_seal *
ch_state_seal(const struct ch_state *state, struct span id)
{
	return ch_map_get(&state->seals, id);
}

const struct ch_entry *
ch_state_commit(const struct ch_state *state, const struct ch_oid *commit)
{
	return ch_map_get(&state->commits, span_of(commit->id, sizeof(commit->id)));
}

const struct ch_entry *
ch_state_entry(const struct ch_state *state, size_t i)
{
	return state->inside_entries[i];
}

const struct act *
ch_entry_act(const struct ch_state *state, const struct ch_entry *entry)
{
	(void)state;
	return entry->inside_act;
}

struct ch_subject *
ch_entry_subject(const struct ch_state *state, const struct ch_entry *entry)
{
	(void)state;
	return entry->inside_subject;
}

struct ch_application *
ch_entry_application(const struct ch_state *state, const struct ch_entry *entry)
{
	return ch_application_of(ch_entry_subject(state, entry));
}

struct ch_subject *
ch_entry_about(const struct ch_state *state, const struct ch_entry *entry)
{
	return ch_state_subject(state, ch_entry_act(state, entry)->statement.value[KEY_SUBJECT]);
}

const struct ch_entry *
ch_entry_before(const struct ch_state *state, const struct ch_entry *entry)
{
	const struct ch_subject *subject = ch_entry_subject(state, entry);

	for (size_t i = subject->count; i-- > 1;)
		if (subject->inside_entries[i] == entry)
			return subject->inside_entries[i - 1];
	return NULL;
}

const struct ch_entry *
ch_subject_first(const struct ch_subject *subject)
{
	return subject && subject->count ? subject->inside_entries[0] : NULL;
}

const struct ch_entry *
ch_subject_tip(const struct ch_subject *subject)
{
	return subject && subject->count ? subject->inside_entries[subject->count - 1] : NULL;
}

const struct ch_entry *
ch_subject_entry(const struct ch_subject *subject, size_t i)
{
	return subject->inside_entries[i];
}

struct ch_application *
ch_application_of(const struct ch_subject *subject)
{
	return subject ? subject->inside_application : NULL;
}

const struct ch_error *
ch_state_trouble(const struct ch_state *state)
{
	(void)state;
	return NULL;
}

struct ch_application *
ch_state_application(const struct ch_state *state, struct span name)
{
	struct ch_subject *subject = ch_state_subject(state, name);
	struct ch_application *found = NULL;

	if (subject)
		return ch_application_of(subject);
	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (entry->code != WIRE_OK || entry->kind != ACT_APPLY || !span_equal(ch_entry_subject(state, entry)->name.id, name))
			continue;
		if (found)
			return NULL;
		found = ch_entry_application(state, entry);
	}
	return found;
}

struct ch_application *
ch_state_application_of(const struct ch_state *state, const uint8_t digest[SHA256_SIZE])
{
	return ch_map_get(&state->applications, span_of(digest, SHA256_SIZE));
}

/* Ids are ASCII. */
static struct span
fold_id(char out[ID_MAX], struct span id)
{
	size_t len = id.len < ID_MAX ? id.len : ID_MAX;

	for (size_t i = 0; i < len; i++)
		out[i] = id.data[i] >= 'A' && id.data[i] <= 'Z' ? (char)(id.data[i] - 'A' + 'a') : (char)id.data[i];
	return span_of(out, len);
}

static struct ch_name *
name_of(const struct ch_state *state, struct span id)
{
	char folded[ID_MAX];

	return ch_map_get(&state->names, fold_id(folded, id));
}

const struct ch_name *
ch_state_name(const struct ch_state *state, struct span id)
{
	return name_of(state, id);
}

static void
add_name(struct ch_state *state, struct span id, enum ch_named use)
{
	char folded[ID_MAX];
	struct ch_name *name = ch_arena_alloc(&state->arena, sizeof(*name));

	*name = (struct ch_name){.id = id, .use = use};
	ch_map_put(&state->names, &state->arena, ch_arena_copy(&state->arena, fold_id(folded, id)), name);
}

static struct ch_person *
person_of(struct ch_state *state, struct span id)
{
	struct ch_person *person = ch_state_person(state, id);

	if (person == NULL) {
		person = ch_arena_alloc(&state->arena, sizeof(*person));
		person->id = person->name = id;
		ch_map_put(&state->people, &state->arena, id, person);
		add_name(state, id, CH_A_PERSON);
	}
	return person;
}

static struct ch_key *
add_key(struct ch_state *state, const struct ch_certificate *certificate, struct span owner, enum ch_scope scope)
{
	struct ch_key *key = ch_arena_alloc(&state->arena, sizeof(*key));

	key->key = certificate->key;
	key->certificate = certificate->binary;
	key->owner = owner;
	key->scope = scope;
	ch_map_put(&state->keys, &state->arena, span_of(key->key.fingerprint, FINGERPRINT_SIZE), key);
	ch_map_put(&state->secrets, &state->arena, key->key.material, key);
	ch_ahead_know(state->ahead, &key->key);
	return key;
}

/* What one act brings: its statement, and its tree to fetch content from. */
struct taking {
	struct ch_state *state;
	struct ch_store *store;
	struct ch_entry *entry;
	struct ch_subject *subject;
	const struct act *act;
	const struct statement *st;
};

static const struct ch_error *
content(struct span *out, const struct taking *t, const char *name)
{
	return ch_content_file(out, t->store, t->act, t->subject->path, name, &t->state->arena);
}

static const struct ch_error *
certificate(struct ch_certificate *out, const struct taking *t, const char *name)
{
	const struct ch_error *error;
	struct span text;

	if ((error = content(&text, t, name)))
		return error;
	return ch_content_certificate(out, text, &t->state->arena);
}

static const struct ch_error *
take_found(const struct taking *t)
{
	struct span administrators = t->st->value[KEY_ADMINISTRATORS], text;
	struct ch_archive_record record;
	struct ch_certificate cert;
	const struct ch_error *error;

	if ((error = content(&text, t, "record")) || (error = ch_archive_record_read(&record, text)))
		return error;
	t->state->found = t->act;
	t->state->id = record.id;
	t->state->name = record.name;
	if ((error = certificate(&cert, t, ch_content_key_name(t->st->value[KEY_REGISTER_KEY], &t->state->arena))))
		return error;
	t->state->registrar = add_key(t->state, &cert, SPAN_LITERAL("registrar"), CH_REGISTER);
	add_name(t->state, t->state->registrar->owner, CH_THE_REGISTRAR);
	while (administrators.len) {
		struct span fingerprint = span_cut(&administrators, ' '), id = span_cut(&fingerprint, ':');
		struct ch_person *person = person_of(t->state, id);
		if ((error = certificate(&cert, t, ch_content_key_name(fingerprint, &t->state->arena))))
			return error;
		person->roles = SPAN_LITERAL("administrator");
		person->founder = true;
		add_key(t->state, &cert, id, CH_DECIDE);
	}
	return NULL;
}

static const struct ch_error *
take_policy(const struct taking *t)
{
	struct ch_policy *policy = ch_arena_alloc(&t->state->arena, sizeof(*policy));
	const struct ch_error *error;
	struct span text;

	statement_number(&t->state->policy_version, t->st, KEY_VERSION);
	if ((error = content(&text, t, ch_content_version_name("rules", t->state->policy_version, &t->state->arena))) ||
	    (error = ch_policy_read(policy, text, &t->state->arena)))
		return error;
	t->state->policy = policy;
	ch_map_put(&t->state->policies, &t->state->arena, span_of(policy->digest, SHA256_SIZE), policy);
	return NULL;
}

static const struct ch_error *
take_person(const struct taking *t)
{
	struct ch_person *person = person_of(t->state, t->subject->name.id);
	struct ch_person_record record;
	const struct ch_error *error;
	struct span text;

	statement_number(&person->version, t->st, KEY_VERSION);
	if ((error = content(&text, t, ch_content_version_name("person", person->version, &t->state->arena))) ||
	    (error = ch_person_record_read(&record, text)))
		return error;
	person->name = record.name;
	person->mail = record.mail;
	person->roles = record.roles;
	return NULL;
}

static const struct ch_error *
take_key(const struct taking *t)
{
	bool deposit = span_is(t->st->value[KEY_SCOPE], "deposit");
	struct ch_certificate cert;
	const struct ch_error *error;

	if ((error = certificate(&cert, t, "key.asc")))
		return error;
	add_key(t->state, &cert, t->st->value[KEY_TO], deposit ? CH_DEPOSIT : CH_DECIDE)->behalf =
		deposit ? t->st->value[KEY_ACTOR] : t->st->value[KEY_TO];
	if (deposit && name_of(t->state, t->st->value[KEY_TO]) == NULL)
		add_name(t->state, t->st->value[KEY_TO], CH_A_DRIVE);
	return NULL;
}

static const struct ch_error *
take_enrol(const struct taking *t)
{
	struct ch_seal *seal = ch_arena_alloc(&t->state->arena, sizeof(*seal));
	struct ch_certificate cert;
	const struct ch_error *error;

	seal->id = t->st->value[KEY_SEAL];
	seal->device = t->st->value[KEY_DEVICE];
	seal->subject = t->subject;
	statement_number(&seal->epoch, t->st, KEY_EPOCH);
	if ((error = certificate(&cert, t, ch_content_device_name(seal->epoch, &t->state->arena))))
		return error;
	seal->key = cert.key;
	ch_map_put(&t->state->secrets, &t->state->arena, seal->key.material, seal);
	add_name(t->state, seal->device, CH_A_SEAL);
	ch_map_put(&t->state->seals, &t->state->arena, seal->id, seal);
	return NULL;
}

static const struct ch_error *
take_table(const struct taking *t)
{
	struct ch_seal *seal = ch_state_seal(t->state, t->st->value[KEY_SEAL]);

	statement_number(&seal->table_version, t->st, KEY_VERSION);
	seal->table = t->entry;
	return NULL;
}

static const struct ch_error *
take_apply(const struct taking *t)
{
	struct ch_application *application = ch_arena_alloc(&t->state->arena, sizeof(*application));
	struct ch_name *drive = name_of(t->state, t->subject->name.device);
	struct level levels[TABLE_LEVELS_MAX];
	unsigned count;

	application->subject = t->subject;
	application->apply = t->entry;
	application->seal = ch_state_seal(t->state, t->st->value[KEY_SEAL]);
	count = ch_policy_levels(levels, t->state->policy, application->seal->id);
	permit_begin(&application->permit, t->act, levels, count);
	t->subject->inside_application = application;
	if (drive && drive->number < t->subject->name.number)
		drive->number = t->subject->name.number;
	ch_map_put(&t->state->applications, &t->state->arena, span_of(application->permit.digest, SHA256_SIZE), application);
	return NULL;
}

static struct span
roles_of(const struct ch_state *state, struct span id)
{
	const struct ch_person *person = ch_state_person(state, id);

	return person ? person->roles : span_of(NULL, 0);
}

static const struct ch_error *
take_decision(const struct taking *t)
{
	struct span to = t->st->value[KEY_TO];

	permit_decide(&t->subject->inside_application->permit, t->act, roles_of(t->state, t->st->value[KEY_ACTOR]), roles_of(t->state, to));
	return NULL;
}

/*
 * Counts what the receipts prove: presses, photos, and how far the seal has reported. A session that was never recorded comes with the next one's
 * receipts: each press counts for the application that its receipt names.
 */
static const struct ch_error *
take_record(const struct taking *t)
{
	struct ch_application *application = t->subject->inside_application, *pressed;
	struct ch_seal *seal = ch_state_seal(t->state, application->seal->id);
	struct ch_record record = {.entry = t->entry};
	struct ch_signed_receipt r;
	const struct ch_error *error;
	enum wire_code code = WIRE_OK;
	uint64_t first = 0;
	struct span text;

	statement_number(&first, t->st, KEY_FIRST_COUNTER);
	if ((error = content(&text, t, ch_content_receipts_name(first, &t->state->arena))))
		return error;
	while (ch_receipts_next(&r, &text, &code)) {
		if (r.receipt.counter <= seal->counter)
			continue; /* delivered before */
		if (r.receipt.kind == RECEIPT_PRESS && (pressed = ch_state_application_of(t->state, r.receipt.subject)) && pressed->seal == seal) {
			pressed->used++;
			record.presses += pressed == application;
		}
		if (r.receipt.kind == RECEIPT_PHOTO)
			record.photos++;
		seal->counter = r.receipt.counter;
		wire_sha256_of(seal->head, r.text);
	}
	application->records = ch_arena_grow(&t->state->arena, application->records, application->record_count, sizeof(record));
	application->records[application->record_count++] = record;
	return NULL;
}

static const struct ch_error *
take_effect(const struct taking *t)
{
	switch (t->st->kind) {
	case ACT_FOUND:
		return take_found(t);
	case ACT_POLICY:
		return take_policy(t);
	case ACT_PERSON:
		return take_person(t);
	case ACT_KEY:
		return take_key(t);
	case ACT_SEAL_ENROL:
		return take_enrol(t);
	case ACT_SEAL_TABLE:
		return take_table(t);
	case ACT_APPLY:
		return take_apply(t);
	case ACT_APPROVE:
	case ACT_REJECT:
	case ACT_TRANSFER:
	case ACT_WITHDRAW:
	case ACT_CANCEL:
		return take_decision(t);
	case ACT_SEAL_RECORD:
		return take_record(t);
	case ACT_SAVE:
	case ACT_SEAL_STATE:
	case ACT_SEAL_SESSION:
	case ACT_REGISTER:
	case ACT_KINDS:
		break;
	}
	return NULL;
}

const struct ch_error *
ch_state_read_act(const struct act **out, struct ch_state *state, struct ch_store *store, const struct ch_oid *commit)
{
	*out = ch_ahead_act(state->ahead, commit);
	return *out ? NULL : ch_act_read(out, store, commit, &state->arena);
}

static struct ch_subject *
subject_of(struct ch_state *state, struct span path)
{
	struct ch_subject *subject = ch_state_subject(state, path);

	if (subject == NULL) {
		subject = ch_arena_alloc(&state->arena, sizeof(*subject));
		subject->path = path;
		ch_subject_parse(&subject->name, path);
		ch_map_put(&state->subjects, &state->arena, path, subject);
		if (subject->name.kind == CH_SPACE) {
			state->spaces = ch_arena_grow(&state->arena, state->spaces, state->space_count, sizeof(subject));
			state->spaces[state->space_count++] = subject;
		}
	}
	return subject;
}

const struct ch_error *
ch_state_take(struct ch_entry **out, struct ch_state *state, struct ch_store *store, const struct act *act, const struct ch_oid *commit,
	      enum wire_code code, int64_t received)
{
	struct ch_entry *entry = ch_arena_alloc(&state->arena, sizeof(*entry));
	struct taking t = {.state = state, .store = store, .entry = entry, .act = act, .st = &act->statement};
	struct ch_subject *subject;

	*entry = (struct ch_entry){.commit = *commit, .kind = act->statement.kind, .code = code, .seq = state->seq, .received = received};
	memcpy(entry->id, act->id, sizeof(entry->id));
	entry->inside_act = act;
	*out = entry;
	state->inside_entries = ch_arena_grow(&state->arena, state->inside_entries, state->entry_count, sizeof(entry));
	state->inside_entries[state->entry_count++] = entry;
	ch_map_put(&state->commits, &state->arena, span_of(entry->commit.id, sizeof(entry->commit.id)), entry);
	if (ch_state_act(state, act->id) == NULL)
		ch_map_put(&state->acts, &state->arena, span_of(act->id, SHA256_SIZE), entry);
	if (code != WIRE_OK)
		return NULL;
	entry->inside_subject = t.subject = subject = subject_of(state, act->statement.value[KEY_SUBJECT]);
	subject->inside_entries = ch_arena_grow(&state->arena, subject->inside_entries, subject->count, sizeof(entry));
	subject->inside_entries[subject->count++] = entry;
	return take_effect(&t);
}

/* What an accepted act changes in the state. */
#include "state_inside.h"

#include "acts.h"
#include "ahead.h"
#include "answered.h"
#include "charter.h"
#include "delegation.h"
#include "doubt.h"
#include "keylife.h"
#include "records/content.h"
#include "records/records.h"

static struct ch_person *
person_of(struct ch_state *state, struct span id)
{
	struct ch_person *person = ch_state_person(state, id);

	if (person == NULL) {
		person = ch_arena_alloc(&state->arena, sizeof(*person));
		person->id = person->name = id;
		ch_map_put(&state->people, &state->arena, id, person);
		state_add_name(state, id, CH_A_PERSON);
	}
	return person;
}

/* What one act brings: its statement, and its tree to fetch content from. Of ground it is in the state's arena, and stays. */
struct taking {
	struct ch_state *state;
	struct ch_store *store;
	const struct ch_entry *entry;
	uint32_t number; /* of it */
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

/* Of somebody's key, perhaps a subkey. */
static const struct ch_error *
certificate_of(struct ch_certificate *out, const struct taking *t, const char *name, struct span fingerprint)
{
	uint8_t bytes[FINGERPRINT_SIZE] = {0};
	const struct ch_error *error;
	struct span text;

	text_get_hex(bytes, sizeof(bytes), fingerprint);
	if ((error = content(&text, t, name)))
		return error;
	return ch_content_certificate_of(out, text, bytes, &t->state->arena);
}

static struct ch_key *
add_key(const struct taking *t, const struct ch_certificate *certificate, struct span owner, enum ch_scope scope)
{
	struct ch_state *state = t->state;
	struct ch_key *key = ch_arena_alloc(&state->arena, sizeof(*key));

	key->key = certificate->key;
	key->certificate = certificate->binary;
	key->owner = owner;
	key->scope = scope;
	memcpy(key->admitter, t->act->key, FINGERPRINT_SIZE);
	key->admitted = t->entry->seq;
	key->order = state->keys.count;
	ch_map_put(&state->keys, &state->arena, span_of(key->key.fingerprint, FINGERPRINT_SIZE), key);
	ch_map_put(&state->secrets, &state->arena, key->key.material, key);
	ch_map_put(&state->holders, &state->arena, certificate->primary.material, &key->owner);
	ch_ahead_know(state->ahead, &key->key);
	return key;
}

static void
say_large(struct ch_state *state, const struct ch_patterns *patterns)
{
	struct ch_patterns *kept = ch_arena_alloc(&state->arena, sizeof(*kept));

	*kept = *patterns;
	state->large = kept;
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
	say_large(t->state, &record.large);
	t->state->founded_large = t->state->large;
	if ((error = certificate(&cert, t, ch_content_key_name(t->st->value[KEY_REGISTER_KEY], &t->state->arena))))
		return error;
	t->state->registrar = add_key(t, &cert, SPAN_LITERAL("registrar"), CH_REGISTER);
	state_add_name(t->state, t->state->registrar->owner, CH_THE_REGISTRAR);
	while (administrators.len) {
		struct span fingerprint = span_cut(&administrators, ' '), id = span_cut(&fingerprint, ':');
		struct ch_person *person = person_of(t->state, id);
		if ((error = certificate_of(&cert, t, ch_content_key_name(fingerprint, &t->state->arena), fingerprint)))
			return error;
		person->roles = SPAN_LITERAL("administrator");
		person->founder = person->administrator = true;
		add_key(t, &cert, id, CH_DECIDE)->appointed = true;
	}
	statement_number(&t->state->threshold, t->st, KEY_THRESHOLD);
	t->state->epoch = 1;
	t->state->charter = t->entry;
	return NULL;
}

/* The one before signs nothing any more but the page that this is on. */
static const struct ch_error *
take_registrar(const struct taking *t)
{
	struct ch_state *state = t->state;
	struct ch_certificate cert;
	const struct ch_error *error;

	if ((error = certificate(&cert, t, ch_content_key_name(t->st->value[KEY_REGISTER_KEY], &state->arena))))
		return error;
	state->registrar->ended = CH_SUPERSEDED;
	state->registrar->end = state->seq;
	state->registrar = add_key(t, &cert, SPAN_LITERAL("registrar"), CH_REGISTER);
	state->epoch++;
	state->recovered = statement_has(t->st, KEY_GOOD_SEQ) ? state->seq : 0;
	return NULL;
}

static const struct ch_error *
take_administrators(const struct taking *t)
{
	struct span list = t->st->value[KEY_ADMINISTRATORS];
	struct ch_state *state = t->state;
	struct ch_certificate cert;
	const struct ch_error *error;

	for (size_t i = 0; i < state->people.size; i++)
		if (state->people.slots[i].value)
			((struct ch_person *)state->people.slots[i].value)->administrator = false;
	while (list.len) {
		struct span fingerprint = span_cut(&list, ' '), id = span_cut(&fingerprint, ':');
		uint8_t bytes[FINGERPRINT_SIZE];
		struct ch_key *key;
		text_get_hex(bytes, sizeof(bytes), fingerprint);
		if ((key = ch_state_key(state, bytes)) == NULL) {
			if ((error = certificate_of(&cert, t, ch_content_key_name(fingerprint, &state->arena), fingerprint)))
				return error;
			key = add_key(t, &cert, id, CH_DECIDE);
			key->behalf = id;
		}
		key->appointed = true;
		ch_state_person(state, id)->administrator = true;
	}
	statement_number(&state->threshold, t->st, KEY_THRESHOLD);
	return NULL;
}

/* It is the words of one until enough have said them. */
static const struct ch_error *
take_charter(const struct taking *t)
{
	const struct ch_error *error;

	if (ch_charter_votes(t->state, t->act, t->entry) < t->state->threshold)
		return NULL;
	if ((error = t->st->kind == ACT_REGISTRAR ? take_registrar(t) : take_administrators(t)))
		return error;
	t->state->charter = t->entry;
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
	if (policy->says_large)
		say_large(t->state, &policy->large);
	else
		policy->large = t->state->policy ? t->state->policy->large : *t->state->founded_large;
	t->state->policy = policy;
	t->state->versions = ch_arena_grow(&t->state->arena, t->state->versions, t->state->version_count, sizeof(policy));
	t->state->versions[t->state->version_count++] = policy;
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
	struct ch_key *key;
	const struct ch_error *error;

	if ((error = certificate_of(&cert, t, "key.asc", t->subject->name.id)))
		return error;
	key = add_key(t, &cert, t->st->value[KEY_TO], deposit ? CH_DEPOSIT : CH_DECIDE);
	key->behalf = deposit ? t->st->value[KEY_ACTOR] : t->st->value[KEY_TO];
	key->appointed = !deposit && span_equal(t->st->value[KEY_ACTOR], t->st->value[KEY_TO]) &&
			 ch_key_appointed(t->state, ch_state_key(t->state, t->act->key));
	if (deposit && state_name(t->state, t->st->value[KEY_TO]) == NULL)
		state_add_name(t->state, t->st->value[KEY_TO], CH_A_DRIVE);
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
	seal->enrolled = t->entry;
	if ((seal->before = ch_state_seal(t->state, seal->id)))
		seal->table_version = seal->before->table_version;
	statement_number(&seal->epoch, t->st, KEY_EPOCH);
	if ((error = certificate(&cert, t, ch_content_device_name(seal->epoch, &t->state->arena))))
		return error;
	seal->key = cert.key;
	ch_map_put(&t->state->secrets, &t->state->arena, seal->key.material, seal);
	state_add_name(t->state, seal->device, CH_A_SEAL);
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
take_seal(const struct taking *t)
{
	struct ch_seal *seal = ch_state_seal(t->state, t->st->value[KEY_SEAL]);

	if (t->st->kind == ACT_SEAL_RETIRE)
		seal->retired = t->entry;
	else
		statement_number(&seal->suspensions, t->st, KEY_VERSION);
	seal->suspended = t->st->kind == ACT_SEAL_SUSPEND;
	return NULL;
}

static const struct ch_error *
take_apply(const struct taking *t)
{
	struct ch_state *state = t->state;
	const struct ch_subject_name *subject = &t->subject->name;
	struct ch_name *drive = state_name(state, subject->device);
	struct ch_grant grant = {.chain = t->entry->chain, .entry = t->number, .policy = (uint32_t)state->version_count, .record = CH_NONE};

	act_statement_digest(grant.digest, t->act);
	ch_ledger_add_grant(&state->ledger, &grant);
	if (drive && drive->number < subject->number)
		drive->number = subject->number;
	if (state->first_year == 0 || subject->year < state->first_year)
		state->first_year = subject->year;
	if (subject->year > state->last_year)
		state->last_year = subject->year;
	return NULL;
}

/* Where nobody has asked yet it will follow from the chain. */
static const struct ch_error *
take_decision(const struct taking *t)
{
	struct ch_application *application = t->subject->application;
	struct ch_authority by;
	const char *why;

	if (application && ch_authority_of(&by, t->state, application, t->st, t->entry->received, &why)) /* or it would not have been accepted */
		ch_authority_decide(&application->permit, t->act, &by, t->state);
	return NULL;
}

/* The application that a receipt names, if it is one for this seal; CH_NONE otherwise. */
static uint32_t
pressed_for(const struct ch_state *state, const struct ch_seal *seal, const uint8_t digest[SHA256_SIZE])
{
	uint32_t number = ch_index_find(&state->ledger.digests, span_of(digest, SHA256_SIZE));
	const struct ch_grant *grant = ch_ledger_grant(&state->ledger, number);
	const struct ch_subject *subject = grant ? state_subject(state, grant->chain) : NULL;

	return subject && span_equal(subject->name.seal, seal->id) ? number : CH_NONE;
}

static void
count_press(struct ch_state *state, uint32_t number)
{
	struct ch_grant *grant = ch_ledger_grant(&state->ledger, number);
	struct ch_subject *seen = state_seen_subject(state, grant->chain);

	grant->used++;
	if (seen && seen->application)
		seen->application->used++;
}

static void
count_photo(const struct taking *t, bool is_void)
{
	struct ch_grant *grant = ch_ledger_grant(&t->state->ledger, ch_ledger_chain(&t->state->ledger, t->entry->chain)->detail);
	struct ch_application *application = t->subject->application;

	*(is_void ? &grant->voids : &grant->photos) += 1;
	if (application)
		*(is_void ? &application->voids : &application->photos) += 1;
}

static void
add_record(const struct taking *t, const struct ch_proof *proof)
{
	struct ch_application *application = t->subject->application;
	struct ch_arena *arena = ch_state_scratch(t->state);

	ch_ledger_add_proof(&t->state->ledger, ch_ledger_chain(&t->state->ledger, t->entry->chain)->detail, proof);
	if (application == NULL)
		return;
	application->records = ch_arena_grow(arena, application->records, application->record_count, sizeof(*application->records));
	application->records[application->record_count++] = (struct ch_record){t->entry, proof->presses, proof->photos};
}

/* As the device keeps it for which was applied, be that retired by now. */
static struct ch_seal *
seal_of(const struct taking *t)
{
	const struct ch_application *application = ch_application_of(t->subject);

	return ch_state_seal_at(t->state, t->subject->name.seal, application->seal->epoch);
}

/*
 * Counts what the receipts prove: presses, photos, and how far the seal has reported. A session that was never recorded comes with the next one's
 * receipts: each press counts for the application that its receipt names.
 */
static const struct ch_error *
take_record(const struct taking *t)
{
	struct ch_seal *seal = seal_of(t);
	uint32_t own = ch_ledger_chain(&t->state->ledger, t->entry->chain)->detail;
	struct ch_proof proof = {.entry = t->number};
	struct ch_arena *arena = ch_state_scratch(t->state);
	struct ch_signed_receipt r;
	const struct ch_error *error;
	enum wire_code code = WIRE_OK;
	uint64_t first = 0;
	struct span text;
	bool complete;

	statement_number(&first, t->st, KEY_FIRST_COUNTER);
	if ((error = ch_content_file(&text, t->store, t->act, t->subject->path, ch_content_receipts_name(first, arena), arena)))
		return error;
	complete = ch_photos_are_complete(text, t->st);
	while (ch_receipts_next(&r, &text, &code)) {
		bool there = complete;
		uint32_t pressed;
		if (r.receipt.counter <= seal->counter)
			continue; /* delivered before */
		if (r.receipt.kind == RECEIPT_PRESS && (pressed = pressed_for(t->state, seal, r.receipt.subject)) != CH_NONE) {
			count_press(t->state, pressed);
			proof.presses += pressed == own;
		}
		if (r.receipt.kind == RECEIPT_PHOTO && !complete &&
		    (error = ch_content_has(&there, t->store, t->act, t->subject->path, ch_content_photo_name(r.receipt.counter, arena), arena)))
			return error;
		if (r.receipt.kind == RECEIPT_PHOTO && there && (proof.photos++, true))
			count_photo(t, false);
		seal->counter = r.receipt.counter;
		wire_sha256_of(seal->head, r.text);
	}
	add_record(t, &proof);
	return NULL;
}

/* A press counts once, whatever is said of it, and however often. */
static const struct ch_error *
take_photo(const struct taking *t)
{
	const struct ch_error *error;
	uint64_t press = 0;
	bool answered;

	statement_number(&press, t->st, KEY_PRESS);
	if ((error = ch_press_answered(&answered, t->state, t->store, ch_application_of(t->subject), t->entry, press)))
		return error;
	if (!answered)
		count_photo(t, statement_has(t->st, KEY_VOID));
	return NULL;
}

/* What nobody has asked for yet is closed when it is made from its chain. */
static void
close_doubtful(struct ch_state *state)
{
	for (uint32_t i = 0; i < state->ledger.grants.count; i++) {
		struct ch_subject *seen = state_seen_subject(state, ch_ledger_grant(&state->ledger, i)->chain);
		if (seen && seen->application && ch_application_doubt(state, seen->application))
			permit_doubt(&seen->application->permit);
	}
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
	case ACT_KEY_END:
		ch_key_end(t->state, t->entry, t->act);
		close_doubtful(t->state);
		return NULL;
	case ACT_REGISTRAR:
	case ACT_ADMINISTRATORS:
		return take_charter(t);
	case ACT_DELEGATE:
		ch_delegate(t->state, t->entry, t->act);
		return NULL;
	case ACT_SEAL_ENROL:
		return take_enrol(t);
	case ACT_SEAL_TABLE:
		return take_table(t);
	case ACT_SEAL_SUSPEND:
	case ACT_SEAL_RESUME:
	case ACT_SEAL_RETIRE:
		return take_seal(t);
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
	case ACT_SEAL_PHOTO:
		return take_photo(t);
	case ACT_SAVE:
	case ACT_DEPOSIT:
	case ACT_STAMP:
	case ACT_SEAL_CLOCK:
	case ACT_DIE_RELEASE:
	case ACT_SEAL_STATE:
	case ACT_SEAL_SESSION:
	case ACT_REGISTER:
	case ACT_KINDS:
		break;
	}
	return NULL;
}

void
state_list_space(struct ch_state *state, struct ch_subject *subject)
{
	state->spaces = ch_arena_grow(&state->arena, state->spaces, state->space_count, sizeof(subject));
	state->spaces[state->space_count++] = subject;
}

static uint32_t
add_entry(struct ch_state *state, const struct act *act, const struct ch_oid *commit, enum wire_code code, int64_t received)
{
	struct ch_entry entry = {.commit = *commit, .seq = state->seq, .received = received};
	struct ch_subject *seen;

	entry.code = (uint16_t)code;
	entry.kind = (uint8_t)act->statement.kind;
	memcpy(entry.id, act->id, sizeof(entry.id));
	entry.chain = ch_ledger_open_chain(&state->ledger, act->statement.value[KEY_SUBJECT]);
	seen = state_seen_subject(state, entry.chain);
	if (seen && code == WIRE_OK)
		seen->count++;
	state->entry_count++;
	return ch_ledger_add(&state->ledger, &entry);
}

static const struct ch_error *
take(struct ch_state *state, struct ch_store *store, uint32_t number, const struct act *act)
{
	const struct ch_entry *entry = ch_ledger_entry(&state->ledger, number);
	struct taking t = {.state = state, .store = store, .entry = entry, .number = number, .act = act};
	const struct ch_error *error;

	if (ch_ledger_is_ground((enum act_kind)entry->kind) && (error = ch_act_read(&t.act, store, &entry->commit, &state->arena)))
		return error;
	t.st = &t.act->statement;
	if ((t.subject = state_subject(state, entry->chain)) == NULL)
		return ch_refuse(WIRE_WRONG_CONTENT, "an accepted act is about nothing");
	if (t.subject->name.kind == CH_SPACE && t.subject->count == 1)
		state_list_space(state, t.subject);
	return take_effect(&t);
}

const struct ch_error *
ch_state_take(const struct ch_entry **out, struct ch_state *state, struct ch_store *store, const struct act *act, const struct ch_oid *commit,
	      enum wire_code code, int64_t received)
{
	uint32_t number;

	state_begin(state, store);
	number = add_entry(state, act, commit, code, received);
	*out = ch_ledger_entry(&state->ledger, number);
	return code == WIRE_OK ? take(state, store, number, act) : NULL;
}

const struct ch_error *
state_retake(struct ch_state *state, uint32_t n)
{
	uint32_t number = *(const uint32_t *)ch_flat_at(&state->ledger.ground, n);
	const struct ch_entry *entry = ch_ledger_entry(&state->ledger, number);
	const struct ch_error *error;
	const struct act *act;

	if ((error = ch_act_read(&act, state->store, &entry->commit, &state->arena)))
		return error;
	if (memcmp(act->id, entry->id, SHA256_SIZE) != 0 || entry->code != WIRE_OK)
		return ch_refuse(WIRE_WRONG_CONTENT, "a registered commit is another act than when it was registered");
	state->seq = entry->seq;
	return take(state, state->store, number, act);
}

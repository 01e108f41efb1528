#include "foresee.h"

#include <stdarg.h>
#include <stdio.h>

#include "delegation.h"
#include "keylife.h"
#include "standing.h"
#include "records/content.h"

static bool
no(struct ch_forecast *out, enum wire_code code, const char *format, ...)
{
	va_list args;

	out->code = code;
	va_start(args, format);
	vsnprintf(out->reason, sizeof(out->reason), format, args);
	va_end(args);
	return false;
}

static bool
knows_actor(struct ch_forecast *out, struct table_person *person, const struct table *table, const struct ch_state *state, const struct act *act)
{
	const struct ch_key *key = ch_state_key(state, act->key);
	struct span actor = act->statement.value[KEY_ACTOR];

	if (table_find_person(person, table, actor) && memcmp(person->key, act->key, FINGERPRINT_SIZE) == 0)
		return true;
	if (key && key != ch_key_valid_of(state, actor))
		return no(out, WIRE_UNKNOWN_KEY, "'%.*s' signed with a key that %s: apply again", (int)actor.len, (const char *)actor.data,
			  key->ended == CH_VALID ? "is not his newest, which alone the seal's table has" : "has ended since");
	return no(out, WIRE_UNKNOWN_KEY, "the seal's newest table does not know the key of '%.*s': seal-table makes a new one", (int)actor.len,
		  (const char *)actor.data);
}

/* A grant counts at the seal only while its table accepts the policy under which it was made. */
static bool
accepts(struct ch_forecast *out, const struct statement *equipped, const struct statement *st)
{
	struct span list = equipped->value[KEY_ACCEPTS_POLICY], actor = st->value[KEY_ACTOR];

	if (st->kind != ACT_APPROVE && st->kind != ACT_TRANSFER)
		return true;
	while (list.len)
		if (span_equal(span_cut(&list, ' '), st->value[KEY_POLICY_SHA256]))
			return true;
	return no(out, WIRE_WRONG_POLICY, "'%.*s' decided under a policy that the seal's newest table does not accept; see seal-table --earlier",
		  (int)actor.len, (const char *)actor.data);
}

static bool
decide(struct ch_forecast *out, struct permit *permit, const struct table *table, const struct ch_state *state, const struct statement *equipped,
       const struct act *act)
{
	const struct ch_delegation *d = NULL;
	struct table_person actor, receiver = {0}, giver;
	uint8_t via[SHA256_SIZE];
	enum wire_code code;

	if (!knows_actor(out, &actor, table, state, act) || !accepts(out, equipped, &act->statement))
		return false;
	if (statement_bytes(via, sizeof(via), &act->statement, KEY_VIA) && (d = ch_delegation_of(state, via)) &&
	    !knows_actor(out, &giver, table, state, ch_entry_act(state, d->entry)))
		return false;
	if (statement_has(&act->statement, KEY_TO))
		table_find_person(&receiver, table, act->statement.value[KEY_TO]);
	code = d ? permit_decide_for(permit, act, giver.id, giver.roles, receiver.roles) : permit_decide(permit, act, actor.roles, receiver.roles);
	return code == WIRE_OK || no(out, code, "the seal's newest table does not bear out '%s': %s", act_kind_name(act->statement.kind),
				     wire_code_sentence(code));
}

static bool
judge(struct ch_forecast *out, struct permit *permit, const struct table *table, const struct ch_state *state, const struct ch_application *application)
{
	const struct statement *equipped = &ch_entry_act(state, application->seal->table)->statement;
	const struct ch_subject *subject = application->subject;
	struct table_person applicant;
	enum wire_code code;

	if (!knows_actor(out, &applicant, table, state, ch_entry_act(state, application->apply)))
		return false;
	if ((code = permit_begin(permit, ch_entry_act(state, application->apply), table->level, table->levels)) != WIRE_OK)
		return no(out, code, "%s", wire_code_sentence(code));
	for (size_t i = 1; i < subject->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(subject, i);
		enum act_kind kind = entry->kind;
		if ((kind == ACT_APPROVE || kind == ACT_REJECT || kind == ACT_TRANSFER || kind == ACT_WITHDRAW || kind == ACT_CANCEL) &&
		    !decide(out, permit, table, state, equipped, ch_entry_act(state, entry)))
			return false;
	}
	return true;
}

/* Fresh of the application, from the time of the last report on; one over a nonce is for one session only. */
static int64_t
alone_until(const struct ch_state *state, const struct ch_application *application)
{
	const struct ch_entry *report = ch_standing_report(state, application->subject, application->subject->count, NULL);
	uint64_t fresh = 0;
	int64_t made = 0;

	if (!statement_number(&fresh, &ch_entry_act(state, application->apply)->statement, KEY_FRESH) || fresh == 0 || report == NULL)
		return INT64_MIN;
	statement_time(&made, &ch_entry_act(state, report)->statement, KEY_TIME);
	return made + (int64_t)fresh;
}

static void
conclude(struct ch_forecast *out, const struct permit *permit, struct ch_state *state, const struct ch_application *application, int64_t now)
{
	int64_t not_after = INT64_MAX;

	statement_time(&not_after, &ch_entry_act(state, application->seal->table)->statement, KEY_NOT_AFTER);
	out->until = permit->not_after < not_after ? permit->not_after : not_after;
	out->alone_until = alone_until(state, application);
	if ((out->code = ch_application_left(&out->left, application)) != WIRE_OK)
		no(out, out->code, "%s", ch_application_missing(application, &state->arena));
	else if ((out->code = permit_dates(permit, now)) != WIRE_OK)
		no(out, out->code, "%s", wire_code_sentence(out->code));
	else if (now > not_after)
		no(out, WIRE_EXPIRED, "the seal's newest table has expired: seal-table makes a new one");
}

const struct ch_error *
ch_foresee(struct ch_forecast *out, struct ch_state *state, struct ch_store *store, const struct ch_application *application, int64_t now)
{
	const struct ch_seal *seal = application->seal;
	const struct ch_error *error;
	struct permit permit;
	struct table table;
	struct span text;

	*out = (struct ch_forecast){0};
	if (seal->table == NULL) {
		no(out, WIRE_NO_TABLE, "seal '%.*s' has no approver table yet: seal-table makes it", (int)seal->id.len, (const char *)seal->id.data);
		return NULL;
	}
	if ((error = ch_content_file(&text, store, ch_entry_act(state, seal->table), seal->subject->path,
				     ch_content_version_name("table", seal->table_version, &state->arena), &state->arena)))
		return error;
	if ((out->code = table_read(&table, text)) != WIRE_OK)
		no(out, out->code, "%s", wire_code_sentence(out->code));
	else if (judge(out, &permit, &table, state, application))
		conclude(out, &permit, state, application, now);
	return NULL;
}

/*
 * ch_explain
 *   find_actor, find_kind, find_subject     who, what, about what
 *   ch_hypothesis, ch_draft_judge           the judge is asked
 *   rule_text, needed                       the answer in words
 */
#include "explain.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#include "application.h"
#include "decision.h"
#include "hypothesis.h"
#include "keylife.h"
#include "people.h"

struct question {
	struct ch_state *state;
	struct ch_signer signer;
	bool has_key;
	struct ch_draft draft;
	struct ch_subject_name name;
	const struct ch_application *application; /* of decisions and what follows them */
	char path[VALUE_MAX + 1];
};

static const struct ch_error *
find_actor(struct question *q, struct span actor)
{
	const struct ch_key *key = ch_key_valid_of(q->state, actor);

	if (key == NULL && ch_state_person(q->state, actor) == NULL)
		return ch_fail(CH_UNKNOWN, "there is nobody called '%.*s'; see people-list", (int)actor.len, (const char *)actor.data);
	q->signer.actor = actor;
	q->has_key = key != NULL;
	if (key)
		memcpy(q->signer.key, key->key.fingerprint, FINGERPRINT_SIZE);
	return NULL;
}

static const struct ch_error *
find_kind(struct question *q, struct span act)
{
	if (!act_kind_from_name(&q->draft.kind, act))
		return ch_fail(CH_UNKNOWN, "no act is called '%.*s'; see chancery-policy(5)", (int)act.len, (const char *)act.data);
	if (q->draft.kind == ACT_DEPOSIT)
		return ch_fail(CH_USAGE, "a drive deposits where it may save, for people who may; ask about 'save'");
	if (q->draft.kind == ACT_FOUND || q->draft.kind == ACT_REGISTER || q->draft.kind == ACT_SEAL_STATE)
		return ch_fail(CH_USAGE, "'%.*s' is not up to the policy: only those who found an archive and its registrar do that", (int)act.len,
			       (const char *)act.data);
	return NULL;
}

/* The path of the next application for a seal: the number that this machine would give out. */
static size_t
next_application(struct question *q, struct span seal)
{
	const struct ch_name *drive = ch_state_name(q->state, SPAN_LITERAL("d1"));
	char now[TIME_TEXT + 1];
	uint64_t year = 0;

	text_put_time(now, time(NULL));
	text_get_number(&year, span_of(now, 4));
	return ch_subject_application(q->path, sizeof(q->path), seal, (unsigned)year, SPAN_LITERAL("d1"), drive ? drive->number + 1 : 1);
}

static size_t
path_from_id(struct question *q, enum ch_subject_kind kind, struct span id)
{
	const struct ch_application *application;
	uint8_t fingerprint[FINGERPRINT_SIZE];
	uint64_t page;

	if (kind == CH_APPLICATION && (application = ch_state_application(q->state, id)))
		return (size_t)snprintf(q->path, sizeof(q->path), "%.*s", (int)application->subject->path.len,
					(const char *)application->subject->path.data);
	if (kind == CH_STAMP && text_get_number(&page, id))
		return ch_subject_stamp(q->path, sizeof(q->path), page);
	if (kind == CH_KEY && text_get_hex(fingerprint, sizeof(fingerprint), id))
		return ch_subject_key(q->path, sizeof(q->path), fingerprint);
	if (!text_is_id(id))
		return 0;
	if (kind == CH_PERSON)
		return ch_subject_person(q->path, sizeof(q->path), id);
	if (kind == CH_SEAL)
		return ch_subject_seal(q->path, sizeof(q->path), id);
	if (kind == CH_SPACE)
		return ch_subject_space(q->path, sizeof(q->path), id);
	return 0;
}

/* For `apply` it is the seal that matters, whether its id, its path or that of an application of it is given. */
static size_t
path_of(struct question *q, enum ch_subject_kind kind, struct span subject)
{
	bool parsed = ch_subject_parse(&q->name, subject);

	if (q->draft.kind == ACT_APPLY && !(parsed && q->name.kind == CH_APPLICATION && ch_state_subject(q->state, subject) == NULL))
		return next_application(q, parsed && q->name.seal.len ? q->name.seal : subject);
	if (!parsed)
		return path_from_id(q, kind, subject);
	return (size_t)snprintf(q->path, sizeof(q->path), "%.*s", (int)subject.len, (const char *)subject.data);
}

static const struct ch_error *
find_subject(struct question *q, struct span subject)
{
	static const char *const nouns[] = {"archive", "policy", "person", "key", "seal", "application", "space"};
	enum act_kind act = q->draft.kind;
	enum ch_subject_kind kind = CH_ARCHIVE;
	const struct ch_subject *known;
	bool there;

	ch_subject_of_act(&kind, act);
	q->draft.subject = span_of(q->path, path_of(q, kind, subject));
	there = q->draft.subject.len && ch_subject_parse(&q->name, q->draft.subject) && q->name.kind == kind;
	known = ch_state_subject(q->state, q->draft.subject);
	q->application = ch_application_of(known);
	if ((kind == CH_SEAL && act != ACT_SEAL_ENROL) || act == ACT_APPLY)
		there = there && ch_state_seal(q->state, q->name.seal);
	else if (kind == CH_APPLICATION)
		there = there && q->application;
	if (there)
		return NULL;
	return ch_fail(CH_UNKNOWN, "there is no %s '%.*s' for '%s'", nouns[act == ACT_APPLY ? CH_SEAL : kind], (int)subject.len,
		       (const char *)subject.data, act_kind_name(act));
}

static const char *
rule_text(const struct ch_policy *policy, unsigned line, struct ch_arena *arena)
{
	for (size_t i = 0; policy && i < policy->rule_count; i++) {
		const struct ch_rule *r = &policy->rules[i];
		if (r->line == line)
			return ch_arena_format(arena, "Allow: %.*s %.*s %.*s", (int)r->role.len, (const char *)r->role.data, (int)r->act.len,
					       (const char *)r->act.data, (int)r->pattern.len, (const char *)r->pattern.data);
	}
	for (size_t i = 0; policy && i < policy->level_count; i++) {
		const struct ch_policy_level *l = &policy->levels[i];
		if (l->line == line)
			return ch_arena_format(arena, "Level: %.*s %" PRIu64 " %.*s %" PRIu64 " %" PRIu64, (int)l->seal.len,
					       (const char *)l->seal.data, l->number, (int)l->level.role.len, (const char *)l->level.role.data,
					       l->level.persons, l->level.presses);
	}
	return "";
}

/* Who may, by the policy: each role with the line that says so. */
static const char *
roles_needed(const struct question *q, struct ch_arena *arena)
{
	struct span act = span_text(act_kind_name(q->draft.kind)), subject = q->draft.subject;
	const struct ch_policy *policy = q->state->policy;
	const char *text = "";

	if (policy == NULL)
		return "a policy; see policy-set";
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct ch_rule *r = &policy->rules[i];
		if (ch_policy_allows(policy, r->role, act, subject) == r)
			text = ch_arena_format(arena, "%s%s'%.*s' (line %u)", text, *text ? " or " : "the role ", (int)r->role.len,
					       (const char *)r->role.data, r->line);
	}
	if (*text)
		return text;
	return ch_arena_format(arena, "a line 'Allow: <role> %s %.*s' in the policy", act_kind_name(q->draft.kind), (int)subject.len,
			       (const char *)subject.data);
}

static const struct level *
present_level(const struct question *q)
{
	const struct permit *permit = &q->application->permit;

	return &permit->level[(permit->at <= permit->levels ? permit->at : permit->levels) - 1];
}

static const char *
deciders(const struct question *q, struct ch_arena *arena)
{
	const struct level *level = present_level(q);
	const struct ch_person **people;
	const char *text = "";
	size_t count = ch_people(&people, q->state);

	for (size_t i = 0; i < count; i++)
		if (ch_application_waits_for(q->application, people[i]))
			text = ch_arena_format(arena, "%s%s%.*s", text, *text ? ", " : ": ", (int)people[i]->id.len, (const char *)people[i]->id.data);
	return ch_arena_format(arena, "another '%.*s'%s", (int)level->role.len, (const char *)level->role.data, text);
}

/* With whose authority, when it is not his own. */
static const char *
substitute_text(const struct question *q)
{
	struct statement st = {.kind = q->draft.kind};

	st.value[KEY_VIA] = q->draft.value[KEY_VIA];
	return ch_decision_substitute(q->state, &st);
}

static const char *
needed(const struct question *q, enum wire_code code, struct ch_arena *arena)
{
	switch (code) {
	case WIRE_OK:
		return "";
	case WIRE_UNKNOWN_KEY:
		return q->draft.kind == ACT_KEY_END && q->has_key ? "a key that is registered; see people-list" : "a key of his own; see people-add";
	case WIRE_NOT_ALLOWED:
		return roles_needed(q, arena);
	case WIRE_NO_AUTHORITY:
		if (q->draft.kind == ACT_WITHDRAW)
			return "the applicant, or somebody with the role of a level";
		return deciders(q, arena);
	case WIRE_OWN_APPLICATION:
	case WIRE_SAME_PERSON:
	case WIRE_TRANSFERRED:
		return deciders(q, arena);
	case WIRE_NOT_APPLICANT:
		return ch_arena_format(arena, "the applicant, %s", q->application->permit.applicant);
	case WIRE_LEVEL_MISSING:
		return ch_application_missing(q->application, arena);
	case WIRE_REJECTED:
	case WIRE_CANCELLED:
	case WIRE_KEY_COMPROMISED:
	case WIRE_EXPIRED:
	case WIRE_USED_UP:
	case WIRE_WITHDRAWN:
		return "a new application; see seal-apply";
	case WIRE_TOO_MANY_TRANSFERS:
		return "somebody else with the role of this level, and no more than three transfers";
	case WIRE_ABOVE_LIMIT:
		return ch_arena_format(arena, "no more than %llu presses, or a level that may grant more", (unsigned long long)present_level(q)->presses);
	default:
		return "nothing that this person could do now";
	}
}

/* No act, and nobody's key: what a drive shows. Of a path its area counts. */
static const struct ch_error *
explain_read(struct ch_explanation *out, struct ch_state *state, struct span actor, struct span subject)
{
	const struct ch_person *person = ch_state_person(state, actor);
	struct span rest = subject, first = span_cut(&rest, '/'), second = span_cut(&rest, '/');
	const struct ch_rule *rule;

	if (second.len == 0)
		return ch_fail(CH_USAGE, "'%.*s' is no area: two components, as 'files/SPACE'", (int)first.len, (const char *)first.data);
	out->subject = span_of(first.data, first.len + 1 + second.len);
	rule = person && state->policy ? ch_policy_sees(state->policy, person->roles, out->subject) : NULL;
	out->judgement.code = rule ? WIRE_OK : WIRE_NOT_ALLOWED;
	out->judgement.line = rule ? rule->line : 0;
	if (rule == NULL)
		snprintf(out->judgement.reason, sizeof(out->judgement.reason), "no line of the policy shows '%.*s' to '%.*s'", (int)out->subject.len,
			 (const char *)out->subject.data, (int)actor.len, (const char *)actor.data);
	out->rule = span_text(rule_text(state->policy, out->judgement.line, &state->arena));
	out->needed = rule ? span_of(NULL, 0) : SPAN_LITERAL("a role that may read or save there");
	return NULL;
}

const struct ch_error *
ch_explain(struct ch_explanation *out, struct ch_state *state, struct span actor, struct span act, struct span subject)
{
	struct question q = {.state = state};
	const struct ch_error *error;

	*out = (struct ch_explanation){0};
	if ((error = find_actor(&q, actor)))
		return error;
	if (span_is(act, CH_POLICY_READ))
		return explain_read(out, state, actor, subject);
	if ((error = find_kind(&q, act)) || (error = find_subject(&q, subject)))
		return error;
	ch_hypothesis(&q.draft, state, actor);
	if ((error = ch_draft_judge(&out->judgement, &q.draft, state, &q.signer)))
		return error;
	if (out->judgement.code == WIRE_OK && !q.has_key)
		out->judgement.code = WIRE_UNKNOWN_KEY;
	if (out->judgement.code != WIRE_OK && !*out->judgement.reason)
		snprintf(out->judgement.reason, sizeof(out->judgement.reason), "%s", wire_code_sentence(out->judgement.code));
	out->subject = ch_arena_copy(&state->arena, q.draft.subject);
	out->rule = span_text(rule_text(state->policy, out->judgement.line, &state->arena));
	if (out->rule.len && q.application)
		out->rule = span_text(ch_arena_format(&state->arena, "%s%s", (const char *)out->rule.data, substitute_text(&q)));
	out->needed = span_text(needed(&q, out->judgement.code, &state->arena));
	return NULL;
}

/* For those who have signed it already and were too late, or wrong. */
static const char *
needed_instead(enum wire_code code)
{
	switch (code) {
	case WIRE_WRONG_PREVIOUS:
	case WIRE_WRONG_VERSION:
	case WIRE_WRONG_POLICY:
	case WIRE_CONFLICT:
	case WIRE_LEVEL_ORDER:
		return "to be drawn up again on what is registered now";
	case WIRE_WRONG_TIME:
		return "a clock that is right, and an act that is drawn up again";
	default:
		return "";
	}
}

void
ch_explain_refused(struct ch_explanation *out, struct ch_state *state, const struct act *act, const struct ch_judgement *judgement)
{
	const struct statement *st = &act->statement;
	struct question q = {.state = state};
	const char *text = needed_instead(judgement->code);

	*out = (struct ch_explanation){.judgement = *judgement, .subject = st->value[KEY_SUBJECT]};
	out->rule = span_text(rule_text(state->policy, judgement->line, &state->arena));
	if (*text == '\0' && judgement->code != WIRE_OK && find_actor(&q, st->value[KEY_ACTOR]) == NULL &&
	    find_kind(&q, span_text(act_kind_name(st->kind))) == NULL && find_subject(&q, st->value[KEY_SUBJECT]) == NULL &&
	    (q.application || judgement->code == WIRE_NOT_ALLOWED))
		text = needed(&q, judgement->code, &state->arena);
	out->needed = span_text(text);
}

#include "hypothesis.h"

#include <time.h>

#include "application.h"
#include "decision.h"
#include "people.h"

struct hypothesis {
	struct ch_draft *draft;
	struct ch_state *state;
	struct span actor;
	struct ch_subject_name name;
	const struct ch_application *application; /* of decisions and what follows them */
};

static const char zeros[] = "0000000000000000000000000000000000000000000000000000000000000000";

static void
set(struct hypothesis *h, enum key key, const char *text)
{
	h->draft->value[key] = span_text(text);
}

static void
set_number(struct hypothesis *h, enum key key, uint64_t n)
{
	h->draft->value[key] = ch_arena_number(&h->state->arena, n);
}

static void
draw_up_content(struct hypothesis *h)
{
	const struct ch_person *person = ch_state_person(h->state, h->name.id);
	uint64_t version = 0;

	if (h->draft->kind == ACT_POLICY)
		version = h->state->policy_version;
	if (h->draft->kind == ACT_PERSON && person)
		version = person->version;
	set_number(h, KEY_VERSION, version + 1);
	set(h, KEY_CONTENT_SHA256, zeros);
	h->draft->value[KEY_TO] = h->actor;
	set(h, KEY_SCOPE, ch_state_person(h->state, h->actor) ? "decide" : "deposit");
}

static void
draw_up_end(struct hypothesis *h)
{
	set(h, KEY_ENDED, "lost");
}

/* To anybody else, with all that he has, for a day. */
static void
draw_up_delegation(struct hypothesis *h)
{
	const struct ch_person *giver = ch_state_person(h->state, h->name.id), **people;
	size_t count = ch_people(&people, h->state);
	char *until = ch_arena_alloc(&h->state->arena, TIME_TEXT + 1);

	text_put_time(until, time(NULL) + 86400);
	set_number(h, KEY_VERSION, giver ? giver->delegations + 1 : 1);
	for (size_t i = 0; i < count; i++)
		if (!span_equal(people[i]->id, h->name.id))
			h->draft->value[KEY_TO] = people[i]->id;
	if (h->draft->value[KEY_TO].len == 0)
		h->draft->value[KEY_TO] = h->name.id;
	set(h, KEY_ROLES, "*");
	set(h, KEY_UNTIL, until);
}

static void
draw_up_save(struct hypothesis *h)
{
	set(h, KEY_JOURNAL, "00000000000000000000000000000000 1");
	set_number(h, KEY_BASE, h->state->whole);
	set(h, KEY_CHANGES_SHA256, zeros);
}

static void
draw_up_stamp(struct hypothesis *h)
{
	set_number(h, KEY_SEQ, h->name.number);
	set(h, KEY_HEAD, zeros);
	set(h, KEY_AUTHORITY, "hypothetical");
	set(h, KEY_TOKEN_SHA256, zeros);
}

static void
name_device(struct hypothesis *h)
{
	const struct ch_seal *seal = ch_state_seal(h->state, h->name.seal);

	h->draft->value[KEY_SEAL] = h->name.seal;
	h->draft->value[KEY_DEVICE] = seal ? seal->device : SPAN_LITERAL("x1");
	set_number(h, KEY_EPOCH, seal ? seal->epoch : 1);
}

static void
draw_up_seal(struct hypothesis *h)
{
	const struct ch_seal *seal = ch_state_seal(h->state, h->name.seal);

	name_device(h);
	if (h->draft->kind == ACT_SEAL_TABLE) {
		set_number(h, KEY_VERSION, seal ? seal->table_version + 1 : 1);
		set(h, KEY_TABLE_SHA256, zeros);
		if (h->state->policy)
			h->draft->value[KEY_ACCEPTS_POLICY] = ch_arena_hex(&h->state->arena, h->state->policy->digest, SHA256_SIZE);
		else
			set(h, KEY_ACCEPTS_POLICY, zeros);
		return;
	}
	set_number(h, KEY_VERSION, seal ? seal->suspensions + 1 : 1);
	set(h, KEY_REASON, "hypothetical");
	if (h->draft->kind == ACT_DIE_RELEASE)
		h->draft->value[KEY_NONCE] = span_of(zeros, 2 * NONCE_SIZE);
	set_number(h, KEY_COUNTER, seal ? seal->counter : 0);
	if (h->draft->kind != ACT_SEAL_ENROL)
		return;
	if (seal && seal->retired) { /* another device takes its place */
		set_number(h, KEY_EPOCH, seal->epoch + 1);
		h->draft->value[KEY_PREDECESSOR] = seal->device;
		h->draft->value[KEY_DEVICE] = SPAN_LITERAL("x1");
	}
	h->draft->value[KEY_DEVICE_KEY] = span_of(zeros, 2 * FINGERPRINT_SIZE);
	set(h, KEY_BOARD, "board");
	set(h, KEY_IMAGE_SHA256, zeros);
	set(h, KEY_COUNTER, "0");
}

static void
draw_up_application(struct hypothesis *h)
{
	name_device(h);
	h->draft->value[KEY_NONCE] = span_of(zeros, 2 * NONCE_SIZE);
	set(h, KEY_SUBJECT_SHA256, zeros);
	set(h, KEY_DOCUMENT_SHA256, zeros);
	set(h, KEY_PRESSES, "1");
	set(h, KEY_PHOTOS, "0");
	set(h, KEY_FRESH, "0");
}

/* Somebody who could take over the decision; the actor, who cannot, when there is nobody. */
static struct span
receiver(const struct hypothesis *h)
{
	const struct ch_person **people;
	size_t count = ch_people(&people, h->state);

	for (size_t i = 0; i < count; i++)
		if (!span_equal(people[i]->id, h->actor) && ch_application_waits_for(h->application, people[i]))
			return people[i]->id;
	return h->actor;
}

static void
draw_up_decision(struct hypothesis *h)
{
	ch_decision_begin(h->draft, h->state, h->application, h->actor);
	set_number(h, KEY_PRESSES, h->application->permit.applied_presses);
	set(h, KEY_REASON, "hypothetical");
	h->draft->value[KEY_TO] = receiver(h);
	set_number(h, KEY_CAP, h->application->used);
}

static void
draw_up_use(struct hypothesis *h)
{
	const struct ch_subject *subject = h->application->subject;

	h->draft->value[KEY_DEVICE_NONCE] = span_of(zeros, 2 * NONCE_SIZE);
	set(h, KEY_PRESSES, "1");
	set(h, KEY_PHOTO_MODE, "automatic");
	set(h, KEY_SESSION, zeros);
	for (size_t i = 0; i < subject->count; i++)
		if (ch_subject_entry(subject, i)->kind == ACT_SEAL_SESSION)
			h->draft->value[KEY_SESSION] = ch_arena_hex(&h->state->arena, ch_subject_entry(subject, i)->id, SHA256_SIZE);
	set_number(h, KEY_FIRST_COUNTER, h->application->seal->counter + 1);
	set_number(h, KEY_LAST_COUNTER, h->application->seal->counter + 1);
	set(h, KEY_RECEIPTS_SHA256, zeros);
	set(h, KEY_PRESS, "1");
	set(h, KEY_VOID, "hypothetical");
}

void
ch_hypothesis(struct ch_draft *draft, struct ch_state *state, struct span actor)
{
	const struct ch_subject *subject = ch_state_subject(state, draft->subject);
	struct hypothesis h = {.draft = draft, .state = state, .actor = actor, .application = ch_application_of(subject)};
	enum ch_subject_kind kind = CH_ARCHIVE;

	ch_subject_parse(&h.name, draft->subject);
	ch_subject_of_act(&kind, draft->kind);
	if (draft->kind == ACT_POLICY || draft->kind == ACT_PERSON || draft->kind == ACT_KEY)
		draw_up_content(&h);
	else if (draft->kind == ACT_KEY_END)
		draw_up_end(&h);
	else if (draft->kind == ACT_DELEGATE)
		draw_up_delegation(&h);
	else if (act_saves(draft->kind))
		draw_up_save(&h);
	else if (draft->kind == ACT_STAMP)
		draw_up_stamp(&h);
	else if (kind == CH_SEAL)
		draw_up_seal(&h);
	else if (draft->kind == ACT_APPLY)
		draw_up_application(&h);
	else if (draft->kind == ACT_SEAL_SESSION || draft->kind == ACT_SEAL_RECORD || draft->kind == ACT_SEAL_PHOTO)
		draw_up_use(&h);
	else
		draw_up_decision(&h);
}

#include "selection.h"

#include <stdlib.h>

#include "register/delegation.h"
#include "register/keylife.h"

struct selecting {
	struct ch_selection *out;
	struct ch_state *state;
	struct ch_map wanted; /* paths of subjects */
	struct ch_map taken;  /* act ids */
	size_t end;	      /* number of entries up to the application's last act, the stamp, or the last end of a key */
	uint64_t between, stamped; /* pages behind the last act's that the stamp needs */
	bool grown;
	bool all_of_seal; /* not its enrolment alone */
};

static void
want(struct selecting *s, struct span path)
{
	if (ch_map_get(&s->wanted, path))
		return;
	path = ch_arena_copy(&s->state->arena, path);
	ch_map_put(&s->wanted, &s->state->arena, path, s);
	s->grown = true;
}

static void
want_person(struct selecting *s, struct span id)
{
	char path[VALUE_MAX + 1];

	want(s, span_of(path, ch_subject_person(path, sizeof(path), id)));
}

static void
want_named(struct selecting *s, const struct statement *st, enum key key)
{
	struct span list = st->value[key];

	while (statement_has(st, key) && list.len)
		want_person(s, span_cut(&list, ' '));
}

/* Who has lent what he may, and to whom: while neither had left, and the one had a valid key, whichever. */
static void
want_keys_of(struct selecting *s, struct span id)
{
	const struct ch_key **keys;
	size_t count = ch_keys_of(&keys, s->state, id);
	char path[VALUE_MAX + 1];

	want_person(s, id);
	for (size_t i = 0; i < count; i++)
		want(s, span_of(path, ch_subject_key(path, sizeof(path), keys[i]->key.fingerprint)));
}

/* Whom an act names, and the key that signed it. */
static void
involve(struct selecting *s, const struct ch_entry *entry)
{
	const struct statement *st = &ch_entry_act(s->state, entry)->statement;
	const struct ch_delegation *d;
	char path[VALUE_MAX + 1];
	uint8_t via[SHA256_SIZE];

	want(s, span_of(path, ch_subject_key(path, sizeof(path), ch_entry_act(s->state, entry)->key)));
	want_named(s, st, KEY_ACTOR);
	want_named(s, st, KEY_TO);
	if (statement_bytes(via, sizeof(via), st, KEY_VIA) && (d = ch_delegation_of(s->state, via))) {
		want_keys_of(s, span_text(d->delegation.giver));
		want_keys_of(s, span_text(d->delegation.to));
	}
	want_named(s, st, KEY_APPROVERS);
	want_named(s, st, KEY_COPY);
}

/* Of those that were refused a session to whose record nobody has said no. */
static bool
has_record(const struct selecting *s, const struct ch_entry *session)
{
	const struct ch_subject *subject = s->out->application->subject;
	uint8_t named[SHA256_SIZE];

	for (size_t i = 0; i < subject->count && session->kind == ACT_SEAL_SESSION; i++)
		if (ch_subject_entry(subject, i)->kind == ACT_SEAL_RECORD &&
		    statement_bytes(named, sizeof(named), &ch_entry_act(s->state, ch_subject_entry(subject, i))->statement, KEY_SESSION) &&
		    memcmp(named, session->id, sizeof(named)) == 0)
			return true;
	return false;
}

/*
 * Of a seal only its enrolment counts: its tables name people who have nothing to do with the application. But the enrolment of a device that has taken another's
 * place stands on all that was before, and so does it when a session was refused since the seal was suspended.
 */
static bool
counts_all(const struct selecting *s)
{
	const struct ch_seal *seal = s->out->application->seal;
	bool refused = false;

	if (seal->before || (seal->suspensions == 0 && seal->retired == NULL))
		return seal->before;
	for (size_t i = 0; i < s->state->entry_count && !refused; i++) {
		const struct ch_entry *entry = ch_state_entry(s->state, i);
		refused = (entry->code == WIRE_SUSPENDED || entry->code == WIRE_RETIRED) &&
			  ch_entry_about(s->state, entry) == s->out->application->subject && has_record(s, entry);
	}
	return refused;
}

static bool
is_of_seal(const struct selecting *s, const struct ch_entry *entry)
{
	return ch_entry_subject(s->state, entry) == s->out->application->seal->subject;
}

static bool
is_ground(const struct selecting *s, const struct ch_entry *entry)
{
	return entry->code == WIRE_OK && ch_entry_application(s->state, entry) == NULL &&
	       ch_map_get(&s->wanted, ch_entry_subject(s->state, entry)->path) &&
	       (!is_of_seal(s, entry) || s->all_of_seal || entry == ch_subject_first(s->out->application->seal->subject));
}

static void
involve_ground(struct selecting *s)
{
	for (size_t i = 0; i < s->end; i++) {
		const struct ch_entry *entry = ch_state_entry(s->state, i);
		struct span id = span_of(entry->id, SHA256_SIZE);
		if (!is_ground(s, entry) || ch_map_get(&s->taken, id))
			continue;
		ch_map_put(&s->taken, &s->state->arena, id, s);
		involve(s, entry);
	}
}

/* That a key has ended is told even when it came after the application's last act: to whoever wants to know whom to believe. */
static bool
reach_ends(struct selecting *s)
{
	for (size_t i = s->state->entry_count; i-- > s->end;) {
		const struct ch_entry *entry = ch_state_entry(s->state, i);
		if (entry->kind != ACT_KEY_END || !is_ground(s, entry))
			continue;
		s->end = i + 1;
		s->grown = true;
		return true;
	}
	return false;
}

static int
by_fingerprint(const void *a, const void *b)
{
	return memcmp(a, b, FINGERPRINT_SIZE);
}

static void
add_signer(struct selecting *s, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	struct ch_selection *out = s->out;

	for (size_t i = 0; i < out->signer_count; i++)
		if (memcmp(out->signers[i], fingerprint, FINGERPRINT_SIZE) == 0)
			return;
	out->signers = ch_arena_grow(&s->state->arena, out->signers, out->signer_count, sizeof(*out->signers));
	memcpy(out->signers[out->signer_count++], fingerprint, FINGERPRINT_SIZE);
}

/* Ascending. The pages that lead to the stamped one come in between. */
static void
add_page(struct selecting *s, uint64_t seq)
{
	struct ch_selection *out = s->out;

	while (s->between <= s->stamped && s->between < seq) {
		out->pages = ch_arena_grow(&s->state->arena, out->pages, out->page_count, sizeof(*out->pages));
		out->pages[out->page_count++] = s->between++;
	}
	if (out->page_count && out->pages[out->page_count - 1] == seq)
		return;
	s->between += s->between == seq;
	out->pages = ch_arena_grow(&s->state->arena, out->pages, out->page_count, sizeof(*out->pages));
	out->pages[out->page_count++] = seq;
}

static void
add_entry(struct selecting *s, const struct ch_entry ***list, size_t *count, const struct ch_entry *entry)
{
	*list = ch_arena_grow(&s->state->arena, *list, *count, sizeof(**list));
	(*list)[(*count)++] = entry;
	add_page(s, entry->seq);
	add_signer(s, ch_entry_act(s->state, entry)->key);
}

/* Those who signed pages up to there: later ones an extract does not know. */
static void
add_registrars(struct selecting *s)
{
	uint64_t last = ch_state_entry(s->state, s->end - 1)->seq;

	for (size_t i = 0; i < s->state->keys.size; i++) {
		const struct ch_key *key = s->state->keys.slots[i].value;
		if (key && key->scope == CH_REGISTER && key->admitted <= last)
			add_signer(s, key->key.fingerprint);
	}
}

static bool
is_of_chain(const struct selecting *s, const struct ch_entry *entry)
{
	if (ch_entry_about(s->state, entry) != s->out->application->subject)
		return false;
	return entry->code == WIRE_OK || has_record(s, entry);
}

static void
collect(struct selecting *s)
{
	struct ch_selection *out = s->out;

	for (size_t i = 0; i < s->end; i++) {
		const struct ch_entry *entry = ch_state_entry(s->state, i);
		if (is_of_chain(s, entry))
			add_entry(s, &out->acts, &out->act_count, entry);
		else if (is_ground(s, entry))
			add_entry(s, &out->ground, &out->ground_count, entry);
	}
	add_registrars(s);
	add_signer(s, out->application->seal->key.fingerprint);
	qsort(out->signers, out->signer_count, sizeof(*out->signers), by_fingerprint);
}

/* The first that was registered behind the application's last act and covers it. */
static void
find_stamp(struct selecting *s)
{
	struct ch_state *state = s->state;
	uint64_t last = ch_state_entry(state, s->end - 1)->seq, page = 0;

	for (size_t i = s->end; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		if (entry->code != WIRE_OK || entry->kind != ACT_STAMP)
			continue;
		page = ch_entry_subject(state, entry)->name.number;
		if (page < last || page - last > SELECTION_STAMP_MAX)
			continue;
		s->out->stamp = entry;
		s->between = last + 1;
		s->stamped = page;
		s->end = i + 1;
		want(s, ch_entry_subject(state, entry)->path);
		involve(s, entry);
		return;
	}
}

void
ch_select(struct ch_selection *selection, struct ch_state *state, const struct ch_application *application)
{
	struct selecting s = {.out = selection, .state = state, .end = state->entry_count, .between = 1};
	const struct ch_subject *subject = application->subject;

	*selection = (struct ch_selection){.application = application};
	while (ch_state_entry(state, s.end - 1) != ch_subject_tip(subject))
		s.end--;
	s.all_of_seal = counts_all(&s);
	find_stamp(&s);
	want(&s, SPAN_LITERAL("archive"));
	want(&s, SPAN_LITERAL("policy"));
	want(&s, application->seal->subject->path);
	for (size_t i = 0; i < subject->count; i++)
		involve(&s, ch_subject_entry(subject, i));
	do
		while (s.grown) {
			s.grown = false;
			involve_ground(&s);
		}
	while (reach_ends(&s));
	collect(&s);
}

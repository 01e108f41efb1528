#include "sealtable.h"

#include <inttypes.h>

#include "register/people.h"

struct composing {
	struct ch_state *state;
	const struct ch_seal *seal;
	struct level levels[TABLE_LEVELS_MAX];
	unsigned level_count;
	char *text;
	size_t len;
	bool fits;
	size_t persons;
};

static void
put(struct composing *c, const char *key, const char *value)
{
	c->fits = c->fits && record_put(c->text, TABLE_MAX, &c->len, key, span_text(value));
}

static bool
may_apply(const struct composing *c, const struct ch_person *person)
{
	const char *applications = ch_arena_format(&c->state->arena, "%.*s/applications", (int)c->seal->subject->path.len,
						   (const char *)c->seal->subject->path.data);

	return ch_policy_allows_below(c->state->policy, person->roles, SPAN_LITERAL("apply"), span_text(applications));
}

static bool
may_decide(const struct composing *c, const struct ch_person *person)
{
	for (unsigned i = 0; i < c->level_count; i++)
		if (roles_contain(person->roles, c->levels[i].role))
			return true;
	return false;
}

/* Substitutes of those who may, present and to come: the seal knows their keys, and is shown the delegation. */
static bool
may_substitute(const struct composing *c, const struct ch_person *person)
{
	for (size_t i = 0; i < c->state->delegation_count; i++) {
		const struct ch_delegation *d = c->state->delegations[i];
		const struct ch_person *giver = ch_state_person(c->state, span_text(d->delegation.giver));
		if (d->ended || d->delegation.until < c->state->received || !span_is(person->id, d->delegation.to))
			continue;
		for (unsigned level = 0; level < c->level_count; level++)
			if (roles_contain(giver->roles, c->levels[level].role) && delegation_covers(&d->delegation, c->levels[level].role, c->seal->id))
				return true;
	}
	return false;
}

static bool
may_administrate(const struct composing *c, const struct ch_person *person)
{
	struct span path = c->seal->subject->path;

	return ch_policy_allows(c->state->policy, person->roles, SPAN_LITERAL("seal-table"), path) ||
	       ch_policy_allows(c->state->policy, person->roles, SPAN_LITERAL("seal-enrol"), path);
}

/* The fingerprint that an act gives to somebody as a key that decides; false when it gives none. */
static bool
gives_key(struct span *fingerprint, const struct statement *st, struct span person)
{
	struct span list = st->value[KEY_ADMINISTRATORS];

	if (st->kind == ACT_KEY && span_is(st->value[KEY_SCOPE], "decide") && span_equal(st->value[KEY_TO], person)) {
		*fingerprint = span_skip(st->value[KEY_SUBJECT], st->value[KEY_SUBJECT].len - (size_t)2 * FINGERPRINT_SIZE);
		return true;
	}
	while (st->kind == ACT_FOUND && list.len) {
		*fingerprint = span_cut(&list, ' ');
		if (span_equal(span_cut(fingerprint, ':'), person))
			return true;
	}
	return false;
}

/* Of several keys the seal gets the one registered last. */
static const struct ch_key *
key_for_seal(const struct ch_state *state, const struct ch_person *person)
{
	const struct ch_key *found = NULL;

	for (size_t i = 0; i < state->entry_count; i++) {
		const struct ch_entry *entry = ch_state_entry(state, i);
		uint8_t fingerprint[FINGERPRINT_SIZE];
		const struct ch_key *key;
		struct span hex;
		if (entry->code != WIRE_OK || (entry->kind != ACT_KEY && entry->kind != ACT_FOUND) ||
		    !gives_key(&hex, &ch_entry_act(state, entry)->statement, person->id) ||
		    !text_get_hex(fingerprint, sizeof(fingerprint), hex))
			continue;
		key = ch_state_key(state, fingerprint);
		if (key && key->ended == CH_VALID && key->key.algorithm == PGP_EDDSA)
			found = key;
	}
	return found;
}

static const char *
key_text(struct composing *c, const struct pgpkey *key)
{
	return ch_arena_format(&c->state->arena, "%s %s",
			       (const char *)ch_arena_hex(&c->state->arena, key->fingerprint, FINGERPRINT_SIZE).data,
			       (const char *)ch_arena_hex(&c->state->arena, key->point, ED25519_POINT_SIZE).data);
}

static void
put_head(struct composing *c, uint64_t version)
{
	struct ch_arena *arena = &c->state->arena;

	put(c, "Format", "1");
	put(c, "Archive", ch_arena_text(arena, c->state->id));
	put(c, "Seal", ch_arena_text(arena, c->seal->id));
	put(c, "Version", ch_arena_format(arena, "%" PRIu64, version));
	put(c, "Registrar", key_text(c, &c->state->registrar->key));
	for (unsigned i = 0; i < c->level_count; i++) {
		const struct level *level = &c->levels[i];
		put(c, "Level",
		    ch_arena_format(arena, "%u %.*s %" PRIu64 " %" PRIu64, i + 1, (int)level->role.len, (const char *)level->role.data, level->persons,
				    level->presses));
	}
}

static void
put_person(struct composing *c, const struct ch_person *person, const struct ch_key *key)
{
	c->persons++;
	put(c, "Person",
	    ch_arena_format(&c->state->arena, "%.*s %s %.*s", (int)person->id.len, (const char *)person->id.data, key_text(c, &key->key),
			    (int)person->roles.len, (const char *)person->roles.data));
}

static void
put_persons(struct composing *c, struct ch_sealtable *out)
{
	const struct ch_person **people;
	size_t count = ch_people(&people, c->state);

	out->unusable = ch_arena_alloc(&c->state->arena, (count + 1) * sizeof(*out->unusable));
	for (size_t i = 0; i < count; i++) {
		const struct ch_key *key;
		if (!may_apply(c, people[i]) && !may_decide(c, people[i]) && !may_administrate(c, people[i]) &&
		    !(people[i]->roles.len && may_substitute(c, people[i])))
			continue;
		if ((key = key_for_seal(c->state, people[i])))
			put_person(c, people[i], key);
		else
			out->unusable[out->unusable_count++] = people[i];
	}
}

const struct ch_error *
ch_sealtable_compose(struct ch_sealtable *out, struct ch_state *state, const struct ch_seal *seal)
{
	struct composing c = {.state = state, .seal = seal, .text = ch_arena_alloc(&state->arena, TABLE_MAX), .fits = true};
	struct table table;

	*out = (struct ch_sealtable){.version = seal->table_version + 1};
	c.level_count = state->policy ? ch_policy_levels(c.levels, state->policy, seal->id) : 0;
	if (c.level_count == 0)
		return ch_refuse(WIRE_NOT_ALLOWED, "the policy has no levels for seal '%.*s'", (int)seal->id.len, (const char *)seal->id.data);
	put_head(&c, out->version);
	put_persons(&c, out);
	if (c.persons == 0)
		return ch_refuse(WIRE_LIMIT, "nobody with an Ed25519 key may use seal '%.*s'", (int)seal->id.len, (const char *)seal->id.data);
	out->text = span_of(c.text, c.len);
	if (!c.fits || c.persons > TABLE_PERSONS_MAX || table_read(&table, out->text) != WIRE_OK)
		return ch_refuse(WIRE_LIMIT, "a table of %zu persons does not fit into a seal; take roles away from those who do not need it", c.persons);
	wire_sha256_of(out->digest, out->text);
	return NULL;
}

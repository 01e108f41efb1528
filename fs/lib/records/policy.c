#include "policy.h"

#include <assert.h>

const char CH_POLICY_READ[] = "read", CH_POLICY_DROP[] = "drop";

enum reading { AT_FORMAT, AT_GAP, AT_ALLOW, AT_LEVEL, AT_REMIND, AT_LARGE };

static_assert(CH_POLICY_PERSONS_MAX == 8, "said in messages and in docs/formats/1");

static const struct ch_error *
malformed(unsigned line, const char *what)
{
	return ch_refuse(WIRE_MALFORMED_RECORD, "policy, line %u: %s", line, what);
}

static bool
is_pattern(struct span pattern)
{
	if (span_ends(pattern, SPAN_LITERAL("/")))
		return false;
	while (pattern.len) {
		struct span component = span_cut(&pattern, '/');
		if (span_is(component, "**"))
			return pattern.len == 0;
		if (!span_is(component, "*") && !text_is_path(component))
			return false;
	}
	return true;
}

static const struct ch_error *
read_allow(struct ch_policy *policy, struct span value, unsigned line, struct ch_arena *arena)
{
	struct ch_rule rule = {.line = line};
	enum act_kind kind;

	rule.role = span_cut(&value, ' ');
	rule.act = span_cut(&value, ' ');
	rule.pattern = value;
	if (!text_is_word(rule.role))
		return malformed(line, "'Allow:' wants a role first");
	if (!span_is(rule.act, CH_POLICY_READ) && !span_is(rule.act, CH_POLICY_DROP) && !act_kind_from_name(&kind, rule.act))
		return malformed(line, "'Allow:' wants an act behind the role");
	if (!rule.pattern.len || !is_pattern(rule.pattern))
		return malformed(line, "'Allow:' wants a pattern of subjects behind the act");
	policy->rules = ch_arena_grow(arena, policy->rules, policy->rule_count, sizeof(rule));
	policy->rules[policy->rule_count++] = rule;
	return NULL;
}

static uint64_t
persons_of(const struct level *levels, unsigned count)
{
	uint64_t persons = 0;

	for (unsigned i = 0; i < count; i++)
		persons += levels[i].persons;
	return persons;
}

static const struct ch_error *
read_level(struct ch_policy *policy, struct span value, unsigned line, struct ch_arena *arena)
{
	struct ch_policy_level row = {.line = line};
	struct level present[TABLE_LEVELS_MAX];
	struct span number, persons;
	unsigned before;

	row.seal = span_cut(&value, ' ');
	number = span_cut(&value, ' ');
	row.level.role = span_cut(&value, ' ');
	persons = span_cut(&value, ' ');
	if (!text_is_id(row.seal) || !text_get_number(&row.number, number) || !text_is_word(row.level.role) ||
	    !text_get_number(&row.level.persons, persons) || !text_get_number(&row.level.presses, value))
		return malformed(line, "'Level:' wants seal, level, role, persons, presses");
	if (row.level.persons < 1 || row.level.presses < 1)
		return malformed(line, "a level needs at least one person and one press");
	before = ch_policy_levels(present, policy, row.seal);
	if (row.number != before + 1 || row.number > TABLE_LEVELS_MAX)
		return malformed(line, "levels of a seal rise from 1 without gap, each once");
	if (row.level.persons > CH_POLICY_PERSONS_MAX - persons_of(present, before))
		return malformed(line, "the levels of a seal ask for 8 persons at most: a seal cannot be shown more");
	policy->levels = ch_arena_grow(arena, policy->levels, policy->level_count, sizeof(row));
	policy->levels[policy->level_count++] = row;
	return NULL;
}

static bool
has_level(const struct ch_policy *policy, struct span seal, uint64_t number)
{
	struct level present[TABLE_LEVELS_MAX];

	return number >= 1 && number <= ch_policy_levels(present, policy, seal);
}

/* Of one level and one kind, each later than the one before, so that none is there twice. */
static bool
rises(const struct ch_policy *policy, const struct ch_policy_reminder *row)
{
	for (size_t i = 0; i < policy->reminder_count; i++) {
		const struct ch_policy_reminder *other = &policy->reminders[i];
		if (span_equal(other->seal, row->seal) && other->number == row->number && (other->role.len > 0) == (row->role.len > 0) &&
		    other->after >= row->after)
			return false;
	}
	return true;
}

static const struct ch_error *
read_reminder(struct ch_policy *policy, struct span value, bool escalates, unsigned line, struct ch_arena *arena)
{
	struct ch_policy_reminder row = {.line = line};
	struct span number, after;

	row.seal = span_cut(&value, ' ');
	number = span_cut(&value, ' ');
	after = escalates ? span_cut(&value, ' ') : value;
	row.role = escalates ? value : span_of(NULL, 0);
	if (!text_is_id(row.seal) || !text_get_number(&row.number, number) || !text_get_number(&row.after, after) ||
	    (escalates && !text_is_word(row.role)))
		return malformed(line, escalates ? "'Escalate:' wants seal, level, seconds, role" : "'Remind:' wants seal, level, seconds");
	if (row.after < 1 || row.after > TEXT_TIME_MAX)
		return malformed(line, "nobody is reminded after no time, or never");
	if (!has_level(policy, row.seal, row.number))
		return malformed(line, "there is no such level");
	if (!rises(policy, &row))
		return malformed(line, "the seconds of a level rise from line to line");
	policy->reminders = ch_arena_grow(arena, policy->reminders, policy->reminder_count, sizeof(row));
	policy->reminders[policy->reminder_count++] = row;
	return NULL;
}

static const struct ch_error *
read_large(struct ch_policy *policy, struct span value, unsigned line)
{
	bool first = !policy->says_large, none = policy->says_large && policy->large.count == 0;

	policy->says_large = true;
	if ((first && span_is(value, "none")) || (!none && ch_patterns_add(&policy->large, value)))
		return NULL;
	return malformed(line, "'Large:' wants a pattern like *.jpg, each once, 64 at most, or one line 'Large: none'");
}

static const struct ch_error *
read_line(struct ch_policy *policy, enum reading *at, struct span key, struct span value, unsigned line, struct ch_arena *arena)
{
	if (*at == AT_FORMAT) {
		*at = AT_GAP;
		return span_is(key, "Format") && span_is(value, "1") ? NULL : malformed(line, "begins with 'Format: 1'");
	}
	if (*at == AT_GAP) {
		*at = AT_ALLOW;
		return span_is(key, "Gap") && text_get_number(&policy->gap, value) && policy->gap <= TEXT_TIME_MAX ? NULL : malformed(line, "wants 'Gap:' in seconds");
	}
	if (*at == AT_ALLOW && span_is(key, "Allow"))
		return read_allow(policy, value, line, arena);
	if (*at <= AT_LEVEL && span_is(key, "Level")) {
		*at = AT_LEVEL;
		return read_level(policy, value, line, arena);
	}
	if (*at <= AT_REMIND && (span_is(key, "Remind") || span_is(key, "Escalate"))) {
		*at = AT_REMIND;
		return read_reminder(policy, value, span_is(key, "Escalate"), line, arena);
	}
	*at = AT_LARGE;
	if (span_is(key, "Large"))
		return read_large(policy, value, line);
	return malformed(line, "only 'Allow:' lines, then 'Level:' lines, then 'Remind:' and 'Escalate:' lines, then 'Large:' lines");
}

const struct ch_error *
ch_policy_read(struct ch_policy *policy, struct span text, struct ch_arena *arena)
{
	enum wire_code code = WIRE_OK;
	enum reading at = AT_FORMAT;
	struct span key, value, rest = text;
	const struct ch_error *error;
	unsigned line = 0;

	*policy = (struct ch_policy){0};
	if (text.len > RECORD_MAX)
		return ch_refuse(WIRE_TOO_LONG, "policy: more than %d bytes", RECORD_MAX);
	while (line++, record_next(&key, &value, &rest, &code))
		if ((error = read_line(policy, &at, key, value, line, arena)))
			return error;
	if (code != WIRE_OK)
		return malformed(line, "not a line 'Key: value'");
	if (at < AT_ALLOW)
		return malformed(line, "ends before 'Gap:'");
	wire_sha256_of(policy->digest, text);
	return NULL;
}

static bool
pattern_matches(struct span pattern, struct span path)
{
	while (pattern.len) {
		struct span component = span_cut(&pattern, '/'), name;
		if (span_is(component, "**"))
			return path.len > 0;
		name = span_cut(&path, '/');
		if (!name.len || (!span_is(component, "*") && !span_equal(component, name)))
			return false;
	}
	return path.len == 0;
}

/* "seals/S-0007/applications/2026/..." reaches below "seals/S-0007/applications". */
static bool
pattern_reaches_below(struct span pattern, struct span path)
{
	while (path.len) {
		struct span component = span_cut(&pattern, '/'), name = span_cut(&path, '/');
		if (span_is(component, "**"))
			return true;
		if (!span_is(component, "*") && !span_equal(component, name))
			return false;
	}
	return pattern.len > 0;
}

static const struct ch_rule *
first_rule(const struct ch_policy *policy, struct span roles, struct span act, struct span path, bool (*covers)(struct span pattern, struct span path))
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct ch_rule *rule = &policy->rules[i];
		if (roles_contain(roles, rule->role) && span_equal(rule->act, act) && covers(rule->pattern, path))
			return rule;
	}
	return NULL;
}

const struct ch_rule *
ch_policy_allows(const struct ch_policy *policy, struct span roles, struct span act, struct span subject)
{
	return first_rule(policy, roles, act, subject, pattern_matches);
}

const struct ch_rule *
ch_policy_allows_below(const struct ch_policy *policy, struct span roles, struct span act, struct span path)
{
	return first_rule(policy, roles, act, path, pattern_reaches_below);
}

static const struct ch_rule *
this_or_save(const struct ch_policy *policy, struct span roles, const char *this, struct span area)
{
	const struct ch_rule *rule = ch_policy_allows(policy, roles, span_text(this), area);

	return rule ? rule : ch_policy_allows(policy, roles, span_text(act_kind_name(ACT_SAVE)), area);
}

const struct ch_rule *
ch_policy_sees(const struct ch_policy *policy, struct span roles, struct span area)
{
	return this_or_save(policy, roles, CH_POLICY_READ, area);
}

const struct ch_rule *
ch_policy_drops(const struct ch_policy *policy, struct span roles, struct span space)
{
	return this_or_save(policy, roles, CH_POLICY_DROP, space);
}

unsigned
ch_policy_levels(struct level out[TABLE_LEVELS_MAX], const struct ch_policy *policy, struct span seal)
{
	unsigned count = 0;

	for (size_t i = 0; i < policy->level_count; i++)
		if (span_equal(policy->levels[i].seal, seal))
			out[count++] = policy->levels[i].level;
	return count;
}

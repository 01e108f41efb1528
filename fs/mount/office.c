#include "office.h"

#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>

#include "drop.h"
#include "inode.h"
#include "view.h"

enum { ENTRY_MAX = 16384 };

void
office_forget_users(struct office *office)
{
	for (size_t i = 0; i < office->user_count; i++)
		free(office->users[i].verdicts);
	free(office->users);
	office->users = NULL;
	office->user_count = 0;
}

static void
forget_rights(struct office *office)
{
	office_forget_users(office);
	ch_arena_clear(&office->arena);
	office->policy = (struct ch_policy){0};
	office->roles = (struct ch_map){0};
}

void
office_release(struct office *office)
{
	forget_rights(office);
	ch_arena_clear(&office->lasting);
	*office = (struct office){0};
}

static void
learn_policy(struct office *office, const struct ch_policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		const struct ch_rule *rule = &policy->rules[i];
		struct ch_rule copy = {ch_arena_copy(&office->arena, rule->role), ch_arena_copy(&office->arena, rule->act),
				       ch_arena_copy(&office->arena, rule->pattern), rule->line};

		office->policy.rules = ch_arena_grow(&office->arena, office->policy.rules, office->policy.rule_count, sizeof(copy));
		office->policy.rules[office->policy.rule_count++] = copy;
	}
}

void
office_learn(struct office *office, const struct ch_state *state)
{
	forget_rights(office);
	if (state->policy)
		learn_policy(office, state->policy);
	for (size_t i = 0; i < state->people.size; i++) {
		const struct ch_person *person = state->people.slots[i].value;
		struct span *roles;

		if (person == NULL)
			continue;
		roles = ch_arena_alloc(&office->arena, sizeof(*roles));
		*roles = ch_arena_copy(&office->arena, person->roles);
		ch_map_put(&office->roles, &office->arena, ch_arena_copy(&office->arena, person->id), roles);
	}
}

/* The account, as the system has it: the name of a person is that of his. */
static struct office_user
ask_system(struct office *office, uid_t uid)
{
	struct office_user user = {.uid = uid, .gid = uid};
	struct passwd entry, *found = NULL;
	char buffer[ENTRY_MAX];

	if (getpwuid_r(uid, &entry, buffer, sizeof(buffer), &found) != 0 || found == NULL)
		return user;
	user.gid = entry.pw_gid;
	if (ch_map_get(&office->roles, span_text(entry.pw_name)))
		user.person = ch_arena_copy(&office->arena, span_text(entry.pw_name));
	return user;
}

static struct office_user *
user_of(struct office *office, uid_t uid)
{
	for (size_t i = 0; i < office->user_count; i++)
		if (office->users[i].uid == uid)
			return &office->users[i];
	office->users = reallocarray(office->users, office->user_count + 1, sizeof(*office->users));
	if (office->users == NULL)
		abort();
	office->users[office->user_count] = ask_system(office, uid);
	return &office->users[office->user_count++];
}

gid_t
office_group(struct office *office, uid_t uid)
{
	return user_of(office, uid)->gid;
}

struct span
office_person(struct office *office, uid_t uid)
{
	return user_of(office, uid)->person;
}

static uint16_t
number_of(struct office *office, const char *path, bool whole)
{
	struct office_area *area = ch_map_get(&office->numbers, span_text(path));

	if (area)
		return area->number;
	if (office->area_count + 1 >= OFFICE_LOST_AREA)
		return OFFICE_LOST_AREA;
	area = ch_arena_alloc(&office->lasting, sizeof(*area));
	*area = (struct office_area){ch_arena_text(&office->lasting, span_text(path)), (uint16_t)(office->area_count + 1), whole};
	ch_map_put(&office->numbers, &office->lasting, span_text(area->path), area);
	office->areas = ch_arena_grow(&office->lasting, office->areas, office->area_count, sizeof(*office->areas));
	office->areas[office->area_count++] = area;
	return area->number;
}

static const struct office_area *
area_of(const struct office *office, uint16_t number)
{
	return number == OFFICE_NO_AREA || number == OFFICE_LOST_AREA ? NULL : office->areas[number - 1];
}

/* The path of an area that begins with an entry. False when none begins there: the entry has that of its directory. */
static bool
begins(char path[2 * VIEW_NAME_MAX + 2], bool *whole, const struct office *office, const struct inode *directory, const char *name)
{
	const struct office_area *above = area_of(office, directory->area);

	*whole = above != NULL;
	if (directory->area == OFFICE_NO_AREA) {
		snprintf(path, 2 * VIEW_NAME_MAX + 2, "%s", name);
		return directory->view != &history_view && strcmp(name, "history") != 0;
	}
	if (above == NULL || above->whole || directory->view == &inbox_view)
		return false;
	snprintf(path, 2 * VIEW_NAME_MAX + 2, "%s/%s", above->path, name);
	return true;
}

uint16_t
office_area(struct office *office, const struct inode *directory, const char *name)
{
	char path[2 * VIEW_NAME_MAX + 2];
	bool whole;

	return begins(path, &whole, office, directory, name) ? number_of(office, path, whole) : directory->area;
}

bool
office_credit(struct span *space, struct span *person, struct office *office, uid_t uid, uint16_t number)
{
	const struct office_area *area = area_of(office, number);

	if (area == NULL || !area->whole || strncmp(area->path, "files/", strlen("files/")) != 0)
		return false;
	*space = span_text(area->path + strlen("files/"));
	*person = office_person(office, uid);
	return person->len > 0;
}

bool
office_differs(const struct office *office, uint16_t number)
{
	const struct office_area *area = area_of(office, number);

	return area == NULL || !area->whole;
}

bool
office_has_areas(const struct office *office, uint16_t number)
{
	const struct office_area *area = area_of(office, number);

	return area && !area->whole;
}

bool
office_may_drop(struct office *office, struct span person, const char *folder)
{
	const struct span *roles = person.len ? ch_map_get(&office->roles, person) : NULL;
	char path[VIEW_NAME_MAX + sizeof("files/")];

	if (roles == NULL || (size_t)snprintf(path, sizeof(path), "files/%s", folder) >= sizeof(path))
		return false;
	return strcmp(folder, DROP_DOCUMENTS) == 0 || ch_policy_drops(&office->policy, *roles, span_text(path)) != NULL;
}

static bool
may(struct office *office, uid_t uid, const char *path, bool whole, enum office_want want)
{
	struct span person = office_person(office, uid), *roles;

	if (person.len == 0)
		return false;
	if (!whole)
		return want == OFFICE_SEE;
	if (strncmp(path, "drop/", strlen("drop/")) == 0) /* where each sees his own: drop.c */
		return office_may_drop(office, person, path + strlen("drop/"));
	roles = ch_map_get(&office->roles, person);
	if (want == OFFICE_SEE)
		return ch_policy_sees(&office->policy, *roles, span_text(path)) != NULL;
	return ch_policy_allows(&office->policy, *roles, span_text(act_kind_name(ACT_SAVE)), span_text(path)) != NULL;
}

/* Two bits for each of what may be wanted: whether it was asked, and the answer. */
static uint8_t *
verdict_of(struct office_user *user, uint16_t area)
{
	if (area >= user->verdict_count) {
		size_t count = 2 * (size_t)area + 16;

		user->verdicts = reallocarray(user->verdicts, count, sizeof(*user->verdicts));
		if (user->verdicts == NULL)
			abort();
		memset(user->verdicts + user->verdict_count, 0, count - user->verdict_count);
		user->verdict_count = count;
	}
	return &user->verdicts[area];
}

bool
office_may(struct office *office, uid_t uid, uint16_t number, enum office_want want)
{
	const struct office_area *area = area_of(office, number);
	unsigned asked = 1U << 2 * want, allowed = asked << 1;
	uint8_t *verdict;

	if (area == NULL)
		return number == OFFICE_NO_AREA && want == OFFICE_SEE;
	verdict = verdict_of(user_of(office, uid), number);
	if ((*verdict & asked) == 0)
		*verdict |= (uint8_t)(asked | (may(office, uid, area->path, area->whole, want) ? allowed : 0));
	return *verdict & allowed;
}

bool
office_may_name(struct office *office, uid_t uid, const struct inode *directory, const char *name, enum office_want want)
{
	char path[2 * VIEW_NAME_MAX + 2];
	bool whole;

	if (begins(path, &whole, office, directory, name))
		return may(office, uid, path, whole, want);
	return office_may(office, uid, directory->area, want);
}

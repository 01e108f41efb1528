/*
 * A policy that is read: each line allows what it says to its role, and nobody anything without one; levels of a seal have no gap; reminders are of
 * levels that there are.
 *
 * libFuzzer: -max_len=1024
 */
#include "records/policy.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_rule(const struct ch_policy *policy, const struct ch_rule *rule)
{
	const struct ch_rule *found = ch_policy_allows(policy, rule->role, rule->act, rule->pattern);

	if (found == NULL || found > rule || ch_policy_allows(policy, span_of(NULL, 0), rule->act, rule->pattern))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct level levels[TABLE_LEVELS_MAX];
	struct ch_arena arena = {0};
	struct ch_policy policy;

	if (ch_policy_read(&policy, span_of(data, size), &arena) == NULL) {
		for (size_t i = 0; i < policy.rule_count; i++)
			check_rule(&policy, &policy.rules[i]);
		for (size_t i = 0; i < policy.level_count; i++)
			if (ch_policy_levels(levels, &policy, policy.levels[i].seal) < policy.levels[i].number)
				__builtin_trap();
		for (size_t i = 0; i < policy.reminder_count; i++)
			if (policy.reminders[i].after < 1 || policy.reminders[i].number < 1 ||
			    ch_policy_levels(levels, &policy, policy.reminders[i].seal) < policy.reminders[i].number)
				__builtin_trap();
	}
	ch_arena_clear(&arena);
	return 0;
}

/*
 * Any sequence of decisions, four octets each: kind, person, level and how the rest is wrong. Whatever was refused changed
 * nothing; whatever was approved was approved at each level by as many different persons as it needs, none of them the
 * applicant.
 *
 * libFuzzer: -max_len=96 -entropic=0
 */
#include "wire/permit.h"

#include "quickcrypto.h"

enum { STEPS = 24 }; /* more than a permit keeps */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const people[] = {"alice", "bob", "carol", "dora", "erin", "fred", "gina", "hugo"};
static const char *const numbers[] = {"0", "1", "2", "3", "4", "5", "6", "7"};
static const struct level levels[] = {{{(const uint8_t *)"manager", 7}, 2, 4}, {{(const uint8_t *)"director", 8}, 1, 5}};

static const struct span both = {(const uint8_t *)"director manager", 16};

static void
require(bool holds)
{
	if (!holds)
		__builtin_trap();
}

static struct span
hex(char text[HEX_DIGEST + 1], const uint8_t *digest)
{
	text_put_hex(text, digest, SHA256_SIZE);
	return span_text(text);
}

static char subject[HEX_DIGEST + 1]; /* of the application: the same in every decision */

static void
begin(struct permit *permit)
{
	struct act apply = {.id = {1}, .statement.kind = ACT_APPLY};

	apply.statement.value[KEY_ACTOR] = span_text(people[0]);
	apply.statement.value[KEY_PRESSES] = span_text(numbers[5]);
	require(permit_begin(permit, &apply, levels, 2) == WIRE_OK);
	if (*subject == '\0')
		hex(subject, permit->digest);
}

static void
step(struct permit *permit, const uint8_t d[4], uint8_t serial)
{
	static const enum act_kind kinds[] = {ACT_APPROVE, ACT_APPROVE, ACT_APPROVE, ACT_TRANSFER, ACT_TRANSFER, ACT_REJECT, ACT_WITHDRAW, ACT_CANCEL};
	struct permit before = *permit;
	struct act act = {.id = {3, serial}, .statement.kind = kinds[d[0] & 7]};
	struct span *value = act.statement.value;
	char previous[HEX_DIGEST + 1], via[HEX_DIGEST + 1];
	uint8_t digest[SHA256_SIZE];

	permit_previous(digest, permit);
	digest[0] ^= d[3] >> 7;
	value[KEY_SUBJECT_SHA256] = span_of(subject, HEX_DIGEST);
	value[KEY_PREVIOUS_SHA256] = hex(previous, digest);
	value[KEY_ACTOR] = span_text(people[d[1] & 7]);
	value[KEY_TO] = span_text(people[d[1] >> 3 & 7]);
	value[KEY_LEVEL] = span_text(numbers[d[2] & 3]);
	value[KEY_ROLE] = (d[2] & 3) == 2 ? levels[1].role : levels[0].role;
	value[KEY_VIA] = d[3] & 8 ? hex(via, permit->decision[d[3] >> 4 & 3].act) : span_text("none");
	value[KEY_PRESSES] = value[KEY_CAP] = span_text(numbers[d[3] & 7]);
	if (permit_decide(permit, &act, d[2] & 4 ? levels[0].role : both, both) != WIRE_OK)
		require(memcmp(&before, permit, sizeof(before)) == 0);
}

static void
check(const struct permit *permit)
{
	unsigned count[2] = {0};
	uint64_t left;

	for (unsigned i = 0; i < permit->decisions; i++) {
		const struct permit_decision *d = &permit->decision[i];

		require(strcmp(d->person, people[0]) != 0 && strcmp(d->to, people[0]) != 0);
		count[d->level - 1] += d->approve;
		for (unsigned k = 0; k < i; k++)
			require(!d->approve || !permit->decision[k].approve || strcmp(d->person, permit->decision[k].person) != 0);
	}
	require((permit_left(&left, permit, 0) == WIRE_OK) == (left > 0) && left <= 4);
	if (left > 0)
		require(count[0] == 2 && count[1] == 1);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct permit permit;

	begin(&permit);
	for (size_t i = 0; i + 4 <= size && i < 4 * STEPS; i += 4) {
		step(&permit, data + i, (uint8_t)(i / 4));
		check(&permit);
	}
	return 0;
}

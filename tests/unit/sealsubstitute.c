/* A seal that is shown whose substitute somebody is: alma approves in bert's place. Every refusal beside the same without the fault. */
#include "sealbench.h"

static struct bench ready, bench;

struct variant {
	const char *what;
	enum wire_code code;	   /* of the act shown last */
	struct forged_field lent;  /* in the delegation */
	struct forged_field field; /* in the bundle */
	bool withheld;		   /* the delegation is not shown */
};

static const struct variant variants[] = {
	{"nothing wrong", WIRE_OK, {0}, {0}, false},
	{"any role", WIRE_OK, {0, KEY_ROLES, "*"}, {0}, false},
	{"this seal", WIRE_OK, {0, KEY_ROLES, "manager@S-0007"}, {0}, false},
	{"another seal", WIRE_NOT_DELEGATED, {0, KEY_ROLES, "manager@S-0008"}, {0}, false},
	{"another role", WIRE_NOT_DELEGATED, {0, KEY_ROLES, "director"}, {0}, false},
	{"to somebody else", WIRE_NOT_DELEGATED, {0, KEY_TO, "dora"}, {0}, false},
	{"not yet", WIRE_NOT_DELEGATED, {0, KEY_FROM, "2026-11-22T07:00:01Z"}, {0}, false},
	{"over", WIRE_NOT_DELEGATED, {0, KEY_UNTIL, "2026-11-22T06:59:59Z"}, {0}, false},
	{"no end", WIRE_NOT_DELEGATED, {0, KEY_UNTIL, "none"}, {0}, false},
	{"ended", WIRE_NOT_DELEGATED, {0, KEY_ROLES, "none"}, {0}, false},
	{"somebody else's to give", WIRE_NOT_ALLOWED, {0, KEY_SUBJECT, "people/00/bob"}, {0}, false},
	{"another archive", WIRE_WRONG_ARCHIVE, {0, KEY_ARCHIVE, OTHER_HEX16}, {0}, false},
	{"given by nobody", WIRE_UNKNOWN_KEY, {0, KEY_ACTOR, "mallory"}, {0}, false},
	{"given by who lacks the role", WIRE_NO_AUTHORITY, {0, KEY_ACTOR, "dora"}, {0}, false},
	{"given by the applicant", WIRE_OWN_APPLICATION, {0, KEY_ACTOR, "alice"}, {0}, false},
	{"withheld", WIRE_NO_AUTHORITY, {0}, {0}, true},
	{"not named", WIRE_NO_AUTHORITY, {0}, {MANAGER, KEY_VIA, "none"}, false},
};

static void
lend(struct draft *d, const struct variant *v)
{
	draft_new(d, ACT_DELEGATE, v->lent.key == KEY_ACTOR ? v->lent.text : "bert", "people/00/bert");
	if (v->lent.key == KEY_ACTOR)
		snprintf(d->text[KEY_SUBJECT], VALUE_MAX, "people/00/%s", v->lent.text);
	strcpy(d->text[KEY_VERSION], "1");
	strcpy(d->text[KEY_TO], "alma");
	strcpy(d->text[KEY_ROLES], "manager");
	strcpy(d->text[KEY_UNTIL], "2026-11-23T07:00:00Z");
	if (v->lent.text != NULL)
		strcpy(d->text[v->lent.key], v->lent.text);
	draft_sign(d);
}

static enum wire_code
show(struct bench *b, const struct papers *papers, const struct draft *lent, bool withheld)
{
	enum wire_code code = WIRE_OK;

	for (unsigned part = APPLY; part <= SESSION && code == WIRE_OK; part++) {
		if (part == MANAGER && !withheld)
			code = bench_tell(b, FRAME_ACT, draft_raw(lent));
		if (code == WIRE_OK)
			code = bench_tell(b, FRAME_ACT, draft_raw(&papers->part[part]));
	}
	return code == WIRE_OK ? bench_tell(b, FRAME_OPEN, (struct span){0}) : code;
}

static void
test_variants(void)
{
	static struct papers papers;
	static struct draft lent;
	char via[HEX_DIGEST + 1];

	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++) {
		const struct variant *v = &variants[i];
		struct forgery forgery = {{{MANAGER, KEY_ACTOR, "alma"}, {MANAGER, KEY_VIA, via}}, 0};
		enum wire_code code;

		bench_copy(&bench, &ready);
		CHECK_EQUAL(bench_tell(&bench, FRAME_BEGIN, (struct span){0}), WIRE_OK);
		lend(&lent, v);
		text_put_hex(via, lent.act.id, SHA256_SIZE);
		forgery.field[2] = v->field;
		papers_write(&papers, &bench, &forgery);
		code = show(&bench, &papers, &lent, v->withheld);
		if (code != v->code)
			fprintf(stderr, "%s: %s instead of %s\n", v->what, wire_code_name(code), wire_code_name(v->code));
		CHECK_EQUAL(code, v->code);
		CHECK_EQUAL(bench.seal.state == DEVICE_LOCKED, v->code != WIRE_OK);
	}
}

/* bert himself, at the next level, after alma in his place: one of them is enough. */
static void
test_one_of_two(void)
{
	static const struct variant none = {0};
	static struct papers papers;
	static struct draft lent;
	char via[HEX_DIGEST + 1];
	struct forgery forgery = {{{MANAGER, KEY_ACTOR, "alma"}, {MANAGER, KEY_VIA, via}, {DIRECTOR, KEY_ACTOR, "bob"}}, 0};
	struct variant by_bob = {.lent = {0, KEY_ACTOR, "bob"}};

	bench_copy(&bench, &ready);
	CHECK_EQUAL(bench_tell(&bench, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	lend(&lent, &none);
	text_put_hex(via, lent.act.id, SHA256_SIZE);
	papers_write(&papers, &bench, &forgery);
	CHECK_EQUAL(show(&bench, &papers, &lent, false), WIRE_OK); /* bob has lent nothing */

	bench_copy(&bench, &ready);
	CHECK_EQUAL(bench_tell(&bench, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	lend(&lent, &by_bob);
	text_put_hex(via, lent.act.id, SHA256_SIZE);
	papers_write(&papers, &bench, &forgery);
	CHECK_EQUAL(show(&bench, &papers, &lent, false), WIRE_SAME_PERSON);
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_variants();
	test_one_of_two();
	return test_result();
}

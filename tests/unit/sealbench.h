/*
 * A bench for the seal's core: a board of RAM, and people with keys from seeds who sign acts that a test may forge field by field. For
 * tests/unit/seal*.c.
 */
#ifndef TESTS_UNIT_SEALBENCH_H
#define TESTS_UNIT_SEALBENCH_H

#include <stdlib.h>

#include "core/receipts.h"
#include "wire/armor.h"
#include "wire/pgpkey.h"

#include "sealboard.h"

/* ---- asking ---- */

struct answer {
	uint8_t raw[FRAME_MAX];
	struct frame frame;
	enum wire_code code; /* of a RESULT; WIRE_OK for any other answer */
};

static inline void
bench_ask(struct answer *answer, struct bench *b, enum frame_type type, struct span payload)
{
	struct frame request = {type, payload};
	struct span detail;
	enum wire_code torn;
	size_t len = seal_answer(&b->seal, &request, answer->raw);

	answer->code = WIRE_OK;
	CHECK_EQUAL(frame_read(&answer->frame, span_of(answer->raw, len), &torn), len);
	if (answer->frame.type == FRAME_RESULT)
		CHECK(frame_read_result(&answer->code, &detail, answer->frame.payload));
}

static inline enum wire_code
bench_tell(struct bench *b, enum frame_type type, struct span payload)
{
	struct answer answer;

	bench_ask(&answer, b, type, payload);
	return answer.code;
}

static inline void
bench_wait(struct bench *b, uint64_t milliseconds)
{
	for (uint64_t end = b->now + milliseconds; b->now < end; seal_tick(&b->seal))
		b->now += 10;
}

/* ---- people ---- */

struct person {
	uint8_t seed[ED25519_SEED_SIZE], point[ED25519_POINT_SIZE], key[FINGERPRINT_SIZE];
};

enum { PERSON_KEY_CREATED = 1760000000 };

static inline struct person
person_named(const char *name)
{
	struct person p;

	wire_sha256_of(p.seed, span_text(name));
	wire_ed25519_point(p.point, p.seed);
	pgpkey_fingerprint(p.key, p.point, PERSON_KEY_CREATED);
	return p;
}

/* ---- acts ---- */

#define BENCH_ARCHIVE "000102030405060708090a0b0c0d0e0f"
#define BENCH_TIME "2026-11-22T07:00:00Z"
#define BENCH_TIME_SECONDS 1795330800
#define BENCH_POLICY "1111111111111111111111111111111111111111111111111111111111111111"
#define OTHER_HEX32 "2222222222222222222222222222222222222222222222222222222222222222"
#define OTHER_HEX16 "33333333333333333333333333333333"
#define BENCH_APPLICATION "seals/S-0007/applications/2026/0/d3-000001"

struct draft {
	enum act_kind kind;
	const char *by;	      /* who signs */
	const char *hand;     /* with whose key, whatever it says; NULL: his own */
	char text[KEYS][VALUE_MAX + 1];
	uint8_t raw[ACT_MAX];
	size_t len;
	struct act act;	      /* what was signed, read back */
};

static inline void
draft_hex(struct draft *d, enum key key, const uint8_t *bytes, size_t len)
{
	text_put_hex(d->text[key], bytes, len);
}

static inline void
draft_new(struct draft *d, enum act_kind kind, const char *by, const char *subject)
{
	memset(d, 0, sizeof(*d));
	d->kind = kind;
	d->by = by;
	strcpy(d->text[KEY_FORMAT], "1");
	strcpy(d->text[KEY_ACT], act_kind_name(kind));
	strcpy(d->text[KEY_ARCHIVE], BENCH_ARCHIVE);
	strcpy(d->text[KEY_ACTOR], by);
	strcpy(d->text[KEY_SUBJECT], subject);
	strcpy(d->text[KEY_POLICY_SHA256], BENCH_POLICY);
	strcpy(d->text[KEY_TIME], BENCH_TIME);
	strcpy(d->text[KEY_SEAL], "S-0007");
	strcpy(d->text[KEY_DEVICE], "d3");
	strcpy(d->text[KEY_EPOCH], "1");
}

static inline struct span
draft_value(const struct draft *d, enum key key)
{
	return span_text(d->text[key]);
}

/* Writes statement, commit and signature as any client would. */
static inline void
draft_sign(struct draft *d)
{
	struct person signer = person_named(d->by), hand = person_named(d->hand == NULL ? d->by : d->hand);
	struct span value[KEYS];
	struct statement st;
	char statement[STATEMENT_MAX], summary[512], payload[ACT_MAX], armor[COMMIT_SIGNATURE_MAX];
	uint8_t packet[PGPSIG_MAX];
	struct commit c = {.parents = 0};
	struct span signed_text;
	size_t len;

	if (d->text[KEY_KEY][0] == '\0')
		draft_hex(d, KEY_KEY, signer.key, FINGERPRINT_SIZE);
	for (unsigned key = 0; key < KEYS; key++)
		value[key] = draft_value(d, key);
	c.statement = span_of(statement, statement_write(statement, sizeof(statement), d->kind, value, (struct span){0}));
	CHECK_EQUAL(statement_read(&st, c.statement), WIRE_OK);
	c.summary = span_of(summary, statement_summary(summary, sizeof(summary), &st));
	c.actor = value[KEY_ACTOR];
	c.archive = value[KEY_ARCHIVE];
	text_get_time(&c.time, value[KEY_TIME]);
	signed_text = span_of(payload, commit_write_payload(payload, sizeof(payload), &c));
	len = pgpsig_write(packet, sizeof(packet), PGPSIG_BINARY, signed_text, (struct span){0}, hand.seed, signer.key, c.time, (struct span){0});
	len = armor_write(armor, sizeof(armor), ARMOR_SIGNATURE, span_of(packet, len));
	d->len = commit_write_signed((char *)d->raw, sizeof(d->raw), signed_text, span_of(armor, len));
	CHECK(d->len > 0);
	CHECK_EQUAL(act_read(&d->act, span_of(d->raw, d->len)), WIRE_OK);
}

static inline struct span
draft_raw(const struct draft *d)
{
	return span_of(d->raw, d->len);
}

/* ---- enrolment and tables ---- */

static inline enum wire_code
bench_enrol(struct bench *b, struct draft *d)
{
	struct person administrator = person_named(d->by), registrar = person_named("registrar");
	uint8_t payload[FRAME_PAYLOAD_MAX];

	memcpy(payload, administrator.point, ED25519_POINT_SIZE);
	memcpy(payload + 32, registrar.key, FINGERPRINT_SIZE);
	memcpy(payload + 52, registrar.point, ED25519_POINT_SIZE);
	memcpy(payload + 84, d->raw, d->len);
	return bench_tell(b, FRAME_ENROL, span_of(payload, 84 + d->len));
}

static inline void
draft_enrolment(struct draft *d, const struct bench *b)
{
	uint8_t own[FINGERPRINT_SIZE], point[ED25519_POINT_SIZE];

	wire_ed25519_point(point, b->seal.memory.seed);
	pgpkey_fingerprint(own, point, 1767225600);
	draft_new(d, ACT_SEAL_ENROL, "alma", "seals/S-0007");
	draft_hex(d, KEY_DEVICE_KEY, own, FINGERPRINT_SIZE);
	strcpy(d->text[KEY_BOARD], "bench");
	strcpy(d->text[KEY_IMAGE_SHA256], BENCH_POLICY);
	strcpy(d->text[KEY_COUNTER], "0");
}

/*
 * alice applies, bob and bert are managers (bob and alice directors, too), dora is a director, alma and she administrate; mallory is
 * nobody.
 */
static inline size_t
bench_table(char *text, size_t size, const char *version)
{
	static const char *const rows[][2] = {
		{"alice", "director employee manager"}, {"alma", "administrator"}, {"bert", "manager"},
		{"bob", "director manager"},		 {"dora", "administrator director"},
	};
	struct person registrar = person_named("registrar");
	char key[41], point[65];
	int len;

	text_put_hex(key, registrar.key, FINGERPRINT_SIZE);
	text_put_hex(point, registrar.point, ED25519_POINT_SIZE);
	len = snprintf(text, size, "Format: 1\nArchive: %s\nSeal: S-0007\nVersion: %s\nRegistrar: %s %s\n"
		"Level: 1 manager 1 20\nLevel: 2 director 1 4\n", BENCH_ARCHIVE, version, key, point);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct person p = person_named(rows[i][0]);

		text_put_hex(key, p.key, FINGERPRINT_SIZE);
		text_put_hex(point, p.point, ED25519_POINT_SIZE);
		len += snprintf(text + len, size - (size_t)len, "Person: %s %s %s %s\n", rows[i][0], key, point, rows[i][1]);
	}
	return (size_t)len;
}

static inline void
draft_table(struct draft *d, const char *version, struct span text)
{
	uint8_t digest[SHA256_SIZE];

	wire_sha256_of(digest, text);
	draft_new(d, ACT_SEAL_TABLE, "alma", "seals/S-0007");
	strcpy(d->text[KEY_VERSION], version);
	draft_hex(d, KEY_TABLE_SHA256, digest, SHA256_SIZE);
	strcpy(d->text[KEY_ACCEPTS_POLICY], BENCH_POLICY);
}

static inline enum wire_code
bench_upload(struct bench *b, struct span text)
{
	uint8_t payload[4 + FRAME_TABLE_CHUNK];
	enum wire_code code = WIRE_OK;

	for (size_t at = 0; at < text.len && code == WIRE_OK; at += FRAME_TABLE_CHUNK) {
		size_t len = text.len - at < FRAME_TABLE_CHUNK ? text.len - at : FRAME_TABLE_CHUNK;

		put32(payload, (uint32_t)at);
		memcpy(payload + 4, text.data + at, len);
		code = bench_tell(b, FRAME_TABLE, span_of(payload, 4 + len));
	}
	return code;
}

static inline enum wire_code
bench_equip(struct bench *b, const struct draft *d, struct span text)
{
	enum wire_code code = bench_tell(b, FRAME_BEGIN, (struct span){0});

	if (code == WIRE_OK)
		code = bench_tell(b, FRAME_ACT, draft_raw(d));
	if (code == WIRE_OK)
		code = bench_upload(b, text);
	return code == WIRE_OK ? bench_tell(b, FRAME_ACT, draft_raw(d)) : code;
}

/* A seal that has its archive and a first table. */
static inline void
bench_ready(struct bench *b, uint32_t flash_area)
{
	static struct draft d;
	char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), "1"));

	bench_new(b, flash_area);
	draft_enrolment(&d, b);
	draft_sign(&d);
	CHECK_EQUAL(bench_enrol(b, &d), WIRE_OK);
	draft_table(&d, "1", table);
	draft_sign(&d);
	CHECK_EQUAL(bench_equip(b, &d, table), WIRE_OK);
	CHECK_EQUAL(bench_tell(b, FRAME_CLOSE, (struct span){0}), WIRE_OK);
}

static inline const struct receipt *
bench_receipt(const struct bench *b, uint64_t counter)
{
	static struct receipt receipt;

	return receipts_find(&receipt, &b->seal.memory, counter) ? &receipt : NULL;
}

static inline const struct receipt *
bench_latest(const struct bench *b)
{
	return bench_receipt(b, b->seal.memory.counter);
}

/* ---- one bundle ---- */

enum part { APPLY, MANAGER, DIRECTOR, STATE, SESSION, PARTS };

/*
 * What a test does to a bundle before it is signed: fields of parts replaced, parts left out. An Actor replaced signs with his
 * own key.
 */
struct forged_field {
	enum part part;
	enum key key;
	const char *text;
};

struct forgery {
	struct forged_field field[5];
	unsigned without; /* 1 << part */
};

struct papers {
	struct draft part[PARTS];
};

static inline void
forge(struct draft *d, enum part part, const struct forgery *forgery)
{
	for (size_t i = 0; i < sizeof(forgery->field) / sizeof(forgery->field[0]); i++) {
		const struct forged_field *f = &forgery->field[i];

		if (f->text == NULL || f->part != part)
			continue;
		strcpy(d->text[f->key], f->text);
		if (f->key == KEY_ACTOR)
			d->by = f->text;
	}
}

static inline void
draft_part(struct papers *papers, enum part part, enum act_kind kind, const char *by, const uint8_t *previous)
{
	struct draft *d = &papers->part[part];

	draft_new(d, kind, by, BENCH_APPLICATION);
	if (part != APPLY) {
		uint8_t digest[SHA256_SIZE];

		act_statement_digest(digest, &papers->part[APPLY].act);
		draft_hex(d, KEY_SUBJECT_SHA256, digest, SHA256_SIZE);
		draft_hex(d, KEY_PREVIOUS_SHA256, previous, SHA256_SIZE);
	}
}

static inline void
draft_approval(struct papers *papers, enum part part, const char *by, const char *level, const char *role, const uint8_t *previous)
{
	struct draft *d = &papers->part[part];

	draft_part(papers, part, ACT_APPROVE, by, previous);
	strcpy(d->text[KEY_LEVEL], level);
	strcpy(d->text[KEY_ROLE], role);
	strcpy(d->text[KEY_PRESSES], "3");
}

/* alice applies for three presses; the seal's present nonce goes into state and session. */
static inline void
papers_write(struct papers *papers, const struct bench *b, const struct forgery *forgery)
{
	struct draft *part = papers->part;
	uint8_t below[SHA256_SIZE];

	draft_part(papers, APPLY, ACT_APPLY, "alice", NULL);
	strcpy(part[APPLY].text[KEY_NONCE], BENCH_ARCHIVE);
	strcpy(part[APPLY].text[KEY_SUBJECT_SHA256], BENCH_POLICY);
	strcpy(part[APPLY].text[KEY_DOCUMENT_SHA256], BENCH_POLICY);
	strcpy(part[APPLY].text[KEY_PRESSES], "3");
	strcpy(part[APPLY].text[KEY_PHOTOS], "0");
	strcpy(part[APPLY].text[KEY_FRESH], "0");
	forge(&part[APPLY], APPLY, forgery);
	draft_sign(&part[APPLY]);

	draft_approval(papers, MANAGER, "bob", "1", "manager", part[APPLY].act.id);
	forge(&part[MANAGER], MANAGER, forgery);
	draft_sign(&part[MANAGER]);

	wire_sha256_of(below, span_of(part[MANAGER].act.id, SHA256_SIZE));
	draft_approval(papers, DIRECTOR, "dora", "2", "director", below);
	forge(&part[DIRECTOR], DIRECTOR, forgery);
	draft_sign(&part[DIRECTOR]);

	draft_part(papers, STATE, ACT_SEAL_STATE, "registrar", part[DIRECTOR].act.id);
	strcpy(part[STATE].text[KEY_SEQ], "10");
	strcpy(part[STATE].text[KEY_STATUS], "approved");
	strcpy(part[STATE].text[KEY_CAP], "3");
	strcpy(part[STATE].text[KEY_RECEIPT_ACKED], "0");
	draft_hex(&part[STATE], KEY_NONCE, b->seal.bundle.nonce, NONCE_SIZE);
	forge(&part[STATE], STATE, forgery);
	draft_sign(&part[STATE]);

	draft_part(papers, SESSION, ACT_SEAL_SESSION, "alice", part[DIRECTOR].act.id);
	draft_hex(&part[SESSION], KEY_DEVICE_NONCE, b->seal.bundle.nonce, NONCE_SIZE);
	strcpy(part[SESSION].text[KEY_PRESSES], "2");
	strcpy(part[SESSION].text[KEY_PHOTO_MODE], "manual");
	forge(&part[SESSION], SESSION, forgery);
	draft_sign(&part[SESSION]);
}

/* Shows what is not left out, up to the first refusal, and asks to open. */
static inline enum wire_code
papers_show(const struct papers *papers, struct bench *b, const struct forgery *forgery)
{
	enum wire_code code = WIRE_OK;

	for (unsigned part = 0; part < PARTS && code == WIRE_OK; part++)
		if (!(forgery->without >> part & 1))
			code = bench_tell(b, FRAME_ACT, draft_raw(&papers->part[part]));
	return code == WIRE_OK ? bench_tell(b, FRAME_OPEN, (struct span){0}) : code;
}

/* The whole: begin, write, show, open. */
static inline enum wire_code
bench_open(struct bench *b, const struct forgery *forgery)
{
	static const struct forgery none;
	static struct papers papers;
	enum wire_code code = bench_tell(b, FRAME_BEGIN, (struct span){0});

	if (code != WIRE_OK)
		return code;
	if (forgery == NULL)
		forgery = &none;
	papers_write(&papers, b, forgery);
	return papers_show(&papers, b, forgery);
}

/* ---- pressing ---- */

static inline enum wire_code
bench_echo(struct bench *b)
{
	uint8_t code[NONCE_SIZE];

	memcpy(code, b->seal.watch.code, NONCE_SIZE); /* what a camera would read */
	return bench_tell(b, FRAME_ECHO, span_of(code, NONCE_SIZE));
}

/* Echoes until a press may come, stamps, lifts the stamp. */
static inline enum wire_code
bench_press(struct bench *b)
{
	enum wire_code code = bench_echo(b);

	while (code == WIRE_OK && !b->seal.watch.seen) {
		bench_wait(b, 500);
		code = bench_echo(b);
	}
	if (code == WIRE_OK)
		code = bench_tell(b, FRAME_PRESS, (struct span){0});
	if (code != WIRE_OK)
		return code;
	bench_wait(b, 300);
	b->stamp_down = true;
	bench_wait(b, 100);
	b->stamp_down = false;
	bench_wait(b, 100);
	return b->seal.state == DEVICE_ARMED ? WIRE_OK : b->seal.reason;
}

#endif

/* Bends what is signed and what the signature says of it: these are made by who holds the key. */
#ifndef TESTS_HELPERS_MUTATIONS_SAID_H
#define TESTS_HELPERS_MUTATIONS_SAID_H

#include "mutants.h"

/* ---- the text, before it is signed ---- */

static void
header_encoding(struct mutant *m)
{
	mutant_insert(m->head, &m->head_len, m->head_len, "encoding UTF-8\n", 15);
}
static void
header_unknown(struct mutant *m)
{
	mutant_insert(m->head, &m->head_len, m->head_len, "x-note a\n b\n", 12);
}
static void
header_tree_twice(struct mutant *m)
{
	mutant_insert(m->head, &m->head_len, 46, m->head, 46);
}
static void
header_author_twice(struct mutant *m)
{
	mutant_insert_before(m->head, &m->head_len, "committer", "author eve <eve> 1 +0000\n");
}
static void
header_late_parent(struct mutant *m)
{
	mutant_insert(m->head, &m->head_len, m->head_len, m->head + 46, 48);
}
static void
text_nul(struct mutant *m)
{
	mutant_insert(m->tail, &m->tail_len, m->tail_len, "\0more\n", 6);
}
static void
text_cr(struct mutant *m)
{
	mutant_insert_before(m->tail, &m->tail_len, "\nAct:", "\r");
}
static void
text_paragraph(struct mutant *m)
{
	mutant_insert(m->tail, &m->tail_len, m->tail_len, "\nmore\n", 6);
}
static void
text_no_end(struct mutant *m)
{
	m->tail_len--;
}
static void
text_key_twice(struct mutant *m)
{
	mutant_insert_before(m->tail, &m->tail_len, "Reason:", "Reason: another\n");
}
static void
text_bidi(struct mutant *m)
{
	mutant_insert_before(m->tail, &m->tail_len, "\nReason:", "\xe2\x80\xae");
}
static void
text_author(struct mutant *m)
{
	memcpy(strstr(m->head, "author alice") + 7, "eve", 3);
}

/* ---- what the signature says ---- */

static void
by_another(struct mutant *m, struct sketch *s)
{
	s->issuer = mutant_key(m->signer = (m->named + 1) % MUTANT_KEYS)->fingerprint;
}
static void
by_another_as_him(struct mutant *m, struct sketch *s)
{
	(void)s, m->signer = (m->named + 1) % MUTANT_KEYS;
}
static void
by_unknown(struct mutant *m, struct sketch *s)
{
	s->issuer = mutant_key(m->signer = MUTANT_UNKNOWN)->fingerprint;
}
static void
text_of_unknown(struct mutant *m)
{
	mutant_write_act(m, mutant_key(m->named = m->signer = MUTANT_UNKNOWN)->fingerprint);
}
static void
text_of_small(struct mutant *m)
{
	mutant_write_act(m, mutant_key(m->named = m->signer = MUTANT_SMALL)->fingerprint);
}
static void
hash_md5(struct mutant *m, struct sketch *s)
{
	(void)m, s->hash = s->hashed_by = 1;
}
static void
hash_sha1(struct mutant *m, struct sketch *s)
{
	(void)m, s->hash = s->hashed_by = 2;
}
static void
hash_sha224(struct mutant *m, struct sketch *s)
{
	(void)m, s->hash = s->hashed_by = 11;
}
static void
hash_sha384(struct mutant *m, struct sketch *s)
{
	(void)m, s->hash = s->hashed_by = 9;
}
static void
hash_lies(struct mutant *m, struct sketch *s)
{
	(void)m, s->hashed_by = s->hash == PGP_SHA256 ? PGP_SHA512 : PGP_SHA256;
}
static void
hash_unknown(struct mutant *m, struct sketch *s)
{
	s->hash = (uint8_t)(12 + mutant_below(m, 100));
}
static void
type_text(struct mutant *m, struct sketch *s)
{
	(void)m, s->type = 1;
}
static void
type_other(struct mutant *m, struct sketch *s)
{
	s->type = (const uint8_t[]){2, 0x10, 0x13, 0x18, 0x1f, 0x20, 0x40}[mutant_below(m, 7)];
}
static void
version_other(struct mutant *m, struct sketch *s)
{
	s->version = (const uint8_t[]){2, 3, 5, 6}[mutant_below(m, 4)];
}
static void
algorithm_other(struct mutant *m, struct sketch *s)
{
	s->algorithm = (const uint8_t[]){1, 17, 19, 27}[mutant_below(m, 4)];
}
static void
created_before_key(struct mutant *m, struct sketch *s)
{
	(void)m, s->created = KEYS_CREATED - 1;
}
static void
created_before_act(struct mutant *m, struct sketch *s)
{
	s->created = ACTS_FROM + (int64_t)m->number * 7 - 1;
}

static void
created_in_future(struct mutant *m, struct sketch *s)
{
	(void)m, s->created = 4000000000;
}

/* The act, too, claims to be older than its key. */
static void
text_before_key(struct mutant *m)
{
	mutant_write_act_at(m, mutant_key(m->named)->fingerprint, KEYS_CREATED - 1000);
}

static void
subpacket(struct sketch *s, uint8_t type, const char *value, size_t len)
{
	sketch_areas(s);
	sketch_add(s->hashed, &s->hashed_len, type, value, len);
}

static void
says_expiry(struct mutant *m, struct sketch *s)
{
	(void)m, subpacket(s, 3, "\0\0\0\x3c", 4);
}
static void
says_notation(struct mutant *m, struct sketch *s)
{
	(void)m, subpacket(s, 20,
			 "\x80\0\0\0\0\x03\0\x01"
			 "a@bx",
			 12);
}
static void
says_user_id(struct mutant *m, struct sketch *s)
{
	(void)m, subpacket(s, 28, "alice@example.org", 17);
}
static void
says_critical(struct mutant *m, struct sketch *s)
{
	(void)m, subpacket(s, 0x80 | 100, "any", 3);
}
static void
says_unknown(struct mutant *m, struct sketch *s)
{
	(void)m, subpacket(s, 100, "any", 3);
}
static void
says_key_flags(struct mutant *m, struct sketch *s)
{
	(void)m, subpacket(s, 27, "\x03", 1);
}

static void
says_issuer_unhashed(struct mutant *m, struct sketch *s)
{
	(void)m;
	sketch_add_time(s->hashed, &s->hashed_len, s);
	sketch_add_issuer(s->unhashed, &s->unhashed_len, s);
	sketch_add_key_id(s->unhashed, &s->unhashed_len, s);
}

static void
says_no_fingerprint(struct mutant *m, struct sketch *s)
{
	(void)m;
	sketch_add_time(s->hashed, &s->hashed_len, s);
	sketch_add_key_id(s->unhashed, &s->unhashed_len, s);
}

static void
says_time_unhashed(struct mutant *m, struct sketch *s)
{
	(void)m;
	sketch_add_issuer(s->hashed, &s->hashed_len, s);
	sketch_add_time(s->unhashed, &s->unhashed_len, s);
	sketch_add_key_id(s->unhashed, &s->unhashed_len, s);
}

static void
says_time_twice(struct mutant *m, struct sketch *s)
{
	struct sketch other = *s;

	(void)m;
	sketch_areas(s);
	other.created += 100;
	sketch_add_time(s->hashed, &s->hashed_len, &other);
}

static void
says_more_unhashed(struct mutant *m, struct sketch *s)
{
	(void)m;
	sketch_areas(s);
	sketch_add(s->unhashed, &s->unhashed_len, 100, "any", 3);
}

static void
says_other_key_id(struct mutant *m, struct sketch *s)
{
	struct sketch other = *s;

	sketch_add_issuer(s->hashed, &s->hashed_len, s);
	sketch_add_time(s->hashed, &s->hashed_len, s);
	other.issuer = mutant_key((m->named + 1) % MUTANT_KEYS)->fingerprint;
	sketch_add_key_id(s->unhashed, &s->unhashed_len, &other);
}

/* ---- the numbers ---- */

static void
left16_other(struct mutant *m, struct sketch *s)
{
	mutant_flip(m, s->left16, 2);
}

/* The same S for arithmetic, another for eyes: S + L. */
static void
s_plus_order(struct mutant *m, struct sketch *s)
{
	static const uint8_t order[32] = {
		0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

	(void)m;
	sodium_add(s->rs + 32, order, 32);
	sketch_numbers(s);
}

/* R = neutral, S = h * a: fits by arithmetic, and says nothing of a nonce. */
static void
r_neutral(struct mutant *m, struct sketch *s)
{
	const struct mutant_key *key = mutant_key(m->signer);
	uint8_t a[64], h[64], k[32];
	crypto_hash_sha512_state state;

	memset(s->rs, 0, 64);
	s->rs[0] = 1;
	crypto_hash_sha512(a, key->seed, sizeof(key->seed));
	a[0] &= 248;
	a[31] = (uint8_t)((a[31] & 127) | 64);
	crypto_hash_sha512_init(&state);
	crypto_hash_sha512_update(&state, s->rs, 32);
	crypto_hash_sha512_update(&state, key->point, 32);
	crypto_hash_sha512_update(&state, s->digest, s->digest_len);
	crypto_hash_sha512_final(&state, h);
	crypto_core_ed25519_scalar_reduce(k, h);
	crypto_core_ed25519_scalar_mul(s->rs + 32, k, a);
	sketch_numbers(s);
}

static void
r_not_reduced(struct mutant *m, struct sketch *s)
{
	r_neutral(m, s);
	memset(s->rs, 0xff, 32);
	s->rs[0] = 0xee;
	s->rs[31] = 0x7f;
	sketch_numbers(s);
}

static void
rs_swapped(struct mutant *m, struct sketch *s)
{
	uint8_t r[32];

	(void)m;
	memcpy(r, s->rs, 32);
	memcpy(s->rs, s->rs + 32, 32);
	memcpy(s->rs + 32, r, 32);
	sketch_numbers(s);
}

/* What is left of S when it is gone, and when it is nothing. */
static void
number_missing(struct mutant *m, struct sketch *s)
{
	(void)m;
	s->numbers_len = 2u + (get16(s->numbers) + 7u) / 8;
}

static void
number_zero(struct mutant *m, struct sketch *s)
{
	number_missing(m, s);
	put16(s->numbers + s->numbers_len, 0);
	s->numbers_len += 2;
}

static void
number_third(struct mutant *m, struct sketch *s)
{
	(void)m;
	memcpy(s->numbers + s->numbers_len, "\0\x01\x01", 3);
	s->numbers_len += 3;
}

static void
number_padded(struct mutant *m, struct sketch *s)
{
	uint16_t bits = get16(s->numbers);

	(void)m;
	memmove(s->numbers + 3, s->numbers + 2, s->numbers_len - 2);
	put16(s->numbers, (uint16_t)(bits + 8));
	s->numbers[2] = 0;
	s->numbers_len++;
}

static void
number_inexact(struct mutant *m, struct sketch *s)
{
	uint16_t bits = get16(s->numbers);

	(void)m;
	put16(s->numbers, (uint16_t)(bits % 8 == 0 ? bits - 1 : bits + 1));
}

static void
number_huge(struct mutant *m, struct sketch *s)
{
	put16(s->numbers, (uint16_t)(0xffff - mutant_below(m, 2000)));
}

#endif

/*
 * A commit on its way from an act's text through signature, armor and object, so that each step can be bent, and the OpenPGP writer that bends:
 * what wire/pgpsig.c writes is one of many things that this one does.
 */
#ifndef TESTS_HELPERS_MUTANTS_H
#define TESTS_HELPERS_MUTANTS_H

#include <err.h>
#include <openssl/evp.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/pgpkey.h"
#include "wire/pgppacket.h"

enum {
	MUTANT_MAX = 16384,
	MUTANT_KEYS = 4,
	MUTANT_UNKNOWN = MUTANT_KEYS,
	MUTANT_SMALL,
	MUTANT_KEYS_ALL,
	KEYS_CREATED = 1690000000,
	ACTS_FROM = 1700000000
};

struct mutant {
	uint64_t random, number;
	size_t signer, named; /* keys: who signs, whom statement and signature name */
	char head[MUTANT_MAX], tail[MUTANT_MAX];
	uint8_t packet[MUTANT_MAX];
	char armor[MUTANT_MAX], raw[2 * MUTANT_MAX];
	size_t head_len, tail_len, packet_len, armor_len, raw_len;
};

struct mutant_key {
	uint8_t seed[ED25519_SEED_SIZE], point[ED25519_POINT_SIZE], fingerprint[FINGERPRINT_SIZE];
	int64_t created;
};

/* A signature packet before it is one. */
struct sketch {
	uint8_t version, type, algorithm, hash, hashed_by; /* hashed_by: the hash that is computed in truth */
	const uint8_t *issuer;
	int64_t created;
	uint8_t hashed[256], unhashed[256];
	size_t hashed_len, unhashed_len;
	uint8_t digest[EVP_MAX_MD_SIZE];
	unsigned digest_len;
	uint8_t left16[2], rs[ED25519_SIGNATURE_SIZE];
	uint8_t numbers[600]; /* R and S as they are written */
	size_t numbers_len;
};

/* What is done to a signature: what it says, before anything is computed; and the numbers, afterwards. */
struct mutant_signing {
	void (*says)(struct mutant *m, struct sketch *s);
	void (*numbers)(struct mutant *m, struct sketch *s);
};

static struct mutant_key mutant_keys[MUTANT_KEYS_ALL];

static inline const struct mutant_key *
mutant_key(size_t number)
{
	return &mutant_keys[number];
}

static inline const struct mutant_key *
mutant_find(const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	for (size_t i = 0; i < MUTANT_KEYS_ALL; i++)
		if (i != MUTANT_UNKNOWN && memcmp(mutant_keys[i].fingerprint, fingerprint, FINGERPRINT_SIZE) == 0)
			return &mutant_keys[i];
	return NULL;
}

/* splitmix64 */
static inline uint64_t
mutant_next(struct mutant *m)
{
	uint64_t z = m->random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static inline size_t
mutant_below(struct mutant *m, size_t end)
{
	return mutant_next(m) % end;
}

static inline void
mutant_make_keys(void)
{
	static const uint8_t eighth[ED25519_POINT_SIZE] = {0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4,
		0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf, 0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d,
		0x53, 0xfc, 0x05};

	for (size_t i = 0; i < MUTANT_KEYS_ALL; i++) {
		struct mutant_key *key = &mutant_keys[i];
		memset(key->seed, (int)(0x40 + i), sizeof(key->seed));
		key->created = KEYS_CREATED + (int64_t)i;
		wire_ed25519_point(key->point, key->seed);
		if (i == MUTANT_SMALL)
			memcpy(key->point, eighth, sizeof(eighth));
		pgpkey_fingerprint(key->fingerprint, key->point, key->created);
	}
}

static inline void
mutant_hex(struct mutant *m, char *out, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++)
		sprintf(out + 2 * i, "%02x", (unsigned)mutant_below(m, 256));
}

/* An act that reads as one: somebody cancels an application, at that time. */
static inline void
mutant_write_act_at(struct mutant *m, const uint8_t fingerprint[FINGERPRINT_SIZE], int64_t time)
{
	static const char *const reasons[] = {
		"no longer wanted", "印章已经不需要了", "a", "the supplier has sent another contract, and another price"};
	char tree[41], parent[41], key[41], subject[65], previous[65], policy[65], when[TIME_TEXT + 1];
	const long long seconds = time;
	static const char who[] = "alice <alice@00112233445566778899aabbccddeeff>";

	mutant_hex(m, tree, 20);
	mutant_hex(m, parent, 20);
	mutant_hex(m, subject, 32);
	mutant_hex(m, previous, 32);
	mutant_hex(m, policy, 32);
	text_put_hex(key, fingerprint, FINGERPRINT_SIZE);
	text_put_time(when, seconds);
	m->head_len = (size_t)sprintf(m->head, "tree %s\nparent %s\nauthor %s %lld +0000\ncommitter %s %lld +0000\n", tree,
		parent, who, seconds, who, seconds);
	m->tail_len = (size_t)sprintf(m->tail,
		"\nalice cancels seals/S-0007/applications/2023/0/d1-%06zu\n\nFormat: 1\nAct: cancel\nArchive: "
		"00112233445566778899aabbccddeeff\n"
		"Actor: alice\nKey: %s\nSubject: seals/S-0007/applications/2023/0/d1-%06zu\nSubject-SHA256: "
		"%s\nPrevious-SHA256: %s\n"
		"Policy-SHA256: %s\nTime: %s\nReason: %s\n",
		(size_t)m->number % 1000, key, (size_t)m->number % 1000, subject, previous, policy, when,
		reasons[mutant_below(m, 4)]);
}

static inline void
mutant_write_act(struct mutant *m, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	mutant_write_act_at(m, fingerprint, ACTS_FROM + (int64_t)m->number * 7);
}

static inline void
sketch_add(uint8_t *area, size_t *len, uint8_t type, const void *value, size_t value_len)
{
	area[*len] = (uint8_t)(1 + value_len);
	area[*len + 1] = type;
	memcpy(area + *len + 2, value, value_len);
	*len += 2 + value_len;
}

static inline void
sketch_add_issuer(uint8_t *area, size_t *len, const struct sketch *s)
{
	uint8_t value[1 + FINGERPRINT_SIZE] = {4};

	memcpy(value + 1, s->issuer, FINGERPRINT_SIZE);
	sketch_add(area, len, 33, value, sizeof(value));
}

static inline void
sketch_add_time(uint8_t *area, size_t *len, const struct sketch *s)
{
	uint8_t value[4];

	put32(value, (uint32_t)s->created);
	sketch_add(area, len, 2, value, sizeof(value));
}

static inline void
sketch_add_key_id(uint8_t *area, size_t *len, const struct sketch *s)
{
	sketch_add(area, len, 16, s->issuer + FINGERPRINT_SIZE - 8, 8);
}

/* What gpg writes, unless something has been written already. */
static inline void
sketch_areas(struct sketch *s)
{
	sketch_add_issuer(s->hashed, &s->hashed_len, s);
	sketch_add_time(s->hashed, &s->hashed_len, s);
	sketch_add_key_id(s->unhashed, &s->unhashed_len, s);
}

static inline const EVP_MD *
sketch_md(uint8_t hash)
{
	switch (hash) {
	case 1:
		return EVP_md5();
	case 2:
		return EVP_sha1();
	case 9:
		return EVP_sha384();
	case 10:
		return EVP_sha512();
	case 11:
		return EVP_sha224();
	default:
		return EVP_sha256();
	}
}

static inline size_t
sketch_head(uint8_t *out, const struct sketch *s)
{
	const uint8_t kinds[] = {s->version, s->type, s->algorithm, s->hash};

	memcpy(out, kinds, sizeof(kinds));
	put16(out + 4, (uint16_t)s->hashed_len);
	memcpy(out + 6, s->hashed, s->hashed_len);
	return 6 + s->hashed_len;
}

/* A text's signature covers its lines as they are ended on a wire. */
static inline void
sketch_hash_text(EVP_MD_CTX *md, uint8_t type, struct span text)
{
	if (type != 1) {
		EVP_DigestUpdate(md, text.data, text.len);
		return;
	}
	while (text.len > 0) {
		struct span line = span_cut(&text, '\n');
		EVP_DigestUpdate(md, line.data, line.len);
		EVP_DigestUpdate(md, "\r\n", 2);
	}
}

static inline void
sketch_digest(struct sketch *s, struct span head, struct span tail)
{
	uint8_t said[6 + sizeof(s->hashed)], trailer[6] = {4, 0xff}, joined[2 * MUTANT_MAX];
	size_t said_len = sketch_head(said, s);
	EVP_MD_CTX *md = EVP_MD_CTX_new();

	memcpy(joined, head.data, head.len);
	memcpy(joined + head.len, tail.data, tail.len);
	put32(trailer + 2, (uint32_t)said_len);
	EVP_DigestInit_ex(md, sketch_md(s->hashed_by), NULL);
	sketch_hash_text(md, s->type, span_of(joined, head.len + tail.len));
	EVP_DigestUpdate(md, said, said_len);
	EVP_DigestUpdate(md, trailer, sizeof(trailer));
	EVP_DigestFinal_ex(md, s->digest, &s->digest_len);
	EVP_MD_CTX_free(md);
	memcpy(s->left16, s->digest, 2);
}

static inline void
sketch_numbers(struct sketch *s)
{
	s->numbers_len = pgp_put_number(s->numbers, span_of(s->rs, 32));
	s->numbers_len += pgp_put_number(s->numbers + s->numbers_len, span_of(s->rs + 32, 32));
}

/* The packet; returns its length. Old format, shortest length. */
static inline size_t
sketch_packet(uint8_t *out, const struct sketch *s)
{
	uint8_t body[2048], *at = body + sketch_head(body, s);
	size_t len, head;

	put16(at, (uint16_t)s->unhashed_len);
	memcpy(at + 2, s->unhashed, s->unhashed_len);
	at += 2 + s->unhashed_len;
	memcpy(at, s->left16, 2);
	memcpy(at + 2, s->numbers, s->numbers_len);
	len = (size_t)(at + 2 + s->numbers_len - body);
	head = len < 256 ? 2 : 3;
	out[0] = head == 2 ? 0x88 : 0x89;
	if (head == 2)
		out[1] = (uint8_t)len;
	else
		put16(out + 1, (uint16_t)len);
	memcpy(out + head, body, len);
	return head + len;
}

/*
 * With a point of order 8 one text in eight verifies by S = 1 and R the base point, where small orders are not refused: nobody needs a secret, only
 * another time. (gpg 2.2.40 ends itself at the neutral point, by which each text would.)
 */
static inline bool
sketch_sign_small(struct sketch *s)
{
	uint8_t h[crypto_hash_sha512_BYTES];
	crypto_hash_sha512_state state;

	memset(s->rs, 0x66, 32);
	memset(s->rs + 32, 0, 32);
	s->rs[0] = 0x58;
	s->rs[32] = 1;
	crypto_hash_sha512_init(&state);
	crypto_hash_sha512_update(&state, s->rs, 32);
	crypto_hash_sha512_update(&state, mutant_keys[MUTANT_SMALL].point, 32);
	crypto_hash_sha512_update(&state, s->digest, s->digest_len);
	crypto_hash_sha512_final(&state, h);
	s->created++;
	return h[0] % 8 == 0;
}

static inline void
sketch_sign(struct sketch *s, size_t signer)
{
	wire_ed25519_sign(s->rs, span_of(s->digest, s->digest_len), mutant_keys[signer].seed);
}

static inline void
mutant_sign(struct mutant *m, const struct mutant_signing *signing)
{
	struct sketch s = {.version = 4,
		.algorithm = PGP_EDDSA,
		.hash = PGP_SHA256,
		.created = ACTS_FROM + (int64_t)m->number * 7 + (int64_t)mutant_below(m, 3)};

	if (mutant_below(m, 4) == 0)
		s.hash = PGP_SHA512;
	s.hashed_by = s.hash;
	s.issuer = mutant_key(m->named)->fingerprint;
	if (signing && signing->says)
		signing->says(m, &s);
	do {
		if (m->signer == MUTANT_SMALL)
			s.hashed_len = s.unhashed_len = 0;
		if (s.hashed_len == 0)
			sketch_areas(&s);
		sketch_digest(&s, span_of(m->head, m->head_len), span_of(m->tail, m->tail_len));
	} while (m->signer == MUTANT_SMALL && !sketch_sign_small(&s));
	if (m->signer != MUTANT_SMALL)
		sketch_sign(&s, m->signer);
	sketch_numbers(&s);
	if (signing && signing->numbers)
		signing->numbers(m, &s);
	m->packet_len = sketch_packet(m->packet, &s);
}

/* Such a point's certificate, its certification as good as such a key makes one. */
static inline size_t
mutant_small_certificate(uint8_t *out)
{
	const struct mutant_key *key = mutant_key(MUTANT_SMALL);
	struct sketch s = {.version = 4,
		.type = 0x13,
		.algorithm = PGP_EDDSA,
		.hash = PGP_SHA256,
		.hashed_by = PGP_SHA256,
		.issuer = key->fingerprint,
		.created = key->created};
	uint8_t head[3 + 51] = {0x99, 0, 51}, user[5 + 7] = {0xb4, 0, 0, 0, 7, 'p', 'o', 'i', 'n', 't', '-', '8'};
	size_t len = pgpkey_write(out, PGPKEY_OWN_MAX, key->seed, key->created, SPAN_LITERAL("point-8"));

	memcpy(out + 21, key->point, sizeof(key->point));
	memcpy(head + 3, out + 2, 51);
	do {
		s.hashed_len = s.unhashed_len = 0;
		sketch_areas(&s);
		sketch_add(s.hashed, &s.hashed_len, 27, "\x03", 1);
		sketch_digest(&s, span_of(head, sizeof(head)), span_of(user, sizeof(user)));
	} while (!sketch_sign_small(&s));
	sketch_numbers(&s);
	len = 2 + 51 + 2 + 7;
	return len + sketch_packet(out + len, &s);
}

static inline int
mutant_print_ring(void)
{
	for (size_t i = 0; i < MUTANT_KEYS_ALL; i++) {
		const struct mutant_key *key = &mutant_keys[i];
		uint8_t out[PGPKEY_OWN_MAX];
		char name[16];
		size_t len;

		snprintf(name, sizeof(name), "key-%zu", i);
		len = i == MUTANT_SMALL ? mutant_small_certificate(out)
					: pgpkey_write(out, sizeof(out), key->seed, key->created, span_text(name));
		if (i != MUTANT_UNKNOWN)
			fwrite(out, 1, len, stdout);
	}
	return 0;
}

static inline void
mutant_insert(char *at, size_t *len, size_t offset, const char *text, size_t text_len)
{
	memmove(at + offset + text_len, at + offset, *len - offset);
	memcpy(at + offset, text, text_len);
	*len += text_len;
}

/* Before the first `mark`. */
static inline void
mutant_insert_before(char *at, size_t *len, const char *mark, const char *text)
{
	char *found = memmem(at, *len, mark, strlen(mark));

	if (found == NULL)
		errx(1, "no '%s'", mark);
	mutant_insert(at, len, (size_t)(found - at), text, strlen(text));
}

static inline void
mutant_flip(struct mutant *m, void *bytes, size_t len)
{
	((uint8_t *)bytes)[mutant_below(m, len)] ^= (uint8_t)(1 << mutant_below(m, 8));
}

/* Where the numbers of a signature begin: behind left16. */
static inline size_t
mutant_numbers_at(const struct mutant *m)
{
	size_t at = m->packet[0] == 0x88 ? 2 : 3;

	at += 6 + get16(m->packet + at + 4);
	return at + 2 + get16(m->packet + at) + 2;
}

#endif

#include "pgppacket.h"
#include "pgpsig.h"

enum { TAG_SHORT = 0x88, TAG_LONG = 0x89, VERSION = 4, KEY_ID_SIZE = 8, LEFT16_SIZE = 2, HALF = 32, EXTRA_MAX = 32, NOTATION_HEAD = 8 };

/* Length, type and, for the fingerprint, key version of the three subpackets that we write. */
static const uint8_t fingerprint_head[] = {2 + FINGERPRINT_SIZE, 33, 4};
static const uint8_t time_head[] = {5, 2};
static const uint8_t key_id_head[] = {1 + KEY_ID_SIZE, 16};

enum { HASHED_SIZE = sizeof(fingerprint_head) + FINGERPRINT_SIZE + sizeof(time_head) + 4, UNHASHED_SIZE = sizeof(key_id_head) + KEY_ID_SIZE };

static bool
take_area(struct span *area, struct span *rest)
{
	struct span count;

	return pgp_take(&count, rest, 2) && pgp_take(area, rest, get16(count.data));
}

static bool
read_header(struct span *body, struct span packet)
{
	size_t head = packet.len < 2 + 256 ? 2 : 3;

	if (packet.len < head || packet.len > PGPSIG_MAX || packet.data[0] != (head == 2 ? TAG_SHORT : TAG_LONG))
		return false;
	*body = span_skip(packet, head);
	return body->len == (head == 2 ? packet.data[1] : get16(packet.data + 1));
}

static bool
read_kinds(struct pgpsig *sig, struct span kinds)
{
	sig->type = kinds.data[1];
	sig->algorithm = kinds.data[2];
	sig->hash = kinds.data[3];
	return kinds.data[0] == VERSION && (sig->type == PGPSIG_BINARY || sig->type == PGPSIG_POSITIVE_CERTIFICATION) &&
	       (sig->algorithm == PGP_RSA || sig->algorithm == PGP_ECDSA || sig->algorithm == PGP_EDDSA) &&
	       (sig->hash == PGP_SHA256 || sig->hash == PGP_SHA384 || sig->hash == PGP_SHA512);
}

/* What is read of the hashed area before it is whole. */
struct hashed_area {
	struct pgpsig *sig;
	uint64_t seen; /* types, as bits */
	struct span key_id;
};

static bool
read_fingerprint(struct pgpsig *sig, struct span body)
{
	if (body.len != 1 + FINGERPRINT_SIZE || body.data[0] != VERSION)
		return false;
	memcpy(sig->issuer, body.data + 1, FINGERPRINT_SIZE);
	return true;
}

/* Flags, two lengths, name, value (RFC 4880 5.2.3.16). No note of ours: random bytes, lest somebody who chooses what is signed foresees the digest. */
static bool
is_salt(struct span body)
{
	struct span name;

	if (body.len < NOTATION_HEAD || get32(body.data) != 0 || (size_t)NOTATION_HEAD + get16(body.data + 4) + get16(body.data + 6) != body.len)
		return false;
	name = span_of(body.data + NOTATION_HEAD, get16(body.data + 4));
	return span_is(name, "salt@notations.sequoia-pgp.org") || span_is(name, "salt@notations.openpgpjs.org");
}

static bool
read_subpacket(struct hashed_area *area, const struct pgp_subpacket *subpacket)
{
	struct span body = subpacket->body;

	switch (subpacket->type) {
	case PGP_ISSUER_FINGERPRINT:
		return read_fingerprint(area->sig, body);
	case PGP_CREATED:
		area->sig->created = body.len == 4 ? get32(body.data) : 0;
		return body.len == 4;
	case PGP_ISSUER:
		area->key_id = body;
		return body.len == KEY_ID_SIZE;
	case PGP_EXPIRES:
		return body.len == 4 && get32(body.data) == 0;
	case PGP_NOTATION:
		return is_salt(body);
	case PGP_SIGNERS_USER_ID:
		return area->sig->type == PGPSIG_BINARY && body.len > 0;
	case PGP_KEY_FLAGS:
		return area->sig->type == PGPSIG_POSITIVE_CERTIFICATION && body.len > 0;
	case PGP_EMBEDDED_SIGNATURE:
		break;
	}
	return false;
}

static bool
read_subpackets(struct hashed_area *area, struct span rest)
{
	struct pgp_subpacket subpacket;

	while (rest.len > 0) {
		if (!pgp_take_subpacket(&subpacket, &rest) || subpacket.type > PGP_ISSUER_FINGERPRINT || area->seen >> subpacket.type & 1 ||
		    !read_subpacket(area, &subpacket))
			return false;
		area->seen |= (uint64_t)1 << subpacket.type;
	}
	return true;
}

static struct span
key_id_of(const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	return span_of(fingerprint + FINGERPRINT_SIZE - KEY_ID_SIZE, KEY_ID_SIZE);
}

static bool
read_hashed_area(struct pgpsig *sig, struct span bytes)
{
	const uint64_t needed = (uint64_t)1 << PGP_ISSUER_FINGERPRINT | (uint64_t)1 << PGP_CREATED;
	struct hashed_area area = {.sig = sig};

	return read_subpackets(&area, bytes) && (area.seen & needed) == needed &&
	       (area.key_id.len == 0 || span_equal(area.key_id, key_id_of(sig->issuer)));
}

/* What pgpsig_write() is given to put behind the two. */
static bool
is_known_extra(enum pgpsig_type type, struct span extra)
{
	struct pgpsig sig = {.type = type};
	struct hashed_area area = {.sig = &sig, .seen = (uint64_t)1 << PGP_ISSUER_FINGERPRINT | (uint64_t)1 << PGP_CREATED | (uint64_t)1 << PGP_ISSUER};

	return read_subpackets(&area, extra);
}

static bool
read_unhashed_area(const struct pgpsig *sig, struct span area)
{
	return area.len == UNHASHED_SIZE && span_starts(area, span_of(key_id_head, sizeof(key_id_head))) && span_ends(area, key_id_of(sig->issuer));
}

static bool
read_numbers(struct pgpsig *sig, struct span rest)
{
	size_t count = sig->algorithm == PGP_RSA ? 1 : 2;

	sig->numbers = rest;
	for (size_t i = 0; i < count; i++) {
		struct span number;

		if (!pgp_take_number(&number, &rest))
			return false;
		if (sig->algorithm != PGP_EDDSA)
			continue;
		if (number.len > HALF)
			return false;
		memcpy(sig->rs + HALF * (i + 1) - number.len, number.data, number.len);
	}
	return rest.len == 0;
}

enum wire_code
pgpsig_read(struct pgpsig *sig, struct span packet)
{
	struct span body, rest, kinds, hashed, unhashed, left16;

	*sig = (struct pgpsig){0};
	if (!read_header(&body, packet))
		return WIRE_MALFORMED_SIGNATURE;
	rest = body;
	if (!pgp_take(&kinds, &rest, 4) || !read_kinds(sig, kinds) || !take_area(&hashed, &rest) || !read_hashed_area(sig, hashed))
		return WIRE_MALFORMED_SIGNATURE;
	sig->hashed = span_of(body.data, body.len - rest.len);
	if (!take_area(&unhashed, &rest) || !read_unhashed_area(sig, unhashed) || !pgp_take(&left16, &rest, LEFT16_SIZE))
		return WIRE_MALFORMED_SIGNATURE;
	memcpy(sig->left16, left16.data, LEFT16_SIZE);
	return read_numbers(sig, rest) ? WIRE_OK : WIRE_MALFORMED_SIGNATURE;
}

static void
sha256_of_parts(uint8_t digest[SHA256_SIZE], const struct span *part, size_t parts)
{
	struct wire_sha256 h;

	wire_sha256_init(&h);
	for (size_t i = 0; i < parts; i++)
		wire_sha256_update(&h, part[i]);
	wire_sha256_final(&h, digest);
}

static void
sha512_of_parts(uint8_t digest[SHA512_SIZE], const struct span *part, size_t parts)
{
	struct wire_sha512 h;

	wire_sha512_init(&h);
	for (size_t i = 0; i < parts; i++)
		wire_sha512_update(&h, part[i]);
	wire_sha512_final(&h, digest);
}

void
pgpsig_finish(uint8_t digest[SHA256_SIZE], const struct pgpsig *sig, struct wire_sha256 *text)
{
	uint8_t trailer[6] = {VERSION, 0xff};

	put32(trailer + 2, (uint32_t)sig->hashed.len);
	wire_sha256_update(text, sig->hashed);
	wire_sha256_update(text, span_of(trailer, sizeof(trailer)));
	wire_sha256_final(text, digest);
}

/* The digest that is signed (RFC 4880 5.2.4); empty for a hash that wire/crypto.h does not have. */
static struct span
digest_of(uint8_t digest[SHA512_SIZE], enum pgp_hash hash, struct span head, struct span tail, struct span hashed)
{
	uint8_t trailer[6] = {VERSION, 0xff};
	const struct span part[] = {head, tail, hashed, {trailer, sizeof(trailer)}};
	const size_t parts = sizeof(part) / sizeof(part[0]);

	put32(trailer + 2, (uint32_t)hashed.len);
	if (hash == PGP_SHA256) {
		sha256_of_parts(digest, part, parts);
		return span_of(digest, SHA256_SIZE);
	}
	if (hash == PGP_SHA512) {
		sha512_of_parts(digest, part, parts);
		return span_of(digest, SHA512_SIZE);
	}
	return span_of(digest, 0);
}

enum wire_code
pgpsig_verify(const struct pgpsig *sig, struct span head, struct span tail, const uint8_t point[ED25519_POINT_SIZE])
{
	uint8_t bytes[SHA512_SIZE];
	struct span digest;

	if (sig->algorithm != PGP_EDDSA)
		return WIRE_MALFORMED_SIGNATURE;
	digest = digest_of(bytes, sig->hash, head, tail, sig->hashed);
	if (digest.len == 0)
		return WIRE_MALFORMED_SIGNATURE;
	return pgpsig_verify_digest(sig, digest, point);
}

enum wire_code
pgpsig_verify_digest(const struct pgpsig *sig, struct span digest, const uint8_t point[ED25519_POINT_SIZE])
{
	if (sig->algorithm != PGP_EDDSA)
		return WIRE_MALFORMED_SIGNATURE;
	/* left16 is not signed: a signature whose copy of it was altered is another form of the same one. */
	if (memcmp(sig->left16, digest.data, LEFT16_SIZE) != 0)
		return WIRE_BAD_SIGNATURE;
	return wire_ed25519_verify(sig->rs, digest, point) ? WIRE_OK : WIRE_BAD_SIGNATURE;
}

static uint8_t *
append(uint8_t *at, const void *bytes, size_t len)
{
	if (len > 0)
		memcpy(at, bytes, len);
	return at + len;
}

/* The body through the end of the hashed area; returns its end. */
static uint8_t *
append_hashed(uint8_t *at, enum pgpsig_type type, const uint8_t fingerprint[FINGERPRINT_SIZE], int64_t created, struct span extra)
{
	const uint8_t kinds[] = {VERSION, (uint8_t)type, PGP_EDDSA, PGP_SHA256};

	at = append(at, kinds, sizeof(kinds));
	put16(at, (uint16_t)(HASHED_SIZE + extra.len));
	at = append(at + 2, fingerprint_head, sizeof(fingerprint_head));
	at = append(at, fingerprint, FINGERPRINT_SIZE);
	at = append(at, time_head, sizeof(time_head));
	put32(at, (uint32_t)created);
	return append(at + 4, extra.data, extra.len);
}

static uint8_t *
append_unhashed(uint8_t *at, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	put16(at, UNHASHED_SIZE);
	at = append(at + 2, key_id_head, sizeof(key_id_head));
	return append(at, key_id_of(fingerprint).data, KEY_ID_SIZE);
}

size_t
pgpsig_write(uint8_t *out, size_t size, enum pgpsig_type type, struct span head, struct span tail, const uint8_t seed[ED25519_SEED_SIZE],
	     const uint8_t fingerprint[FINGERPRINT_SIZE], int64_t created, struct span extra)
{
	uint8_t packet[PGPSIG_ED25519_MAX] = {TAG_SHORT}, bytes[SHA512_SIZE], rs[ED25519_SIGNATURE_SIZE];
	uint8_t *const body = packet + 2, *at;
	struct span digest;
	size_t len;

	if (created < 0 || created > UINT32_MAX || extra.len > EXTRA_MAX || !is_known_extra(type, extra))
		return 0;
	at = append_hashed(body, type, fingerprint, created, extra);
	digest = digest_of(bytes, PGP_SHA256, head, tail, span_of(body, (size_t)(at - body)));
	wire_ed25519_sign(rs, digest, seed);
	at = append_unhashed(at, fingerprint);
	at = append(at, digest.data, LEFT16_SIZE);
	at += pgp_put_number(at, span_of(rs, HALF));
	at += pgp_put_number(at, span_of(rs + HALF, HALF));
	packet[1] = (uint8_t)(at - body);
	len = (size_t)(at - packet);
	if (len > size)
		return 0;
	memcpy(out, packet, len);
	return len;
}

size_t
pgpsig_canonical(uint8_t *out, size_t size, struct span body)
{
	struct span rest = body, kinds, hashed, unhashed;
	struct pgpsig sig = {0};
	size_t covered, len;
	uint8_t *at;

	if (!pgp_take(&kinds, &rest, 4) || !read_kinds(&sig, kinds) || !take_area(&hashed, &rest) || !read_hashed_area(&sig, hashed))
		return 0;
	covered = body.len - rest.len;
	if (!take_area(&unhashed, &rest))
		return 0;
	len = covered + 2 + UNHASHED_SIZE + rest.len;
	if (len + 3 > size || len + 3 > PGPSIG_MAX)
		return 0;
	out[0] = len < 256 ? TAG_SHORT : TAG_LONG;
	if (len < 256)
		out[1] = (uint8_t)len;
	else
		put16(out + 1, (uint16_t)len);
	at = append(out + (len < 256 ? 2 : 3), body.data, covered);
	at = append_unhashed(at, sig.issuer);
	return (size_t)(append(at, rest.data, rest.len) - out);
}

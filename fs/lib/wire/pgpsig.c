#include "pgppacket.h"
#include "pgpsig.h"

enum { TAG_SHORT = 0x88, TAG_LONG = 0x89, VERSION = 4, KEY_FLAGS = 27, SIGNERS_USER_ID = 28, KEY_ID_SIZE = 8, LEFT16_SIZE = 2, HALF = 32, EXTRA_MAX = 32 };

/* Length, type and, for the fingerprint, key version of the three subpackets. */
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
take_subpacket(struct span *value, struct span *rest, struct span head, size_t len)
{
	struct span found;

	return pgp_take(&found, rest, head.len) && span_equal(found, head) && pgp_take(value, rest, len);
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

/* gpg adds the signer's user id when the key was named by a mail address; our certificates say what the key is for. */
static bool
is_known_extra(enum pgpsig_type type, struct span extra)
{
	uint8_t known = type == PGPSIG_BINARY ? SIGNERS_USER_ID : KEY_FLAGS;

	return extra.len == 0 || (extra.len > 2 && extra.data[0] < 192 && extra.data[0] == extra.len - 1 && extra.data[1] == known);
}

static bool
read_hashed_area(struct pgpsig *sig, struct span area)
{
	struct span fingerprint, created;

	if (!take_subpacket(&fingerprint, &area, span_of(fingerprint_head, sizeof(fingerprint_head)), FINGERPRINT_SIZE) ||
	    !take_subpacket(&created, &area, span_of(time_head, sizeof(time_head)), 4))
		return false;
	memcpy(sig->issuer, fingerprint.data, FINGERPRINT_SIZE);
	sig->created = get32(created.data);
	return is_known_extra(sig->type, area);
}

static bool
read_unhashed_area(const struct pgpsig *sig, struct span area)
{
	struct span key_id, end = span_of(sig->issuer + FINGERPRINT_SIZE - KEY_ID_SIZE, KEY_ID_SIZE);

	return take_subpacket(&key_id, &area, span_of(key_id_head, sizeof(key_id_head)), KEY_ID_SIZE) && area.len == 0 &&
	       span_equal(key_id, end);
}

static bool
read_numbers(struct pgpsig *sig, struct span rest)
{
	size_t count = sig->algorithm == PGP_RSA ? 1 : 2;

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
	return append(at, fingerprint + FINGERPRINT_SIZE - KEY_ID_SIZE, KEY_ID_SIZE);
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

#include "pgpkey.h"
#include "pgppacket.h"
#include "sha1.h"

enum {
	VERSION = 4,
	POINT_PREFIX = 0x40,
	RSA_MIN_SIZE = 2048 / 8,
	HEAD_SIZE = 6, /* version, time, algorithm */
	OWN_BODY_SIZE = HEAD_SIZE + 10 + 2 + 1 + ED25519_POINT_SIZE, /* ..., curve, number */
};

static const uint8_t ed25519_curve[] = {9, 0x2b, 0x06, 0x01, 0x04, 0x01, 0xda, 0x47, 0x0f, 0x01};

static bool
take_curve(struct span *curve, struct span *rest)
{
	return rest->len > 0 && rest->data[0] > 0 && pgp_take(curve, rest, 1 + (size_t)rest->data[0]);
}

static bool
read_ed25519(struct pgpkey *key, struct span curve, struct span number)
{
	if (!span_equal(curve, span_of(ed25519_curve, sizeof(ed25519_curve))) || number.len != 1 + ED25519_POINT_SIZE ||
	    number.data[0] != POINT_PREFIX)
		return false;
	memcpy(key->point, number.data + 1, ED25519_POINT_SIZE);
	return true;
}

static bool
read_material(struct pgpkey *key, struct span rest)
{
	struct span curve, number;

	switch (key->algorithm) {
	case PGP_RSA:
		return pgp_take_number(&number, &rest) && number.len >= RSA_MIN_SIZE && pgp_take_number(&number, &rest) && rest.len == 0;
	case PGP_ECDSA:
		return take_curve(&curve, &rest) && pgp_take_number(&number, &rest) && rest.len == 0;
	case PGP_EDDSA:
		return take_curve(&curve, &rest) && pgp_take_number(&number, &rest) && rest.len == 0 && read_ed25519(key, curve, number);
	}
	return false;
}

/* RFC 4880 12.2 */
void
pgpkey_fingerprint_of(uint8_t fingerprint[FINGERPRINT_SIZE], struct span body)
{
	uint8_t head[3] = {0x99};
	struct sha1 s;

	put16(head + 1, (uint16_t)body.len);
	sha1_init(&s);
	sha1_update(&s, span_of(head, sizeof(head)));
	sha1_update(&s, body);
	sha1_final(&s, fingerprint);
}

enum wire_code
pgpkey_read_body(struct pgpkey *key, struct span body)
{
	struct span rest = body, head;

	*key = (struct pgpkey){0};
	if (body.len > UINT16_MAX || !pgp_take(&head, &rest, HEAD_SIZE) || head.data[0] != VERSION)
		return WIRE_MALFORMED_KEY;
	key->created = get32(head.data + 1);
	key->algorithm = head.data[5];
	key->material = span_skip(body, HEAD_SIZE - 1);
	pgpkey_fingerprint_of(key->fingerprint, body);
	return read_material(key, rest) ? WIRE_OK : WIRE_MALFORMED_KEY;
}

/* Behind the primary key: user ids, then subkeys, each followed by its signatures. */
static bool
follows(struct pgpkey *key, struct pgp_packet packet, bool *in_subkeys)
{
	switch (packet.tag) {
	case PGP_PUBLIC_KEY:
		return false; /* a second certificate */
	case PGP_SIGNATURE:
		return packet.body.len > 0 && packet.body.data[0] == VERSION;
	case PGP_USER_ID:
		if (key->user_id.len == 0)
			key->user_id = packet.body;
		return !*in_subkeys && packet.body.len > 0;
	case PGP_USER_ATTRIBUTE:
		return !*in_subkeys;
	case PGP_PUBLIC_SUBKEY:
		*in_subkeys = true;
		return packet.body.len > HEAD_SIZE && packet.body.data[0] == VERSION;
	}
	return false;
}

enum wire_code
pgpkey_read(struct pgpkey *key, struct span certificate)
{
	struct pgp_packet packet;
	bool in_subkeys = false;

	*key = (struct pgpkey){0};
	if (certificate.len > PGPKEY_CERTIFICATE_MAX || !pgp_take_packet(&packet, &certificate) || packet.tag != PGP_PUBLIC_KEY ||
	    pgpkey_read_body(key, packet.body) != WIRE_OK)
		return WIRE_MALFORMED_KEY;
	while (certificate.len > 0)
		if (!pgp_take_packet(&packet, &certificate) || !follows(key, packet, &in_subkeys))
			return WIRE_MALFORMED_KEY;
	return key->user_id.len > 0 ? WIRE_OK : WIRE_MALFORMED_KEY;
}

static void
write_body(uint8_t body[OWN_BODY_SIZE], const uint8_t point[ED25519_POINT_SIZE], int64_t created)
{
	uint8_t number[1 + ED25519_POINT_SIZE] = {POINT_PREFIX};

	memcpy(number + 1, point, ED25519_POINT_SIZE);
	body[0] = VERSION;
	put32(body + 1, (uint32_t)created);
	body[5] = PGP_EDDSA;
	memcpy(body + HEAD_SIZE, ed25519_curve, sizeof(ed25519_curve));
	pgp_put_number(body + HEAD_SIZE + sizeof(ed25519_curve), span_of(number, sizeof(number)));
}

void
pgpkey_fingerprint(uint8_t fingerprint[FINGERPRINT_SIZE], const uint8_t point[ED25519_POINT_SIZE], int64_t created)
{
	uint8_t body[OWN_BODY_SIZE];

	write_body(body, point, created);
	pgpkey_fingerprint_of(fingerprint, span_of(body, sizeof(body)));
}

/* The self-certification: what it covers is both packets under heads of their own (RFC 4880 5.2.4). */
static size_t
write_certification(uint8_t *out, size_t size, const uint8_t seed[ED25519_SEED_SIZE], int64_t created, struct span body, struct span user_id)
{
	static const uint8_t certify_and_sign[] = {2, 27, 0x01 | 0x02};
	uint8_t head[3 + OWN_BODY_SIZE] = {0x99}, tail[5 + PGPKEY_USER_ID_MAX] = {0xb4}, fingerprint[FINGERPRINT_SIZE];

	put16(head + 1, (uint16_t)body.len);
	memcpy(head + 3, body.data, body.len);
	put32(tail + 1, (uint32_t)user_id.len);
	memcpy(tail + 5, user_id.data, user_id.len);
	pgpkey_fingerprint_of(fingerprint, body);
	return pgpsig_write(out, size, PGPSIG_POSITIVE_CERTIFICATION, span_of(head, sizeof(head)), span_of(tail, 5 + user_id.len), seed,
			    fingerprint, created, span_of(certify_and_sign, sizeof(certify_and_sign)));
}

size_t
pgpkey_write(uint8_t *out, size_t size, const uint8_t seed[ED25519_SEED_SIZE], int64_t created, struct span user_id)
{
	size_t certification, len = 2 + OWN_BODY_SIZE + 2 + user_id.len;
	uint8_t point[ED25519_POINT_SIZE], *at = out;

	if (user_id.len == 0 || user_id.len > PGPKEY_USER_ID_MAX || len > size)
		return 0;
	wire_ed25519_point(point, seed);
	*at++ = 0x80 | PGP_PUBLIC_KEY << 2;
	*at++ = OWN_BODY_SIZE;
	write_body(at, point, created);
	certification = write_certification(out + len, size - len, seed, created, span_of(at, OWN_BODY_SIZE), user_id);
	at += OWN_BODY_SIZE;
	*at++ = 0x80 | PGP_USER_ID << 2;
	*at++ = (uint8_t)user_id.len;
	memcpy(at, user_id.data, user_id.len);
	return certification > 0 ? len + certification : 0;
}

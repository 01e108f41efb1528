/* Certificates that gpg 2.2.40 exported, our own, and what a certificate may not be. tests/cli/openpgp-gpg.sh asks gpg itself. */
#include "hex.h"
#include "test.h"
#include "wire/pgpkey.h"

#define ED25519                                                                                                                \
	"9833046b02990516092b06010401da470f0101074089864e7e942c43ccbfa1b4dede3067c08c66f7350340378f421e42ce27b08382b41365643235353139" \
	"203c6564323535313940783e88900413160800381621043909fcc6217c9792255814f6bb5c30e08960de9905026b029905021b03050b0908070206150a09" \
	"080b020416020301021e01021780000a0910bb5c30e08960de99ba710100cfa63df76a4fc3550e63dc707d03ee9229b3be031241abd1e595b8f2100d7b3a" \
	"00ff6743157a449d0b47b4643bf3311721e455aec28bbdca028d53f8e9f4de1b2f06"
#define NISTP256                                                                                                               \
	"9852046b02990613082a8648ce3d03010702030484a4e5e58123ecf4bdac1c1e71c08ffb3e0369b67cb61a65f2864d56b8b494d9237ed63c92065503805e" \
	"660fe50f854da09d0a526b132a2b27e605c2bf32d8aeb4156e69737470323536203c6e6973747032353640783e88900413130800381621048e47e03cc00b" \
	"419099370795a43f3e0e4ddcdfcf05026b029906021b03050b0908070206150a09080b020416020301021e01021780000a0910a43f3e0e4ddcdfcf0c6100" \
	"ff4c04eca6821557b066165b84c02be97d48c05e59dfb7f85e6cd80b7867f1d44d00fe220e5ef83abd2e98a1f800dbd13c6ab7ef228f2a6e39f10567dfbc" \
	"5d1d492fb3"

/* Where things are in the Ed25519 certificates, gpg's and ours. */
enum { AT_VERSION = 2, AT_ALGORITHM = 7, AT_CURVE = 8, AT_NUMBER = 18, AT_PREFIX = 20, AT_POINT = 21, KEY_END = 53 };

static const uint8_t seed[ED25519_SEED_SIZE] = {9};
static const int64_t created = 1795332360;

static void
test_gpg(void)
{
	uint8_t bytes[1024], should[32];
	const uint8_t nothing[ED25519_POINT_SIZE] = {0};
	struct pgpkey key;

	CHECK_EQUAL(pgpkey_read(&key, hex(bytes, ED25519)), WIRE_OK);
	CHECK(key.algorithm == PGP_EDDSA && key.created == 1795332357 && span_is(key.user_id, "ed25519 <ed25519@x>"));
	CHECK_EQUAL_SPAN(span_of(key.fingerprint, FINGERPRINT_SIZE), hex(should, "3909fcc6217c9792255814f6bb5c30e08960de99"));
	CHECK_EQUAL_SPAN(span_of(key.point, 32), hex(should, "89864e7e942c43ccbfa1b4dede3067c08c66f7350340378f421e42ce27b08382"));
	CHECK_EQUAL(pgpkey_read(&key, hex(bytes, NISTP256)), WIRE_OK);
	CHECK(key.algorithm == PGP_ECDSA && key.created == 1795332358 && span_is(key.user_id, "nistp256 <nistp256@x>"));
	CHECK_EQUAL_SPAN(span_of(key.fingerprint, FINGERPRINT_SIZE), hex(should, "8e47e03cc00b419099370795a43f3e0e4ddcdfcf"));
	CHECK_EQUAL_SPAN(span_of(key.point, 32), span_of(nothing, 32));
}

/* The certification of our own certificate is a good signature over key and user id. */
static void
check_certification(struct span certificate, const struct pgpkey *key)
{
	uint8_t head[3 + 51] = {0x99, 0, 51}, tail[5 + PGPKEY_USER_ID_MAX] = {0xb4};
	struct span packet = span_skip(certificate, KEY_END + 2 + key->user_id.len);
	struct pgpsig sig;

	memcpy(head + 3, certificate.data + 2, 51);
	put32(tail + 1, (uint32_t)key->user_id.len);
	memcpy(tail + 5, key->user_id.data, key->user_id.len);
	CHECK_EQUAL(pgpsig_read(&sig, packet), WIRE_OK);
	CHECK(sig.type == PGPSIG_POSITIVE_CERTIFICATION && memcmp(sig.issuer, key->fingerprint, FINGERPRINT_SIZE) == 0);
	CHECK_EQUAL(pgpsig_verify(&sig, span_of(head, sizeof(head)), span_of(tail, 5 + key->user_id.len), key->point), WIRE_OK);
	CHECK_EQUAL(pgpsig_verify(&sig, span_of(head, sizeof(head)), span_of(tail, 4 + key->user_id.len), key->point), WIRE_BAD_SIGNATURE);
}

static void
test_own(void)
{
	uint8_t out[PGPKEY_OWN_MAX], point[ED25519_POINT_SIZE], fingerprint[FINGERPRINT_SIZE];
	char user_id[PGPKEY_USER_ID_MAX + 1];
	struct pgpkey key;

	memset(user_id, 'x', sizeof(user_id));
	wire_ed25519_point(point, seed);
	pgpkey_fingerprint(fingerprint, point, created);
	for (size_t n = 1; n <= PGPKEY_USER_ID_MAX; n++) {
		size_t len = pgpkey_write(out, sizeof(out), seed, created, span_of(user_id, n));

		CHECK_EQUAL(pgpkey_read(&key, span_of(out, len)), WIRE_OK);
		CHECK(key.algorithm == PGP_EDDSA && key.created == created && span_equal(key.user_id, span_of(user_id, n)));
		CHECK_EQUAL_SPAN(span_of(key.fingerprint, FINGERPRINT_SIZE), span_of(fingerprint, FINGERPRINT_SIZE));
		CHECK_EQUAL_SPAN(span_of(key.point, 32), span_of(point, 32));
		check_certification(span_of(out, len), &key);
		CHECK(pgpkey_write(out, len, seed, created, span_of(user_id, n)) == len);
		CHECK(pgpkey_write(out, len - 1, seed, created, span_of(user_id, n)) == 0);
	}
	CHECK(pgpkey_write(out, sizeof(out), seed, created, span_of(user_id, 0)) == 0);
	CHECK(pgpkey_write(out, sizeof(out), seed, created, span_of(user_id, PGPKEY_USER_ID_MAX + 1)) == 0);
	CHECK(pgpkey_write(out, sizeof(out), seed, -1, span_of(user_id, 1)) == 0);
}

/* Reads the certificate with one byte, or what stands behind it, changed. */
static enum wire_code
read_with(struct span certificate, size_t at, uint8_t byte, struct span appended)
{
	uint8_t bytes[1024];
	struct pgpkey key;

	memcpy(bytes, certificate.data, certificate.len);
	memcpy(bytes + certificate.len, appended.data, appended.len);
	bytes[at] = byte;
	return pgpkey_read(&key, span_of(bytes, certificate.len + appended.len));
}

static void
test_primary(struct span gpg)
{
	const struct span none = SPAN_LITERAL("");

	CHECK_EQUAL(read_with(gpg, 0, 0x98, none), WIRE_OK);
	CHECK_EQUAL(read_with(gpg, 0, 0x94, none), WIRE_MALFORMED_KEY); /* a secret key's tag */
	CHECK_EQUAL(read_with(gpg, 0, 0xb8, none), WIRE_MALFORMED_KEY); /* a subkey's */
	CHECK_EQUAL(read_with(gpg, 0, 0xc6, none), WIRE_OK);		/* the new format */
	CHECK_EQUAL(read_with(gpg, 0, 0x18, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, 0, 0x9b, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, 1, 50, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, 1, 52, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, AT_VERSION, 3, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, AT_VERSION, 5, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, AT_ALGORITHM, 18, none), WIRE_MALFORMED_KEY); /* ECDH encrypts */
	CHECK_EQUAL(read_with(gpg, AT_ALGORITHM, 17, none), WIRE_MALFORMED_KEY); /* DSA */
	CHECK_EQUAL(read_with(gpg, AT_ALGORITHM, 1, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, AT_CURVE, 0, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, AT_CURVE + 9, 2, none), WIRE_MALFORMED_KEY); /* another curve */
	CHECK_EQUAL(read_with(gpg, AT_NUMBER + 1, 6, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, AT_PREFIX, 0x41, none), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(read_with(gpg, AT_POINT, 0, none), WIRE_OK); /* another key, then */
}

static void
test_rest(struct span gpg)
{
	struct pgpkey key;
	uint8_t twice[1024];
	const struct {
		struct span appended;
		enum wire_code code;
	} rows[] = {
		{SPAN_LITERAL("\xb4\x01y"), WIRE_OK},		       /* one more user id */
		{SPAN_LITERAL("\xcd\x01y"), WIRE_OK},
		{SPAN_LITERAL("\xd1\x01y"), WIRE_OK},		       /* a picture */
		{SPAN_LITERAL("\xd1\xff\x00\x00\x00\x01y"), WIRE_OK},
		{SPAN_LITERAL("\xb4\x00"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("\xb8\x07\x04tttt\x12x"), WIRE_OK},      /* a subkey */
		{SPAN_LITERAL("\xb8\x07\x03tttt\x12x"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("\xb8\x07\x04tttt\x12x\x88\x01\x04"), WIRE_OK},
		{SPAN_LITERAL("\xb8\x07\x04tttt\x12x\xb4\x01y"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("\x88\x01\x04"), WIRE_OK},
		{SPAN_LITERAL("\x88\x01\x03"), WIRE_MALFORMED_KEY},    /* an old signature */
		{SPAN_LITERAL("\x88\x00"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("\x9c\x01\x04"), WIRE_MALFORMED_KEY},    /* a secret subkey */
		{SPAN_LITERAL("\xb0\x01\x04"), WIRE_MALFORMED_KEY},    /* gpg's trust packet */
		{SPAN_LITERAL("\xd1\xe0y"), WIRE_MALFORMED_KEY},       /* a partial length */
		{SPAN_LITERAL("\xb6\xff\xff\xff\xffy"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("\xd1\xff\xff\xff\xff\xffy"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("x"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("\n"), WIRE_MALFORMED_KEY},
		{SPAN_LITERAL("\0"), WIRE_MALFORMED_KEY},
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		CHECK_EQUAL(read_with(gpg, 0, 0x98, rows[i].appended), rows[i].code);
	memcpy(twice, gpg.data, gpg.len);
	memcpy(twice + gpg.len, gpg.data, gpg.len);
	CHECK_EQUAL(pgpkey_read(&key, span_of(twice, 2 * gpg.len)), WIRE_MALFORMED_KEY);
	CHECK_EQUAL(pgpkey_read(&key, span_of(twice, KEY_END)), WIRE_MALFORMED_KEY); /* nobody's */
	CHECK_EQUAL(pgpkey_read(&key, span_of(twice, 0)), WIRE_MALFORMED_KEY);
}

/* A certificate is never longer than its bound, and a short RSA key is not one. */
static void
test_bounds(struct span gpg)
{
	static uint8_t bytes[PGPKEY_CERTIFICATE_MAX + 1];
	struct pgpkey key;
	size_t room = PGPKEY_CERTIFICATE_MAX - gpg.len - 6;

	memcpy(bytes, gpg.data, gpg.len);
	memcpy(bytes + gpg.len, "\xd1\xff", 2);
	put32(bytes + gpg.len + 2, (uint32_t)room);
	CHECK_EQUAL(pgpkey_read(&key, span_of(bytes, PGPKEY_CERTIFICATE_MAX)), WIRE_OK);
	put32(bytes + gpg.len + 2, (uint32_t)room + 1);
	CHECK_EQUAL(pgpkey_read(&key, span_of(bytes, PGPKEY_CERTIFICATE_MAX + 1)), WIRE_MALFORMED_KEY);
}

static enum wire_code
read_rsa(size_t modulus_bytes)
{
	uint8_t bytes[600] = {0x99}, *body = bytes + 3, *number = body + 6;
	struct pgpkey key;

	body[0] = 4;
	body[5] = PGP_RSA;
	put16(number, (uint16_t)(8 * modulus_bytes));
	memset(number + 2, 0xff, modulus_bytes);
	memcpy(number + 2 + modulus_bytes, "\x00\x02\x03\xb4\x01y", 6);
	put16(bytes + 1, (uint16_t)(6 + 2 + modulus_bytes + 3));
	return pgpkey_read(&key, span_of(bytes, 3 + 6 + 2 + modulus_bytes + 6));
}

int
main(void)
{
	uint8_t bytes[1024];
	struct span gpg = hex(bytes, ED25519);

	test_gpg();
	test_own();
	test_primary(gpg);
	test_rest(gpg);
	test_bounds(gpg);
	CHECK_EQUAL(read_rsa(2048 / 8), WIRE_OK);
	CHECK_EQUAL(read_rsa(2048 / 8 - 1), WIRE_MALFORMED_KEY);
	return test_result();
}

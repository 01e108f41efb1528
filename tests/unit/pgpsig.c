/* Signatures that gpg 2.2.40 and others made, our own, and each way of bending one beside its control. */
#include "hex.h"
#include "test.h"
#include "wire/pgpsig.h"

/* gpg's key of the vectors */
#define GPG_POINT "89864e7e942c43ccbfa1b4dede3067c08c66f7350340378f421e42ce27b08382"
#define GPG_FINGERPRINT "3909fcc6217c9792255814f6bb5c30e08960de99"

/* Where things are in a packet that pgpsig_write makes with nothing extra. */
enum {
	AT_TAG = 0, AT_LENGTH = 1, AT_VERSION = 2, AT_TYPE = 3, AT_ALGORITHM = 4, AT_HASH = 5, AT_HASHED = 6, AT_ISSUER = 8, AT_TIME = 31,
	AT_UNHASHED = 37, AT_KEY_ID = 39, AT_LEFT16 = 49, AT_R = 51, AT_S = 85,
};

static const uint8_t seed[ED25519_SEED_SIZE] = {7};
static const uint8_t fingerprint[FINGERPRINT_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20};
static const int64_t created = 1795332360;

static size_t
write_text(uint8_t out[PGPSIG_ED25519_MAX], struct span text)
{
	return pgpsig_write(out, PGPSIG_ED25519_MAX, PGPSIG_BINARY, text, span_of(NULL, 0), seed, fingerprint, created, span_of(NULL, 0));
}

/* A packet whose R and S both have all their bytes, so that the places above hold. */
static size_t
write_full(uint8_t out[PGPSIG_ED25519_MAX], struct span *text)
{
	static uint8_t byte;

	for (byte = 0;; byte++) {
		size_t len = write_text(out, *text = span_of(&byte, 1));

		if (len == AT_S + 34)
			return len;
	}
}

static enum wire_code
read_and_verify(struct span packet, struct span text)
{
	struct pgpsig sig;
	uint8_t point[ED25519_POINT_SIZE];
	enum wire_code code = pgpsig_read(&sig, packet);

	wire_ed25519_point(point, seed);
	return code != WIRE_OK ? code : pgpsig_verify(&sig, text, span_of(NULL, 0), point);
}

static void
check_gpg(const char *packet, const char *text, enum pgp_hash hash, enum wire_code should)
{
	uint8_t bytes[PGPSIG_MAX], point[ED25519_POINT_SIZE], issuer[FINGERPRINT_SIZE];
	struct pgpsig sig;

	hex(point, GPG_POINT);
	CHECK_EQUAL(pgpsig_read(&sig, hex(bytes, packet)), WIRE_OK);
	CHECK(sig.type == PGPSIG_BINARY && sig.algorithm == PGP_EDDSA && sig.hash == hash);
	CHECK_EQUAL_SPAN(span_of(sig.issuer, FINGERPRINT_SIZE), hex(issuer, GPG_FINGERPRINT));
	CHECK_EQUAL(pgpsig_verify(&sig, span_text(text), span_of(NULL, 0), point), should);
	CHECK_EQUAL(pgpsig_verify(&sig, span_of(text, 1), span_text(text + 1), point), should);
	if (should == WIRE_OK)
		CHECK_EQUAL(pgpsig_verify(&sig, span_text(text), SPAN_LITERAL(" "), point), WIRE_BAD_SIGNATURE);
}

static void
test_gpg(void)
{
	check_gpg("887504001608001d1621043909fcc6217c9792255814f6bb5c30e08960de9905026b029a78000a0910bb5c30e08960de99729900fa039fbf80cd7007db3fc2"
		  "427c48c3f99152eacce15f2e5e9c1c3403f0b46a463d00ff6935d508267422807680b306294da4cbdd67136fcbd5f023ab78b577b1436c00",
		  "1\n", PGP_SHA256, WIRE_OK);
	/* S and R one byte shorter */
	check_gpg("887404001608001d1621043909fcc6217c9792255814f6bb5c30e08960de9905026b029a79000a0910bb5c30e08960de99ef7b00f751363abdcbb7f989cf8a"
		  "3bd6788074c5b9c09b0d481ef832abc2565175dcc50100a2c8787a632c0a343ce4000ba0c33523b75d7571be96ecd22a327d96faece30d",
		  "54\n", PGP_SHA256, WIRE_OK);
	check_gpg("887404001608001d1621043909fcc6217c9792255814f6bb5c30e08960de9905026b029a79000a0910bb5c30e08960de994214010093f814d9a11e5509c0e2"
		  "9c734f182c4f181b26c5e727575d48a2487f8e5b558d00f62f33d7e9c153f85c530e0d172618a20c61138d665bedeec18090001b141d04",
		  "108\n", PGP_SHA256, WIRE_OK);
	/* with the signer's user id; SHA-512, and SHA-384, which is GPGME's */
	check_gpg("88800400160a00281621043909fcc6217c9792255814f6bb5c30e08960de9905026b029b200a1c656432353531394078000a0910bb5c30e08960de99ece700"
		  "fe3f05a6e61a5ca8d25336857322c4b2b6f14241505369cc05d4f0c8c9aece11d001009537fec932c764b5c38cbf5c0c80559038fc794a86098c1d87c994aa"
		  "997f7e03",
		  "1\n", PGP_SHA512, WIRE_OK);
	check_gpg("88800400160900281621043909fcc6217c9792255814f6bb5c30e08960de9905026b029b200a1c656432353531394078000a0910bb5c30e08960de99f41d01"
		  "009e86f5785857d3ea580994111930b22012dd16070c30b058e2cca6f2a0b0a8930100c66aaa683a45c6498e2ffba2d4e39326b477e6c0df7c57da141c5b60"
		  "4ab0dc0c",
		  "1\n", PGP_SHA384, WIRE_MALFORMED_SIGNATURE);
}

/* sq 0.27.0 and rnp 0.16.3, in the old format of packets, as keys/detached.c puts them, of the same key and text. */
static void
test_others(void)
{
	static const struct {
		enum pgp_hash hash;
		const char *packet;
	} rows[] = {
		{PGP_SHA512, "88c70400160a006f0582" "6b074e8c09106de564c9555062c1471400000000001e002073616c74406e6f746174696f6e732e736571756f69612d7067702e"
			     "6f7267b84ca9be9af2ef65c31b9517188f16d6a158df1a6fffb1a896e68846bf0041c91621042ebba68d88cb505565fe8f896de564c9555062c1000a09"
			     "106de564c9555062c1666400ff47624586807fd5db32d4f5274cddb70cc3097ad0db784f23f6ad16549317376300ff7a3bea7fb7f94943c5bb89a48751"
			     "1dc7a09d0b1dd856e110d4549229021c1e0c"},
		{PGP_SHA256, "887b0400160800231621042ebba68d88cb505565fe8f896de564c9555062c105026b074e8c050300000000000a09106de564c9555062c1c6f10100f98d"
			     "0d8cbcfe29eec63380b40681506dbe9fb058ed2fb4a01ca4dcc640f72e2d00ff579fa97f46fac3bd343f32dcb18a3caf43811b12e79ab745a213e47b83"
			     "a88308"},
	};
	uint8_t bytes[PGPSIG_MAX], point[ED25519_POINT_SIZE];
	struct pgpsig sig;

	hex(point, "3abe4c217359dbb1280676b2599d02c066012251aa613030799974fc66a1661a");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_EQUAL(pgpsig_read(&sig, hex(bytes, rows[i].packet)), WIRE_OK);
		CHECK(sig.hash == rows[i].hash && sig.created == 1795640972);
		CHECK_EQUAL(pgpsig_verify(&sig, SPAN_LITERAL("hello\n"), span_of(NULL, 0), point), WIRE_OK);
		CHECK_EQUAL(pgpsig_verify(&sig, SPAN_LITERAL("hello"), span_of(NULL, 0), point), WIRE_BAD_SIGNATURE);
	}
}

static void
test_ecdsa(void)
{
	const uint8_t point[ED25519_POINT_SIZE] = {0};
	uint8_t bytes[PGPSIG_MAX];
	struct pgpsig sig;
	struct span packet = hex(bytes, "887504001308001d1621048e47e03cc00b419099370795a43f3e0e4ddcdfcf05026b029b20000a0910a43f3e0e4ddcdfcf36a500fd"
					"1ad75c4c21cbe9af92c002c3212c95a2e6f938b18f0050a9ce23405d6c843d6800ff6da0bf9e78a38cdbef4a4dd7c5a9c392e23f"
					"f33e76d79056a9bf33d3be90d2c0");

	CHECK_EQUAL(pgpsig_read(&sig, packet), WIRE_OK);
	CHECK(sig.algorithm == PGP_ECDSA && sig.created == 1795332896);
	CHECK_EQUAL(pgpsig_verify(&sig, SPAN_LITERAL("5\n"), span_of(NULL, 0), point), WIRE_MALFORMED_SIGNATURE);
}

static void
test_own(void)
{
	uint8_t out[PGPSIG_ED25519_MAX], again[PGPSIG_ED25519_MAX];
	const struct span none = span_of(NULL, 0), flags = SPAN_LITERAL("\x02\x1b\x03");
	struct pgpsig sig;

	for (unsigned i = 0; i < 1000; i++) { /* so many that R and S have leading zeros now and then */
		struct span text = span_of(&i, sizeof(i)), packet = span_of(out, write_text(out, text));

		CHECK_EQUAL(read_and_verify(packet, text), WIRE_OK);
		CHECK(pgpsig_write(again, packet.len, PGPSIG_BINARY, span_of(text.data, 1), span_skip(text, 1), seed, fingerprint, created, none) ==
		      packet.len);
		CHECK_EQUAL_SPAN(span_of(again, packet.len), packet);
		CHECK(pgpsig_write(again, packet.len - 1, PGPSIG_BINARY, text, none, seed, fingerprint, created, none) == 0);
	}
	CHECK(pgpsig_write(out, sizeof(out), PGPSIG_POSITIVE_CERTIFICATION, none, none, seed, fingerprint, created, flags) > 0);
	CHECK_EQUAL(pgpsig_read(&sig, span_of(out, 2 + (size_t)out[1])), WIRE_OK);
	CHECK(sig.type == PGPSIG_POSITIVE_CERTIFICATION && sig.created == created);
	CHECK(pgpsig_write(out, sizeof(out), PGPSIG_BINARY, none, none, seed, fingerprint, created, flags) == 0);
	CHECK(pgpsig_write(out, sizeof(out), PGPSIG_BINARY, none, none, seed, fingerprint, -1, none) == 0);
	CHECK(pgpsig_write(out, sizeof(out), PGPSIG_BINARY, none, none, seed, fingerprint, (int64_t)1 << 32, none) == 0);
}

/* `with` in place of `len` bytes at `at`; the packet's length follows. */
static struct span
bend(uint8_t out[PGPSIG_MAX], struct span packet, size_t at, size_t len, struct span with)
{
	size_t rest = packet.len - at - len;

	memcpy(out, packet.data, at);
	memcpy(out + at, with.data, with.len);
	memcpy(out + at + with.len, packet.data + at + len, rest);
	if (at > AT_LENGTH)
		out[AT_LENGTH] = (uint8_t)(at + with.len + rest - 2);
	return span_of(out, at + with.len + rest);
}

#define CHECK_BENT(at, len, with, code) CHECK_EQUAL(read_and_verify(bend(bent, packet, (at), (len), SPAN_LITERAL(with)), text), (code))

static void
test_kinds(struct span packet, struct span text)
{
	uint8_t bent[PGPSIG_MAX];

	CHECK_BENT(AT_TYPE, 1, "\x00", WIRE_OK); /* the control: nothing bent */
	CHECK_BENT(AT_VERSION, 1, "\x03", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_VERSION, 1, "\x05", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_TYPE, 1, "\x01", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_TYPE, 1, "\x13", WIRE_BAD_SIGNATURE);
	CHECK_BENT(AT_ALGORITHM, 1, "\x11", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_ALGORITHM, 1, "\x13", WIRE_MALFORMED_SIGNATURE); /* read, then not ours to verify */
	CHECK_BENT(AT_ALGORITHM, 1, "\x01", WIRE_MALFORMED_SIGNATURE); /* a number too many */
	CHECK_BENT(AT_HASH, 1, "\x02", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_HASH, 1, "\x01", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_HASH, 1, "\x0b", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_HASH, 1, "\x0a", WIRE_BAD_SIGNATURE);
}

static void
test_lengths(struct span packet, struct span text)
{
	uint8_t bent[PGPSIG_MAX];

	CHECK_BENT(AT_TAG, 2, "\x88\x75", WIRE_OK);
	CHECK_BENT(AT_TAG, 2, "\x89\x00\x75", WIRE_MALFORMED_SIGNATURE); /* the long length form */
	CHECK_BENT(AT_TAG, 2, "\xc2\x75", WIRE_MALFORMED_SIGNATURE);	 /* the new format */
	CHECK_BENT(AT_TAG, 2, "\x8b", WIRE_MALFORMED_SIGNATURE);	 /* of no length */
	CHECK_BENT(AT_TAG, 2, "\x88\x74", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_TAG, 2, "\x88\x76", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_S + 34, 0, "\x00", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_S, 34, "", WIRE_MALFORMED_SIGNATURE);
	for (size_t len = 0; len < packet.len; len++)
		CHECK_EQUAL(read_and_verify(span_of(packet.data, len), text), WIRE_MALFORMED_SIGNATURE);
}

static void
test_subpackets(struct span packet, struct span text)
{
	uint8_t bent[PGPSIG_MAX], swapped[AT_UNHASHED - AT_ISSUER], issuer[AT_TIME - AT_ISSUER];

	CHECK_BENT(AT_ISSUER, 3, "\x16\x21\x04", WIRE_OK);
	CHECK_BENT(AT_ISSUER, 3, "\x16\xa1\x04", WIRE_BAD_SIGNATURE);	    /* the critical bit: read, and hashed */
	CHECK_BENT(AT_ISSUER, 3, "\x16\x21\x05", WIRE_MALFORMED_SIGNATURE); /* a v5 key's fingerprint */
	CHECK_BENT(AT_TIME, 2, "\x05\x82", WIRE_BAD_SIGNATURE);
	CHECK_BENT(AT_TIME, 2, "\x05\x03", WIRE_MALFORMED_SIGNATURE); /* an expiry in place of the time */
	CHECK_BENT(AT_ISSUER + 5, 1, "\x77", WIRE_BAD_SIGNATURE);
	CHECK_BENT(AT_TIME + 5, 1, "\x77", WIRE_BAD_SIGNATURE);
	CHECK_BENT(AT_KEY_ID + 9, 1, "\x77", WIRE_MALFORMED_SIGNATURE); /* not the end of the fingerprint */
	CHECK_BENT(AT_KEY_ID, 2, "\x09\x90", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_UNHASHED, 12, "\x00\x00", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_UNHASHED, 2, "\x00\x0d\x02\x14\x00", WIRE_MALFORMED_SIGNATURE); /* a notation, which nothing protects */
	CHECK_BENT(AT_HASHED, 2 + 29, "\x00\x06\x05\x02\x6b\x02\x99\x08", WIRE_MALFORMED_SIGNATURE); /* issuer only unhashed */
	CHECK_BENT(AT_HASHED, 2, "\x00\x20\x02\x1c\x61", WIRE_BAD_SIGNATURE);			     /* in another order */
	memcpy(swapped, packet.data + AT_TIME, 6);
	memcpy(swapped + 6, packet.data + AT_ISSUER, 23);
	CHECK_EQUAL(read_and_verify(bend(bent, packet, AT_ISSUER, 29, span_of(swapped, 29)), text), WIRE_BAD_SIGNATURE);
	memcpy(issuer, packet.data + AT_ISSUER, sizeof(issuer));
	CHECK_EQUAL(read_and_verify(bend(bent, packet, AT_ISSUER, 0, span_of(issuer, 23)), text), WIRE_MALFORMED_SIGNATURE);
}

/* Behind the two: what is read and hashed, and what is not read. */
static void
test_extra(struct span packet, struct span text)
{
	static const struct {
		struct span extra;
		enum wire_code code;
	} rows[] = {
		{SPAN_LITERAL("\x02\x1c\x61"), WIRE_BAD_SIGNATURE},	       /* user id "a": part of what is hashed */
		{SPAN_LITERAL("\x02\x9c\x61"), WIRE_BAD_SIGNATURE},	       /* critical */
		{SPAN_LITERAL("\xff\x00\x00\x00\x02\x1c\x61"), WIRE_BAD_SIGNATURE}, /* in another form of length */
		{SPAN_LITERAL("\x09\x10\x0d\x0e\x0f\x10\x11\x12\x13\x14"), WIRE_BAD_SIGNATURE},	/* the key id, once more */
		{SPAN_LITERAL("\x09\x10\x0d\x0e\x0f\x10\x11\x12\x13\x15"), WIRE_MALFORMED_SIGNATURE}, /* of another key */
		{SPAN_LITERAL("\x08\x10\x0e\x0f\x10\x11\x12\x13\x14"), WIRE_MALFORMED_SIGNATURE},
		{SPAN_LITERAL("\x05\x03\x00\x00\x00\x00"), WIRE_BAD_SIGNATURE},	      /* never expires */
		{SPAN_LITERAL("\x28\x14\x00\x00\x00\x00\x00\x1e\x00\x01" "salt@notations.sequoia-pgp.org" "\x07"), WIRE_BAD_SIGNATURE},
		{SPAN_LITERAL("\x26\x14\x00\x00\x00\x00\x00\x1c\x00\x01" "salt@notations.openpgpjs.org" "\x07"), WIRE_BAD_SIGNATURE},
		{SPAN_LITERAL("\x28\x14\x80\x00\x00\x00\x00\x1e\x00\x01" "salt@notations.sequoia-pgp.org" "7"), WIRE_MALFORMED_SIGNATURE}, /* to be read */
		{SPAN_LITERAL("\x28\x14\x00\x00\x00\x00\x00\x1e\x00\x00" "salt@notations.sequoia-pgp.org" "7"), WIRE_MALFORMED_SIGNATURE},
		{SPAN_LITERAL("\x28\x14\x00\x00\x00\x00\x00\x1f\x00\x00" "salt@notations.sequoia-pgp.org" "7"), WIRE_MALFORMED_SIGNATURE},
		{SPAN_LITERAL("\x28\x14\x00\x00\x00\x00\x00\x1e\x00\x01" "means@notations.equoia-pgp.org" "7"), WIRE_MALFORMED_SIGNATURE},
		{SPAN_LITERAL("\x07\x14\x00\x00\x00\x00\x00\x00"), WIRE_MALFORMED_SIGNATURE},
		{SPAN_LITERAL("\x01\x1c"), WIRE_MALFORMED_SIGNATURE},	       /* empty */
		{SPAN_LITERAL("\x02\x1c\x61\x02\x1c\x61"), WIRE_MALFORMED_SIGNATURE},
		{SPAN_LITERAL("\x02\x1b\x03"), WIRE_MALFORMED_SIGNATURE},      /* key flags, in a text's signature */
		{SPAN_LITERAL("\x05\x03\x00\x00\x00\x01"), WIRE_MALFORMED_SIGNATURE}, /* expires */
		{SPAN_LITERAL("\x05\x02\x6b\x02\x99\x08"), WIRE_MALFORMED_SIGNATURE}, /* a second time */
		{SPAN_LITERAL("\x02\xff\x00"), WIRE_MALFORMED_SIGNATURE},	      /* unknown and critical */
		{SPAN_LITERAL("\x03\x1c\x61"), WIRE_MALFORMED_SIGNATURE},	      /* runs over the area's end */
		{SPAN_LITERAL("\x00"), WIRE_MALFORMED_SIGNATURE},
	};
	uint8_t bent[PGPSIG_MAX], longer[PGPSIG_MAX];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct span with = bend(bent, packet, AT_UNHASHED, 0, rows[i].extra);

		put16(bent + AT_HASHED, (uint16_t)(29 + rows[i].extra.len));
		CHECK_EQUAL(read_and_verify(with, text), rows[i].code);
		CHECK_EQUAL(read_and_verify(bend(longer, with, AT_HASHED, 2, SPAN_LITERAL("\x00\x1d")), text), WIRE_MALFORMED_SIGNATURE);
	}
}

static void
test_numbers(struct span packet, struct span text)
{
	uint8_t bent[PGPSIG_MAX], r[34] = {0};

	memcpy(r, packet.data + AT_R, sizeof(r));
	CHECK_EQUAL(read_and_verify(bend(bent, packet, AT_R, 34, span_of(r, 34)), text), WIRE_OK);
	put16(r, (uint16_t)(get16(r) + 1)); /* a bit count that is not exact */
	CHECK_EQUAL(read_and_verify(bend(bent, packet, AT_R, 34, span_of(r, 34)), text), WIRE_MALFORMED_SIGNATURE);
	put16(r, (uint16_t)(get16(r) - 2));
	CHECK_EQUAL(read_and_verify(bend(bent, packet, AT_R, 34, span_of(r, 34)), text), WIRE_MALFORMED_SIGNATURE);
	put16(r, (uint16_t)(get16(r) + 1 + 8)); /* a leading zero byte */
	CHECK_EQUAL(read_and_verify(bend(bent, bend(bent, packet, AT_R + 2, 0, SPAN_LITERAL("\x00")), AT_R, 2, span_of(r, 2)), text),
		    WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_R, 34, "\x00\x00", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_R, 34, "\x00\x01\x01", WIRE_BAD_SIGNATURE);
	CHECK_BENT(AT_R, 2, "\xff\xff", WIRE_MALFORMED_SIGNATURE);
	CHECK_BENT(AT_LEFT16, 1, "\x00", packet.data[AT_LEFT16] == 0 ? WIRE_OK : WIRE_BAD_SIGNATURE);
	for (size_t bit = 0; bit < 16; bit++) {
		memcpy(bent, packet.data, packet.len);
		bent[AT_LEFT16 + bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK_EQUAL(read_and_verify(span_of(bent, packet.len), text), WIRE_BAD_SIGNATURE);
	}
}

/* No single bit can be turned without the key. */
static void
test_malleability(struct span packet, struct span text)
{
	uint8_t bent[PGPSIG_MAX];

	for (size_t at = 0; at < packet.len; at++)
		for (unsigned change = 1; change < 256; change *= 2) {
			memcpy(bent, packet.data, packet.len);
			bent[at] ^= (uint8_t)change;
			CHECK(read_and_verify(span_of(bent, packet.len), text) != WIRE_OK);
		}
}

int
main(void)
{
	uint8_t out[PGPSIG_ED25519_MAX];
	struct span text, packet = span_of(out, write_full(out, &text));

	test_gpg();
	test_others();
	test_ecdsa();
	test_own();
	test_kinds(packet, text);
	test_lengths(packet, text);
	test_subpackets(packet, text);
	test_extra(packet, text);
	test_numbers(packet, text);
	test_malleability(packet, text);
	return test_result();
}

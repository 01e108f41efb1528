/* The binding against FIPS 180-4 and RFC 8032 7.1, and the signatures that only lax verifiers accept. */
#include "hex.h"
#include "test.h"
#include "wire/crypto.h"

struct vector {
	const char *seed, *point, *message, *signature;
};

static const struct vector vectors[] = {
	{"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60", "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
	 "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"},
	{"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb", "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
	 "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"},
	{"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7", "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
	 "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"},
};

static void
test_hashes(void)
{
	uint8_t digest[SHA512_SIZE], should[SHA512_SIZE];
	struct wire_sha512 h;

	wire_sha256_of(digest, SPAN_LITERAL("abc"));
	CHECK_EQUAL_SPAN(span_of(digest, SHA256_SIZE), hex(should, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
	wire_sha512_init(&h);
	wire_sha512_update(&h, SPAN_LITERAL("a"));
	wire_sha512_update(&h, SPAN_LITERAL("bc"));
	wire_sha512_final(&h, digest);
	CHECK_EQUAL_SPAN(span_of(digest, SHA512_SIZE),
			 hex(should, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
				     "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"));
}

static void
test_vector(const struct vector *v)
{
	uint8_t seed[32], point[32], message[2], signature[64], made[64];
	struct span text = hex(message, v->message);

	hex(seed, v->seed);
	wire_ed25519_point(made, seed);
	CHECK_EQUAL_SPAN(span_of(made, 32), hex(point, v->point));
	wire_ed25519_sign(made, text, seed);
	CHECK_EQUAL_SPAN(span_of(made, 64), hex(signature, v->signature));
	CHECK(wire_ed25519_verify(signature, text, point));
	signature[0] ^= 1;
	CHECK(!wire_ed25519_verify(signature, text, point));
}

/* S + L satisfies the same equation. */
static void
test_second_form(void)
{
	uint8_t point[32], order[32], signature[64];
	unsigned carry = 0;

	hex(point, vectors[0].point);
	hex(signature, vectors[0].signature);
	hex(order, "edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
	CHECK(wire_ed25519_verify(signature, SPAN_LITERAL(""), point));
	for (size_t i = 0; i < 32; i++) {
		carry += (unsigned)signature[32 + i] + order[i];
		signature[32 + i] = (uint8_t)carry;
		carry >>= 8;
	}
	CHECK(!wire_ed25519_verify(signature, SPAN_LITERAL(""), point));
}

/* With the neutral element as key, R = S * B verifies every message: S = 1, R = B. */
static void
test_small_order(void)
{
	uint8_t point[32], signature[64];

	hex(signature, "5866666666666666666666666666666666666666666666666666666666666666"
		       "0100000000000000000000000000000000000000000000000000000000000000");
	hex(point, "0100000000000000000000000000000000000000000000000000000000000000");
	CHECK(!wire_ed25519_verify(signature, SPAN_LITERAL("anything"), point));
	hex(point, "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"); /* the same, not reduced */
	CHECK(!wire_ed25519_verify(signature, SPAN_LITERAL("anything"), point));
}

static void
test_random(void)
{
	uint8_t a[32] = {0}, b[32] = {0}, nothing[32] = {0};

	wire_random(a, sizeof(a));
	wire_random(b, sizeof(b));
	CHECK(memcmp(a, b, sizeof(a)) != 0 && memcmp(a, nothing, sizeof(a)) != 0);
	wire_wipe(a, sizeof(a));
	CHECK_EQUAL_SPAN(span_of(a, sizeof(a)), span_of(nothing, sizeof(nothing)));
}

int
main(void)
{
	test_hashes();
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		test_vector(&vectors[i]);
	test_second_form();
	test_small_order();
	test_random();
	return test_result();
}

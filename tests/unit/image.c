/* The head of an image: what it is, who has signed it, and every way in which it can be another. */
#include "wire/image.h"

#include "test.h"

enum { CODE = 1000, TOTAL = IMAGE_HEAD + CODE };

static uint8_t bytes[TOTAL];
static uint8_t seed[IMAGE_KEYS + 1][ED25519_SEED_SIZE]; /* the last one is nobody's */
static struct image_keys keys;

static void
sign(unsigned place, unsigned key)
{
	uint8_t signature[ED25519_SIGNATURE_SIZE];

	wire_ed25519_sign(signature, span_of(bytes, IMAGE_SIGNED), seed[key]);
	image_sign(bytes, place, signature);
}

static void
unsigned_image(void)
{
	struct image image = {.board = "bench", .version = 3, .address = 0x08020000, .code = span_of(bytes + IMAGE_HEAD, CODE)};

	for (unsigned i = 0; i < CODE; i++)
		bytes[IMAGE_HEAD + i] = (uint8_t)(i * 7);
	CHECK(image_write_head(bytes, &image));
}

static enum wire_code
judge(void)
{
	struct image image;
	enum wire_code code = image_read(&image, span_of(bytes, TOTAL));

	return code == WIRE_OK ? image_verify(&image, &keys) : code;
}

static void
test_reads_back(void)
{
	struct image image;

	unsigned_image();
	CHECK_EQUAL(image_read(&image, span_of(bytes, TOTAL)), WIRE_OK);
	CHECK_EQUAL_SPAN(span_text(image.board), SPAN_LITERAL("bench"));
	CHECK(image.version == 3 && image.address == 0x08020000 && image.code.len == CODE && image_size(&image) == TOTAL);
	for (size_t len = 0; len < TOTAL; len += len < IMAGE_HEAD - 1 ? 17 : 1)
		CHECK_EQUAL(image_read(&image, span_of(bytes, len)), WIRE_MALFORMED_IMAGE);
	image.version = 0;
	CHECK(!image_write_head(bytes, &image));
	image.version = 1;
	image.code.len = CODE - 1;
	CHECK(!image_write_head(bytes, &image));
	image.code.len = IMAGE_CODE_MAX + IMAGE_UNIT;
	CHECK(!image_write_head(bytes, &image));
}

/* place: of which key; key: who signed it. */
static enum wire_code
signed_by(unsigned place1, unsigned key1, unsigned place2, unsigned key2)
{
	unsigned_image();
	sign(place1, key1);
	sign(place2, key2);
	return judge();
}

static void
test_two_of_three(void)
{
	unsigned_image();
	CHECK_EQUAL(judge(), WIRE_FEW_SIGNATURES);
	CHECK_EQUAL(signed_by(0, 0, 0, 0), WIRE_FEW_SIGNATURES);
	CHECK_EQUAL(signed_by(2, 2, 2, 2), WIRE_FEW_SIGNATURES);
	CHECK_EQUAL(signed_by(0, 0, 1, 1), WIRE_OK);
	CHECK_EQUAL(signed_by(0, 0, 2, 2), WIRE_OK);
	CHECK_EQUAL(signed_by(1, 1, 2, 2), WIRE_OK);
	CHECK_EQUAL(signed_by(0, 0, 1, 0), WIRE_BAD_SIGNATURE); /* one key twice */
	CHECK_EQUAL(signed_by(1, 0, 0, 1), WIRE_BAD_SIGNATURE);
	CHECK_EQUAL(signed_by(0, 0, 1, IMAGE_KEYS), WIRE_BAD_SIGNATURE);
	CHECK_EQUAL(signed_by(0, 0, 1, 1), WIRE_OK);
	sign(2, IMAGE_KEYS); /* a third one that is wrong */
	CHECK_EQUAL(judge(), WIRE_BAD_SIGNATURE);
	sign(2, 2);
	CHECK_EQUAL(judge(), WIRE_OK);
}

/* Two keys that are one: its owner would be two persons. */
static void
test_same_key_burnt_twice(void)
{
	struct image_keys right = keys;

	memcpy(keys.point[1], keys.point[0], ED25519_POINT_SIZE);
	CHECK_EQUAL(signed_by(0, 0, 1, 0), WIRE_FEW_SIGNATURES);
	memset(&keys, 0, sizeof(keys));
	CHECK_EQUAL(signed_by(0, 0, 1, 1), WIRE_FEW_SIGNATURES);
	keys = right;
	CHECK_EQUAL(signed_by(0, 0, 1, 1), WIRE_OK);
}

/* A signature over the same bytes that were meant for something else has no beginning in common: here only that another beginning is not read. */
static void
test_every_bit_of_the_head(void)
{
	unsigned refused = 0;

	CHECK_EQUAL(signed_by(0, 0, 2, 2), WIRE_OK);
	for (unsigned bit = 0; bit < 8 * IMAGE_HEAD; bit += bit % 8 == 7 || bit < 8 * 104 ? 1 : 7) {
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		CHECK(judge() != WIRE_OK);
		refused++;
		bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	CHECK(refused >= 8 * 104);
	CHECK_EQUAL(judge(), WIRE_OK);
	for (unsigned at = IMAGE_HEAD; at < TOTAL; at += 37) {
		bytes[at] ^= 0x80;
		CHECK_EQUAL(judge(), WIRE_MALFORMED_IMAGE);
		bytes[at] ^= 0x80;
	}
	CHECK_EQUAL(judge(), WIRE_OK);
}

int
main(void)
{
	for (unsigned i = 0; i < IMAGE_KEYS + 1; i++) {
		memset(seed[i], (int)i + 1, ED25519_SEED_SIZE);
		if (i < IMAGE_KEYS)
			wire_ed25519_point(keys.point[i], seed[i]);
	}
	test_reads_back();
	test_two_of_three();
	test_same_key_burnt_twice();
	test_every_bit_of_the_head();
	return test_result();
}

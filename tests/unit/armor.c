/* Canonical armor, and beside it every other text that lax readers take for the same bytes. */
#include "test.h"
#include "wire/armor.h"

#define BEGIN "-----BEGIN PGP SIGNATURE-----\n"
#define END "-----END PGP SIGNATURE-----\n"

static bool
is_read(const char *text, const char *should)
{
	uint8_t out[64];
	size_t len = armor_read(out, sizeof(out), ARMOR_SIGNATURE, span_text(text));

	return len > 0 && span_equal(span_of(out, len), span_text(should));
}

static bool
is_refused(const char *text)
{
	uint8_t out[256];

	return armor_read(out, sizeof(out), ARMOR_SIGNATURE, span_text(text)) == 0;
}

static void
test_frame(void)
{
	CHECK(is_read(BEGIN "\nYWJjZA==\n=S2Mq\n" END, "abcd"));
	CHECK(is_refused(BEGIN "Comment: x\n\nYWJjZA==\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\r\nYWJjZA==\r\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJjZA==\n=S2Mq\r\n" END));
	CHECK(is_refused(BEGIN "YWJjZA==\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN " \nYWJjZA==\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJjZA==\n=S2Mq\n" END "\n"));
	CHECK(is_refused(BEGIN "\nYWJjZA==\n=S2Mq\n" END "x"));
	CHECK(is_refused("\n" BEGIN "\nYWJjZA==\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJjZA==\n=S2Mq\n-----END PGP SIGNATURE-----"));
	CHECK(is_refused(BEGIN "\nYWJjZA==\n=S2Mq\n" END BEGIN "\nYWJjZA==\n=S2Mq\n" END));
	CHECK(is_refused("-----BEGIN PGP MESSAGE-----\n\nYWJjZA==\n=S2Mq\n-----END PGP MESSAGE-----\n"));
	CHECK(is_refused("-----BEGIN PGP PUBLIC KEY BLOCK-----\n\nYWJjZA==\n=S2Mq\n-----END PGP PUBLIC KEY BLOCK-----\n"));
	CHECK(is_refused(BEGIN END));
	CHECK(is_refused(""));
}

static void
test_base64(void)
{
	CHECK(is_refused(BEGIN "\nYWJjZA==\n=S2Mr\n" END)); /* checksum */
	CHECK(is_refused(BEGIN "\nYWJjZA==\n" END));
	CHECK(is_refused(BEGIN "\n\n=twTO\n" END)); /* nothing, with its right checksum */
	CHECK(is_refused(BEGIN "\nYWJjZB==\n=S2Mq\n" END)); /* bits behind the last byte */
	CHECK(is_refused(BEGIN "\nYWJjZA=\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJjZA\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJj\nZA==\n=S2Mq\n" END)); /* a short line that is not the last */
	CHECK(is_refused(BEGIN "\nYQ==YmNk\n=S2Mq\n" END)); /* padding inside */
	CHECK(is_refused(BEGIN "\nYWJj ZA==\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJjZA==\n\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJjZ-==\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\n====\n=S2Mq\n" END));
	CHECK(is_refused(BEGIN "\nYWJjZA==\n=GG==\n" END));
}

static void
test_round_trip(void)
{
	uint8_t bytes[200], again[200];
	char text[400];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37);
	for (size_t len = 1; len <= sizeof(bytes); len++) {
		size_t written = armor_write(text, sizeof(text), ARMOR_PUBLIC_KEY, span_of(bytes, len));

		CHECK(written > 0 && armor_write(text, written, ARMOR_PUBLIC_KEY, span_of(bytes, len)) == written);
		CHECK(armor_read(again, len, ARMOR_PUBLIC_KEY, span_of(text, written)) == len && memcmp(again, bytes, len) == 0);
		CHECK(armor_read(again, len - 1, ARMOR_PUBLIC_KEY, span_of(text, written)) == 0);
		CHECK(armor_write(text, written - 1, ARMOR_PUBLIC_KEY, span_of(bytes, len)) == 0);
	}
	CHECK(armor_write(text, sizeof(text), ARMOR_SIGNATURE, span_of(bytes, 0)) == 0);
}

/* Whatever one byte becomes, the text is no longer read as the same bytes. */
static void
test_malleability(void)
{
	char text[] = BEGIN "\nYWJjZA==\n=S2Mq\n" END;

	for (size_t i = 0; i < sizeof(text) - 1; i++) {
		char kept = text[i];

		for (int c = 1; c < 256; c++) {
			text[i] = (char)c;
			CHECK(is_read(text, "abcd") == (text[i] == kept));
		}
		text[i] = kept;
	}
}

int
main(void)
{
	test_frame();
	test_base64();
	test_round_trip();
	test_malleability();
	return test_result();
}

/* CRC-32C: the examples of RFC 3720, and that it does not matter how bytes are divided. */
#include "base/crc32c.h"

#include "test.h"

static void
examples(void)
{
	uint8_t bytes[32] = {0};

	CHECK_EQUAL(ch_crc32c(0, span_of(bytes, sizeof(bytes))), 0x8a9136aa);
	memset(bytes, 0xff, sizeof(bytes));
	CHECK_EQUAL(ch_crc32c(0, span_of(bytes, sizeof(bytes))), 0x62a8ab43);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)i;
	CHECK_EQUAL(ch_crc32c(0, span_of(bytes, sizeof(bytes))), 0x46dd794e);
	CHECK_EQUAL(ch_crc32c(0, SPAN_LITERAL("123456789")), 0xe3069283);
	CHECK_EQUAL(ch_crc32c(0, span_of(NULL, 0)), 0);
}

/* Words at a time and bytes at a time, from wherever they begin. */
static void
parts(void)
{
	uint8_t bytes[67];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 37 + 11);
	for (size_t from = 0; from < 9; from++)
		for (size_t len = 0; from + len <= sizeof(bytes); len++) {
			uint32_t whole = ch_crc32c(7, span_of(bytes + from, len)), crc = 7;

			for (size_t i = 0; i < len; i++)
				crc = ch_crc32c(crc, span_of(bytes + from + i, 1));
			CHECK_EQUAL(crc, whole);
		}
}

int
main(void)
{
	examples();
	parts();
	return test_result();
}

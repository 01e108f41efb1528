/* What reads as a signed commit is made of its parts again byte by byte: nothing in it goes unread. */
#include "wire/commit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char payload[COMMIT_MAX], armor[COMMIT_SIGNATURE_MAX + 1], back[COMMIT_MAX];
	struct span raw = span_of(data, size);
	struct commit c;
	size_t len, armor_len;

	if (commit_read(&c, raw) != WIRE_OK)
		return 0;
	len = commit_write_payload(payload, sizeof(payload), &c);
	armor_len = commit_signature_armor(armor, sizeof(armor), &c);
	len = commit_write_signed(back, sizeof(back), span_of(payload, len), span_of(armor, armor_len));
	if (!span_equal(span_of(back, len), raw))
		__builtin_trap();
	return 0;
}

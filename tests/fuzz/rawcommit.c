/* Any bytes as a commit of any repository: what is signed and the signature are all of it but the header's name, parents read, and an act is one. */
#include "foreign/rawcommit.h"
#include "wire/commit.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(bool holds)
{
	if (!holds)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static char armor[CH_RAW_SIGNATURE_MAX], strict[COMMIT_SIGNATURE_MAX + 1];
	struct span raw = span_of(data, size);
	uint8_t id[OBJECT_ID_SIZE];
	struct ch_raw_commit c;
	struct commit act;
	size_t len;

	ch_raw_tag_read(id, raw);
	if (ch_raw_commit_read(&c, raw) != WIRE_OK) {
		check(commit_read(&act, raw) != WIRE_OK);
		return 0;
	}
	for (size_t i = 0; i < ch_raw_commit_parents(&c); i++)
		ch_raw_commit_parent(id, &c, i);
	if (c.signature.data == NULL)
		return 0;
	check(c.head.len + strlen("gpgsig ") + c.signature.len + 1 + c.tail.len == size);
	len = ch_raw_commit_armor(armor, sizeof(armor), &c);
	if (commit_read(&act, raw) != WIRE_OK)
		return 0;
	check(span_equal(act.head, c.head) && span_equal(act.tail, c.tail) && ch_raw_commit_parents(&c) == act.parents);
	check(len == commit_signature_armor(strict, sizeof(strict), &act) && memcmp(armor, strict, len) == 0);
	return 0;
}

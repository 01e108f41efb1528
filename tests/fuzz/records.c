/*
 * Each record that is read writes back as the same bytes; receipts and their signatures cover their file without a gap.
 *
 * libFuzzer: -max_len=1024
 */
#include "records/records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
must_equal(struct span a, struct span b)
{
	if (!span_equal(a, b))
		__builtin_trap();
}

static void
check_receipts(struct span text)
{
	struct span rest = text;
	struct ch_signed_receipt r;
	enum wire_code code = WIRE_OK;

	while (ch_receipts_next(&r, &rest, &code))
		if (r.text.data + r.text.len != r.armor.data || r.armor.data + r.armor.len != rest.data)
			__builtin_trap();
	if (code == WIRE_OK && rest.len)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of(data, size);
	struct ch_arena arena = {0};
	struct ch_archive_record archive;
	struct ch_person_record person;
	struct ch_application_record application;

	if (ch_archive_record_read(&archive, text) == NULL)
		must_equal(ch_archive_record_write(&archive, &arena), text);
	if (ch_person_record_read(&person, text) == NULL)
		must_equal(ch_person_record_write(&person, &arena), text);
	if (ch_application_record_read(&application, text, &arena) == NULL)
		must_equal(ch_application_record_write(&application, &arena), text);
	check_receipts(text);
	ch_arena_clear(&arena);
	return 0;
}

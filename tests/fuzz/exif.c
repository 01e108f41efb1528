/*
 * What a camera says of its photo: whatever the bytes are, each part is empty or in its form, and nothing in it is more than a printable character.
 *
 * libFuzzer: -max_len=1024
 */
#include "match/exif.h"
#include "wire/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_printable(const char *text, size_t room)
{
	size_t len = strnlen(text, room);

	if (len == room)
		__builtin_trap();
	for (size_t i = 0; i < len; i++)
		if (text[i] < ' ' || text[i] > '~')
			__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_exif exif;

	ch_exif_read(&exif, span_of(data, size));
	check_printable(exif.time, sizeof(exif.time));
	check_printable(exif.position, sizeof(exif.position));
	check_printable(exif.camera, sizeof(exif.camera));
	if (*exif.time && strlen(exif.time) != sizeof("YYYY-MM-DD hh:mm:ss") - 1)
		__builtin_trap();
	if (*exif.position && !text_is_position(span_text(exif.position)))
		__builtin_trap();
	return 0;
}

/* The head of an image that is read is the one that would be written, but for who has signed; and nobody's signature vouches for it. */
#include "wire/image.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct image_keys nobody = {{{1}, {2}, {3}}};
	uint8_t head[IMAGE_HEAD];
	struct image image;

	if (image_read(&image, span_of(data, size)) != WIRE_OK)
		return 0;
	if (image_size(&image) > size || !image_write_head(head, &image) || memcmp(head, data, IMAGE_SIGNED - SHA256_SIZE) != 0)
		__builtin_trap();
	if (image_verify(&image, &nobody) == WIRE_OK)
		__builtin_trap();
	return 0;
}

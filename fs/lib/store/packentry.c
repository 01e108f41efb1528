#include "packentry.h"

#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>

enum { DEFLATED_MAX = 1032, LITTLE = 64 }; /* bytes that one byte can stand for; and what is plausible of next to nothing */

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t mine; /* the thread's inflater */

static void
end(void *inflater)
{
	libdeflate_free_decompressor(inflater);
}

static void
start(void)
{
	if (pthread_key_create(&mine, end) != 0)
		abort();
}

static struct libdeflate_decompressor *
inflater(void)
{
	struct libdeflate_decompressor *own;

	pthread_once(&once, start);
	if ((own = pthread_getspecific(mine)))
		return own;
	if ((own = libdeflate_alloc_decompressor()) == NULL || pthread_setspecific(mine, own) != 0)
		abort();
	return own;
}

/* Four bits of the size, then seven at a time, least significant first. */
size_t
ch_packentry_put_header(uint8_t out[PACKENTRY_HEADER_MAX], enum ch_object type, size_t size)
{
	size_t len = 0;

	out[len] = (uint8_t)((unsigned)type << 4 | (size & 15));
	for (size >>= 4; size; size >>= 7) {
		out[len++] |= 0x80;
		out[len] = size & 0x7f;
	}
	return len + 1;
}

bool
ch_packentry_header(enum ch_object *type, size_t *size, struct span *rest)
{
	unsigned shift = 4;
	uint8_t byte;

	if (rest->len == 0)
		return false;
	byte = rest->data[0];
	*type = (enum ch_object)(byte >> 4 & 7);
	*size = byte & 15;
	*rest = span_skip(*rest, 1);
	for (; byte & 0x80; shift += 7) {
		if (rest->len == 0 || shift > 32)
			return false;
		byte = rest->data[0];
		*size |= (size_t)(byte & 0x7f) << shift;
		*rest = span_skip(*rest, 1);
		if (byte == 0)
			return false;
	}
	return *type == CH_COMMIT || *type == CH_TREE || *type == CH_BLOB;
}

bool
ch_packentry_plausible(size_t size, struct span rest)
{
	return size <= LITTLE || size / DEFLATED_MAX <= rest.len;
}

bool
ch_packentry_inflate(uint8_t *out, size_t size, struct span *rest)
{
	size_t used = 0;

	if (libdeflate_zlib_decompress_ex(inflater(), rest->data, rest->len, out, size, &used, NULL) != LIBDEFLATE_SUCCESS)
		return false;
	*rest = span_skip(*rest, used);
	return true;
}

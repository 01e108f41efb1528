#include "packentry.h"

#include <libdeflate.h>
#include <pthread.h>
#include <stdlib.h>

enum { FASTEST = 1, DEFLATED_MAX = 1032, LITTLE = 64, BACK_MAX = 8 }; /* bytes that one byte can stand for; what is plausible of next to nothing; bytes of a distance */

/* Of each thread its own; made when it is wanted. */
struct tools {
	struct libdeflate_decompressor *inflater;
	struct libdeflate_compressor *deflater;
};

static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void
end(void *mine)
{
	struct tools *tools = mine;

	libdeflate_free_decompressor(tools->inflater);
	libdeflate_free_compressor(tools->deflater);
	free(tools);
}

static void
start(void)
{
	if (pthread_key_create(&key, end) != 0)
		abort();
}

static struct tools *
mine(void)
{
	struct tools *tools;

	pthread_once(&once, start);
	if ((tools = pthread_getspecific(key)))
		return tools;
	if ((tools = calloc(1, sizeof(*tools))) == NULL || pthread_setspecific(key, tools) != 0)
		abort();
	return tools;
}

static struct libdeflate_decompressor *
inflater(void)
{
	struct tools *tools = mine();

	if (tools->inflater == NULL && (tools->inflater = libdeflate_alloc_decompressor()) == NULL)
		abort();
	return tools->inflater;
}

static struct libdeflate_compressor *
deflater(void)
{
	struct tools *tools = mine();

	if (tools->deflater == NULL && (tools->deflater = libdeflate_alloc_compressor(FASTEST)) == NULL)
		abort();
	return tools->deflater;
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
ch_packentry_kind(unsigned *kind, size_t *size, struct span *rest)
{
	unsigned shift = 4;
	uint8_t byte;

	if (rest->len == 0)
		return false;
	byte = rest->data[0];
	*kind = byte >> 4 & 7;
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
	return true;
}

bool
ch_packentry_header(enum ch_object *type, size_t *size, struct span *rest)
{
	unsigned kind;

	if (!ch_packentry_kind(&kind, size, rest))
		return false;
	*type = (enum ch_object)kind;
	return *type == CH_COMMIT || *type == CH_TREE || *type == CH_BLOB;
}

/* Seven bits at a time, most significant first; each further byte stands for one more than it has. */
bool
ch_packentry_back(uint64_t *back, struct span *rest)
{
	uint64_t so_far = 0;
	uint8_t byte = 0x80;

	for (size_t len = 0; byte & 0x80; len++) {
		if (rest->len == 0 || len == BACK_MAX)
			return false;
		byte = rest->data[0];
		*rest = span_skip(*rest, 1);
		so_far = (len ? so_far + 1 : 0) << 7 | (byte & 0x7f);
	}
	*back = so_far;
	return true;
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

size_t
ch_packentry_deflate(uint8_t *out, size_t room, struct span raw)
{
	return libdeflate_zlib_compress(deflater(), raw.len ? raw.data : out, raw.len, out, room);
}

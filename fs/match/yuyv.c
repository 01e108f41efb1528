#include "yuyv.h"

#include "jpeg.h"
#include "jpegerror.h"

enum { QUALITY = 90, CHANNELS = 3 };

struct encoder {
	struct jpeg_compress_struct jpeg;
	struct ch_jpeg_errors errors;
	unsigned char *bytes;
	unsigned long len;
};

static bool
is_whole(const struct ch_yuyv *p)
{
	size_t row = 2 * (size_t)p->width;

	return p->width > 0 && p->width % 2 == 0 && p->height > 0 && (uint64_t)p->width * p->height <= JPEG_PIXELS_MAX && p->stride >= row &&
	       p->bytes.len >= row && (p->bytes.len - row) / p->stride >= p->height - 1;
}

static void
begin(struct encoder *e, const struct ch_yuyv *p)
{
	jpeg_create_compress(&e->jpeg);
	jpeg_mem_dest(&e->jpeg, &e->bytes, &e->len);
	e->jpeg.image_width = p->width;
	e->jpeg.image_height = p->height;
	e->jpeg.input_components = CHANNELS;
	e->jpeg.in_color_space = JCS_YCbCr;
	jpeg_set_defaults(&e->jpeg);
	jpeg_set_quality(&e->jpeg, QUALITY, TRUE);
	jpeg_start_compress(&e->jpeg, TRUE);
}

/* Both pixels of a pair have its colour. */
static void
spread(JSAMPLE *out, const uint8_t *pair, unsigned pairs)
{
	for (; pairs > 0; pairs--, pair += 4, out += 2 * CHANNELS) {
		out[0] = pair[0];
		out[3] = pair[2];
		out[1] = out[4] = pair[1];
		out[2] = out[5] = pair[3];
	}
}

static void
write_rows(struct encoder *e, const struct ch_yuyv *p)
{
	JSAMPARRAY row = e->jpeg.mem->alloc_sarray((j_common_ptr)&e->jpeg, JPOOL_IMAGE, CHANNELS * p->width, 1);

	for (unsigned y = 0; y < p->height; y++) {
		spread(row[0], p->bytes.data + y * p->stride, p->width / 2);
		jpeg_write_scanlines(&e->jpeg, row, 1);
	}
	jpeg_finish_compress(&e->jpeg);
}

static const struct ch_error *
encode(struct encoder *e, const struct ch_yuyv *picture)
{
	if (setjmp(e->errors.out))
		return ch_jpeg_fail(CH_IO, "cannot make a JPEG picture", (j_common_ptr)&e->jpeg);
	begin(e, picture);
	write_rows(e, picture);
	return NULL;
}

const struct ch_error *
ch_yuyv_to_jpeg(struct span *jpeg, const struct ch_yuyv *picture)
{
	struct encoder e = {0};
	const struct ch_error *error;

	*jpeg = span_of(NULL, 0);
	if (!is_whole(picture))
		return ch_fail(CH_REFUSED, "not a whole picture of %u x %u pixels", picture->width, picture->height);
	e.jpeg.err = ch_jpeg_errors(&e.errors);
	error = encode(&e, picture);
	jpeg_destroy_compress(&e.jpeg);
	*jpeg = span_of(e.bytes, error ? 0 : e.len);
	return error;
}

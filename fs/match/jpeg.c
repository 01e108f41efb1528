#include "jpeg.h"

#include <stdlib.h>

#include "jpegerror.h"

#include <jerror.h>

enum { REDUCED_QUALITY = 70 };

static const char not_whole[] = "not a whole JPEG picture";

struct decoder {
	struct jpeg_decompress_struct jpeg;
	struct ch_jpeg_errors errors;
	struct jpeg_progress_mgr progress;
};

/* libjpeg would invent the rest of a picture that is cut short. */
static void
take_warning(j_common_ptr jpeg, int level)
{
	if (level < 0 && (jpeg->err->msg_code == JWRN_JPEG_EOF || jpeg->err->msg_code == JWRN_HIT_MARKER))
		jpeg->err->error_exit(jpeg);
}

/* A small file with thousands of scans over a large picture would take hours. */
static void
count_scans(j_common_ptr jpeg)
{
	if (((j_decompress_ptr)jpeg)->input_scan_number > JPEG_SCANS_MAX)
		ERREXIT(jpeg, JERR_BAD_PROGRESSION);
}

static void
decoder_init(struct decoder *d)
{
	d->jpeg.err = ch_jpeg_errors(&d->errors);
	d->errors.manager.emit_message = take_warning;
	d->progress.progress_monitor = count_scans;
}

static const struct ch_error *
read_header(struct decoder *d, struct span bytes)
{
	jpeg_create_decompress(&d->jpeg);
	d->jpeg.progress = &d->progress;
	jpeg_mem_src(&d->jpeg, bytes.data, (unsigned long)bytes.len);
	jpeg_read_header(&d->jpeg, TRUE);
	d->jpeg.out_color_space = JCS_GRAYSCALE;
	if ((uint64_t)d->jpeg.image_width * d->jpeg.image_height <= JPEG_PIXELS_MAX)
		return NULL;
	return ch_fail(CH_REFUSED, "picture of %u x %u pixels: at most %d are read", d->jpeg.image_width, d->jpeg.image_height, JPEG_PIXELS_MAX);
}

static void
read_rows(struct decoder *d, struct ch_grey *image)
{
	jpeg_start_decompress(&d->jpeg);
	while (d->jpeg.output_scanline < d->jpeg.output_height) {
		JSAMPROW row = image->pixels + d->jpeg.output_scanline * image->width;
		jpeg_read_scanlines(&d->jpeg, &row, 1);
	}
	jpeg_finish_decompress(&d->jpeg);
}

static const struct ch_error *
decode(struct ch_grey *image, struct decoder *d, struct span bytes)
{
	const struct ch_error *error;

	if (setjmp(d->errors.out))
		return ch_jpeg_fail(CH_REFUSED, not_whole, (j_common_ptr)&d->jpeg);
	if ((error = read_header(d, bytes)))
		return error;
	image->width = d->jpeg.image_width;
	image->height = d->jpeg.image_height;
	if ((image->pixels = malloc(image->width * image->height)) == NULL)
		return ch_fail_errno("cannot hold a picture of %u x %u pixels", d->jpeg.image_width, d->jpeg.image_height);
	read_rows(d, image);
	return NULL;
}

const struct ch_error *
ch_jpeg_read(struct ch_grey *image, struct span jpeg)
{
	struct decoder d = {0};
	const struct ch_error *error;

	*image = (struct ch_grey){0};
	decoder_init(&d);
	error = decode(image, &d, jpeg);
	jpeg_destroy_decompress(&d.jpeg);
	return error;
}

void
ch_grey_free(struct ch_grey *image)
{
	free(image->pixels);
	*image = (struct ch_grey){0};
}

/* ---- made smaller ---- */

/* The largest reduction by two, four or eight that keeps it no smaller than that. */
static unsigned
reduction(const struct jpeg_decompress_struct *jpeg, unsigned side)
{
	unsigned larger = jpeg->image_width > jpeg->image_height ? jpeg->image_width : jpeg->image_height, by = 1;

	while (by < 8 && larger / (2 * by) >= side)
		by *= 2;
	return by;
}

static void
begin_writing(struct jpeg_compress_struct *to, const struct jpeg_decompress_struct *from, unsigned char **bytes, unsigned long *len)
{
	jpeg_mem_dest(to, bytes, len);
	to->image_width = from->output_width;
	to->image_height = from->output_height;
	to->input_components = from->output_components;
	to->in_color_space = from->out_color_space;
	jpeg_set_defaults(to);
	jpeg_set_quality(to, REDUCED_QUALITY, TRUE);
	jpeg_start_compress(to, TRUE);
}

static void
copy_rows(struct jpeg_compress_struct *to, struct jpeg_decompress_struct *from)
{
	JSAMPARRAY row = from->mem->alloc_sarray((j_common_ptr)from, JPOOL_IMAGE, from->output_width * (unsigned)from->output_components, 1);

	while (from->output_scanline < from->output_height) {
		jpeg_read_scanlines(from, row, 1);
		jpeg_write_scanlines(to, row, 1);
	}
}

struct reducer {
	struct decoder decoder;
	struct jpeg_compress_struct to;
	unsigned char *bytes;
	unsigned long len;
};

static const struct ch_error *
reduce(struct reducer *r, struct span jpeg, unsigned side)
{
	struct decoder *d = &r->decoder;
	const struct ch_error *error;

	if (setjmp(d->errors.out))
		return ch_jpeg_fail(CH_REFUSED, not_whole, (j_common_ptr)&d->jpeg);
	if ((error = read_header(d, jpeg)))
		return error;
	d->jpeg.out_color_space = d->jpeg.num_components == 1 ? JCS_GRAYSCALE : JCS_RGB;
	d->jpeg.scale_num = 1;
	d->jpeg.scale_denom = reduction(&d->jpeg, side);
	jpeg_start_decompress(&d->jpeg);
	begin_writing(&r->to, &d->jpeg, &r->bytes, &r->len);
	copy_rows(&r->to, &d->jpeg);
	jpeg_finish_compress(&r->to);
	jpeg_finish_decompress(&d->jpeg);
	return NULL;
}

const struct ch_error *
ch_jpeg_reduce(struct span *out, struct span jpeg, unsigned side)
{
	struct reducer r = {0};
	const struct ch_error *error;

	decoder_init(&r.decoder);
	r.to.err = r.decoder.jpeg.err;
	jpeg_create_compress(&r.to);
	error = reduce(&r, jpeg, side);
	jpeg_destroy_compress(&r.to);
	jpeg_destroy_decompress(&r.decoder.jpeg);
	*out = span_of(r.bytes, error ? 0 : r.len);
	return error;
}

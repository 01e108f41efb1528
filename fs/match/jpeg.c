#include "jpeg.h"

#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>

#include <jerror.h>
#include <jpeglib.h>

/* libjpeg knows no return codes: its complaints leave through `out`. */
struct decoder {
	struct jpeg_decompress_struct jpeg;
	struct jpeg_error_mgr errors;
	struct jpeg_progress_mgr progress;
	jmp_buf out;
};

static _Noreturn void
leave(j_common_ptr jpeg)
{
	struct decoder *d = jpeg->client_data;

	longjmp(d->out, 1);
}

/* libjpeg would invent the rest of a picture that is cut short. */
static void
take_warning(j_common_ptr jpeg, int level)
{
	if (level < 0 && (jpeg->err->msg_code == JWRN_JPEG_EOF || jpeg->err->msg_code == JWRN_HIT_MARKER))
		leave(jpeg);
}

static void
say_nothing(j_common_ptr jpeg)
{
	(void)jpeg;
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
	d->jpeg.err = jpeg_std_error(&d->errors);
	d->jpeg.client_data = d;
	d->errors.error_exit = leave;
	d->errors.emit_message = take_warning;
	d->errors.output_message = say_nothing;
	d->progress.progress_monitor = count_scans;
}

static void
read_header(struct decoder *d, struct span bytes)
{
	jpeg_create_decompress(&d->jpeg);
	d->jpeg.progress = &d->progress;
	jpeg_mem_src(&d->jpeg, bytes.data, (unsigned long)bytes.len);
	jpeg_read_header(&d->jpeg, TRUE);
	d->jpeg.out_color_space = JCS_GRAYSCALE;
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
	char reason[JMSG_LENGTH_MAX];

	if (setjmp(d->out)) {
		d->errors.format_message((j_common_ptr)&d->jpeg, reason);
		return ch_fail(CH_REFUSED, "not a whole JPEG picture: %s", reason);
	}
	read_header(d, bytes);
	if ((uint64_t)d->jpeg.image_width * d->jpeg.image_height > JPEG_PIXELS_MAX)
		return ch_fail(CH_REFUSED, "picture of %u x %u pixels: at most %d are read", d->jpeg.image_width, d->jpeg.image_height,
			       JPEG_PIXELS_MAX);
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

#include "huffman.h"

#include <stdlib.h>

#include "jpegerror.h"
#include "mjpeg.h"

enum { SEGMENT_MAX = 4 + 4 * (1 + 16 + 256) };

/* One table, of class 0 (DC) or 1 (AC), as it stands in a segment. */
static size_t
put_table(uint8_t *out, const JHUFF_TBL *table, unsigned class, unsigned number)
{
	size_t count = 0;

	out[0] = (uint8_t)(class << 4 | number);
	for (size_t i = 1; i <= 16; i++)
		count += out[i] = table->bits[i];
	memcpy(out + 17, table->huffval, count);
	return 17 + count;
}

struct tables {
	struct jpeg_compress_struct jpeg;
	struct ch_jpeg_errors errors;
};

static bool
make_tables(struct tables *t)
{
	t->jpeg.err = ch_jpeg_errors(&t->errors);
	if (setjmp(t->errors.out))
		return false;
	jpeg_create_compress(&t->jpeg);
	t->jpeg.input_components = 3;
	t->jpeg.in_color_space = JCS_YCbCr;
	jpeg_set_defaults(&t->jpeg);
	return true;
}

/* A segment of the four tables, as libjpeg has them. 0 without memory. */
static size_t
put_segment(uint8_t out[SEGMENT_MAX])
{
	struct tables t = {0};
	size_t len = 4;
	bool made = make_tables(&t);

	for (unsigned i = 0; i < 2 && made; i++) {
		len += put_table(out + len, t.jpeg.dc_huff_tbl_ptrs[i], 0, i);
		len += put_table(out + len, t.jpeg.ac_huff_tbl_ptrs[i], 1, i);
	}
	jpeg_destroy_compress(&t.jpeg);
	put16(out, 0xffc4);
	put16(out + 2, (uint16_t)(len - 2));
	return made ? len : 0;
}

const struct ch_error *
ch_huffman_complete(struct span *out, struct span picture)
{
	size_t at = 0, more = 0;
	uint8_t *copy, segment[SEGMENT_MAX];

	*out = span_of(NULL, 0);
	if (!ch_mjpeg_has_tables(&at, picture) && (more = put_segment(segment)) == 0)
		return ch_fail(CH_IO, "cannot hold a picture: no memory");
	if ((copy = malloc(picture.len + more)) == NULL)
		return ch_fail_errno("cannot hold a picture");
	memcpy(copy, picture.data, at);
	memcpy(copy + at, segment, more);
	memcpy(copy + at + more, picture.data + at, picture.len - at);
	*out = span_of(copy, picture.len + more);
	return NULL;
}

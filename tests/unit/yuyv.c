/* Pictures that a camera has not compressed: each pixel is as bright in the JPEG picture, rows with gaps or without; and what is no whole picture. */
#include "match/yuyv.h"

#include <stdlib.h>

#include "match/jpeg.h"
#include "unit/test.h"

enum { WIDTH = 64, HEIGHT = 24, GAP = 12 };

/* Left and right differ, top and bottom, and what is in the gaps is to be seen nowhere. */
static uint8_t
brightness(size_t x, size_t y)
{
	return (uint8_t)((x < WIDTH / 2 ? 40 : 120) + (y < HEIGHT / 2 ? 0 : 80));
}

static struct ch_yuyv
picture(uint8_t *bytes, size_t stride)
{
	memset(bytes, 255, stride * HEIGHT);
	for (size_t y = 0; y < HEIGHT; y++)
		for (size_t x = 0; x < WIDTH; x++) {
			bytes[y * stride + 2 * x] = brightness(x, y);
			bytes[y * stride + 2 * x + 1] = x % 2 ? 90 : 200; /* Cr, Cb */
		}
	return (struct ch_yuyv){span_of(bytes, stride * HEIGHT), WIDTH, HEIGHT, stride};
}

static void
check_written(const struct ch_yuyv *picture)
{
	struct ch_grey grey = {0};
	struct span jpeg;

	CHECK(ch_yuyv_to_jpeg(&jpeg, picture) == NULL);
	CHECK(ch_jpeg_read(&grey, jpeg) == NULL);
	CHECK(grey.width == WIDTH && grey.height == HEIGHT);
	for (size_t i = 0; grey.pixels && i < WIDTH * HEIGHT; i++)
		CHECK(abs(grey.pixels[i] - brightness(i % WIDTH, i / WIDTH)) <= 4);
	ch_grey_free(&grey);
	free((void *)jpeg.data);
}

static void
check_refused(struct ch_yuyv picture)
{
	const struct ch_error *error;
	struct span jpeg;

	error = ch_yuyv_to_jpeg(&jpeg, &picture);
	CHECK(error && error->class == CH_REFUSED && strstr(error->message, "not a whole picture of"));
	CHECK(jpeg.len == 0);
	free((void *)jpeg.data);
}

int
main(void)
{
	static uint8_t bytes[(2 * WIDTH + GAP) * HEIGHT];
	struct ch_yuyv p = picture(bytes, 2 * WIDTH);

	check_written(&p);
	check_refused((struct ch_yuyv){span_of(bytes, p.bytes.len - 1), WIDTH, HEIGHT, p.stride});
	check_refused((struct ch_yuyv){p.bytes, WIDTH, HEIGHT + 1, p.stride});
	check_refused((struct ch_yuyv){p.bytes, WIDTH, HEIGHT, p.stride - 2});
	check_refused((struct ch_yuyv){p.bytes, WIDTH, HEIGHT, 0});
	check_refused((struct ch_yuyv){p.bytes, WIDTH - 1, HEIGHT, p.stride});
	check_refused((struct ch_yuyv){p.bytes, 0, HEIGHT, p.stride});
	check_refused((struct ch_yuyv){p.bytes, WIDTH, 0, p.stride});
	check_refused((struct ch_yuyv){p.bytes, UINT32_MAX - 1, UINT32_MAX, SIZE_MAX});
	p = picture(bytes, 2 * WIDTH + GAP);
	check_written(&p);
	p.bytes.len -= GAP; /* behind the last row there need be none */
	check_written(&p);
	return test_result();
}

/*
 * A phone's camera that looks at the display of a simulated seal: camera DISPLAY.pgm >PHOTO.jpg. The display's picture stands in a scene of its own:
 * scaled, a few degrees turned, grey surroundings with a light falling in from one side, some noise; so that whoever wants the code must read it.
 */
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include <jpeglib.h>

enum { WIDTH = 640, HEIGHT = 480, DISPLAY_SIDE = 300, QUALITY = 85 };

struct picture {
	unsigned char *pixels;
	int width, height;
};

static struct picture
read_pgm(const char *path)
{
	FILE *file = fopen(path, "rb");
	struct picture p = {0};
	size_t size;
	int most;

	if (file == NULL && errno == ENOENT) { /* it has not shown anything yet: the desk */
		p = (struct picture){.pixels = calloc(1, 4), .width = 2, .height = 2};
		return p;
	}
	if (file == NULL || fscanf(file, "P5 %d %d %d", &p.width, &p.height, &most) != 3 || fgetc(file) == EOF || most != 255 || p.width < 1 ||
	    p.height < 1 || p.width > 4096 || p.height > 4096) {
		fprintf(stderr, "camera: '%s' shows no picture\n", path);
		exit(1);
	}
	size = (size_t)p.width * (size_t)p.height;
	if ((p.pixels = malloc(size)) == NULL || fread(p.pixels, 1, size, file) != size) {
		fprintf(stderr, "camera: '%s' is cut short\n", path);
		exit(1);
	}
	fclose(file);
	return p;
}

/* Between the four nearest pixels; outside the display: the desk. */
static double
brightness(const struct picture *p, double u, double v)
{
	int x = (int)floor(u), y = (int)floor(v);
	double a = u - x, b = v - y;
	const unsigned char *at;

	if (u < 0 || v < 0 || x + 1 >= p->width || y + 1 >= p->height)
		return 110;
	at = p->pixels + y * p->width + x;
	return 25 + 0.8 * ((1 - b) * ((1 - a) * at[0] + a * at[1]) + b * ((1 - a) * at[p->width] + a * at[p->width + 1]));
}

static unsigned char
noisy(double light)
{
	static unsigned seed = 1;

	seed = seed * 1103515245u + 12345u;
	light += (double)(seed >> 16 & 15) - 7.5;
	return (unsigned char)(light < 0 ? 0 : light > 255 ? 255 : light);
}

static void
see_row(JSAMPLE *row, int y, const struct picture *display)
{
	const double angle = 0.07, scale = (double)DISPLAY_SIDE / (display->width > display->height ? display->width : display->height);

	for (int x = 0; x < WIDTH; x++) {
		double dx = (x - 0.53 * WIDTH) / scale, dy = (y - 0.48 * HEIGHT) / scale;
		double u = cos(angle) * dx + sin(angle) * dy + display->width / 2.0, v = cos(angle) * dy - sin(angle) * dx + display->height / 2.0;
		row[x] = noisy(brightness(display, u, v) * (0.85 + 0.2 * x / WIDTH));
	}
}

static void
take_photo(const struct picture *display)
{
	struct jpeg_compress_struct jpeg;
	struct jpeg_error_mgr errors;
	JSAMPLE row[WIDTH];
	JSAMPROW rows = row;

	jpeg.err = jpeg_std_error(&errors);
	jpeg_create_compress(&jpeg);
	jpeg_stdio_dest(&jpeg, stdout);
	jpeg.image_width = WIDTH;
	jpeg.image_height = HEIGHT;
	jpeg.input_components = 1;
	jpeg.in_color_space = JCS_GRAYSCALE;
	jpeg_set_defaults(&jpeg);
	jpeg_set_quality(&jpeg, QUALITY, TRUE);
	jpeg_start_compress(&jpeg, TRUE);
	for (int y = 0; y < HEIGHT; y++) {
		see_row(row, y, display);
		jpeg_write_scanlines(&jpeg, &rows, 1);
	}
	jpeg_finish_compress(&jpeg);
	jpeg_destroy_compress(&jpeg);
}

int
main(int argc, char **argv)
{
	struct picture display;

	if (argc != 2) {
		fprintf(stderr, "usage: camera DISPLAY.pgm >PHOTO.jpg\n");
		return 2;
	}
	display = read_pgm(argv[1]);
	take_photo(&display);
	free(display.pixels);
	return fflush(stdout) == 0 ? 0 : 74;
}

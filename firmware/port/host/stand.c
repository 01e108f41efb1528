#include "stand.h"

#include <stdio.h>
#include <time.h>

#include "trace.h"

enum { HAND_DOWN = 150, HAND_UP = 100, SCALE = 8, PICTURE_SIDE = DISPLAY_SIDE * SCALE }; /* milliseconds; pixels */

uint64_t
stand_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

void
stand_coil(struct stand *stand, bool energised)
{
	if (stand->coil != energised) {
		stand->coil_since = stand_now();
		trace("coil", energised);
	}
	stand->coil = energised;
}

/* The hand presses when the lock gives way; the stamp comes up a moment after the coil has let go. */
static bool
hand_is_down(const struct stand *stand)
{
	uint64_t since = stand_now() - stand->coil_since;

	if (!stand->hand || stand->coil_since == 0)
		return false;
	return stand->coil ? since >= HAND_DOWN : since < HAND_UP;
}

bool
stand_pressed(struct stand *stand)
{
	bool down = hand_is_down(stand);

	if (down != stand->down)
		trace("stamp", down);
	return stand->down = down;
}

static bool
write_picture(FILE *f, const struct display *display)
{
	uint8_t line[PICTURE_SIDE];

	fprintf(f, "P5\n%d %d\n255\n", PICTURE_SIDE, PICTURE_SIDE);
	for (int y = 0; y < PICTURE_SIDE; y++) {
		for (int x = 0; x < PICTURE_SIDE; x++)
			line[x] = display->lit && display->dark[y / SCALE][x / SCALE] ? 0 : 255;
		fwrite(line, 1, sizeof(line), f);
	}
	return ferror(f) == 0;
}

void
stand_show(const struct stand *stand, const struct display *display)
{
	char temporary[4096];
	bool written;
	FILE *f;

	trace("display", display->lit);
	if (stand->picture == NULL)
		return;
	snprintf(temporary, sizeof(temporary), "%s.new", stand->picture);
	if ((f = fopen(temporary, "wb")) == NULL)
		return;
	written = write_picture(f, display);
	if (fclose(f) == 0 && written)
		rename(temporary, stand->picture);
}

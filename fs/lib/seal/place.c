#include "place.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "wire/text.h"

static const double EARTH = 6371000; /* metres */

bool
ch_place_read(double *latitude, double *longitude, struct span position)
{
	char text[40], *comma;

	if (!text_is_position(position) || position.len >= sizeof(text))
		return false;
	snprintf(text, sizeof(text), "%.*s", (int)position.len, (const char *)position.data);
	*latitude = strtod(text, &comma);
	*longitude = strtod(comma + 1, NULL);
	return true;
}

static double
radians(double degrees)
{
	return degrees * 3.14159265358979323846 / 180;
}

static double
square(double x)
{
	return x * x;
}

/* The haversine formula, which does not lose what is near. */
bool
ch_place_distance(double *metres, struct span from, struct span to)
{
	double lat1, lon1, lat2, lon2, h;

	if (!ch_place_read(&lat1, &lon1, from) || !ch_place_read(&lat2, &lon2, to))
		return false;
	h = square(sin(radians(lat2 - lat1) / 2)) + cos(radians(lat1)) * cos(radians(lat2)) * square(sin(radians(lon2 - lon1) / 2));
	*metres = 2 * EARTH * asin(sqrt(h < 1 ? h : 1));
	return true;
}

void
ch_place_words(char words[PLACE_WORDS], double metres)
{
	bool far = metres >= 10000;

	snprintf(words, PLACE_WORDS, far ? "%.0f km" : "%.0f m", far ? metres / 1000 : metres);
}

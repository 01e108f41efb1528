#include "gps.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include <gps.h>

#include "base/clock.h"
#include "wire/text.h"

static bool
has_fix(char position[GPS_POSITION_SIZE], const struct gps_data_t *data)
{
	if (!(data->set & LATLON_SET) || data->fix.mode < MODE_2D || !isfinite(data->fix.latitude) || !isfinite(data->fix.longitude))
		return false;
	snprintf(position, GPS_POSITION_SIZE, "%.6f,%.6f", data->fix.latitude, data->fix.longitude);
	return text_is_position(span_text(position));
}

/* Not by the clock of the day, which the first fix may set. */
static const struct ch_error *
wait_for_fix(char position[GPS_POSITION_SIZE], struct gps_data_t *data)
{
	int64_t end = ch_clock_milliseconds() + GPS_SECONDS_MAX * 1000;

	while (ch_clock_milliseconds() < end) {
		if (!gps_waiting(data, 500000))
			continue;
		if (gps_read(data, NULL, 0) < 0)
			return ch_fail(CH_LATER, "gpsd has ended; say --position LAT,LON");
		if (has_fix(position, data))
			return NULL;
	}
	return ch_fail(CH_LATER, "gpsd has no fix after %d s: is the sky in view? Otherwise say --position LAT,LON", GPS_SECONDS_MAX);
}

const struct ch_error *
ch_gps_position(char position[GPS_POSITION_SIZE], const char *server)
{
	const char *colon = strrchr(server, ':');
	const struct ch_error *error;
	struct gps_data_t data = {0};
	char host[256];

	snprintf(host, sizeof(host), "%.*s", (int)(colon ? colon - server : (long)strlen(server)), server);
	if (gps_open(*host ? host : "localhost", colon ? colon + 1 : DEFAULT_GPSD_PORT, &data) != 0)
		return ch_fail(CH_LATER, "gpsd cannot be reached at '%s'; say --position LAT,LON", *server ? server : "localhost");
	gps_stream(&data, WATCH_ENABLE | WATCH_JSON, NULL);
	error = wait_for_fix(position, &data);
	gps_stream(&data, WATCH_DISABLE, NULL);
	gps_close(&data);
	return error;
}

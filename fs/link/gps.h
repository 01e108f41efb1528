/* Where this machine is, as gpsd(8) knows it from its receivers (libgps). */
#ifndef CH_GPS_H
#define CH_GPS_H

#include "base/error.h"

enum { GPS_SECONDS_MAX = 15, GPS_POSITION_SIZE = 32 };

/*
 * Waits for a fix and writes it as a statement has it: "31.230400,121.473700". `server`: "host:port"; empty: the gpsd of this machine. CH_LATER when there is no
 * gpsd, no receiver, or no fix within GPS_SECONDS_MAX.
 */
const struct ch_error *ch_gps_position(char position[GPS_POSITION_SIZE], const char *server);

#endif

/* Positions as statements have them ("31.2304,121.4737"), and how far they are apart. */
#ifndef CH_PLACE_H
#define CH_PLACE_H

#include "wire/span.h"

/* False for what is none, as the word none. */
bool ch_place_read(double *latitude, double *longitude, struct span position);

/* In metres, on a sphere of the earth's mean radius: good to half a percent. False unless both are positions. */
bool ch_place_distance(double *metres, struct span from, struct span to);

enum { PLACE_WORDS = 32 };

/* "120 m", "1067 km". */
void ch_place_words(char words[PLACE_WORDS], double metres);

#endif

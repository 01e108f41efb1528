/* Positions, each line one: what is read lies on the earth, and how far two of them are apart is at most half way round it, whichever comes first. */
#include "seal/place.h"

#include <math.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_pair(struct span from, struct span to)
{
	double there, back;
	char words[PLACE_WORDS];

	if (!ch_place_distance(&there, from, to))
		return;
	if (!ch_place_distance(&back, to, from) || !(there >= 0 && there < 20100000) || fabs(there - back) > 1)
		__builtin_trap();
	ch_place_words(words, there);
	if (strlen(words) < sizeof("0 m") - 1)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span rest = span_of(data, size), line, before = {0};
	double latitude, longitude;

	while (rest.len) {
		line = span_cut(&rest, '\n');
		if (ch_place_read(&latitude, &longitude, line) && !(fabs(latitude) <= 90 && fabs(longitude) <= 180))
			__builtin_trap();
		check_pair(before, line);
		before = line;
	}
	return 0;
}

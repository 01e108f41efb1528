/* How far two positions are apart: known distances, the far side of the date line, and what is no position. */
#include "seal/place.h"

#include <math.h>

#include "unit/test.h"

static void
check_distance(const char *from, const char *to, double expected)
{
	double metres = -1;

	CHECK(ch_place_distance(&metres, span_text(from), span_text(to)));
	CHECK(fabs(metres - expected) <= expected * 0.005 + 0.5);
	CHECK(ch_place_distance(&metres, span_text(to), span_text(from)) && fabs(metres - expected) <= expected * 0.005 + 0.5);
}

int
main(void)
{
	double metres, lat = 0, lon = 0;

	check_distance("31.2304,121.4737", "31.2304,121.4737", 0);
	check_distance("31.2304,121.4737", "31.2313,121.4737", 100);
	check_distance("31.2304,121.4737", "39.9042,116.4074", 1067000);
	check_distance("51.5074,-0.1278", "-33.8688,151.2093", 16993000);
	check_distance("0,179.9999", "0,-179.9999", 22.2);
	check_distance("90,0", "-90,0", 20015000);
	CHECK(!ch_place_distance(&metres, SPAN_LITERAL("none"), SPAN_LITERAL("0,0")));
	CHECK(!ch_place_distance(&metres, SPAN_LITERAL("0,0"), SPAN_LITERAL("91,0")));
	CHECK(!ch_place_distance(&metres, SPAN_LITERAL("0,0"), SPAN_LITERAL("")));
	CHECK(ch_place_read(&lat, &lon, SPAN_LITERAL("-33.8688,151.2093")) && lat == -33.8688 && lon == 151.2093);
	return test_result();
}

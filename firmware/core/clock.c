#include "clock.h"

void
clock_set(struct clock *clock, int64_t time, uint64_t asked_at, uint64_t shown_at)
{
	*clock = (struct clock){true, time, asked_at, shown_at};
}

static int64_t
not_below(int64_t floor, int64_t time)
{
	return time > floor ? time : floor;
}

static int64_t
seconds_of(uint64_t milliseconds)
{
	divide(&milliseconds, 1000);
	return (int64_t)milliseconds;
}

struct moment
clock_now(const struct clock *clock, const struct memory *memory)
{
	const struct port *port = memory->journal.port;
	uint64_t now = port->now(port->board);
	int64_t floor = memory->time_floor;

	if (!clock->trusted)
		return (struct moment){false, floor, floor};
	return (struct moment){
		.trusted = true,
		.earliest = not_below(floor, clock->time + seconds_of(now - clock->shown_at)),
		.latest = not_below(floor, clock->time + seconds_of(now - clock->asked_at + 999)),
	};
}

enum wire_code
moment_within(const struct moment *now, int64_t not_before, int64_t not_after)
{
	if (now->latest > not_after)
		return WIRE_EXPIRED;
	if (!now->trusted && (not_before != INT64_MIN || not_after != INT64_MAX))
		return WIRE_TIME_UNKNOWN;
	return now->earliest < not_before ? WIRE_NOT_YET : WIRE_OK;
}

enum wire_code
moment_fresh(const struct moment *now, int64_t made, uint64_t seconds)
{
	if (!now->trusted)
		return WIRE_TIME_UNKNOWN;
	return now->latest > made && (uint64_t)(now->latest - made) > seconds ? WIRE_STALE_STATE : WIRE_OK;
}

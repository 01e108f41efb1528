/*
 * Time at the seal. It has no clock of its own that anybody vouches for: trusted time is the registrar's, in a seal-state made
 * for a nonce of this device, plus the milliseconds since. The state was made after the nonce and before it was shown, hence
 * two bounds: whatever ends is judged by the latest time it can be, whatever begins by the earliest, and nobody gains by
 * holding a state back.
 */
#ifndef SEAL_CLOCK_H
#define SEAL_CLOCK_H

#include "memory.h"

struct clock {
	bool trusted;
	int64_t time;		    /* of the state */
	uint64_t asked_at, shown_at; /* milliseconds: the nonce was made, the state was shown */
};

struct moment {
	bool trusted;
	int64_t earliest, latest; /* both the floor when not trusted */
};

void clock_set(struct clock *clock, int64_t time, uint64_t asked_at, uint64_t shown_at);
struct moment clock_now(const struct clock *clock, const struct memory *memory);

/*
 * WIRE_NOT_YET, WIRE_EXPIRED; WIRE_TIME_UNKNOWN when there is a date to judge and no trusted time, but WIRE_EXPIRED when the
 * floor is behind it.
 */
enum wire_code moment_within(const struct moment *now, int64_t not_before, int64_t not_after);

/* Whether something of time `made` is at most `seconds` old: WIRE_OK, WIRE_STALE_STATE, WIRE_TIME_UNKNOWN. */
enum wire_code moment_fresh(const struct moment *now, int64_t made, uint64_t seconds);

#endif

/* A clock that nobody sets, for how long something takes. */
#ifndef CH_CLOCK_H
#define CH_CLOCK_H

#include <stdint.h>

int64_t ch_clock_milliseconds(void);

#endif

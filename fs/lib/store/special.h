/*
 * What an archive never has and somebody who hands one over may put there: pipes, sockets, devices, and links to such, in place of what git reads. Whoever opens one
 * may wait for ever.
 */
#ifndef CH_SPECIAL_H
#define CH_SPECIAL_H

#include "base/error.h"

/* CH_REFUSED names the first that is found among what git reads of this repository; what cannot be looked at is left to whoever reads it. */
const struct ch_error *ch_special_none(const char *repository);

#endif

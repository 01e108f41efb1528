/* The people of an archive, in order of id. */
#ifndef CH_PEOPLE_H
#define CH_PEOPLE_H

#include "state.h"

/* How many there are; the array is in the state's arena. */
size_t ch_people(const struct ch_person ***out, struct ch_state *state);

#endif

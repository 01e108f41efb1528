/*
 * A seal-record that the register has refused, for instance as another machine was first to bring in what the seal had reported: its photos are nowhere else.
 */
#ifndef RESPOOL_H
#define RESPOOL_H

#include "cli.h"

/*
 * Puts the photos of all refused records that are kept here, and that are on no other record, back into the spools of their sessions, from where they go their way
 * (homecoming.h), and says how to bring each. The state has been read.
 */
const struct ch_error *respool_refused(struct cli *cli);

#endif

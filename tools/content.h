/* Whether the large content that main's files point to is here. */
#ifndef CONTENT_H
#define CONTENT_H

#include "cli.h"

/*
 * One line for each file whose content is wanted (in a clone: sync/wish.h) and not here. CH_UNKNOWN then: what is signed holds, but not all of it can be shown.
 * *chosen: not all is wanted, and what is not wanted was not looked for.
 * That all of it is still here is asked of the disk each time; in trees only what is new is looked for, unless cli->full is set. The bytes are --store's.
 */
const struct ch_error *verify_content(bool *chosen, struct cli *cli);

#endif

/*
 * Why the drive's last attempt to save failed: the file ARCHIVE/chancery/journal/trouble, "<class> <message>\n" and zeros, "0 none\n" when it did
 * not. What could not be saved stays in the journal.
 */
#ifndef CH_TROUBLE_H
#define CH_TROUBLE_H

#include "base/error.h"

bool ch_trouble_write(const char *archive, const struct ch_error *error); /* NULL: there is none any more. False: could not be written */

/* While a drive is mounted: false when there is a trouble and it could not be written. */
bool ch_trouble_is_told(const char *archive);

/* NULL when there is none. */
const struct ch_error *ch_trouble_read(const char *archive);

#endif

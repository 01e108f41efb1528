/* Files that are whole or absent, whatever happens, and on disk before anybody is told of them. */
#ifndef CH_FILE_H
#define CH_FILE_H

#include <sys/types.h>

#include "error.h"

/*
 * Makes a file with these bytes and this mode, under a name of its own first (path.XXXXXX). Never in place of another: CH_REFUSED when something
 * has that name already. CH_IO; CH_USAGE when the path is too long.
 */
const struct ch_error *ch_file_create(const char *path, struct span bytes, mode_t mode);

#endif

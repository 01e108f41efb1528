/* chancery-verify --signatures-only: the commits of any git repository against an exported keyring. */
#ifndef SIGNATURES_H
#define SIGNATURES_H

#include "cli.h"

/* Prints a record for each commit reachable from the revisions (none: from every reference). */
const struct ch_error *verify_signatures(struct cli *cli, const char *keyring, const char *repository, char **revisions, int count);

#endif

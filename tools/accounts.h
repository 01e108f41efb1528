/* Whether presses, receipts and photos of the seals agree, of an archive that has been verified: for chancery-verify. */
#ifndef ACCOUNTS_H
#define ACCOUNTS_H

#include "cli.h"

/* Prints the account of each device and what is missing in it. CH_UNKNOWN when something is. */
const struct ch_error *verify_accounts(struct cli *cli);

#endif

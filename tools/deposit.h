/* Acts that this machine signs with keys of its own, for tools that act as a person otherwise. */
#ifndef DEPOSIT_H
#define DEPOSIT_H

#include "cli.h"

/* As cli_act(), by the registrar's key: not in a clone. */
const struct ch_error *cli_report(struct cli *cli, struct ch_draft *draft);

/* As cli_act(), by this machine's deposit key; where the policy does not let it, or a clone has none that is admitted, by the person. */
const struct ch_error *cli_deposit(struct cli *cli, struct ch_draft *draft);

#endif

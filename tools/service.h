/*
 * Acts about a seal's device as it is in force: what seal-suspend, seal-resume and seal-retire share, and seal-clock and seal-release besides. Prints the id of the act
 * and its subject, as all tools do; or writes it down to be signed elsewhere.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "payload.h"

#define SERVICE_SYNOPSIS "[-nq] [--json] [-A archive] [--as person] [--payload file] [--key key] --reason text seal"

struct service {
	enum act_kind kind;
	const struct ch_seal *seal; /* set when it is done; not valid any more after an error */
};

/* The seal that is named, and an act about its device: Seal, Device, Epoch. */
const struct ch_error *service_draft(struct ch_draft *draft, const struct ch_seal **seal, struct cli *cli, enum act_kind kind);

/* Options and operands of the tool, the act, and the end: `after` prints what is to be said of the seal then; NULL: nothing. */
int service_main(struct cli *cli, struct service *service, int argc, char **argv, void (*after)(struct cli *cli, const struct service *service));

#endif

/*
 * Acts about a seal's device as it is in force: what seal-suspend, seal-resume and seal-retire share. Prints the id of the act and its subject, as all tools do.
 */
#ifndef SERVICE_H
#define SERVICE_H

#include "cli.h"

#define SERVICE_SYNOPSIS "[-nq] [--json] [-A archive] [--as person] --reason text seal"

struct service {
	enum act_kind kind;
	const struct ch_seal *seal; /* set when it is done; not valid any more after an error */
};

/* Options and operands of the tool, the act, and the end: `after` prints what is to be said of the seal then; NULL: nothing. */
int service_main(struct cli *cli, struct service *service, int argc, char **argv, void (*after)(struct cli *cli, const struct service *service));

#endif

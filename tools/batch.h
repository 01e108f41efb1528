/*
 * One act on each of several applications: what seal-approve, seal-reject, seal-transfer, seal-withdraw and seal-cancel share. All are judged before
 * anybody signs, and all are registered or none. With --keep-going those that would be refused are named and left out. With --payload they are written
 * to be signed elsewhere.
 *
 * Prints for each act: its id, its subject, what comes next. With -n: the subject, what would be done, what is missing now.
 */
#ifndef BATCH_H
#define BATCH_H

#include "payload.h"

struct batch {
	enum act_kind kind;
	/* Fills in what the kind has of its own. `options` are the tool's. */
	void (*fill)(struct ch_draft *draft, struct cli *cli, const struct ch_application *application, const void *options);
	const void *options;
	bool keep_going;
	struct payload payload;
	const char *next; /* printed as what comes next; NULL: what the application is missing */
};

#define BATCH_OPTIONS {"keep-going", no_argument, NULL, 'k'}, PAYLOAD_OPTIONS

/* The next option that is the tool's own, as from cli_option(). */
int batch_option(struct batch *batch, struct cli *cli, int argc, char **argv);

const struct ch_error *batch_run(struct cli *cli, const struct batch *batch);

#endif

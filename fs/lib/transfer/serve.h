/*
 * The server of git-lfs over ssh, as the user who logged in: git-lfs starts `git-lfs-transfer <archive> <operation>` on the other side and talks to it
 * (request.h). Content that is put is durable before it is acknowledged, and noted as sent by this user (large/possession.h), which is what the door wants
 * of whoever brings a pointer. What is read is what this user may read.
 */
#ifndef CH_SERVE_H
#define CH_SERVE_H

#include "base/error.h"

enum ch_operation_kind { CH_DOWNLOADS, CH_UPLOADS, CH_LOCKS_ONLY };

struct ch_serving {
	const char *archive;
	enum ch_operation_kind operation;
	int in, out;
	int wake; /* when it is readable, and nothing is asked, that is the end, too; -1: none */
	bool quit; /* result: the client has said that it is done */
};

/*
 * Answers until the client says that it is done, or goes away between two requests, or is not needed any more. CH_REFUSED when what it sends is no message at all, CH_IO when the
 * line breaks within one. What goes wrong with a request is told to the client, and is no error here.
 */
const struct ch_error *ch_serve(struct ch_serving *serving);

#endif

/*
 * The server of git-lfs over HTTP (git-lfs, docs/api/basic-transfers.md), one request at a time, as a web server starts it beside git-http-backend (CGI, RFC 3875).
 * Whom it lets in to which archive is for the web server to say; without a name from it nobody gets or gives anything.
 *
 *	POST .../info/lfs/objects/batch		what is to be sent or fetched (batch.h)
 *	GET .../info/lfs/objects/<sha256>	content, or a range of it
 *	PUT .../info/lfs/objects/<sha256>	content: hashed, durable and noted as sent by this visitor before it is acknowledged (exchange.h)
 *
 * Everything else is not found, locks too. An object is not to be verified after it was put: the answer to PUT has said so.
 */
#ifndef CH_WEB_H
#define CH_WEB_H

#include <stdio.h>

#include "exchange.h"

/* As the web server says it, or as the client: nothing of it is believed but root and visitor. NULL: not said. */
struct ch_web {
	const char *root;	 /* the directory in which archives are */
	const char *visitor;	 /* REMOTE_USER */
	const char *method, *path; /* REQUEST_METHOD, PATH_INFO */
	const char *length;	 /* CONTENT_LENGTH */
	const char *range;	 /* HTTP_RANGE */
	const char *host, *uri;	 /* HTTP_HOST, REQUEST_URI: for addresses that the client is given */
	bool secure;		 /* HTTPS */
	bool all;		 /* GIT_HTTP_EXPORT_ALL: also archives without `git-daemon-export-ok` */
	int in;
	FILE *out;
};

/*
 * Answers it. An error is for the web server's log: the client has been told that something went wrong here, but not what. What is refused, or not there, is
 * told to him, and is no error.
 */
const struct ch_error *ch_web_serve(const struct ch_web *web);

#endif

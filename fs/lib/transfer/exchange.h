/*
 * What both servers of large content go by, the one over ssh (serve.h) and the one over HTTP (web.h): in which archive, whom they ask for what, when it is
 * taken, and how it is told that something went wrong. Both protocols have the status numbers of HTTP.
 */
#ifndef CH_EXCHANGE_H
#define CH_EXCHANGE_H

#include <limits.h>

#include "large/possession.h"

enum ch_status {
	CH_DONE = 200,
	CH_CREATED = 201,
	CH_A_PART = 206,
	CH_BAD_REQUEST = 400,
	CH_FORBIDDEN = 403,
	CH_NOT_FOUND = 404,
	CH_NO_SUCH_METHOD = 405,
	CH_CONFLICT = 409,
	CH_NO_LENGTH = 411,
	CH_TOO_LARGE = 413,
	CH_NO_SUCH_RANGE = 416,
	CH_UNREADABLE = 422,
	CH_SERVER_ERROR = 500,
	CH_NO_ROOM = 507,
};

/* The absolute path of an archive that this process may use. CH_IO when it is not there, CH_REFUSED when it is none. */
const struct ch_error *ch_exchange_archive(char archive[PATH_MAX], const char *path);

/*
 * Whether he is asked for the bytes: what he has sent already he need not send again; whatever else is here he has to, or he could name what he never had.
 */
bool ch_exchange_asks(const char *archive, ch_visitor visitor, const struct ch_pointer *object);

/* The end of a deposit: durable under its name, and noted as sent by him, when these were the bytes. Errors as of ch_deposit_end_as(), ch_possession_note(). */
const struct ch_error *ch_exchange_take(struct ch_deposit *deposit, ch_visitor visitor, const struct ch_pointer *object);

enum ch_status ch_exchange_status(const struct ch_error *error);

#endif

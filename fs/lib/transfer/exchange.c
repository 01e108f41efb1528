#include "exchange.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

const struct ch_error *
ch_exchange_archive(char archive[PATH_MAX], const char *path)
{
	char mark[PATH_MAX + 16];

	if (realpath(path, archive) == NULL)
		return ch_fail_errno("cannot open archive '%s'", path);
	snprintf(mark, sizeof(mark), "%s/chancery", archive);
	return access(mark, X_OK) < 0 ? ch_fail(CH_REFUSED, "'%s' is no archive, or not one that you may use", path) : NULL;
}

bool
ch_exchange_asks(const char *archive, ch_visitor visitor, const struct ch_pointer *object)
{
	bool has = false;

	if (ch_depot_has(&has, archive, object))
		has = false;
	return !has || !ch_possession_noted(archive, visitor, object);
}

const struct ch_error *
ch_exchange_take(struct ch_deposit *deposit, ch_visitor visitor, const struct ch_pointer *object)
{
	const char *archive = deposit->archive;
	const struct ch_error *error = ch_deposit_end_as(deposit, object);

	return error ? error : ch_possession_note(archive, visitor, object);
}

enum ch_status
ch_exchange_status(const struct ch_error *error)
{
	switch (error->class) {
	case CH_REFUSED:
		return error->code == WIRE_NOT_ALLOWED ? CH_FORBIDDEN : CH_BAD_REQUEST;
	case CH_UNKNOWN:
		return CH_NOT_FOUND;
	case CH_USAGE:
		return CH_BAD_REQUEST;
	case CH_IO:
	case CH_LATER:
		break;
	}
	if (error->errnum == ENOSPC || error->errnum == EDQUOT)
		return CH_NO_ROOM;
	return error->errnum == EACCES || error->errnum == EPERM ? CH_FORBIDDEN : CH_SERVER_ERROR;
}

#include "errors.h"

#include <errno.h>
#include <stdarg.h>
#include <syslog.h>

static int log_options;

void
complain_open(bool on_terminal)
{
	log_options = LOG_PID | (on_terminal ? LOG_PERROR : 0);
	openlog("chanceryfs", log_options, LOG_DAEMON);
}

void
complain_reopen(void)
{
	closelog();
	openlog("chanceryfs", log_options, LOG_DAEMON);
}

void
complain(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsyslog(LOG_WARNING, format, args);
	va_end(args);
}

static int
number_of(const struct ch_error *error)
{
	switch (error->class) {
	case CH_IO:
		return error->errnum ? error->errnum : EIO;
	case CH_USAGE:
		return EINVAL;
	case CH_LATER:
		return EAGAIN;
	case CH_REFUSED:
	case CH_UNKNOWN:
		break;
	}
	return EIO; /* something in the store does not verify */
}

int
errno_of(const struct ch_error *error)
{
	int errnum;

	if (error == NULL)
		return 0;
	errnum = number_of(error);
	if (errnum == EIO || errnum == ENOSPC || errnum == EROFS)
		complain("%s", error->message);
	return errnum;
}

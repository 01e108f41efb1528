#include "error.h"

#include <errno.h>
#include <git2.h>
#include <stdarg.h>
#include <stdio.h>

static _Thread_local struct ch_error current;

static const struct ch_error *
set(enum ch_class class, enum wire_code code, int errnum, const char *prefix, const char *suffix, const char *format, va_list args)
{
	struct ch_error error = {.class = class, .code = code, .errnum = errnum};
	char text[sizeof(error.message)];

	/* Formatted aside: the arguments may point into the current error. */
	vsnprintf(text, sizeof(text), format, args);
	snprintf(error.message, sizeof(error.message), "%s%s%s%s%s", prefix, *prefix ? ": " : "", text, *suffix ? ": " : "", suffix);
	current = error;
	return &current;
}

const struct ch_error *
ch_fail(enum ch_class class, const char *format, ...)
{
	const struct ch_error *error;
	va_list args;

	va_start(args, format);
	error = set(class, WIRE_OK, 0, "", "", format, args);
	va_end(args);
	return error;
}

const struct ch_error *
ch_refuse(enum wire_code code, const char *format, ...)
{
	const struct ch_error *error;
	va_list args;

	va_start(args, format);
	error = set(CH_REFUSED, code, 0, wire_code_name(code), *format ? "" : wire_code_sentence(code), format, args);
	va_end(args);
	return error;
}

const struct ch_error *
ch_fail_errno(const char *format, ...)
{
	int errnum = errno;
	const struct ch_error *error;
	va_list args;

	va_start(args, format);
	error = set(CH_IO, WIRE_OK, errnum, "", strerror(errnum), format, args);
	va_end(args);
	return error;
}

const struct ch_error *
ch_fail_git(const char *format, ...)
{
	const git_error *last = git_error_last();
	const struct ch_error *error;
	va_list args;

	va_start(args, format);
	error = set(CH_IO, WIRE_OK, 0, "", last ? last->message : "unknown error", format, args);
	va_end(args);
	return error;
}

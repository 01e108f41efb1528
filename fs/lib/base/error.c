#include "error.h"

#include <errno.h>
#include <git2.h>
#include <stdio.h>

#include "wire/text.h"

static _Thread_local struct ch_error current;

/* How many bytes of a character stand here; 0: of none, or of one that would not be seen for what it is. */
static size_t
visible(struct span text)
{
	if (text.data[0] == ' ')
		return 1;
	for (size_t len = 1; len <= 4 && len <= text.len; len++)
		if (text_is_value(span_of(text.data, len)))
			return len;
	return 0;
}

/* A message is one line that anybody may print anywhere: names in it may come from whoever is being checked. */
static void
make_printable(char *message)
{
	for (struct span rest = span_text(message); rest.len > 0;) {
		size_t len = visible(rest);

		if (len == 0)
			message[strlen(message) - rest.len] = '?';
		rest = span_skip(rest, len ? len : 1);
	}
}

static const struct ch_error *
set(enum ch_class class, enum wire_code code, int errnum, const char *prefix, const char *suffix, const char *format, va_list args)
{
	struct ch_error error = {.class = class, .code = code, .errnum = errnum};
	char text[sizeof(error.message)];

	/* Formatted aside: the arguments may point into the current error. */
	vsnprintf(text, sizeof(text), format, args);
	snprintf(error.message, sizeof(error.message), "%s%s%s%s%s", prefix, *prefix ? ": " : "", text, *suffix ? ": " : "", suffix);
	make_printable(error.message);
	current = error;
	return &current;
}

const struct ch_error *
ch_fail_with(enum ch_class class, const char *format, va_list args)
{
	return set(class, WIRE_OK, 0, "", "", format, args);
}

const struct ch_error *
ch_fail(enum ch_class class, const char *format, ...)
{
	const struct ch_error *error;
	va_list args;

	va_start(args, format);
	error = ch_fail_with(class, format, args);
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

const struct ch_error *
ch_error_keep(struct ch_error *kept, const struct ch_error *error)
{
	if (error == NULL)
		return NULL;
	*kept = *error;
	return kept;
}

const struct ch_error *
ch_error_again(const struct ch_error *kept)
{
	return ch_error_keep(&current, kept);
}

/*
 * The library's one error idiom: functions return `const struct ch_error *`, NULL is success, results go through leading
 * out-parameters. The error lives in storage of the calling thread until its next error; returning one never allocates. Its message is
 * one line of visible characters, whatever was quoted in it.
 */
#ifndef CH_ERROR_H
#define CH_ERROR_H

#include <stdarg.h>

#include "wire/code.h"

/* What became of it; also the exit status of the tools. */
enum ch_class {
	CH_REFUSED = 1, /* refused, or found bad */
	CH_USAGE = 2,
	CH_UNKNOWN = 3, /* cannot tell: key unknown, not covered */
	CH_IO = 74,
	CH_LATER = 75, /* try again later; nothing is lost */
};

struct ch_error {
	enum ch_class class;
	enum wire_code code; /* of a refusal; WIRE_OK otherwise */
	int errnum;	     /* errno of CH_IO, 0 when it has none */
	char message[768];   /* lower case, verb first, subject in quotes, no full stop, what to do next */
};

const struct ch_error *ch_fail(enum ch_class class, const char *format, ...) __attribute__((format(printf, 2, 3)));
const struct ch_error *ch_fail_with(enum ch_class class, const char *format, va_list args) __attribute__((format(printf, 2, 0)));

/* A refusal with its code; the message gets "CODE: " in front and, without a format of its own, the code's sentence. */
const struct ch_error *ch_refuse(enum wire_code code, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* CH_IO with errno's text behind the message. */
const struct ch_error *ch_fail_errno(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* CH_IO with libgit2's last message behind it. */
const struct ch_error *ch_fail_git(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Keeps an error that is to be told after others: a copy of it in *kept, which is returned. NULL stays NULL. */
const struct ch_error *ch_error_keep(struct ch_error *kept, const struct ch_error *error);

/* What was kept, whole, as the thread's error again, so that it can be returned. NULL stays NULL. */
const struct ch_error *ch_error_again(const struct ch_error *kept);

#endif

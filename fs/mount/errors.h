/* The one place where errors of the library become errno values. */
#ifndef MOUNT_ERRORS_H
#define MOUNT_ERRORS_H

#include <stdbool.h>

#include "base/error.h"

/* 0 for NULL. What a user cannot have caused is also written to the log. */
int errno_of(const struct ch_error *error);

/* One line in the system log, and on standard error when in the foreground. */
void complain(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* Before the first; and again, for a log that is another one by now. */
void complain_open(bool on_terminal);
void complain_reopen(void);

#endif

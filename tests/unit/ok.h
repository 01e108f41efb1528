/* What a test needs to go on: says what went wrong, and ends it. */
#ifndef OK_H
#define OK_H

#include <stdio.h>
#include <stdlib.h>

#include "base/error.h"

static inline void
ok(const struct ch_error *error)
{
	if (error == NULL)
		return;
	fprintf(stderr, "%s\n", error->message);
	abort();
}

#endif

/* What helpers that work on an archive have in common: any error ends them. */
#ifndef HELPERS_HELPER_H
#define HELPERS_HELPER_H

#include <err.h>

#include "base/error.h"
#include "store/store.h"
#include "wire/text.h"

static inline void
must(const struct ch_error *error)
{
	if (error)
		errx((int)error->class, "%s", error->message);
}

static inline struct ch_oid
oid_of(const char *hex)
{
	struct ch_oid id;

	if (!text_get_hex(id.id, sizeof(id.id), span_text(hex)))
		errx(2, "'%s' is not an object id", hex);
	return id;
}

#endif

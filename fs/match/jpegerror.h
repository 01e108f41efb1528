/* libjpeg knows no return codes: what is wrong leaves it through a jmp_buf, and nothing is printed. */
#ifndef CH_JPEGERROR_H
#define CH_JPEGERROR_H

#include <setjmp.h>
#include <stdio.h>

#include <jpeglib.h>

#include "base/error.h"

struct ch_jpeg_errors {
	struct jpeg_error_mgr manager;
	jmp_buf out; /* of a setjmp() in a function that has not returned yet when libjpeg is called */
};

/* What is to be `err` of a codec. */
struct jpeg_error_mgr *ch_jpeg_errors(struct ch_jpeg_errors *errors);

/* What has left: the message, a colon, and libjpeg's words. */
const struct ch_error *ch_jpeg_fail(enum ch_class class, const char *message, j_common_ptr jpeg);

#endif

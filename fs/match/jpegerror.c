#include "jpegerror.h"

static _Noreturn void
leave(j_common_ptr jpeg)
{
	struct ch_jpeg_errors *errors = (struct ch_jpeg_errors *)(void *)jpeg->err;

	longjmp(errors->out, 1);
}

static void
say_nothing(j_common_ptr jpeg)
{
	(void)jpeg;
}

struct jpeg_error_mgr *
ch_jpeg_errors(struct ch_jpeg_errors *errors)
{
	jpeg_std_error(&errors->manager);
	errors->manager.error_exit = leave;
	errors->manager.output_message = say_nothing;
	return &errors->manager;
}

const struct ch_error *
ch_jpeg_fail(enum ch_class class, const char *message, j_common_ptr jpeg)
{
	char reason[JMSG_LENGTH_MAX];

	jpeg->err->format_message(jpeg, reason);
	return ch_fail(class, "%s: %s", message, reason);
}

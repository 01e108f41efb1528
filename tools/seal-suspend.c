/* seal-suspend: no session of a seal is accepted, and no seal that has heard of it opens, until seal-resume. */
#include "service.h"

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "seal-suspend"};
	struct service service = {.kind = ACT_SEAL_SUSPEND};

	return service_main(&cli, &service, argc, argv, NULL);
}

/* seal-resume: ends the suspension of a seal. */
#include "service.h"

int
main(int argc, char **argv)
{
	struct cli cli = {.name = "seal-resume"};
	struct service service = {.kind = ACT_SEAL_RESUME};

	return service_main(&cli, &service, argc, argv, NULL);
}

#include "arm/board.h"
#include "boot.h"
#include "mps2/semihosting.h"

#ifdef __ARM_FEATURE_DSP
BOOT_KEYS("mps2-an386"); /* Cortex-M4 */
#else
BOOT_KEYS("mps2-an385");
#endif

void
boot_start(void)
{
}

_Noreturn void
board_halt(void)
{
	semihosting_exit(70);
}

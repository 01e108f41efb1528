/* On the clock that the chip wakes with, 16 MHz: nothing else is started but the watchdog, which an image that hangs does not feed. */
#include "arm/board.h"
#include "boot.h"
#include "stm32f405/watchdog.h"

BOOT_KEYS("stm32f405");

void
boot_start(void)
{
	watchdog_start();
}

_Noreturn void
board_halt(void)
{
	for (;;)
		;
}

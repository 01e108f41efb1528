#include "watchdog.h"

#include "registers.h"

enum { KEY = 0x40003000, PRESCALER = 0x40003004, RELOAD = 0x40003008, STATUS = 0x4000300c };
enum { FEED = 0xaaaa, ACCESS = 0x5555, START = 0xcccc, BY_64 = 4, UPDATING = 3, RELOAD_8S = 4000 }; /* 32 kHz by 64: 2 ms */

void
watchdog_start(void)
{
	register_set(KEY, START);
	register_set(KEY, ACCESS);
	register_set(PRESCALER, BY_64);
	register_set(RELOAD, RELOAD_8S);
	while ((register_get(STATUS) & UPDATING) != 0)
		;
	register_set(KEY, FEED);
}

void
watchdog_feed(void)
{
	register_set(KEY, FEED);
}

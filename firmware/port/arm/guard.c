/* What the compiler and libsodium call when something is wrong that never may be: the seal halts. */
#include <sodium/core.h>

#include "board.h"

extern uintptr_t __stack_chk_guard;
__attribute__((used)) _Noreturn void __stack_chk_fail(void);

__attribute__((used)) uintptr_t __stack_chk_guard = 0x0aff0d00; /* ends what copies text; main() mixes chance into it */

void
__stack_chk_fail(void)
{
	board_halt();
}

void
sodium_misuse(void)
{
	board_halt();
}

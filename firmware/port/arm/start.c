#include "start.h"

#include "board.h"

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_bottom[], stack_top[];

extern handler on_systick;

#define EXCEPTION(n) [(n) - 1]

const struct exceptions exceptions __attribute__((section(".vectors"), used)) = {
	.stack = stack_top,
	.handler = {
		EXCEPTION(1) = reset,
		EXCEPTION(2) = board_halt, /* NMI */
		EXCEPTION(3) = board_halt, /* hard fault */
		EXCEPTION(4) = board_halt, /* memory */
		EXCEPTION(5) = board_halt, /* bus */
		EXCEPTION(6) = board_halt, /* usage */
		EXCEPTION(11) = board_halt, /* SVC: nobody calls it */
		EXCEPTION(12) = board_halt, /* debug monitor */
		EXCEPTION(14) = board_halt, /* PendSV */
		EXCEPTION(EXCEPTION_SYSTICK) = on_systick,
	},
};

/* Inlined: nothing may be called before RAM is as C expects it. The paint also wipes what an earlier life left there. */
static inline __attribute__((always_inline)) void
fill(volatile uint32_t *from, const volatile uint32_t *to, uint32_t value)
{
	while (from < to)
		*from++ = value;
}

__attribute__((optimize("no-tree-loop-distribute-patterns", "no-stack-protector"))) void
reset(void)
{
	const uint32_t *load = data_load;

	fill(stack_bottom, (uint32_t *)__builtin_frame_address(0) - 16, STACK_PAINT);
	for (uint32_t *to = data_start; to < data_end;)
		*to++ = *load++;
	fill(bss_start, bss_end, 0);
	main();
	board_halt();
}

size_t
stack_used(void)
{
	const volatile uint32_t *at = stack_bottom;

	while (at < stack_top && *at == STACK_PAINT)
		at++;
	return (size_t)(stack_top - at) * sizeof(*at);
}

/*
 * Power-on of a Cortex-M (ARMv7-M): the vector table, RAM as C expects it, main(). The board's memory.ld says where things lie; a board names the interrupts
 * that it takes, any other halts.
 */
#ifndef ARM_START_H
#define ARM_START_H

#include <stddef.h>
#include <stdint.h>

enum { EXCEPTIONS = 16, EXCEPTION_SYSTICK = 15 };

typedef void handler(void);

/* The first words that the processor reads. Beside it a board fills `interrupts` of its own. */
struct exceptions {
	uint32_t *stack;
	handler *handler[EXCEPTIONS - 1];
};

extern const struct exceptions exceptions;
void reset(void);

/* Of the main loop: what the stack never was used for still has this in it. */
enum { STACK_PAINT = 0x5a5a5a5a };

/* Bytes of stack used at most since reset. */
size_t stack_used(void);

#endif

/* What the emulator does for its guest (Arm, Semihosting for AArch32 and AArch64): the words it was started with, chance, and the end. */
#ifndef MPS2_SEMIHOSTING_H
#define MPS2_SEMIHOSTING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

bool semihosting_words(char *out, size_t size); /* the arguments after the program's name, separated by blanks */
bool semihosting_random(uint8_t *out, size_t len);
_Noreturn void semihosting_exit(uint32_t status);

#endif

/* Chance on an MPS2 is the emulator's. Without it there is no seal. */
#include "semihosting.h"
#include "wire/crypto.h"

void
wire_random(uint8_t *out, size_t len)
{
	if (!semihosting_random(out, len))
		semihosting_exit(70);
}

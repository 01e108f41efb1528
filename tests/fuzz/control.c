/*
 * What a host says at endpoint 0: eight bytes after eight. Whatever comes, an answer is no longer than was asked for, and the settings stay what the bus knows.
 *
 * libFuzzer: -max_len=256
 */
#include "usb/control.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct control control = {.serial = "SEAL-0042"};
	struct span answer;

	for (; size >= USB_SETUP; data += USB_SETUP, size -= USB_SETUP) {
		bool known = control_request(&control, data, &answer);
		uint8_t last = 0;

		if (answer.len > ((size_t)data[7] << 8 | data[6]) || (!known && data[0] < 0x80 && answer.len > 0))
			__builtin_trap();
		for (size_t i = 0; i < answer.len; i++)
			last ^= answer.data[i];
		if (control.address > 0x7f || control.configuration > USB_CONFIGURATION || (last == 1 && answer.len == 0))
			__builtin_trap();
	}
	return 0;
}

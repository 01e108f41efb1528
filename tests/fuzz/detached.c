/*
 * What is brought into canonical form stays as it is when it is brought again, in armor of ours or in none.
 *
 * libFuzzer: -max_len=256
 */
#include "keys/detached.h"
#include "wire/armor.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char armor[2 * PGPSIG_MAX];
	struct ch_arena arena = {0};
	struct span packet, again;
	struct pgpsig sig;

	if (ch_detached_read(&packet, span_of(data, size), &arena) == NULL) {
		if (pgpsig_read(&sig, packet) != WIRE_OK || ch_detached_read(&again, packet, &arena) || !span_equal(packet, again))
			__builtin_trap();
		if (ch_detached_read(&again, span_of(armor, armor_write(armor, sizeof(armor), ARMOR_SIGNATURE, packet)), &arena) || !span_equal(packet, again))
			__builtin_trap();
	}
	ch_arena_clear(&arena);
	return 0;
}

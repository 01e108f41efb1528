/* A signature that reads holds numbers that write back as the bytes they came from, and verifies in bounded time. */
#include "wire/pgppacket.h"
#include "wire/pgpsig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t point[ED25519_POINT_SIZE] = {1};
	uint8_t numbers[2 * (2 + 32)];
	struct span packet = span_of(data, size);
	struct pgpsig sig;
	size_t len;

	if (pgpsig_read(&sig, packet) != WIRE_OK)
		return 0;
	if (pgpsig_verify(&sig, packet, packet, point) == WIRE_OK)
		__builtin_trap();
	if (sig.algorithm != PGP_EDDSA)
		return 0;
	len = pgp_put_number(numbers, span_of(sig.rs, 32));
	len += pgp_put_number(numbers + len, span_of(sig.rs + 32, 32));
	if (!span_ends(packet, span_of(numbers, len)))
		__builtin_trap();
	return 0;
}

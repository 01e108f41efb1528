/*
 * libsodium multiplies the base point with the help of 30 KiB of tables: half of what a seal's image may have. The same product comes from its general,
 * likewise constant-time multiplication; signing takes three times as long, and nobody waits for it. The linker puts it in the other's place (--wrap).
 */
#include <sodium/private/ed25519_ref10.h>

void __wrap_ge25519_scalarmult_base(ge25519_p3 *out, const unsigned char scalar[32]);

void
__wrap_ge25519_scalarmult_base(ge25519_p3 *out, const unsigned char scalar[32])
{
	static const unsigned char base[32] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
		0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66};
	ge25519_p3 point;

	ge25519_frombytes(&point, base);
	ge25519_scalarmult(out, scalar, &point);
}

/*
 * libsodium multiplies the base point with the help of 30 KiB of tables, half of what a seal's image may have, or without them on 4 KiB of stack, a quarter of what it
 * may have of RAM. Here it is doubled and added bit by bit, in constant time, with libsodium's complete addition. It takes some five times as long, 20 ms, and nobody waits for it.
 * The linker puts it in the other's place (--wrap).
 */
#include <sodium/private/ed25519_ref10.h>

void __wrap_ge25519_scalarmult_base(ge25519_p3 *out, const unsigned char scalar[32]);

static void
add(ge25519_p3 *to, const ge25519_p3 *from, const ge25519_cached *what)
{
	ge25519_p1p1 sum;

	ge25519_add(&sum, from, what);
	ge25519_p1p1_to_p3(to, &sum);
}

/* The other one where `which` is 1, without a branch: every limb of the four coordinates. */
static void
choose(ge25519_p3 *to, const ge25519_p3 *other, unsigned int which)
{
	enum { LIMBS = sizeof(*to) / sizeof(to->X[0]) };
	volatile uint32_t mask = 0 - which; /* volatile: the compiler must not see that it is one of two */
	uint32_t *limb = (uint32_t *)to;
	const uint32_t *others = (const uint32_t *)other;

	for (int i = 0; i < LIMBS; i++)
		limb[i] ^= (limb[i] ^ others[i]) & mask;
}

static void
set_neutral(ge25519_p3 *to)
{
	fe25519_0(to->X);
	fe25519_1(to->Y);
	fe25519_1(to->Z);
	fe25519_0(to->T);
}

void
__wrap_ge25519_scalarmult_base(ge25519_p3 *out, const unsigned char scalar[32])
{
	static const unsigned char minus_base[32] = {0x58, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66,
		0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0x66, 0xe6};
	ge25519_p3 point, with;
	ge25519_cached step, self;

	ge25519_frombytes_negate_vartime(&point, minus_base); /* what verifying has anyway; this is no secret */
	ge25519_p3_to_cached(&step, &point);
	set_neutral(out);
	for (int bit = 255; bit >= 0; bit--) {
		ge25519_p3_to_cached(&self, out);
		add(out, out, &self);
		add(&with, out, &step);
		choose(out, &with, scalar[bit / 8] >> bit % 8 & 1u);
	}
}

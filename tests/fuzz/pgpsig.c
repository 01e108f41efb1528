/* A signature that reads holds numbers that write back as the bytes they came from. What begins with "!" is signed: that reads and verifies. */
#include "wire/pgpkey.h"
#include "wire/pgppacket.h"
#include "wire/pgpsig.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A signature by us of any bytes, the first of which choose its time. */
static void
check_written(struct span text)
{
	static const uint8_t seed[ED25519_SEED_SIZE] = {1};
	uint8_t out[PGPSIG_ED25519_MAX], point[ED25519_POINT_SIZE], fingerprint[FINGERPRINT_SIZE];
	int64_t created = text.len < 4 ? 0 : get32(text.data);
	struct pgpsig sig;
	size_t len;

	wire_ed25519_point(point, seed);
	pgpkey_fingerprint(fingerprint, point, created);
	len = pgpsig_write(out, sizeof(out), PGPSIG_BINARY, text, span_of(NULL, 0), seed, fingerprint, created, span_of(NULL, 0));
	if (len == 0 || pgpsig_read(&sig, span_of(out, len)) != WIRE_OK || sig.created != created ||
	    pgpsig_verify(&sig, text, span_of(NULL, 0), point) != WIRE_OK)
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const uint8_t point[ED25519_POINT_SIZE] = {1};
	uint8_t numbers[2 * (2 + 32)];
	struct span packet = span_of(data, size);
	struct pgpsig sig;
	size_t len;

	if (span_starts(packet, SPAN_LITERAL("!")))
		check_written(packet);
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

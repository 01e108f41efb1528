/* A certificate that reads has the fingerprint of its own material, and a certificate of our own reads back. */
#include "wire/pgpkey.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_written(struct span user_id)
{
	static const uint8_t seed[ED25519_SEED_SIZE] = {1};
	uint8_t out[PGPKEY_OWN_MAX];
	struct pgpkey key;
	size_t len = pgpkey_write(out, sizeof(out), seed, 1, user_id);

	if (len > 0 && (pgpkey_read(&key, span_of(out, len)) != WIRE_OK || !span_equal(key.user_id, user_id)))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	struct pgpkey key;

	if (pgpkey_read(&key, span_of(data, size)) != WIRE_OK)
		return 0;
	if (key.algorithm == PGP_EDDSA) {
		pgpkey_fingerprint(fingerprint, key.point, key.created);
		if (memcmp(fingerprint, key.fingerprint, sizeof(fingerprint)) != 0)
			__builtin_trap();
	}
	check_written(key.user_id);
	return 0;
}

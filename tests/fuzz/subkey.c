/*
 * A subkey that may sign is the one that was asked for, and not the primary key; who would sign is found again by his fingerprint.
 *
 * libFuzzer: -max_len=1024 -entropic=0
 */
#include "keys/subkey.h"
#include "wire/pgppacket.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_subkeys(struct span certificate)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	struct span rest = certificate;
	struct pgp_packet packet;
	struct pgpkey key, primary;

	while (pgp_take_packet(&packet, &rest)) {
		if (packet.tag != PGP_PUBLIC_SUBKEY || packet.body.len > UINT16_MAX)
			continue;
		pgpkey_fingerprint_of(fingerprint, packet.body);
		if (ch_subkey_read(&key, &primary, certificate, fingerprint) == NULL &&
		    (memcmp(key.fingerprint, fingerprint, FINGERPRINT_SIZE) != 0 || span_equal(key.material, primary.material)))
			__builtin_trap();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pgpkey key, primary, again, by;
	char hex[2 * FINGERPRINT_SIZE + 1];

	check_subkeys(span_of(data, size));
	if (ch_subkey_choose(&key, &primary, span_of(data, size), NULL))
		return 0;
	text_put_hex(hex, key.fingerprint, FINGERPRINT_SIZE);
	if (ch_subkey_choose(&again, &by, span_of(data, size), hex) || !span_equal(key.material, again.material) ||
	    memcmp(primary.fingerprint, by.fingerprint, FINGERPRINT_SIZE) != 0)
		__builtin_trap();
	return 0;
}

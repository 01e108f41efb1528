#include "detached.h"

#include "dearmor.h"
#include "wire/pgppacket.h"

/* RFC 4880 4.3: what else a program may have made. */
enum { ENCRYPTED_FOR = 1, ENCRYPTED_WITH = 3, SECRET_KEY = 5, COMPRESSED = 8, LITERAL = 11, ONE_PASS = 4, ENCRYPTED = 18, VERSION = 4, TEXT = 0x01 };

static const struct ch_error *
malformed(const char *what)
{
	return ch_refuse(WIRE_MALFORMED_SIGNATURE, "%s", what);
}

/* No packet begins with a byte of ASCII, nor with what marks a text file's encoding. */
static bool
is_text(struct span file)
{
	return file.data[0] < 0x80 || file.data[0] == 0xef || file.data[0] >= 0xfe;
}

/* What it begins with tells what it is, also where gpg has written no length. */
static const struct ch_error *
check_tag(uint8_t head)
{
	switch (head & 0x40 ? head & 0x3f : head / 4 & 0x0f) {
	case PGP_SIGNATURE:
		return NULL;
	case ONE_PASS:
	case COMPRESSED:
	case LITERAL:
	case ENCRYPTED:
	case ENCRYPTED_FOR:
	case ENCRYPTED_WITH:
		return malformed("this is a message with the text in it; make a detached signature: gpg --armor --detach-sign FILE");
	case PGP_PUBLIC_KEY:
	case SECRET_KEY:
		return malformed("this is a key, not a signature");
	}
	return malformed("this is not an OpenPGP signature");
}

static const struct ch_error *
read_packet(struct span *body, struct span bytes)
{
	const struct ch_error *error;
	struct pgp_packet packet;

	if ((error = check_tag(bytes.data[0])))
		return error;
	if (!pgp_take_packet(&packet, &bytes))
		return malformed("this is not an OpenPGP signature, or not all of it");
	if (bytes.len)
		return malformed("there are several signatures; hand in one at a time");
	*body = packet.body;
	return NULL;
}

/* Version, type, algorithm of the key, of the hash. */
static const struct ch_error *
check_kinds(struct span body)
{
	if (body.len < 4 || body.data[0] < VERSION)
		return malformed("the signature is of a form that nobody should use any more; make it with gpg 2.2 or later");
	if (body.data[0] > VERSION)
		return malformed("the signature is of a newer form than version 4; make it with gpg, or with a key of version 4");
	if (body.data[1] == TEXT)
		return malformed("the signature is over text, whatever its line ends; sign the bytes, without --textmode");
	if (body.data[1] != PGPSIG_BINARY)
		return malformed("the signature is not over a file");
	if (body.data[2] != PGP_RSA && body.data[2] != PGP_ECDSA && body.data[2] != PGP_EDDSA)
		return malformed("the signature is by a key that is neither Ed25519 nor ECDSA nor RSA");
	if (body.data[3] != PGP_SHA256 && body.data[3] != PGP_SHA384 && body.data[3] != PGP_SHA512)
		return malformed("the signature uses a weak hash; say --digest-algo SHA512");
	if (body.data[2] == PGP_EDDSA && body.data[3] == PGP_SHA384)
		return malformed("the signature uses SHA-384, which a seal does not know; say --digest-algo SHA512");
	return NULL;
}

/* Why what is hashed is not as it must be; the first reason that can be told. */
static const struct ch_error *
explain_hashed(struct span body)
{
	struct span area, rest = span_skip(body, 4);
	struct pgp_subpacket subpacket;
	bool by = false, at = false, ends = false;

	if (rest.len < 2 || !pgp_take(&area, &(struct span){rest.data + 2, rest.len - 2}, get16(rest.data)))
		return malformed("the signature was damaged on its way");
	while (area.len && pgp_take_subpacket(&subpacket, &area)) {
		by = by || subpacket.type == PGP_ISSUER_FINGERPRINT;
		at = at || subpacket.type == PGP_CREATED;
		ends = ends || (subpacket.type == PGP_EXPIRES && subpacket.body.len == 4 && get32(subpacket.body.data) != 0);
	}
	if (!by)
		return malformed("the signature does not name its key in what is signed (issuer fingerprint); make it with gpg 2.2 or later");
	if (!at)
		return malformed("the signature does not say in what is signed when it was made; make it with gpg 2.2 or later");
	if (ends)
		return malformed("the signature expires, and a decision does not; sign without --default-sig-expire");
	return malformed("the signature has a note in it that limits or explains it; sign without notations, policy and keyserver addresses");
}

const struct ch_error *
ch_detached_read(struct span *packet, struct span file, struct ch_arena *arena)
{
	uint8_t *out = ch_arena_alloc(arena, PGPSIG_MAX);
	const struct ch_error *error;
	struct span bytes = file, body;
	struct pgpsig sig;

	if (file.len == 0)
		return malformed("there is no signature in it");
	if ((is_text(file) && (error = ch_dearmor(&bytes, file, arena))) || (error = read_packet(&body, bytes)) || (error = check_kinds(body)))
		return error;
	*packet = span_of(out, pgpsig_canonical(out, PGPSIG_MAX, body));
	if (packet->len == 0)
		return explain_hashed(body);
	return pgpsig_read(&sig, *packet) == WIRE_OK ? NULL : malformed("the signature was damaged on its way");
}

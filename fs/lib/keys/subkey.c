/*
 * ch_subkey_read
 *   find                the subkey's packet in the certificate, and what stands behind it
 *   newest_binding      of the signatures there
 *     read_signature      any v4 signature: kinds, times, flags, what is embedded
 *   holds               a signature of either kind over both keys
 */
#include "subkey.h"

#include "publickey.h"
#include "wire/pgppacket.h"

enum { VERSION = 4, BINDING = 0x18, BACK = 0x19, REVOKED = 0x20, REVOKED_SUBKEY = 0x28, DIRECT = 0x1f, GENERIC = 0x10, SIGNS = 0x02 };
enum { KEY_EXPIRES = 9 };

/* A signature in a certificate, as far as it concerns us. */
struct signature {
	uint8_t type, algorithm, hash;
	int64_t created;
	struct span hashed, embedded, numbers; /* hashed: version through the end of the hashed area */
	bool has_flags, has_time, limited;
	uint8_t flags;
	const uint8_t *left16;
};

/* A subkey in a certificate. */
struct place {
	struct span primary, subkey; /* bodies of the packets */
	struct span behind;	     /* to the end of the certificate */
};

static const struct ch_error *
malformed(const char *what)
{
	return ch_refuse(WIRE_MALFORMED_KEY, "%s", what);
}

static void
read_subpacket(struct signature *sig, const struct pgp_subpacket *subpacket, bool hashed)
{
	struct span body = subpacket->body;

	switch ((unsigned)subpacket->type) {
	case PGP_EMBEDDED_SIGNATURE:
		sig->embedded = body;
		return;
	case PGP_CREATED:
		if (hashed && body.len == 4) {
			sig->created = get32(body.data);
			sig->has_time = true;
		}
		return;
	case PGP_KEY_FLAGS:
		if (hashed && body.len > 0) {
			sig->flags = body.data[0];
			sig->has_flags = true;
		}
		return;
	case PGP_EXPIRES:
		sig->limited = sig->limited || (hashed && !(body.len == 4 && get32(body.data) == 0));
		return;
	case KEY_EXPIRES:
	case PGP_ISSUER:
	case PGP_ISSUER_FINGERPRINT:
		return; /* whose it is, verifying it says */
	}
	sig->limited = sig->limited || (hashed && subpacket->critical);
}

static bool
read_area(struct signature *sig, struct span *rest, bool hashed)
{
	struct pgp_subpacket subpacket;
	struct span count, area;

	if (!pgp_take(&count, rest, 2) || !pgp_take(&area, rest, get16(count.data)))
		return false;
	while (area.len) {
		if (!pgp_take_subpacket(&subpacket, &area))
			return false;
		read_subpacket(sig, &subpacket, hashed);
	}
	return true;
}

static bool
read_signature(struct signature *sig, struct span body)
{
	struct span rest = body, kinds, left16;

	*sig = (struct signature){0};
	if (!pgp_take(&kinds, &rest, 4) || kinds.data[0] != VERSION || !read_area(sig, &rest, true))
		return false;
	sig->type = kinds.data[1];
	sig->algorithm = kinds.data[2];
	sig->hash = kinds.data[3];
	sig->hashed = span_of(body.data, body.len - rest.len);
	if (!read_area(sig, &rest, false) || !pgp_take(&left16, &rest, 2))
		return false;
	sig->left16 = left16.data;
	sig->numbers = rest;
	return sig->has_time;
}

/* RFC 4880 5.2.4: both keys under heads of their own, then what is hashed of the signature. */
static bool
holds(const struct signature *sig, const struct pgpkey *by, const struct place *place)
{
	uint8_t heads[2][3] = {{0x99}, {0x99}}, trailer[6] = {VERSION, 0xff};
	const struct span part[] = {
		{heads[0], sizeof(heads[0])}, place->primary, {heads[1], sizeof(heads[1])}, place->subkey, sig->hashed, {trailer, sizeof(trailer)},
	};

	put16(heads[0] + 1, (uint16_t)place->primary.len);
	put16(heads[1] + 1, (uint16_t)place->subkey.len);
	put32(trailer + 2, (uint32_t)sig->hashed.len);
	return sig->algorithm == by->algorithm && !sig->limited &&
	       ch_publickey_verify(by, (enum pgp_hash)sig->hash, part, sizeof(part) / sizeof(part[0]), sig->left16, sig->numbers);
}

/* The next key packet in a certificate that pgpkey_read() has walked; false at its end. `behind` is what follows it. */
static bool
next_key(struct pgp_packet *packet, struct span *rest)
{
	while (pgp_take_packet(packet, rest))
		if (packet->tag == PGP_PUBLIC_KEY || packet->tag == PGP_PUBLIC_SUBKEY)
			return true;
	return false;
}

/* Of the signatures right behind a key's packet: whether one revokes, and the newest by the primary that binds. */
static const struct ch_error *
newest_binding(struct signature *binding, const struct pgpkey *primary, const struct place *place)
{
	struct span rest = place->behind;
	struct pgp_packet packet;
	struct signature sig;
	bool found = false, any = false;

	while (pgp_take_packet(&packet, &rest) && packet.tag == PGP_SIGNATURE) {
		if (!read_signature(&sig, packet.body))
			continue;
		if (sig.type == REVOKED_SUBKEY)
			return malformed("the subkey has been revoked");
		any = any || sig.type == BINDING;
		if (sig.type != BINDING || !holds(&sig, primary, place) || (found && sig.created < binding->created))
			continue;
		*binding = sig;
		found = true;
	}
	if (found)
		return NULL;
	return malformed(any ? "the subkey is not bound to its primary key with SHA-256 or better; renew it: gpg --quick-set-expire"
			     : "the subkey is not bound to its primary key");
}

static const struct ch_error *
check_bound(struct pgpkey *key, const struct pgpkey *primary, const struct place *place)
{
	struct signature binding = {0}, back;
	const struct ch_error *error;

	if (pgpkey_read_body(key, place->subkey) != WIRE_OK)
		return malformed("the subkey is neither Ed25519 nor ECDSA nor RSA of 2048 bits");
	if ((error = newest_binding(&binding, primary, place)))
		return error;
	if (!(binding.flags & SIGNS))
		return malformed("the subkey may not sign: its primary key does not say so");
	if (binding.embedded.len == 0 || !read_signature(&back, binding.embedded) || back.type != BACK || !holds(&back, key, place))
		return malformed("the subkey does not sign back that it belongs to its primary key");
	key->user_id = primary->user_id;
	return NULL;
}

/* Signatures that revoke the primary key stand behind it. */
static bool
is_revoked(struct span certificate)
{
	struct pgp_packet packet;

	while (pgp_take_packet(&packet, &certificate))
		if (packet.tag == PGP_SIGNATURE && packet.body.len > 1 && packet.body.data[1] == REVOKED)
			return true;
	return false;
}

static const struct ch_error *
begin(struct pgpkey *primary, struct place *place, struct span *rest, struct span certificate)
{
	struct pgp_packet packet;

	*rest = certificate;
	if (pgpkey_read(primary, certificate) != WIRE_OK || !next_key(&packet, rest))
		return malformed(wire_code_sentence(WIRE_MALFORMED_KEY));
	place->primary = packet.body;
	return is_revoked(certificate) ? malformed("the key has been revoked") : NULL;
}

static bool
next_subkey(struct place *place, uint8_t fingerprint[FINGERPRINT_SIZE], struct span *rest)
{
	struct pgp_packet packet;

	while (next_key(&packet, rest)) {
		if (packet.body.len > UINT16_MAX)
			continue;
		pgpkey_fingerprint_of(fingerprint, packet.body);
		place->subkey = packet.body;
		place->behind = *rest;
		return true;
	}
	return false;
}

const struct ch_error *
ch_subkey_read(struct pgpkey *key, struct pgpkey *primary, struct span certificate, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	uint8_t found[FINGERPRINT_SIZE];
	const struct ch_error *error;
	struct place place;
	struct span rest;

	if ((error = begin(primary, &place, &rest, certificate)))
		return error;
	while (next_subkey(&place, found, &rest))
		if (memcmp(found, fingerprint, FINGERPRINT_SIZE) == 0)
			return check_bound(key, primary, &place);
	return ch_refuse(WIRE_WRONG_CONTENT, "the certificate has no key with that fingerprint");
}

/* Flags of the primary key stand in its self-certifications; where none says anything it may do all that its kind can. */
static bool
primary_signs(struct span certificate)
{
	bool said = false, signs = false;
	struct pgp_packet packet;
	struct signature sig;

	while (pgp_take_packet(&packet, &certificate) && packet.tag != PGP_PUBLIC_SUBKEY)
		if (packet.tag == PGP_SIGNATURE && read_signature(&sig, packet.body) && sig.has_flags &&
		    ((sig.type & 0xfc) == GENERIC || sig.type == DIRECT)) {
			said = true;
			signs = signs || sig.flags & SIGNS;
		}
	return signs || !said;
}

/* As gpg prints it, or we do. */
static bool
read_fingerprint(uint8_t out[FINGERPRINT_SIZE], const char *text)
{
	char lower[2 * FINGERPRINT_SIZE];
	size_t len = text ? strlen(text) : 0;

	if (len != sizeof(lower) && !(len == sizeof(lower) + 1 && text[len - 1] == '!'))
		return false;
	for (size_t i = 0; i < sizeof(lower); i++)
		lower[i] = (char)(text[i] >= 'A' && text[i] <= 'F' ? text[i] - 'A' + 'a' : text[i]);
	return text_get_hex(out, FINGERPRINT_SIZE, span_of(lower, sizeof(lower)));
}

/* As whoever verifies finds them: of the same subkey twice it is the first that counts. */
static const struct ch_error *
only_subkey(struct pgpkey *key, struct pgpkey *primary, struct span certificate, struct span rest)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	struct place place;
	struct pgpkey one;
	size_t found = 0;

	while (next_subkey(&place, fingerprint, &rest))
		if (ch_subkey_read(&one, primary, certificate, fingerprint) == NULL && (found == 0 || memcmp(key->fingerprint, fingerprint, FINGERPRINT_SIZE) != 0)) {
			*key = one;
			found++;
		}
	if (found > 1)
		return ch_fail(CH_REFUSED, "several subkeys of it sign; say the fingerprint of one");
	return found ? NULL : malformed("neither the key nor a subkey of it may sign");
}

const struct ch_error *
ch_subkey_choose(struct pgpkey *key, struct pgpkey *primary, struct span certificate, const char *which)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	const struct ch_error *error;
	struct place place;
	struct span rest;

	if ((error = begin(primary, &place, &rest, certificate)))
		return error;
	*key = *primary;
	if (!read_fingerprint(fingerprint, which))
		return primary_signs(certificate) ? NULL : only_subkey(key, primary, certificate, rest);
	if (memcmp(fingerprint, primary->fingerprint, FINGERPRINT_SIZE) == 0)
		return NULL;
	return ch_subkey_read(key, primary, certificate, fingerprint);
}

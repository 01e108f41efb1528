/*
 * subkey: certificates with a subkey that signs, of keys of our own, as gpg would make them and as somebody who cheats would.
 *
 *	subkey make [OPTION...] PRIMARY SUBKEY    an armored certificate; both are files as `pgp create` makes them
 *		-f FLAGS    key flags of the binding signature, 2 unless told (signs); 0: none are written
 *		-p SECRET   the binding signature is by another key than the primary
 *		-b SECRET   the back signature is by another key than the subkey; `none`: there is none
 *		-t TYPE     of the back signature, 25 unless told
 *		-l          the binding signature expires
 *		-x          the subkey is revoked; -X: the primary key is
 *		-n          there is no binding signature
 *	subkey who CERTIFICATE [FINGERPRINT]      fingerprint of the key that would sign, or why none may
 */
#include <unistd.h>

#include "keys/subkey.h"
#include "pgp.h"
#include "wire/pgppacket.h"

enum { BODY = 51, AT_KEY = 2, PACKET_MAX = 2048, KEY_ID_SIZE = 8 };

struct making {
	struct ch_secret primary, subkey, binder, backer;
	int flags, back_type;
	bool no_back, limited, revoked, primary_revoked, unbound;
	uint8_t body[2][BODY]; /* of both packets */
};

struct made {
	uint8_t bytes[PACKET_MAX];
	size_t len;
};

static void
append(struct made *m, const void *bytes, size_t len)
{
	memcpy(m->bytes + m->len, bytes, len);
	m->len += len;
}

/* The body of the key's packet, as pgpkey_write() has it. */
static void
body_of(uint8_t body[BODY], const struct ch_secret *secret)
{
	uint8_t certificate[PGPKEY_OWN_MAX];

	pgpkey_write(certificate, sizeof(certificate), secret->seed, secret->created, span_text("x"));
	memcpy(body, certificate + AT_KEY, BODY);
}

static void
hash_keys(struct wire_sha256 *h, const struct making *m, bool both)
{
	wire_sha256_init(h);
	for (size_t i = 0; i <= both; i++) {
		wire_sha256_update(h, span_of("\x99\x00\x33", 3));
		wire_sha256_update(h, span_of(m->body[i], BODY));
	}
}

/* The body of a signature of that type; `embedded` goes where nothing protects it, as gpg does it. */
static void
sign(struct made *out, const struct making *m, const struct ch_secret *by, int type, int flags, const struct made *embedded)
{
	uint8_t trailer[6] = {4, 0xff}, digest[SHA256_SIZE], rs[ED25519_SIGNATURE_SIZE], number[34], time[4];
	struct made hashed = {0}, unhashed = {0};
	struct wire_sha256 h;

	put32(time, (uint32_t)by->created);
	append(&hashed, "\x16\x21\x04", 3);
	append(&hashed, by->fingerprint, FINGERPRINT_SIZE);
	append(&hashed, "\x05\x02", 2);
	append(&hashed, time, sizeof(time));
	if (flags)
		append(&hashed, (uint8_t[]){2, PGP_KEY_FLAGS, (uint8_t)flags}, 3);
	if (m->limited && embedded)
		append(&hashed, "\x05\x03\x00\x00\x00\x01", 6);
	out->len = 0;
	append(out, (uint8_t[]){4, (uint8_t)type, PGP_EDDSA, PGP_SHA256, 0, (uint8_t)hashed.len}, 6);
	append(out, hashed.bytes, hashed.len);
	put32(trailer + 2, (uint32_t)out->len);
	hash_keys(&h, m, type != 0x20);
	wire_sha256_update(&h, span_of(out->bytes, out->len));
	wire_sha256_update(&h, span_of(trailer, sizeof(trailer)));
	wire_sha256_final(&h, digest);
	wire_ed25519_sign(rs, span_of(digest, sizeof(digest)), by->seed);
	append(&unhashed, (uint8_t[]){1 + KEY_ID_SIZE, PGP_ISSUER}, 2);
	append(&unhashed, by->fingerprint + FINGERPRINT_SIZE - KEY_ID_SIZE, KEY_ID_SIZE);
	if (embedded && embedded->len) {
		append(&unhashed, (uint8_t[]){(uint8_t)(1 + embedded->len), PGP_EMBEDDED_SIGNATURE}, 2);
		append(&unhashed, embedded->bytes, embedded->len);
	}
	append(out, (uint8_t[]){0, (uint8_t)unhashed.len}, 2);
	append(out, unhashed.bytes, unhashed.len);
	append(out, digest, 2);
	for (size_t i = 0; i < 2; i++)
		append(out, number, pgp_put_number(number, span_of(rs + 32 * i, 32)));
}

static void
append_signature(struct made *cert, const struct made *sig)
{
	append(cert, (uint8_t[]){0x89, (uint8_t)(sig->len >> 8), (uint8_t)sig->len}, 3);
	append(cert, sig->bytes, sig->len);
}

/* The primary key with its user id, perhaps revoked, then the subkey. */
static int
make(struct making *m)
{
	struct made cert = {0}, back = {0}, sig = {0};
	size_t len;

	body_of(m->body[0], &m->primary);
	body_of(m->body[1], &m->subkey);
	len = pgpkey_write(cert.bytes, sizeof(cert.bytes), m->primary.seed, m->primary.created, span_text(m->primary.user_id));
	cert.len = len;
	if (m->primary_revoked) {
		sign(&sig, m, &m->primary, 0x20, 0, NULL);
		append_signature(&cert, &sig);
	}
	append(&cert, (uint8_t[]){0x80 | PGP_PUBLIC_SUBKEY << 2, BODY}, 2);
	append(&cert, m->body[1], BODY);
	if (!m->no_back)
		sign(&back, m, &m->backer, m->back_type, 0, NULL);
	sign(&sig, m, &m->binder, 0x18, m->flags, &back);
	if (!m->unbound)
		append_signature(&cert, &sig);
	if (m->revoked) {
		sign(&sig, m, &m->primary, 0x28, 0, NULL);
		append_signature(&cert, &sig);
	}
	return put_armor(ARMOR_PUBLIC_KEY, span_of(cert.bytes, cert.len));
}

static int
who(char **argv)
{
	struct span text = read_file(argv[0]);
	struct span certificate = ch_arena_copy(&arena, span_of(buffer, armor_read(buffer, sizeof(buffer), ARMOR_PUBLIC_KEY, text)));
	char hex[2 * FINGERPRINT_SIZE + 1];
	struct pgpkey key, primary;
	int status = report(ch_subkey_choose(&key, &primary, certificate, argv[1]));

	if (status == 0) {
		text_put_hex(hex, key.fingerprint, FINGERPRINT_SIZE);
		puts(hex);
	}
	return status;
}

int
main(int argc, char **argv)
{
	struct making m = {.flags = 2, .back_type = 0x19};
	const char *binder = NULL, *backer = NULL;
	int option;

	if (argc < 3)
		return 2;
	if (strcmp(argv[1], "who") == 0)
		return who(argv + 2);
	while ((option = getopt(argc - 1, argv + 1, "f:p:b:t:lxXn")) != -1)
		switch (option) {
		case 'f':
			m.flags = atoi(optarg);
			break;
		case 'p':
			binder = optarg;
			break;
		case 'b':
			backer = optarg;
			m.no_back = strcmp(optarg, "none") == 0;
			break;
		case 't':
			m.back_type = atoi(optarg);
			break;
		case 'l':
			m.limited = true;
			break;
		case 'x':
			m.revoked = true;
			break;
		case 'X':
			m.primary_revoked = true;
			break;
		case 'n':
			m.unbound = true;
			break;
		default:
			return 2;
		}
	if (argc - 1 - optind != 2)
		return 2;
	m.primary = loaded(argv[1 + optind]);
	m.subkey = loaded(argv[2 + optind]);
	m.binder = binder ? loaded(binder) : m.primary;
	m.backer = backer && !m.no_back ? loaded(backer) : m.subkey;
	return make(&m);
}

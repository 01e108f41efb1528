/*
 * OpenPGP as the archive reads and writes it, on files, for tests/cli/openpgp-gpg.sh:
 *
 *	pgp key CERTIFICATE                          code, algorithm, fingerprint and user id of an armored certificate
 *	pgp verify CERTIFICATE SIGNATURE TEXT        code of an armored signature; exit status 0 for OK, 1 for any other
 *	pgp armor|dearmor signature|key FILE         to standard output
 *	pgp create SECRET USER-ID                    makes a key of our own
 *	pgp certificate SECRET
 *	pgp sign SECRET TEXT                         armored signature
 *	pgp forge VARIANT SECRET TEXT                the same, bent: see variants[]; small-order-key is a certificate
 */
#include <stdio.h>
#include <stdlib.h>

#include "gpg.h"
#include "secret.h"
#include "wire/armor.h"
#include "wire/pgppacket.h"

enum { FILE_MAX = 1 << 20 };

static struct ch_arena arena;
static uint8_t buffer[FILE_MAX];

static struct span
read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t len;

	if (file == NULL) {
		perror(path);
		exit(2);
	}
	len = fread(buffer, 1, sizeof(buffer), file);
	fclose(file);
	return ch_arena_copy(&arena, span_of(buffer, len));
}

static int
put(struct span bytes)
{
	return fwrite(bytes.data, 1, bytes.len, stdout) == bytes.len ? 0 : 74;
}

static int
put_armor(enum armor_kind kind, struct span bytes)
{
	static char text[2 * FILE_MAX];

	return put(span_of(text, armor_write(text, sizeof(text), kind, bytes)));
}

static struct span
dearmored(enum armor_kind kind, const char *path)
{
	struct span text = read_file(path);

	return ch_arena_copy(&arena, span_of(buffer, armor_read(buffer, sizeof(buffer), kind, text)));
}

static enum wire_code
code_of(const struct ch_error *error)
{
	return error ? error->code : WIRE_OK;
}

static int
put_code(enum wire_code code)
{
	puts(wire_code_name(code));
	return code != WIRE_OK;
}

static int
key(char **argv)
{
	struct pgpkey key;
	char fingerprint[2 * FINGERPRINT_SIZE + 1];
	enum wire_code code = pgpkey_read(&key, dearmored(ARMOR_PUBLIC_KEY, argv[0]));

	if (code != WIRE_OK)
		return put_code(code);
	text_put_hex(fingerprint, key.fingerprint, FINGERPRINT_SIZE);
	printf("OK %d %s %.*s\n", (int)key.algorithm, fingerprint, (int)key.user_id.len, (const char *)key.user_id.data);
	return 0;
}

static int
verify(char **argv)
{
	struct span certificate = dearmored(ARMOR_PUBLIC_KEY, argv[0]), packet = dearmored(ARMOR_SIGNATURE, argv[1]);
	struct span text = read_file(argv[2]), none = span_of(NULL, 0);
	struct pgpkey key;
	struct pgpsig sig;

	if (pgpkey_read(&key, certificate) != WIRE_OK)
		return put_code(WIRE_MALFORMED_KEY);
	if (pgpsig_read(&sig, packet) != WIRE_OK || sig.type != PGPSIG_BINARY)
		return put_code(WIRE_MALFORMED_SIGNATURE);
	if (memcmp(sig.issuer, key.fingerprint, FINGERPRINT_SIZE) != 0)
		return put_code(WIRE_WRONG_KEY);
	if (sig.algorithm != PGP_EDDSA || sig.hash == PGP_SHA384)
		return put_code(code_of(ch_gpg_verify(certificate, key.fingerprint, packet, text, none)));
	return put_code(pgpsig_verify(&sig, text, none, key.point));
}

static int
armor(char **argv)
{
	return put_armor(strcmp(argv[0], "key") == 0 ? ARMOR_PUBLIC_KEY : ARMOR_SIGNATURE, read_file(argv[1]));
}

static int
dearmor(char **argv)
{
	struct span bytes = dearmored(strcmp(argv[0], "key") == 0 ? ARMOR_PUBLIC_KEY : ARMOR_SIGNATURE, argv[1]);

	return bytes.len > 0 ? put(bytes) : 1;
}

static int
report(const struct ch_error *error)
{
	if (error == NULL)
		return 0;
	fprintf(stderr, "pgp: %s\n", error->message);
	return (int)error->class;
}

static int
create(char **argv)
{
	struct ch_secret secret;

	return report(ch_secret_create(&secret, argv[0], span_text(argv[1])));
}

static struct ch_secret
loaded(const char *path)
{
	struct ch_secret secret;
	int status = report(ch_secret_load(&secret, path));

	if (status != 0)
		exit(status);
	return secret;
}

static int
certificate(char **argv)
{
	struct ch_secret secret = loaded(argv[0]);

	return put(ch_secret_certificate(&secret, &arena));
}

static size_t
signed_packet(uint8_t out[PGPSIG_ED25519_MAX], const struct ch_secret *secret, struct span text)
{
	return pgpsig_write(out, PGPSIG_ED25519_MAX, PGPSIG_BINARY, text, span_of(NULL, 0), secret->seed, secret->fingerprint, secret->created,
			    span_of(NULL, 0));
}

static int
sign(char **argv)
{
	uint8_t out[PGPSIG_ED25519_MAX];
	struct ch_secret secret = loaded(argv[0]);

	return put_armor(ARMOR_SIGNATURE, span_of(out, signed_packet(out, &secret, read_file(argv[1]))));
}

/* ---- forgeries: a packet put together from parts that pgpsig_write would not write ---- */

struct forgery {
	const struct ch_secret *secret;
	struct span text;
	uint8_t fingerprint[FINGERPRINT_SIZE];
	uint8_t hashed[64], unhashed[64];
	size_t hashed_len, unhashed_len;
	uint8_t left16_mask; /* bits to turn in the first byte */
	uint8_t rs[ED25519_SIGNATURE_SIZE];
	bool has_rs;	    /* rs is given, not made */
	bool leading_zero;  /* before R, which is counted */
	bool inexact;	    /* bit count of R */
	struct span header; /* before the body, instead of 0x88 and its length */
};

static void
append(uint8_t *area, size_t *len, const char *head, size_t head_len, const uint8_t *value, size_t value_len)
{
	memcpy(area + *len, head, head_len);
	memcpy(area + *len + head_len, value, value_len);
	*len += head_len + value_len;
}

static void
append_issuer(uint8_t *area, size_t *len, const struct forgery *f)
{
	append(area, len, "\x16\x21\x04", 3, f->fingerprint, FINGERPRINT_SIZE);
}

static void
append_time(uint8_t *area, size_t *len, const struct forgery *f)
{
	uint8_t created[4];

	put32(created, (uint32_t)f->secret->created);
	append(area, len, "\x05\x02", 2, created, sizeof(created));
}

static void
append_key_id(uint8_t *area, size_t *len, const struct forgery *f)
{
	append(area, len, "\x09\x10", 2, f->fingerprint + FINGERPRINT_SIZE - 8, 8);
}

static size_t
put_number(uint8_t *at, const struct forgery *f, const uint8_t *half)
{
	size_t zero = f->leading_zero, len = pgp_put_number(at + zero, span_of(half, 32));
	uint16_t bits = get16(at + zero);

	if (zero) {
		put16(at, (uint16_t)(bits + 8));
		at[2] = 0;
	}
	if (f->inexact)
		put16(at, (uint16_t)(bits % 8 == 0 ? bits - 1 : bits + 1));
	return zero + len;
}

static size_t
body_of(uint8_t *body, struct forgery *f)
{
	uint8_t trailer[6] = {4, 0xff}, digest[SHA256_SIZE], *at = body;
	struct wire_sha256 h;

	memcpy(at, "\x04\x00\x16\x08", 4);
	put16(at + 4, (uint16_t)f->hashed_len);
	memcpy(at + 6, f->hashed, f->hashed_len);
	at += 6 + f->hashed_len;
	put32(trailer + 2, (uint32_t)(at - body));
	wire_sha256_init(&h);
	wire_sha256_update(&h, f->text);
	wire_sha256_update(&h, span_of(body, (size_t)(at - body)));
	wire_sha256_update(&h, span_of(trailer, sizeof(trailer)));
	wire_sha256_final(&h, digest);
	if (!f->has_rs)
		wire_ed25519_sign(f->rs, span_of(digest, sizeof(digest)), f->secret->seed);
	put16(at, (uint16_t)f->unhashed_len);
	memcpy(at + 2, f->unhashed, f->unhashed_len);
	at += 2 + f->unhashed_len;
	*at++ = digest[0] ^ f->left16_mask;
	*at++ = digest[1];
	at += put_number(at, f, f->rs);
	at += pgp_put_number(at, span_of(f->rs + 32, 32));
	return (size_t)(at - body);
}

static size_t
packet_of(uint8_t *packet, struct forgery *f)
{
	size_t head = f->header.len ? f->header.len + 1 : 2, len = body_of(packet + head, f);

	if (f->header.len)
		memcpy(packet, f->header.data, f->header.len);
	else
		packet[0] = 0x88;
	packet[head - 1] = (uint8_t)len;
	return head + len;
}

static void
canonical(struct forgery *f)
{
	append_issuer(f->hashed, &f->hashed_len, f);
	append_time(f->hashed, &f->hashed_len, f);
	append_key_id(f->unhashed, &f->unhashed_len, f);
}

static void
issuer_unhashed(struct forgery *f)
{
	append_time(f->hashed, &f->hashed_len, f);
	append_issuer(f->unhashed, &f->unhashed_len, f);
	append_key_id(f->unhashed, &f->unhashed_len, f);
}

static void
time_unhashed(struct forgery *f)
{
	append_issuer(f->hashed, &f->hashed_len, f);
	append_time(f->unhashed, &f->unhashed_len, f);
	append_key_id(f->unhashed, &f->unhashed_len, f);
}

static void
unhashed_note(struct forgery *f)
{
	canonical(f);
	append(f->unhashed, &f->unhashed_len, "\x04\x64", 2, (const uint8_t *)"any", 3); /* experimental */
}

static void
critical_unknown(struct forgery *f)
{
	append_issuer(f->hashed, &f->hashed_len, f);
	append_time(f->hashed, &f->hashed_len, f);
	append(f->hashed, &f->hashed_len, "\x04\xe4", 2, (const uint8_t *)"any", 3);
	append_key_id(f->unhashed, &f->unhashed_len, f);
}

static void
left16(struct forgery *f)
{
	canonical(f);
	f->left16_mask = 1;
}

static void
leading_zero(struct forgery *f)
{
	canonical(f);
	f->leading_zero = true;
}

static void
inexact(struct forgery *f)
{
	canonical(f);
	f->inexact = true;
}

static void
long_length(struct forgery *f)
{
	canonical(f);
	f->header = SPAN_LITERAL("\x89\x00");
}

static void
new_format(struct forgery *f)
{
	canonical(f);
	f->header = SPAN_LITERAL("\xc2");
}

/* S + L: the curve's order, added to what our key signed. */
static void
s_plus_l(struct forgery *f)
{
	static const uint8_t order[32] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7,
					  0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};
	uint8_t scratch[256];
	unsigned carry = 0;

	canonical(f);
	body_of(scratch, f);
	for (size_t i = 0; i < sizeof(order); i++, carry >>= 8) {
		carry += (unsigned)f->rs[32 + i] + order[i];
		f->rs[32 + i] = (uint8_t)carry;
	}
	f->has_rs = true;
}

/* The key is the neutral element: with S = 1 and R the base point every text verifies where small orders are not refused. */
static const uint8_t neutral[ED25519_POINT_SIZE] = {1};

static void
small_order(struct forgery *f)
{
	pgpkey_fingerprint(f->fingerprint, neutral, f->secret->created);
	canonical(f);
	memset(f->rs, 0x66, 32);
	f->rs[0] = 0x58;
	f->rs[32] = 1;
	f->has_rs = true;
}

static int
put_small_order_key(const struct ch_secret *secret)
{
	enum { AT_POINT = 21 };
	uint8_t bytes[PGPKEY_OWN_MAX];
	size_t len = pgpkey_write(bytes, sizeof(bytes), secret->seed, secret->created, span_text(secret->user_id));

	memcpy(bytes + AT_POINT, neutral, sizeof(neutral));
	return put_armor(ARMOR_PUBLIC_KEY, span_of(bytes, len));
}

static const struct variant {
	const char *name;
	void (*prepare)(struct forgery *f);
} variants[] = {
	{"none", canonical},
	{"issuer-unhashed", issuer_unhashed},
	{"time-unhashed", time_unhashed},
	{"unhashed-note", unhashed_note},
	{"critical-unknown", critical_unknown},
	{"left16", left16},
	{"leading-zero", leading_zero},
	{"inexact", inexact},
	{"long-length", long_length},
	{"new-format", new_format},
	{"s-plus-l", s_plus_l},
	{"small-order", small_order},
};

static int
forge(char **argv)
{
	struct ch_secret secret = loaded(argv[1]);
	struct forgery f = {.secret = &secret, .text = read_file(argv[2])};
	uint8_t packet[512];

	memcpy(f.fingerprint, secret.fingerprint, FINGERPRINT_SIZE);
	if (strcmp(argv[0], "small-order-key") == 0)
		return put_small_order_key(&secret);
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (strcmp(argv[0], variants[i].name) == 0) {
			variants[i].prepare(&f);
			return put_armor(ARMOR_SIGNATURE, span_of(packet, packet_of(packet, &f)));
		}
	return 2;
}

static const struct command {
	const char *name;
	int arguments;
	int (*run)(char **argv);
} commands[] = {
	{"key", 1, key},	 {"verify", 3, verify},		  {"armor", 2, armor}, {"dearmor", 2, dearmor},
	{"create", 2, create}, {"certificate", 1, certificate}, {"sign", 2, sign},   {"forge", 3, forge},
};

int
main(int argc, char **argv)
{
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (argc > 1 && strcmp(argv[1], commands[i].name) == 0 && argc == 2 + commands[i].arguments)
			return commands[i].run(argv + 2);
	fprintf(stderr, "usage: pgp command argument...\n");
	return 2;
}

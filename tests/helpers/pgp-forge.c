/*
 * pgp-forge VARIANT SECRET TEXT: an armored signature that pgpsig_write would not write, with our own key: see variants[]. The variant
 * small-order-key is a certificate. For tests/cli/openpgp-gpg.sh.
 */
#include "pgp.h"
#include "wire/pgppacket.h"

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

int
main(int argc, char **argv)
{
	struct ch_secret secret;
	struct forgery f;
	uint8_t packet[512];

	if (argc != 4)
		return 2;
	secret = loaded(argv[2]);
	if (strcmp(argv[1], "small-order-key") == 0)
		return put_small_order_key(&secret);
	f = (struct forgery){.secret = &secret, .text = read_file(argv[3])};
	memcpy(f.fingerprint, secret.fingerprint, FINGERPRINT_SIZE);
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (strcmp(argv[1], variants[i].name) == 0) {
			variants[i].prepare(&f);
			return put_armor(ARMOR_SIGNATURE, span_of(packet, packet_of(packet, &f)));
		}
	return 2;
}

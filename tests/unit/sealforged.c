/*
 * Signatures that satisfy the equation and that only lax verifiers accept, on the path that acts take in a seal: a second form of S, an R of small order in each of its
 * encodings, a key of small order in the table. Beside them, made by the same means, one that is as it should be.
 */
#include "sealbench.h"

#include "wire/armor.h"
#include "wire/pgppacket.h"

enum { HALF = 32 };

/* The firmware's own arithmetic modulo the order (firmware/port/arm/scalar.h): a * b + c. */
void __wrap_sc25519_reduce(unsigned char s[64]);
void __wrap_sc25519_muladd(unsigned char s[32], const unsigned char a[32], const unsigned char b[32], const unsigned char c[32]);

static const uint8_t order[HALF] = {0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, [31] = 0x10};

/* Points that R is made of: S = r + h * a satisfies the equation for the r beside it. */
struct form {
	const char *what, *point;
	uint8_t r;
	enum wire_code code;
};

static const struct form forms[] = {
	{"the base point: a signature like any other", "5866666666666666666666666666666666666666666666666666666666666666", 1, WIRE_OK},
	{"the neutral element", "0100000000000000000000000000000000000000000000000000000000000000", 0, WIRE_BAD_SIGNATURE},
	{"the same, not reduced", "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f", 0, WIRE_BAD_SIGNATURE},
	{"the same, with a sign", "0100000000000000000000000000000000000000000000000000000000000080", 0, WIRE_BAD_SIGNATURE},
};

static struct bench ready, bench;

static struct bench *
fresh(void)
{
	bench_copy(&bench, &ready);
	CHECK_EQUAL(bench_tell(&bench, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	return &bench;
}

/* What Ed25519 signs: the SHA-256 of the text, the packet's hashed area, and its end (RFC 4880, 5.2.4). */
static void
digest_of(uint8_t digest[SHA256_SIZE], const struct pgpsig *sig, struct span text)
{
	uint8_t end[6] = {4, 0xff};
	struct wire_sha256 h;

	put32(end + 2, (uint32_t)sig->hashed.len);
	wire_sha256_init(&h);
	wire_sha256_update(&h, text);
	wire_sha256_update(&h, sig->hashed);
	wire_sha256_update(&h, span_of(end, sizeof(end)));
	wire_sha256_final(&h, digest);
}

/* S = r + h * a, for the R that stands in rs. With a key that is the neutral element h * A is as well: then S = r. */
static void
complete(uint8_t rs[2 * HALF], uint8_t r, const struct person *signer, const uint8_t digest[SHA256_SIZE])
{
	uint8_t a[SHA512_SIZE], h[SHA512_SIZE], c[HALF] = {r};
	struct wire_sha512 hash;

	if (signer == NULL) {
		memcpy(rs + HALF, c, HALF);
		return;
	}
	wire_sha512_init(&hash);
	wire_sha512_update(&hash, span_of(signer->seed, ED25519_SEED_SIZE));
	wire_sha512_final(&hash, a);
	a[0] &= 248;
	a[31] = (a[31] & 127) | 64;
	wire_sha512_init(&hash);
	wire_sha512_update(&hash, span_of(rs, HALF));
	wire_sha512_update(&hash, span_of(signer->point, ED25519_POINT_SIZE));
	wire_sha512_update(&hash, span_of(digest, SHA256_SIZE));
	wire_sha512_final(&hash, h);
	__wrap_sc25519_reduce(h);
	__wrap_sc25519_muladd(rs + HALF, h, a, c);
}

static void
add_order(uint8_t s[HALF])
{
	unsigned carry = 0;

	for (size_t i = 0; i < HALF; i++) {
		carry += (unsigned)s[i] + order[i];
		s[i] = (uint8_t)carry;
		carry >>= 8;
	}
}

/* The act again, with this R (NULL: its own), its S for r and the signer's key (NULL: the neutral element), and the order added to S so many times. */
static void
forge_signature(struct draft *d, const struct person *signer, const uint8_t *point, uint8_t r, unsigned orders)
{
	uint8_t packet[PGPSIG_MAX], number[2 + HALF], digest[SHA256_SIZE], rs[2 * HALF];
	char text[ACT_MAX], armor[COMMIT_SIGNATURE_MAX];
	struct span payload;
	struct pgpsig sig;
	size_t len = 0, head;

	text_append(text, sizeof(text), &len, d->act.commit.head);
	text_append(text, sizeof(text), &len, d->act.commit.tail);
	payload = span_of(text, len);
	len = commit_signature_armor(armor, sizeof(armor), &d->act.commit);
	len = armor_read(packet, sizeof(packet), ARMOR_SIGNATURE, span_of(armor, len));
	CHECK_EQUAL(pgpsig_read(&sig, span_of(packet, len)), WIRE_OK);
	memcpy(rs, sig.rs, sizeof(rs));
	head = len - pgp_put_number(number, span_of(rs, HALF)) - pgp_put_number(number, span_of(rs + HALF, HALF));
	if (point) {
		memcpy(rs, point, HALF);
		digest_of(digest, &sig, payload);
		complete(rs, r, signer, digest);
	}
	for (unsigned i = 0; i < orders; i++)
		add_order(rs + HALF);
	len = head + pgp_put_number(packet + head, span_of(rs, HALF));
	len += pgp_put_number(packet + len, span_of(rs + HALF, HALF));
	packet[1] = (uint8_t)(len - 2);
	len = armor_write(armor, sizeof(armor), ARMOR_SIGNATURE, span_of(packet, len));
	d->len = commit_write_signed((char *)d->raw, sizeof(d->raw), payload, span_of(armor, len));
	CHECK(d->len > 0);
}

static void
test_points(void)
{
	static struct papers papers;
	static const struct forgery none;
	uint8_t point[HALF];

	for (unsigned part = 0; part < PARTS; part++)
		for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
			struct bench *b = fresh();
			struct person signer;

			papers_write(&papers, b, &none);
			signer = person_named(papers.part[part].by);
			text_get_hex(point, sizeof(point), span_text(forms[i].point));
			forge_signature(&papers.part[part], &signer, point, forms[i].r, 0);
			CHECK_EQUAL(papers_show(&papers, b, &none), forms[i].code);
		}
}

static void
test_second_form(void)
{
	static struct papers papers;
	static const struct forgery none;

	for (unsigned part = 0; part < PARTS; part++)
		for (unsigned orders = 0; orders < 8; orders += orders ? 6 : 1) { /* up to what has room in 255 bits */
			struct bench *b = fresh();

			papers_write(&papers, b, &none);
			forge_signature(&papers.part[part], NULL, NULL, 0, orders);
			CHECK_EQUAL(papers_show(&papers, b, &none), orders ? WIRE_BAD_SIGNATURE : WIRE_OK);
		}
}

/* What is signed with it verifies whatever it says: R = S * B. `point`: dora's in the table; NULL: her own. */
static enum wire_code
try_key(const char *point)
{
	static struct papers papers;
	static const struct forgery none;
	static struct draft d;
	struct bench *b = fresh();
	struct person dora = person_named("dora");
	char text[2048], own[2 * ED25519_POINT_SIZE + 1];
	struct span table = span_of(text, bench_table(text, sizeof(text), "2"));
	uint8_t base[HALF];
	enum wire_code code;

	text_put_hex(own, dora.point, ED25519_POINT_SIZE);
	memcpy(strstr(text, own), point ? point : own, strlen(own));
	draft_table(&d, "2", table);
	draft_sign(&d);
	if ((code = bench_equip(b, &d, table)) != WIRE_OK)
		return code;
	CHECK_EQUAL(bench_tell(b, FRAME_BEGIN, (struct span){0}), WIRE_OK);
	papers_write(&papers, b, &none);
	text_get_hex(base, sizeof(base), span_text(forms[0].point));
	if (point)
		forge_signature(&papers.part[DIRECTOR], NULL, base, 1, 0);
	return papers_show(&papers, b, &none);
}

static void
test_keys(void)
{
	CHECK_EQUAL(try_key(NULL), WIRE_OK);
	for (size_t i = 1; i < sizeof(forms) / sizeof(forms[0]); i++)
		CHECK_EQUAL(try_key(forms[i].point), WIRE_BAD_SIGNATURE);
}

int
main(void)
{
	bench_ready(&ready, BENCH_AREA);
	test_points();
	test_second_form();
	test_keys();
	return test_result();
}

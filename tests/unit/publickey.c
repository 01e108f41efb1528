/* RSA and ECDSA as OpenSSL signs, on every curve and by every digest, each bent beside its control; and what gpg refuses as well. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include "keys/publickey.h"
#include "test.h"
#include "wire/pgppacket.h"

enum { BIG = 2048 };

static const struct span text = {(const uint8_t *)"some text", 9};
static const struct span none;

/* A key, and what a signature packet says of `text`. */
struct signed_text {
	struct pgpkey key;
	struct pgpsig sig;
	uint8_t material[BIG], numbers[BIG], hashed[6];
};

static size_t
put_bignum(uint8_t *out, const BIGNUM *n)
{
	uint8_t bytes[BIG];

	return pgp_put_number(out, span_of(bytes, (size_t)BN_bn2bin(n, bytes)));
}

static size_t
put_param(uint8_t *out, const EVP_PKEY *key, const char *name)
{
	BIGNUM *n = NULL;
	size_t len;

	EVP_PKEY_get_bn_param(key, name, &n);
	len = put_bignum(out, n);
	BN_free(n);
	return len;
}

static void
write_key(struct signed_text *s, const EVP_PKEY *key, const char *curve)
{
	uint8_t *at = s->material, point[BIG];
	size_t len = 0;

	*at++ = curve ? PGP_ECDSA : PGP_RSA;
	if (curve) {
		memcpy(at, curve, 1 + (size_t)curve[0]);
		at += 1 + (size_t)curve[0];
		EVP_PKEY_get_octet_string_param(key, OSSL_PKEY_PARAM_PUB_KEY, point, sizeof(point), &len);
		at += pgp_put_number(at, span_of(point, len));
	} else {
		at += put_param(at, key, OSSL_PKEY_PARAM_RSA_N);
		at += put_param(at, key, OSSL_PKEY_PARAM_RSA_E);
	}
	s->key = (struct pgpkey){.algorithm = s->material[0], .material = span_of(s->material, (size_t)(at - s->material))};
}

static const EVP_MD *
digest_of(enum pgp_hash hash)
{
	return hash == PGP_SHA256 ? EVP_sha256() : hash == PGP_SHA384 ? EVP_sha384() : EVP_sha512();
}

static void
put_numbers(struct signed_text *s, const uint8_t *bytes, size_t len)
{
	const uint8_t *der = bytes;
	ECDSA_SIG *rs;

	s->sig.numbers = span_of(s->numbers, 0);
	if (s->key.algorithm == PGP_RSA) {
		s->sig.numbers.len = pgp_put_number(s->numbers, span_of(bytes, len));
		return;
	}
	rs = d2i_ECDSA_SIG(NULL, &der, (long)len);
	s->sig.numbers.len = put_bignum(s->numbers, ECDSA_SIG_get0_r(rs));
	s->sig.numbers.len += put_bignum(s->numbers + s->sig.numbers.len, ECDSA_SIG_get0_s(rs));
	ECDSA_SIG_free(rs);
}

/* RFC 4880 5.2.4; nothing is in the hashed area, which is pgpsig_read()'s concern. */
static void
sign(struct signed_text *s, EVP_PKEY *key, enum pgp_hash hash)
{
	const uint8_t hashed[6] = {4, 0, (uint8_t)s->key.algorithm, (uint8_t)hash}, trailer[6] = {4, 0xff, [5] = sizeof(hashed)};
	uint8_t bytes[BIG], digest[EVP_MAX_MD_SIZE], all[64];
	size_t len = sizeof(bytes);
	EVP_PKEY_CTX *context = EVP_PKEY_CTX_new(key, NULL);
	unsigned digest_len;

	memcpy(all, text.data, text.len);
	memcpy(all + text.len, hashed, sizeof(hashed));
	memcpy(all + text.len + sizeof(hashed), trailer, sizeof(trailer));
	EVP_Digest(all, text.len + sizeof(hashed) + sizeof(trailer), digest, &digest_len, digest_of(hash), NULL);
	EVP_PKEY_sign_init(context);
	EVP_PKEY_CTX_set_signature_md(context, digest_of(hash));
	CHECK_EQUAL(EVP_PKEY_sign(context, bytes, &len, digest, digest_len), 1);
	EVP_PKEY_CTX_free(context);
	memcpy(s->hashed, hashed, sizeof(hashed));
	s->sig = (struct pgpsig){.algorithm = s->key.algorithm, .hash = hash, .hashed = {s->hashed, sizeof(s->hashed)}, .left16 = {digest[0], digest[1]}};
	put_numbers(s, bytes, len);
}

static enum wire_code
verify(const struct signed_text *s)
{
	return ch_publickey_verify_text(&s->key, &s->sig, text, none);
}

static void
check_bent(struct signed_text *s)
{
	CHECK_EQUAL(ch_publickey_verify_text(&s->key, &s->sig, span_of(text.data, 4), span_of(text.data + 4, text.len - 4)), WIRE_OK);
	CHECK_EQUAL(ch_publickey_verify_text(&s->key, &s->sig, text, SPAN_LITERAL(" ")), WIRE_BAD_SIGNATURE);
	s->sig.numbers.len++; /* something behind the numbers */
	CHECK_EQUAL(verify(s), WIRE_BAD_SIGNATURE);
	s->sig.numbers.len -= 2;
	CHECK_EQUAL(verify(s), WIRE_BAD_SIGNATURE);
	s->sig.numbers.len++;
	for (size_t i = 2; i < s->sig.numbers.len; i += 7) {
		s->numbers[i] ^= 1;
		CHECK_EQUAL(verify(s), WIRE_BAD_SIGNATURE);
		s->numbers[i] ^= 1;
	}
	s->sig.left16[0] ^= 1;
	CHECK_EQUAL(verify(s), WIRE_BAD_SIGNATURE);
	s->sig.left16[0] ^= 1;
	s->sig.algorithm = s->key.algorithm == PGP_RSA ? PGP_ECDSA : PGP_RSA;
	CHECK_EQUAL(verify(s), WIRE_BAD_SIGNATURE);
	s->sig.algorithm = s->key.algorithm;
	CHECK_EQUAL(verify(s), WIRE_OK);
}

static void
check_curve(const char *name, const char *id, size_t shortest)
{
	static const enum pgp_hash hashes[] = {PGP_SHA256, PGP_SHA384, PGP_SHA512};
	EVP_PKEY *key = EVP_EC_gen(name);
	static struct signed_text s;

	write_key(&s, key, id);
	for (size_t i = 0; i < 3; i++) {
		bool enough = (size_t)EVP_MD_get_size(digest_of(hashes[i])) >= shortest;
		sign(&s, key, hashes[i]);
		CHECK_EQUAL(verify(&s), enough ? WIRE_OK : WIRE_BAD_SIGNATURE);
		if (enough)
			check_bent(&s);
	}
	s.material[1]++; /* the curve's name has another length */
	CHECK_EQUAL(verify(&s), WIRE_BAD_SIGNATURE);
	s.material[1]--;
	s.material[(size_t)s.material[1] + 1] ^= 0x40; /* another curve, or none */
	CHECK_EQUAL(verify(&s), WIRE_BAD_SIGNATURE);
	EVP_PKEY_free(key);
}

/* The point with one coordinate only, as OpenSSL reads and gpg does not. */
static void
check_short_point(void)
{
	static const char id[] = "\x08\x2a\x86\x48\xce\x3d\x03\x01\x07";
	EVP_PKEY *key = EVP_EC_gen("P-256");
	static struct signed_text s;
	uint8_t *point;

	write_key(&s, key, id);
	sign(&s, key, PGP_SHA256);
	CHECK_EQUAL(verify(&s), WIRE_OK);
	point = s.material + sizeof(id);
	point[0] = 1; /* 258 bits */
	point[1] = 2;
	point[2] = (uint8_t)(2 + (point[2 + 64] & 1));
	s.key.material.len -= 32;
	CHECK_EQUAL(verify(&s), WIRE_BAD_SIGNATURE);
	EVP_PKEY_free(key);
}

static void
check_rsa(unsigned bits)
{
	EVP_PKEY *key = EVP_RSA_gen(bits);
	BIGNUM *n = NULL, *number = NULL;
	static struct signed_text s;
	struct span rest, bytes;

	write_key(&s, key, NULL);
	sign(&s, key, PGP_SHA384);
	CHECK_EQUAL(verify(&s), WIRE_OK);
	sign(&s, key, PGP_SHA512);
	CHECK_EQUAL(verify(&s), WIRE_OK);
	sign(&s, key, PGP_SHA256);
	check_bent(&s);

	/* The same number, as arithmetic has it. */
	rest = s.sig.numbers;
	CHECK(pgp_take_number(&bytes, &rest));
	number = BN_bin2bn(bytes.data, (int)bytes.len, NULL);
	EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n);
	BN_add(number, number, n);
	s.sig.numbers.len = put_bignum(s.numbers, number);
	CHECK_EQUAL(verify(&s), WIRE_BAD_SIGNATURE);
	BN_free(n);
	BN_free(number);
	EVP_PKEY_free(key);
}

/* The exponent 1: whatever is to be signed is its own signature, and nobody could be held to what such a key says. Others give no number back to anybody. */
static void
check_everybodys_key(void)
{
	EVP_PKEY *key = EVP_RSA_gen(2048);
	BIGNUM *n = NULL, *e = NULL, *number = BN_new();
	BN_CTX *context = BN_CTX_new();
	static struct signed_text s;
	struct span rest, bytes;
	size_t modulus;

	write_key(&s, key, NULL);
	modulus = s.key.material.len - 5; /* what stands before 65537 */
	sign(&s, key, PGP_SHA256);
	CHECK_EQUAL(verify(&s), WIRE_OK);
	rest = s.sig.numbers;
	CHECK(pgp_take_number(&bytes, &rest));
	EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_N, &n);
	EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_RSA_E, &e);
	BN_bin2bn(bytes.data, (int)bytes.len, number);
	CHECK_EQUAL(BN_mod_exp(number, number, e, n, context), 1);
	s.sig.numbers.len = put_bignum(s.numbers, number);
	for (BN_ULONG small = 0; small < 3; small++) {
		BN_set_word(number, small);
		s.key.material.len = modulus + put_bignum(s.material + modulus, number);
		CHECK_EQUAL(verify(&s), WIRE_BAD_SIGNATURE);
	}
	BN_CTX_free(context);
	BN_free(n);
	BN_free(e);
	BN_free(number);
	EVP_PKEY_free(key);
}

int
main(void)
{
	check_curve("P-256", "\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 32);
	check_curve("P-384", "\x05\x2b\x81\x04\x00\x22", 48);
	check_curve("P-521", "\x05\x2b\x81\x04\x00\x23", 64);
	check_curve("brainpoolP256r1", "\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x07", 32);
	check_curve("brainpoolP384r1", "\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0b", 48);
	check_curve("brainpoolP512r1", "\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0d", 64);
	check_curve("secp256k1", "\x05\x2b\x81\x04\x00\x0a", 32);
	check_short_point();
	check_rsa(2048);
	check_rsa(3072);
	check_everybodys_key();
	return test_result();
}

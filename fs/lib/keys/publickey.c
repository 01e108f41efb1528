#include "publickey.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "wire/crypto.h"
#include "wire/pgppacket.h"

enum { HALF = 32, DER_MAX = 256, RSA_MAX = PGPSIG_MAX, DIGEST_ENOUGH = 512 / 8, UNCOMPRESSED = 4, TEXT_PARTS = 4 };

struct curve {
	const char *name;
	const char *id; /* object identifier, its length before it (RFC 6637 11) */
	size_t size;	/* of a coordinate, and of a digest, in bytes */
};

static const struct curve curves[] = {
	{"P-256", "\x08\x2a\x86\x48\xce\x3d\x03\x01\x07", 32},
	{"P-384", "\x05\x2b\x81\x04\x00\x22", 48},
	{"P-521", "\x05\x2b\x81\x04\x00\x23", 66},
	{"brainpoolP256r1", "\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x07", 32},
	{"brainpoolP384r1", "\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0b", 48},
	{"brainpoolP512r1", "\x09\x2b\x24\x03\x03\x02\x08\x01\x01\x0d", 64},
	{"secp256k1", "\x05\x2b\x81\x04\x00\x0a", 32},
};

static const EVP_MD *
digest_of(enum pgp_hash hash)
{
	switch (hash) {
	case PGP_SHA256:
		return EVP_sha256();
	case PGP_SHA384:
		return EVP_sha384();
	case PGP_SHA512:
		return EVP_sha512();
	}
	return NULL;
}

static bool
hash_parts(uint8_t out[EVP_MAX_MD_SIZE], unsigned *len, const EVP_MD *md, const struct span *part, size_t parts)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && md && EVP_DigestInit_ex(context, md, NULL) == 1;

	for (size_t i = 0; i < parts && done; i++)
		done = EVP_DigestUpdate(context, part[i].data, part[i].len) == 1;
	done = done && EVP_DigestFinal_ex(context, out, len) == 1;
	EVP_MD_CTX_free(context);
	return done;
}

/* Takes the object identifier; NULL: none of ours. */
static const struct curve *
take_curve(struct span *rest)
{
	struct span id;

	if (rest->len == 0 || !pgp_take(&id, rest, 1 + (size_t)rest->data[0]))
		return NULL;
	for (size_t i = 0; i < sizeof(curves) / sizeof(curves[0]); i++)
		if (span_equal(id, span_of(curves[i].id, 1 + (size_t)curves[i].id[0])))
			return &curves[i];
	return NULL;
}

/* gpg refuses a shorter digest than a key wants (its g10/seskey.c); of P-521 it does not want more than there is. */
static bool
digest_is_enough(const struct pgpkey *key, size_t len)
{
	struct span rest = span_skip(key->material, 1);
	const struct curve *curve = key->algorithm == PGP_ECDSA ? take_curve(&rest) : NULL;

	return curve == NULL || len >= DIGEST_ENOUGH || len >= curve->size;
}

static EVP_PKEY *
key_from(const char *type, OSSL_PARAM *params)
{
	EVP_PKEY_CTX *context = params ? EVP_PKEY_CTX_new_from_name(NULL, type, NULL) : NULL;
	EVP_PKEY *key = NULL;

	if (context && EVP_PKEY_fromdata_init(context) == 1)
		EVP_PKEY_fromdata(context, &key, EVP_PKEY_PUBLIC_KEY, params);
	EVP_PKEY_CTX_free(context);
	return key;
}

static BIGNUM *
number_of(struct span *rest)
{
	struct span number;

	return pgp_take_number(&number, rest) ? BN_bin2bn(number.data, (int)number.len, NULL) : NULL;
}

/* By the exponent 1, which OpenSSL takes, everything is its own signature. */
static bool
is_exponent(const BIGNUM *e)
{
	return BN_is_odd(e) && !BN_is_one(e);
}

static EVP_PKEY *
rsa_key(struct span rest)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = number_of(&rest), *e = number_of(&rest);
	OSSL_PARAM *params = NULL;
	EVP_PKEY *key = NULL;

	if (build && n && e && is_exponent(e) && OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) == 1)
		key = key_from("RSA", params = OSSL_PARAM_BLD_to_param(build));
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	return key;
}

static EVP_PKEY *
ecdsa_key(struct span rest)
{
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	const struct curve *curve = take_curve(&rest);
	OSSL_PARAM *params = NULL;
	struct span point = {0};
	EVP_PKEY *key = NULL;

	if (build && curve && pgp_take_number(&point, &rest) && point.len == 1 + 2 * curve->size && point.data[0] == UNCOMPRESSED &&
	    OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, curve->name, 0) == 1 &&
	    OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point.data, point.len) == 1)
		key = key_from("EC", params = OSSL_PARAM_BLD_to_param(build));
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	return key;
}

/* As OpenSSL wants it: two numbers as DER; of RSA one, as long as the modulus. */
static size_t
ecdsa_signature(uint8_t out[DER_MAX], struct span numbers)
{
	BIGNUM *r = number_of(&numbers), *s = number_of(&numbers);
	ECDSA_SIG *sig = ECDSA_SIG_new();
	int len = 0;

	if (r && s && sig && numbers.len == 0 && ECDSA_SIG_set0(sig, r, s) == 1) {
		r = s = NULL;
		if ((len = i2d_ECDSA_SIG(sig, NULL)) > 0 && len <= DER_MAX)
			len = i2d_ECDSA_SIG(sig, &out);
		else
			len = 0;
	}
	ECDSA_SIG_free(sig);
	BN_free(r);
	BN_free(s);
	return (size_t)len;
}

static size_t
rsa_signature(uint8_t out[RSA_MAX], struct span numbers, size_t size)
{
	struct span number;

	if (!pgp_take_number(&number, &numbers) || numbers.len || number.len > size || size > RSA_MAX)
		return 0;
	memset(out, 0, size - number.len);
	memcpy(out + size - number.len, number.data, number.len);
	return size;
}

static bool
openssl_verify(EVP_PKEY *key, bool rsa, const EVP_MD *md, struct span digest, struct span sig)
{
	EVP_PKEY_CTX *context = key && sig.len ? EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL) : NULL;
	bool good = context && EVP_PKEY_verify_init(context) == 1 && (!rsa || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) == 1) &&
		    EVP_PKEY_CTX_set_signature_md(context, md) == 1 && EVP_PKEY_verify(context, sig.data, sig.len, digest.data, digest.len) == 1;

	EVP_PKEY_CTX_free(context);
	return good;
}

static bool
ed25519_verify(const struct pgpkey *key, struct span digest, struct span numbers)
{
	uint8_t rs[ED25519_SIGNATURE_SIZE] = {0};
	struct span number;

	for (size_t i = 1; i <= 2; i++) {
		if (!pgp_take_number(&number, &numbers) || number.len > HALF)
			return false;
		memcpy(rs + HALF * i - number.len, number.data, number.len);
	}
	return numbers.len == 0 && wire_ed25519_verify(rs, digest, key->point);
}

bool
ch_publickey_verify(const struct pgpkey *key, enum pgp_hash hash, const struct span *part, size_t parts, const uint8_t left16[2], struct span numbers)
{
	uint8_t bytes[EVP_MAX_MD_SIZE], sig[RSA_MAX];
	bool rsa = key->algorithm == PGP_RSA, good;
	EVP_PKEY *public;
	unsigned len = 0;
	struct span made;

	if (!hash_parts(bytes, &len, digest_of(hash), part, parts) || memcmp(bytes, left16, 2) != 0 || !digest_is_enough(key, len))
		return false;
	if (key->algorithm == PGP_EDDSA)
		return ed25519_verify(key, span_of(bytes, len), numbers);
	public = rsa ? rsa_key(span_skip(key->material, 1)) : ecdsa_key(span_skip(key->material, 1));
	made = span_of(sig, rsa && public ? rsa_signature(sig, numbers, (size_t)EVP_PKEY_get_size(public)) : ecdsa_signature(sig, numbers));
	good = openssl_verify(public, rsa, digest_of(hash), span_of(bytes, len), made);
	EVP_PKEY_free(public);
	return good;
}

enum wire_code
ch_publickey_verify_text(const struct pgpkey *key, const struct pgpsig *sig, struct span head, struct span tail)
{
	uint8_t trailer[6] = {4, 0xff}; /* RFC 4880 5.2.4 */
	const struct span part[TEXT_PARTS] = {head, tail, sig->hashed, {trailer, sizeof(trailer)}};

	if (sig->algorithm != key->algorithm)
		return WIRE_BAD_SIGNATURE;
	if (sig->algorithm == PGP_EDDSA)
		return pgpsig_verify(sig, head, tail, key->point);
	put32(trailer + 2, (uint32_t)sig->hashed.len);
	return ch_publickey_verify(key, sig->hash, part, TEXT_PARTS, sig->left16, sig->numbers) ? WIRE_OK : WIRE_BAD_SIGNATURE;
}

enum wire_code
ch_publickey_verify_act(const struct pgpkey *key, const struct act *act)
{
	if (key->algorithm == PGP_EDDSA && act->signature.algorithm == PGP_EDDSA)
		return act_verify(act, key->point);
	return ch_publickey_verify_text(key, &act->signature, act->commit.head, act->commit.tail);
}

/*
 * ch_token_read
 *   decode            the response, whole
 *   granted           it has a token
 *   read_info         digest and time
 *   read_signer       the one signer, and its name
 *   verify            with that certificate alone as the one that is trusted
 * ch_token_check      verify, with those that somebody trusts
 */
#include "token.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ts.h>
#include <openssl/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "base/nfc.h"

enum { NONCE_BITS = 64, AUTHORITIES_MAX = 1000, SECURITY_LEVEL = 2 }; /* 112 bits: no SHA-1, RSA from 2048 bits on */

struct ch_trust {
	STACK_OF(X509) *certificates;
};

/* What OpenSSL says of the last thing that failed, e.g. "certificate has expired". */
static const char *
reason(char text[256])
{
	static const char prefix[] = "Verify error:";
	const char *data = NULL, *said;
	int flags = 0;
	unsigned long code = ERR_peek_last_error_all(NULL, NULL, NULL, &data, &flags);

	if (data && (flags & ERR_TXT_STRING) && strncmp(data, prefix, strlen(prefix)) == 0)
		said = data + strlen(prefix);
	else
		said = ERR_reason_error_string(code);
	snprintf(text, 256, "%s", said ? said : "unknown reason");
	ERR_clear_error();
	return text;
}

/* NULL: not one, or with something behind it. */
static TS_RESP *
decode(struct span response)
{
	const unsigned char *at = response.data;
	TS_RESP *r = response.len && response.len <= CH_TOKEN_MAX ? d2i_TS_RESP(NULL, &at, (long)response.len) : NULL;

	if (r && at != response.data + response.len) {
		TS_RESP_free(r);
		r = NULL;
	}
	ERR_clear_error();
	return r;
}

static bool
granted(TS_RESP *r)
{
	const ASN1_INTEGER *status = TS_STATUS_INFO_get0_status(TS_RESP_get_status_info(r));
	long value = status ? ASN1_INTEGER_get(status) : -1;

	return (value == TS_STATUS_GRANTED || value == TS_STATUS_GRANTED_WITH_MODS) && TS_RESP_get_token(r) && TS_RESP_get_tst_info(r);
}

static bool
read_imprint(uint8_t imprint[SHA256_SIZE], TS_MSG_IMPRINT *from)
{
	const ASN1_OCTET_STRING *digest = from ? TS_MSG_IMPRINT_get_msg(from) : NULL;
	const ASN1_OBJECT *algorithm = NULL;

	if (digest == NULL || TS_MSG_IMPRINT_get_algo(from) == NULL)
		return false;
	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(from));
	if (OBJ_obj2nid(algorithm) != NID_sha256 || ASN1_STRING_length(digest) != SHA256_SIZE)
		return false;
	memcpy(imprint, ASN1_STRING_get0_data(digest), SHA256_SIZE);
	return true;
}

static const struct ch_error *
read_info(struct ch_token *token, TS_RESP *r)
{
	TS_TST_INFO *info = TS_RESP_get_tst_info(r);
	struct tm tm;

	if (!read_imprint(token->imprint, TS_TST_INFO_get_msg_imprint(info)))
		return ch_refuse(WIRE_WRONG_CONTENT, "the token is not over a SHA-256");
	if (TS_TST_INFO_get_time(info) == NULL || ASN1_TIME_to_tm(TS_TST_INFO_get_time(info), &tm) != 1)
		return ch_refuse(WIRE_MALFORMED_RECORD, "the token names no time");
	token->time = timegm(&tm);
	return NULL;
}

/* One line of a statement, whatever is in the certificate. */
static struct span
name_of(const X509 *certificate, struct ch_arena *arena)
{
	BIO *bio = BIO_new(BIO_s_mem());
	struct span name = SPAN_LITERAL("unnamed");
	char *text = NULL;
	long len;

	if (bio == NULL)
		return name;
	X509_NAME_print_ex(bio, X509_get_subject_name(certificate), 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB);
	len = BIO_get_mem_data(bio, &text);
	if (len > 0)
		name = ch_arena_copy(arena, span_of(text, len < VALUE_MAX ? (size_t)len : VALUE_MAX));
	if (!text_is_value(name) || !ch_nfc(name)) {
		uint8_t *plain = ch_arena_alloc(arena, name.len + 1);
		for (size_t i = 0; i < name.len; i++)
			plain[i] = name.data[i] > 0x20 && name.data[i] < 0x7f ? name.data[i] : '_';
		name = span_of(plain, name.len);
	}
	BIO_free(bio);
	ERR_clear_error();
	return name;
}

static bool
is_strong(const PKCS7_SIGNER_INFO *signer)
{
	X509_ALGOR *digest = NULL;
	const ASN1_OBJECT *algorithm = NULL;
	int nid;

	PKCS7_SIGNER_INFO_get0_algs((PKCS7_SIGNER_INFO *)signer, NULL, &digest, NULL);
	if (digest == NULL)
		return false;
	X509_ALGOR_get0(&algorithm, NULL, NULL, digest);
	nid = OBJ_obj2nid(algorithm);
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

/* The certificate of the one who signed; NULL: none is inside, or several have signed, or with a digest that is not strong. */
static X509 *
signer_of(PKCS7 *pkcs7)
{
	STACK_OF(PKCS7_SIGNER_INFO) *infos = PKCS7_type_is_signed(pkcs7) ? PKCS7_get_signer_info(pkcs7) : NULL;
	STACK_OF(X509) *signers = NULL;
	X509 *signer = NULL;

	if (sk_PKCS7_SIGNER_INFO_num(infos) == 1 && is_strong(sk_PKCS7_SIGNER_INFO_value(infos, 0)))
		signers = PKCS7_get0_signers(pkcs7, NULL, 0);
	if (sk_X509_num(signers) == 1)
		signer = sk_X509_value(signers, 0);
	sk_X509_free(signers);
	ERR_clear_error();
	return signer;
}

/* OpenSSL's own: signature, the certificate that the signed attributes name, its purpose, its chain, at the token's time. */
static bool
verify(TS_RESP *r, int64_t time, STACK_OF(X509) *trusted)
{
	X509_STORE *store = X509_STORE_new();
	X509_VERIFY_PARAM *param = store ? X509_STORE_get0_param(store) : NULL;
	TS_VERIFY_CTX *context = TS_VERIFY_CTX_new();
	bool good = param && context;

	for (int i = 0; good && i < sk_X509_num(trusted); i++)
		good = X509_STORE_add_cert(store, sk_X509_value(trusted, i)) == 1;
	if (good) {
		X509_VERIFY_PARAM_set_time(param, (time_t)time);
		X509_VERIFY_PARAM_set_auth_level(param, SECURITY_LEVEL);
		X509_VERIFY_PARAM_set_flags(param, X509_V_FLAG_PARTIAL_CHAIN);
		TS_VERIFY_CTX_set_flags(context, TS_VFY_SIGNATURE | TS_VFY_VERSION);
		TS_VERIFY_CTX_set_store(context, store);
		store = NULL;
		good = TS_RESP_verify_response(context, r) == 1;
	}
	TS_VERIFY_CTX_free(context);
	X509_STORE_free(store);
	return good;
}

static const struct ch_error *
read_signer(struct ch_token *token, TS_RESP *r, struct ch_arena *arena)
{
	X509 *signer = signer_of(TS_RESP_get_token(r));
	STACK_OF(X509) *alone = sk_X509_new_null();
	const struct ch_error *error = NULL;
	char text[256];

	if (signer == NULL)
		error = ch_refuse(WIRE_BAD_SIGNATURE, "the token is not signed once, with a strong digest, by a certificate that it has inside");
	else if (alone == NULL || !sk_X509_push(alone, signer) || !verify(r, token->time, alone))
		error = ch_refuse(WIRE_BAD_SIGNATURE, "the token does not hold: %s", reason(text));
	else
		token->authority = name_of(signer, arena);
	sk_X509_free(alone);
	return error;
}

const struct ch_error *
ch_token_read(struct ch_token *token, struct span response, struct ch_arena *arena)
{
	TS_RESP *r = decode(response);
	const struct ch_error *error;

	*token = (struct ch_token){0};
	if (response.len > CH_TOKEN_MAX)
		return ch_refuse(WIRE_TOO_LONG, "a time-stamp has at most %d bytes", CH_TOKEN_MAX);
	if (r == NULL)
		return ch_refuse(WIRE_MALFORMED_RECORD, "not a time-stamp response in DER");
	if (!granted(r))
		error = ch_refuse(WIRE_WRONG_CONTENT, "the authority has not granted a time-stamp");
	else if ((error = read_info(token, r)) == NULL)
		error = read_signer(token, r, arena);
	TS_RESP_free(r);
	ERR_clear_error();
	return error;
}

void
ch_trust_free(struct ch_trust *trust)
{
	if (trust)
		sk_X509_pop_free(trust->certificates, X509_free);
	free(trust);
}

const struct ch_error *
ch_trust_read(struct ch_trust **out, struct span pem)
{
	BIO *bio = pem.len <= TRUST_MAX ? BIO_new_mem_buf(pem.data, (int)pem.len) : NULL;
	struct ch_trust *trust = calloc(1, sizeof(*trust));
	X509 *certificate;

	*out = NULL;
	if (trust)
		trust->certificates = sk_X509_new_null();
	while (bio && trust && sk_X509_num(trust->certificates) < AUTHORITIES_MAX && (certificate = PEM_read_bio_X509(bio, NULL, NULL, NULL)))
		if (!sk_X509_push(trust->certificates, certificate))
			X509_free(certificate);
	BIO_free(bio);
	ERR_clear_error();
	if (trust == NULL || sk_X509_num(trust->certificates) < 1) {
		ch_trust_free(trust);
		return ch_fail(CH_USAGE, "holds no certificate of an authority in PEM");
	}
	*out = trust;
	return NULL;
}

const struct ch_error *
ch_token_check(struct span response, const struct ch_trust *trust)
{
	TS_RESP *r = decode(response);
	struct ch_token token;
	const struct ch_error *error = NULL;
	char text[256];

	if (r == NULL || !granted(r))
		error = ch_refuse(WIRE_MALFORMED_RECORD, "not a time-stamp response in DER");
	else if ((error = read_info(&token, r)) == NULL && !verify(r, token.time, trust->certificates))
		error = ch_fail(CH_UNKNOWN, "not by an authority that is trusted: %s", reason(text));
	TS_RESP_free(r);
	return error;
}

/* ---- requests ---- */

static ASN1_INTEGER *
fresh_nonce(void)
{
	BIGNUM *number = BN_new();
	ASN1_INTEGER *nonce = NULL;

	if (number && BN_rand(number, NONCE_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1)
		nonce = BN_to_ASN1_INTEGER(number, NULL);
	BN_free(number);
	return nonce;
}

static bool
fill_request(TS_REQ *request, TS_MSG_IMPRINT *digest, X509_ALGOR *algorithm, ASN1_INTEGER *nonce, const uint8_t imprint[SHA256_SIZE])
{
	uint8_t bytes[SHA256_SIZE];

	memcpy(bytes, imprint, sizeof(bytes));
	return request && digest && algorithm && nonce && X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL) == 1 &&
	       TS_MSG_IMPRINT_set_algo(digest, algorithm) == 1 && TS_MSG_IMPRINT_set_msg(digest, bytes, SHA256_SIZE) == 1 &&
	       TS_REQ_set_version(request, 1) == 1 && TS_REQ_set_msg_imprint(request, digest) == 1 && TS_REQ_set_nonce(request, nonce) == 1 &&
	       TS_REQ_set_cert_req(request, 1) == 1;
}

struct span
ch_token_request(const uint8_t imprint[SHA256_SIZE], struct ch_arena *arena)
{
	TS_REQ *request = TS_REQ_new();
	TS_MSG_IMPRINT *digest = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	ASN1_INTEGER *nonce = fresh_nonce();
	unsigned char *der = NULL;
	struct span out;
	int len;

	if (!fill_request(request, digest, algorithm, nonce, imprint) || (len = i2d_TS_REQ(request, &der)) <= 0)
		abort(); /* no memory, or no random numbers */
	out = ch_arena_copy(arena, span_of(der, (size_t)len));
	OPENSSL_free(der);
	ASN1_INTEGER_free(nonce);
	X509_ALGOR_free(algorithm);
	TS_MSG_IMPRINT_free(digest);
	TS_REQ_free(request);
	return out;
}

static bool
same_nonce(const TS_REQ *request, TS_RESP *r)
{
	const ASN1_INTEGER *asked = TS_REQ_get_nonce(request), *said = TS_TST_INFO_get_nonce(TS_RESP_get_tst_info(r));

	return asked == NULL || (said && ASN1_INTEGER_cmp(asked, said) == 0);
}

static const struct ch_error *
compare(TS_REQ *request, TS_RESP *r)
{
	uint8_t asked[SHA256_SIZE], said[SHA256_SIZE];

	if (request == NULL || !read_imprint(asked, TS_REQ_get_msg_imprint(request)))
		return ch_refuse(WIRE_MALFORMED_RECORD, "not a time-stamp request over a SHA-256 in DER");
	if (r == NULL || !granted(r))
		return ch_refuse(WIRE_WRONG_CONTENT, "the authority has not granted a time-stamp");
	if (!read_imprint(said, TS_TST_INFO_get_msg_imprint(TS_RESP_get_tst_info(r))) || memcmp(asked, said, sizeof(asked)) != 0)
		return ch_refuse(WIRE_WRONG_CONTENT, "the token is over another digest than was asked for");
	if (!same_nonce(request, r))
		return ch_refuse(WIRE_WRONG_NONCE, "the token answers another request");
	return NULL;
}

const struct ch_error *
ch_token_answers(struct span request, struct span response)
{
	const unsigned char *at = request.data;
	TS_REQ *asked = request.len && request.len <= TOKEN_REQUEST_MAX ? d2i_TS_REQ(NULL, &at, (long)request.len) : NULL;
	TS_RESP *r = decode(response);
	const struct ch_error *error = compare(asked, r);

	TS_REQ_free(asked);
	TS_RESP_free(r);
	ERR_clear_error();
	return error;
}

/*
 * Tokens: the answers of time-stamping authorities (RFC 3161, TimeStampResp in DER), read and checked by OpenSSL. A token says that a digest was there at
 * a time; who says so is whoever holds the key of the certificate inside. Nothing here looks at today's clock: a certificate is judged at the time
 * that the token names. Whether it had been revoked by then is not asked: that wants a list from elsewhere.
 */
#ifndef CH_TOKEN_H
#define CH_TOKEN_H

#include "base/arena.h"
#include "base/error.h"
#include "records/content.h"

enum { TOKEN_REQUEST_MAX = 1024, TRUST_MAX = 1 << 20 };

struct ch_token {
	uint8_t imprint[SHA256_SIZE];
	int64_t time;
	struct span authority; /* the subject of the certificate inside (RFC 2253), as a value of a statement */
};

/*
 * Everything that can be told without trusting anybody: granted, over a SHA-256, signed by the certificate inside, which is for time-stamping and
 * was valid then. TOO-LONG, MALFORMED-RECORD, WRONG-CONTENT (not granted, another digest), BAD-SIGNATURE with OpenSSL's reason.
 */
const struct ch_error *ch_token_read(struct ch_token *token, struct span response, struct ch_arena *arena);

/* Authorities that somebody trusts: certificates in PEM, of roots or of the authorities themselves. The caller must free it with ch_trust_free(). */
struct ch_trust;
const struct ch_error *ch_trust_read(struct ch_trust **trust, struct span pem);
void ch_trust_free(struct ch_trust *trust);

/* Whether a token that has been read comes from one of these. CH_UNKNOWN, with OpenSSL's reason: cannot tell. */
const struct ch_error *ch_token_check(struct span response, const struct ch_trust *trust);

/* A request (TimeStampReq in DER) for a digest: with a fresh nonce, and for an answer with the certificate in it. */
struct span ch_token_request(const uint8_t imprint[SHA256_SIZE], struct ch_arena *arena);

/* Whether a response answers this request: digest and nonce. MALFORMED-RECORD, WRONG-NONCE, WRONG-CONTENT. */
const struct ch_error *ch_token_answers(struct span request, struct span response);

#endif

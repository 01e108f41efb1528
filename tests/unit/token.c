/*
 * Tokens that are kept in the fuzzers' corpus, made once by `openssl ts` and `openssl cms` (tests/authority.sh): one that holds, one whose certificate has
 * expired since, and beside them those that do not hold. All are over the SHA-256 of "page\n".
 */
#include "stamp/token.h"

#include <stdlib.h>

#include "test.h"

static struct ch_arena arena;

static struct span
kept(const char *name)
{
	const char *path = ch_arena_format(&arena, "%s/tests/fuzz/corpus/token/%s", getenv("SRC") ? getenv("SRC") : ".", name);
	uint8_t *bytes = ch_arena_alloc(&arena, CH_TOKEN_MAX);
	FILE *file = fopen(path, "r");
	size_t len = file ? fread(bytes, 1, CH_TOKEN_MAX, file) : 0;

	if (file)
		fclose(file);
	CHECK(len > 0);
	return span_of(bytes, len);
}

static void
check_holds(const char *name, const char *authority, int64_t time)
{
	uint8_t page[SHA256_SIZE];
	struct ch_token token;

	wire_sha256_of(page, SPAN_LITERAL("page\n"));
	CHECK(ch_token_read(&token, kept(name), &arena) == NULL);
	CHECK(memcmp(token.imprint, page, sizeof(page)) == 0);
	CHECK_EQUAL_SPAN(token.authority, span_text(authority));
	CHECK_EQUAL(token.time, time);
}

static void
check_refused(const char *name, enum wire_code code, const char *reason)
{
	struct ch_token token;
	const struct ch_error *error = ch_token_read(&token, kept(name), &arena);

	CHECK(error && error->code == code && strstr(error->message, reason));
	if (error && !strstr(error->message, reason))
		fprintf(stderr, "%s: %s\n", name, error->message);
}

static void
test_read(void)
{
	check_holds("good", "CN=Authority one", 1800000000);
	check_holds("expired-since", "CN=Authority old", 1590969600);
	check_refused("refused-purpose", WIRE_BAD_SIGNATURE, "unsuitable certificate purpose");
	check_refused("refused-expired-then", WIRE_BAD_SIGNATURE, "certificate has expired");
	check_refused("refused-altered", WIRE_BAD_SIGNATURE, "the token does not hold");
	check_refused("refused-sha1", WIRE_WRONG_CONTENT, "not over a SHA-256");
	check_refused("refused-no-certificate", WIRE_BAD_SIGNATURE, "that it has inside");
	check_refused("refused-denied", WIRE_WRONG_CONTENT, "has not granted");
	check_refused("refused-tail", WIRE_MALFORMED_RECORD, "not a time-stamp response");
	check_refused("request", WIRE_MALFORMED_RECORD, "not a time-stamp response");
}

static void
test_trust(void)
{
	struct ch_trust *trust = NULL;
	const struct ch_error *error;

	CHECK(ch_trust_read(&trust, kept("authority.pem")) == NULL);
	CHECK(ch_token_check(kept("good"), trust) == NULL);
	error = ch_token_check(kept("expired-since"), trust);
	CHECK(error && error->class == CH_UNKNOWN);
	CHECK(ch_token_check(kept("refused-altered"), trust) != NULL);
	ch_trust_free(trust);
	error = ch_trust_read(&trust, kept("good"));
	CHECK(error && error->class == CH_USAGE && trust == NULL);
	ch_trust_free(trust);
}

static void
test_answers(void)
{
	uint8_t page[SHA256_SIZE];
	const struct ch_error *error;
	struct span one, two;

	CHECK(ch_token_answers(kept("request"), kept("good")) == NULL);
	wire_sha256_of(page, SPAN_LITERAL("page\n"));
	one = ch_token_request(page, &arena);
	two = ch_token_request(page, &arena);
	CHECK(!span_equal(one, two));
	error = ch_token_answers(one, kept("good"));
	CHECK(error && error->code == WIRE_WRONG_NONCE);
	page[0] ^= 1;
	error = ch_token_answers(ch_token_request(page, &arena), kept("good"));
	CHECK(error && error->code == WIRE_WRONG_CONTENT);
	error = ch_token_answers(kept("good"), kept("good"));
	CHECK(error && error->code == WIRE_MALFORMED_RECORD);
}

int
main(void)
{
	test_read();
	test_trust();
	test_answers();
	ch_arena_clear(&arena);
	return test_result();
}

/*
 * Tokens, requests and certificates from outside: OpenSSL reads them; what we take from them has the form that a statement wants.
 *
 * libFuzzer: -max_len=1024
 */
#include "stamp/token.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span bytes = span_of(data, size);
	struct ch_arena arena = {0};
	struct ch_token token;
	struct ch_trust *trust;

	if (ch_token_read(&token, bytes, &arena) == NULL && !text_is_value(token.authority))
		__builtin_trap();
	if (ch_token_answers(bytes, bytes) == NULL)
		__builtin_trap();
	if (ch_trust_read(&trust, bytes) == NULL && ch_token_check(bytes, trust) == NULL)
		__builtin_trap();
	ch_trust_free(trust);
	ch_arena_clear(&arena);
	return 0;
}

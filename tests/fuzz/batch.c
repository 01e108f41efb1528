/*
 * What git-lfs asks over HTTP: what is read can be answered, and the answer names each object once, with what becomes of it.
 *
 * libFuzzer: -max_len=512
 */
#include "transfer/batch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
count(struct span text, const char *word)
{
	size_t n = 0, len = strlen(word);

	for (size_t i = 0; i + len <= text.len; i++)
		n += memcmp(text.data + i, word, len) == 0;
	return n;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct ch_batch_answer each[] = {{CH_DONE, NULL, "http://a/b"}, {CH_DONE, NULL, NULL}, {CH_NOT_FOUND, "not \"here\"", NULL}};
	struct ch_arena arena = {0};
	struct ch_batch batch;

	if (ch_batch_read(&batch, span_of(data, size), &arena) == NULL) {
		struct ch_batch_answer *answers = ch_arena_alloc(&arena, batch.count * sizeof(*answers) + 1);
		struct span answer;

		for (size_t i = 0; i < batch.count; i++) {
			if (batch.objects[i].size > INT64_MAX)
				__builtin_trap();
			answers[i] = each[i % 3];
		}
		answer = ch_batch_write(&batch, answers, &arena);
		if (batch.count > CH_BATCH_OBJECTS_MAX || count(answer, "\"oid\":\"") != batch.count || count(answer, "\"href\":\"") != (batch.count + 2) / 3 ||
		    count(answer, "not \\\"here\\\"") != batch.count / 3)
			__builtin_trap();
	}
	ch_arena_clear(&arena);
	return 0;
}

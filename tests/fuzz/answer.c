/*
 * What git and the other side say: whatever it is, what is taken from it lies within it, and what is shown is one printable line.
 *
 * libFuzzer: -max_len=256
 */
#include "sync/answer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_within(struct span part, struct span all)
{
	if (part.len && (part.data < all.data || part.data + part.len > all.data + all.len))
		__builtin_trap();
}

static void
check_line(const char *line)
{
	for (; *line; line++)
		if (*line < ' ' || *line > '~')
			__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span all = span_of(data, size), rest = all;
	struct ch_arena arena = {0};
	struct ch_refusal refusal;
	struct ch_pushed pushed;
	const char *why;

	while (ch_answer_pushed(&pushed, &rest)) {
		check_within(pushed.ref, all);
		check_within(pushed.summary, all);
	}
	for (rest = all; ch_answer_refusal(&refusal, &rest);) {
		check_within(refusal.ref, all);
		check_within(refusal.reason, all);
		if (refusal.code == WIRE_OK || !span_starts(refusal.ref, SPAN_LITERAL("refs/")))
			__builtin_trap();
	}
	ch_answer_link(&why, all, &arena);
	check_line(why);
	ch_answer_by_register(all);
	check_line(ch_answer_said(all, &arena));
	ch_arena_clear(&arena);
	return 0;
}

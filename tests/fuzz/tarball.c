/*
 * What reads as a tarball has names that stay below its directory, each once, and no more bytes than the file; its members write and read back.
 *
 * libFuzzer: -max_len=2048
 */
#include <stdio.h>
#include <unistd.h>

#include "extract/tarball.h"
#include "wire/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check(const struct ch_tarball *tarball)
{
	size_t total = 0;

	for (size_t i = 0; i < tarball->count; i++) {
		struct span rest = tarball->members[i].path;
		total += tarball->members[i].content.len;
		if (ch_tarball_find(tarball, rest) != &tarball->members[i])
			__builtin_trap();
		while (rest.len)
			if (!text_is_name(span_cut(&rest, '/')))
				__builtin_trap();
	}
	if (total > tarball->size)
		__builtin_trap();
}

static void
check_written(const struct ch_tarball *tarball, struct ch_arena *arena)
{
	struct ch_tarball again;
	char path[64];

	snprintf(path, sizeof(path), "/dev/shm/fuzz-tarball-%ld", (long)getpid());
	if (ch_tarball_write(tarball, path, 1) || ch_tarball_read(&again, path, arena) || again.count != tarball->count)
		__builtin_trap();
	for (size_t i = 0; i < again.count; i++)
		if (!span_equal(again.members[i].path, tarball->members[i].path) ||
		    !span_equal(again.members[i].content, tarball->members[i].content))
			__builtin_trap();
	unlink(path);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_arena arena = {0};
	struct ch_tarball tarball;

	if (ch_tarball_parse(&tarball, span_of(data, size), "", &arena) == NULL) {
		check(&tarball);
		check_written(&tarball, &arena);
	}
	ch_arena_clear(&arena);
	return 0;
}

/* What reads as a tarball has names that stay below its directory, each once, and no more bytes than the file. */
#include <stdio.h>
#include <sys/mman.h>
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

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	int fd = memfd_create("tarball", MFD_CLOEXEC);
	struct ch_arena arena = {0};
	struct ch_tarball tarball;
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (write(fd, data, size) == (ssize_t)size && ch_tarball_read(&tarball, path, &arena) == NULL)
		check(&tarball);
	ch_arena_clear(&arena);
	close(fd);
	return 0;
}

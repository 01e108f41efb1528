/* A manifest that fits its members is the one that would be written for them. */
#include "extract/manifest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_member members[] = {{SPAN_LITERAL("README"), SPAN_LITERAL("")},
				      {SPAN_LITERAL("MANIFEST"), span_of(data, size)},
				      {SPAN_LITERAL("SHA256SUMS"), SPAN_LITERAL("")},
				      {SPAN_LITERAL("files/a"), SPAN_LITERAL("a")}};
	struct ch_tarball tarball = {.members = members, .count = sizeof(members) / sizeof(members[0])};
	struct ch_arena arena = {0};
	struct ch_manifest manifest;
	struct span text;

	if (ch_manifest_read(&manifest, &tarball) == NULL &&
	    (ch_manifest_write(&text, &manifest, &tarball, &arena) || !span_equal(text, members[1].content)))
		__builtin_trap();
	ch_arena_clear(&arena);
	return 0;
}

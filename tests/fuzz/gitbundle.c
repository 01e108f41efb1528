/* A bundle's header is made again from its references, byte by byte; a pack that reads has the same objects after it was written again. */
#include "extract/gitbundle.h"

enum { OBJECTS_MAX = 1 << 20 };

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
check_header(const struct ch_gitbundle *bundle, struct ch_arena *arena)
{
	struct ch_gitbundle_ref *refs = NULL;
	struct span rest = bundle->refs;
	size_t count = 0;

	for (struct ch_gitbundle_ref ref; ch_gitbundle_ref(&ref, &rest); count++) {
		refs = ch_arena_grow(arena, refs, count, sizeof(ref));
		refs[count] = ref;
	}
	if (rest.len || !span_equal(ch_gitbundle_header(refs, count, arena), bundle->header))
		__builtin_trap();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ch_arena arena = {0};
	struct ch_gitbundle bundle;
	struct ch_pack pack, again;

	if (ch_gitbundle_read(&bundle, span_of(data, size)) == WIRE_OK) {
		check_header(&bundle, &arena);
		if (ch_pack_read(&pack, bundle.pack, OBJECTS_MAX, &arena) == WIRE_OK &&
		    (ch_pack_read(&again, ch_pack_write(&pack, &arena), OBJECTS_MAX, &arena) != WIRE_OK || !ch_pack_equal(&pack, &again)))
			__builtin_trap();
	}
	ch_arena_clear(&arena);
	return 0;
}

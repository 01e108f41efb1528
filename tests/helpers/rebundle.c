/*
 * rebundle REPOSITORY NAME=COMMIT... [+OBJECT]... [-OBJECT]...: a bundle as an extract has it, of what a cheat wants in it, on standard output: these
 * references with all that they lead to, these objects more, these less.
 */
#include <stdio.h>
#include <stdlib.h>

#include "extract/gitbundle.h"
#include "helper.h"
#include "wire/commit.h"

enum { REFS_MAX = 16 };

struct bundling {
	struct ch_store store;
	struct ch_arena arena;
	struct ch_pack pack;
	struct ch_gitbundle_ref refs[REFS_MAX];
	size_t count;
};

static void
add_reference(struct bundling *b, const char *argument)
{
	struct span hex = span_text(argument), name = span_cut(&hex, '=');
	struct ch_oid at = oid_of((const char *)hex.data);
	struct commit commit;
	struct span raw;

	b->refs[b->count++] = (struct ch_gitbundle_ref){.id = at, .name = name};
	for (;;) {
		must(ch_pack_add_commit(&b->pack, &b->store, &at, &b->arena));
		must(ch_store_read(&raw, &b->store, CH_COMMIT, &at, &b->arena));
		if (commit_read(&commit, raw) != WIRE_OK || commit.parents == 0)
			return;
		memcpy(at.id, commit.parent[0], sizeof(at.id));
	}
}

static void
add_blob(struct bundling *b, struct ch_oid id)
{
	struct ch_pack_object object = {.type = CH_BLOB, .id = id};

	must(ch_store_read(&object.raw, &b->store, CH_BLOB, &id, &b->arena));
	b->pack.objects = ch_arena_grow(&b->arena, b->pack.objects, b->pack.count, sizeof(object));
	b->pack.objects[b->pack.count++] = object;
}

static void
leave_out(struct bundling *b, struct ch_oid id)
{
	for (size_t i = 0; i < b->pack.count; i++)
		if (ch_oid_equal(&b->pack.objects[i].id, &id))
			b->pack.objects[i] = b->pack.objects[--b->pack.count];
}

int
main(int argc, char **argv)
{
	struct bundling b = {0};
	struct span header, pack;

	if (argc < 3 || argc > REFS_MAX)
		return 2;
	must(ch_store_open(&b.store, argv[1]));
	for (int i = 2; i < argc; i++)
		if (argv[i][0] == '+')
			add_blob(&b, oid_of(argv[i] + 1));
		else if (argv[i][0] == '-')
			leave_out(&b, oid_of(argv[i] + 1));
		else
			add_reference(&b, argv[i]);
	header = ch_gitbundle_header(b.refs, b.count, &b.arena);
	pack = ch_pack_write(&b.pack, &b.arena);
	if (fwrite(header.data, 1, header.len, stdout) != header.len || fwrite(pack.data, 1, pack.len, stdout) != pack.len || fflush(stdout) != 0)
		return 74;
	ch_arena_clear(&b.arena);
	ch_store_close(&b.store);
	return 0;
}

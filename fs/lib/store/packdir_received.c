/*
 * What git has made of pushes: packs named after what is in them (pack-<40 hex digits>), in which, besides what is new, there may be objects that others of the push
 * lean on, and that the archive had.
 */
#include <stdlib.h>
#include <unistd.h>

#include "packdir_inside.h"
#include "packview.h"

#define GIT_PREFIX "pack-"

enum { LEANED_ON_MAX = 100 }; /* objects of a pack that the archive had: with more of them it is no push */

struct pack {
	const char *name;
	struct ch_packview view;
	bool there; /* and can be read */
};

struct receipts {
	int directory;
	struct span midx;
	struct ch_map ids; /* objects that are in packs of ours */
	struct ch_arena arena;
	struct pack *packs; /* of git first, then ours, these as soon as somebody asks for them */
	size_t count;
	bool looked;
};

static void
open_pack(struct receipts *r, const char *name)
{
	struct span pack = packdir_map(r->directory, name, ".pack"), index = packdir_map(r->directory, name, ".idx");
	struct pack *added;

	r->packs = ch_arena_grow(&r->arena, r->packs, r->count, sizeof(*r->packs));
	added = &r->packs[r->count++];
	*added = (struct pack){.name = name};
	added->there = ch_packview_open(&added->view, pack, index);
}

static void
open_packs(struct receipts *r, const char *archive, const char *prefix)
{
	static const char *const endings[] = {".idx", NULL};
	struct packdir_names names = {0};

	packdir_list(&names, archive, prefix, endings);
	for (size_t i = 0; i < names.count; i++)
		open_pack(r, names.packs[i]);
	ch_arena_adopt(&r->arena, &names.arena);
}

static bool
is_in_another(struct receipts *r, const char *archive, const struct pack *pack, const struct ch_oid *id)
{
	size_t but = (size_t)(pack - r->packs);

	if (!r->looked)
		open_packs(r, archive, PACK_PREFIX);
	r->looked = true;
	for (size_t i = 0; i < r->count; i++)
		if (i != but && r->packs[i].there && ch_packview_has(&r->packs[i].view, id))
			return true;
	return false;
}

/* Whether nothing is lost with it. */
static bool
is_needless(struct receipts *r, const char *archive, size_t at)
{
	size_t leaned_on = 0;

	for (size_t i = 0; i < r->packs[at].view.count; i++) {
		struct ch_oid id = ch_packview_id(&r->packs[at].view, i);
		if (ch_map_get(&r->ids, span_of(id.id, sizeof(id.id))))
			continue;
		if (++leaned_on > LEANED_ON_MAX || !is_in_another(r, archive, &r->packs[at], &id))
			return false;
	}
	return true;
}

/* With a .keep: whoever receives it has not moved his references yet. */
static bool
is_held(const struct receipts *r, const struct pack *pack)
{
	return packdir_has(r->directory, pack->name, ".keep") || packdir_midx_names(r->midx, pack->name);
}

static void
drop(struct receipts *r, struct pack *pack)
{
	static const char *const endings[] = {".idx", ".rev", ".pack"}; /* in this order: who finds an index looks for the pack */

	for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
		packdir_remove(r->directory, pack->name, endings[i]);
	pack->there = false;
}

void
ch_packdir_drop_received(const char *archive, const struct ch_oid *ids, size_t count)
{
	struct receipts r = {.directory = packdir_open(archive)};

	if (r.directory < 0)
		return;
	for (size_t i = 0; i < count; i++)
		ch_map_put(&r.ids, &r.arena, span_of(ids[i].id, sizeof(ids[i].id)), &r);
	r.midx = packdir_map(r.directory, "multi-pack-index", "");
	open_packs(&r, archive, GIT_PREFIX);
	for (size_t i = 0, received = r.count; i < received; i++)
		if (r.packs[i].there && !is_held(&r, &r.packs[i]) && is_needless(&r, archive, i))
			drop(&r, &r.packs[i]);
	for (size_t i = 0; i < r.count; i++) {
		packdir_unmap(r.packs[i].view.pack);
		packdir_unmap(r.packs[i].view.index);
	}
	packdir_unmap(r.midx);
	ch_arena_clear(&r.arena);
	close(r.directory);
}

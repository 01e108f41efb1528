/*
 * Packs of our own in objects/pack/ of an archive, named pack-chancery-<random>: how objects get to disk.
 *
 * A pack is added in this order, so that neither a crash nor a `git gc` beside us, whatever it prunes, loses an object that we count on:
 *	1. <pack>.keep: git touches no pack that has one
 *	2. <pack>.pack.new and <pack>.idx.new, each written and synced; not tmp_*, which git removes
 *	3. .pack.new renamed to .pack, then .idx.new to .idx: only now git knows of the pack
 *	4. the directory synced: durable
 * The .keep is there, and locked, until main has moved. The lock ends with the process: a .keep without one was left by a crash.
 */
#ifndef CH_PACKDIR_H
#define CH_PACKDIR_H

#include "pack.h"

struct ch_keep; /* a pack that git must leave alone */

/* Writes a pack; it is durable, and kept. Files of one that cannot be written are removed. */
const struct ch_error *ch_packdir_add(struct ch_keep **keeps, const char *archive, struct ch_pack *pack);

/* Removes the .keep files. */
void ch_packdir_release(struct ch_keep **keeps, const char *archive);

/* Removes what a crash has left. As far as it may and can: somebody who only reads has nothing to fear from it. */
void ch_packdir_sweep(const char *archive);

/* Puts packs of ours of one size together into one when there are many, as `git gc` would do for all. With the registrar's lock held; when it fails, they stay. */
void ch_packdir_merge(const char *archive);

/*
 * Removes packs that git has made of what was pushed, when each object in them is one of these, which are in packs of ours, or in another pack as well. What cannot be
 * removed stays, for `git gc`.
 */
void ch_packdir_drop_received(const char *archive, const struct ch_oid *ids, size_t count);

#endif

/*
 * What processes that were killed have left in an archive: locks of references (refs/.../x.lock, packed-refs.lock), which keep everybody from
 * moving them, the directories in which git had put what a push brought (objects/tmp_objdir-*, objects/incoming-*), and the files that keep its packs from being
 * touched until its references have moved (objects/pack/pack-*.keep).
 *
 * Whose such a file is does not stand in it. It is left alone when its owner may live: a process of the same user that was there when the file was
 * last changed and works in the archive: its directory, or a file that it has open (git and our tools hide neither). Files of other users are left
 * to them, and quarantines and packs of the last minute to whoever comes later: they are in nobody's way. A .keep that somebody else has made stays, too.
 *
 * And what a loss of power has left: references below refs/acts/ and refs/promises/ with nothing in them, or zeros, beside which git takes no push and packs nothing.
 */
#ifndef CH_LEFTOVER_H
#define CH_LEFTOVER_H

#include "store.h"

/* Removes them, as far as it may and can; how many. With the registrar's lock held: then nobody of ours moves main. */
size_t ch_leftover_sweep(struct ch_store *store);

/* The same, and looks at all promises, too, which are many and in nobody's way but that of `git gc`. */
size_t ch_leftover_sweep_all(struct ch_store *store);

/* How many there are, for whoever only looks. */
size_t ch_leftover_count(struct ch_store *store);

#endif

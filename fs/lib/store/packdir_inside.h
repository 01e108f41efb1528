/* What the files of packdir share: names of packs, and the lock on a .keep. */
#ifndef CH_PACKDIR_INSIDE_H
#define CH_PACKDIR_INSIDE_H

#include "packdir.h"

#define PACK_PREFIX "pack-chancery-"

/* Of a pack's name, and of that with an ending; each with a NUL. */
enum { PACK_NAME_SIZE = sizeof(PACK_PREFIX) + 2 * OBJECT_ID_SIZE, PACK_FILE_SIZE = PACK_NAME_SIZE + 16 };

int packdir_open(const char *archive); /* -1 and errno */
const char *packdir_file(char out[PACK_FILE_SIZE], const char *pack, const char *ending);
bool packdir_has(int directory, const char *pack, const char *ending);
void packdir_remove(int directory, const char *pack, const char *ending);

/* Makes the .keep if there is none and locks it: a descriptor, or -1 and errno; EWOULDBLOCK: somebody else has it. */
int packdir_lock_keep(int directory, const char *pack);

/* The same as ch_packdir_add() for a pack and its index that are there already. */
const struct ch_error *packdir_add_written(struct ch_keep **keeps, const char *archive, struct span pack, struct span index);

#endif

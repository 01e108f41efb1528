/* What the files of packdir share: names of packs, and the lock on a .keep. */
#ifndef CH_PACKDIR_INSIDE_H
#define CH_PACKDIR_INSIDE_H

#include "packdir.h"

#define PACK_PREFIX "pack-chancery-"

/* Of a pack's name, and of that with an ending; each with a NUL. */
enum { PACK_NAME_SIZE = sizeof(PACK_PREFIX) + 2 * OBJECT_ID_SIZE, PACK_FILE_SIZE = PACK_NAME_SIZE + 16 };

/* Of packs: names without ending. */
struct packdir_names {
	struct ch_arena arena;
	char **packs;
	size_t count;
};

/* Those that begin with `prefix`, behind which come 40 hex digits, and have a file with one of these endings, NULL behind the last of them. The caller must clear the arena. */
void packdir_list(struct packdir_names *names, const char *archive, const char *prefix, const char *const *endings);

/* A file of a pack in memory; nothing when there is none. */
struct span packdir_map(int directory, const char *pack, const char *ending);
void packdir_unmap(struct span bytes);

/* Whether git's multi-pack-index, mapped, has it: its names are of random bytes, and nothing else in it looks like one. */
bool packdir_midx_names(struct span midx, const char *pack);

int packdir_open(const char *archive); /* -1 and errno */
const char *packdir_file(char out[PACK_FILE_SIZE], const char *pack, const char *ending);
bool packdir_has(int directory, const char *pack, const char *ending);
void packdir_remove(int directory, const char *pack, const char *ending);

/* Makes the .keep if there is none and locks it: a descriptor, or -1 and errno; EWOULDBLOCK: somebody else has it. */
int packdir_lock_keep(int directory, const char *pack);

/* The same as ch_packdir_add() for a pack and its index that are there already. */
const struct ch_error *packdir_add_written(struct ch_keep **keeps, const char *archive, struct span pack, struct span index);

#endif

/*
 * Locks of git-lfs: somebody tells the others that he works on a file. They bind nobody: the register unites what was saved, whoever was first. One file
 * for each, a record in this order, named by the first half of the SHA-256 of the path:
 *
 *	ARCHIVE/chancery/locks/<32 hex digits>
 *
 *	Format: 1
 *	Path: files/d1/photo.jpg
 *	Owner: bob			the user's name, for people
 *	User: 1000			his number on this machine
 *	Time: 2026-11-26T00:30:00Z
 */
#ifndef CH_LOCKS_H
#define CH_LOCKS_H

#include "base/arena.h"
#include "base/error.h"
#include "wire/text.h"

enum { CH_LOCK_ID_SIZE = 16, CH_LOCKS_MAX = 100000 };

struct ch_lock {
	const char *id;
	struct span path, owner, time;
	uint64_t user;
	bool ours; /* of the user of this process */
};

/* WIRE_MALFORMED_RECORD. Spans are in `text`; the id and whose it is are not there. */
const struct ch_error *ch_lock_read(struct ch_lock *lock, struct span text);

/* Takes it. *taken is false, and the lock is the one that is there, when somebody has it. CH_USAGE when the path is none. In the arena. */
const struct ch_error *ch_lock_take(struct ch_lock *lock, bool *taken, const char *archive, struct span path, struct ch_arena *arena);

/*
 * Gives it up; the lock is the one that there was. CH_UNKNOWN when there is none of that id; NOT-ALLOWED when it is somebody else's: with `force` the owner
 * of the archive's files may.
 */
const struct ch_error *ch_lock_give_up(struct ch_lock *lock, const char *archive, struct span id, bool force, struct ch_arena *arena);

/* All of them, ascending by id. In the arena. */
const struct ch_error *ch_locks(struct ch_lock **locks, size_t *count, const char *archive, struct ch_arena *arena);

#endif

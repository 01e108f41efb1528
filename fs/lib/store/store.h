/*
 * The store: a bare git repository as a place for immutable objects and one moving reference, `refs/heads/main`, the register.
 * Objects are read raw and their ids recomputed; replacements, grafts, alternates and the repository's own configuration have no say.
 *
 * What is durable when: written objects wait in memory and are found there by this store only. ch_store_flush() puts them on disk, together,
 * as one pack, and ch_store_advance() does so before it moves main: an act is durable when it is registered, not earlier. A store that is
 * closed forgets what waits. Written is always written: an object of which an older copy lies about may be pruned at any moment.
 *
 * An archive's directory is a bare git repository. What is not git's lies in its chancery/ (chancery-archive(5)); nothing there proves anything.
 */
#ifndef CH_STORE_H
#define CH_STORE_H

#include "base/arena.h"
#include "base/error.h"
#include "wire/text.h"

struct git_repository;
struct git_odb;
struct git_odb_backend;
struct ch_pending;
struct ch_keep;
struct ch_shelf;
struct ch_trees;

enum ch_object { CH_COMMIT = 1, CH_TREE = 2, CH_BLOB = 3 }; /* git's own numbers */

struct ch_oid {
	uint8_t id[OBJECT_ID_SIZE];
};

struct ch_store {
	char path[4096]; /* absolute */
	struct git_repository *repo;
	struct git_odb *odb;
	struct git_odb_backend *loose, *packs; /* of odb */
	struct ch_oid head;	    /* as last seen */
	unsigned moves;		    /* of main, seen since `odb` was opened */
	struct ch_pending *pending; /* written, not on disk yet */
	struct ch_keep *keeps;	    /* of packs that main may not reach yet */
	struct ch_shelf *shelf;	    /* between ch_store_read_much() and ch_store_read_little(); else NULL */
	struct ch_trees *trees;	    /* trees.h, somebody else's; NULL: none are kept */
	unsigned readers;	    /* how often between them */
	int lock; /* descriptor, -1 when not held */
	bool temporary, held; /* held: between ch_store_hold() and ch_store_let_go() */
	bool partial; /* it holds a part of an archive, and objects in chancery/view (register/partial.h) */
	char memory[4096], memory_key[4096]; /* files: what was verified of it (register/prefix.h), and the key to that; empty: nothing is remembered */
	bool looking; /* ch_store_look(): nothing is written to disk */
};

/* Makes a new bare repository with chancery/ inside; refuses an existing non-empty directory. The caller must close it. */
const struct ch_error *ch_store_create(struct ch_store *store, const char *path);
const struct ch_error *ch_store_open(struct ch_store *store, const char *path);
/*
 * The same with the objects in the directory `objects` (NULL: none) beside its own: what a push has brought and git has not let in yet. What is written
 * stays in memory, and main where it is.
 */
const struct ch_error *ch_store_look(struct ch_store *store, const char *path, const char *objects);
/* An empty store below `directory` that is removed when closed; for checking what came from outside. */
const struct ch_error *ch_store_temporary(struct ch_store *store, const char *directory);
void ch_store_close(struct ch_store *store); /* accepts a zeroed one */

/* Reads an object into the arena; a missing one or one of another type is CH_IO. Its id is recomputed. Trees have passed tree_check_root: for the root of main it is that an act
 * does not bring what only the register may put there is for whoever lets acts in. */
const struct ch_error *ch_store_read(struct span *raw, struct ch_store *store, enum ch_object type, const struct ch_oid *id, struct ch_arena *arena);

/*
 * Between these two, which may be nested, much is read, from several threads, about in the order in which it was written (shelf.h). In between ch_store_read_on() looks for
 * packs that have come, and lets go of those that are gone. None of the three is called beside reading.
 */
void ch_store_read_much(struct ch_store *store);
void ch_store_read_on(struct ch_store *store);
void ch_store_read_little(struct ch_store *store);

/* Writes an object into memory; when more than 64 MiB wait there, they are flushed first. */
const struct ch_error *ch_store_write(struct ch_oid *id, struct ch_store *store, enum ch_object type, struct span raw);

/*
 * Makes everything written so far durable, and visible to others, before it returns. No `git gc` takes any of it away until this store has moved
 * main or is closed. After an error all of it still waits.
 */
const struct ch_error *ch_store_flush(struct ch_store *store);

/*
 * Removes what git has stored of objects that this store has written and that do not wait in memory any more, since they are in a pack of ours: loose files, and packs
 * that have nothing else. What cannot be removed stays, for `git gc`.
 */
void ch_store_drop_received(struct ch_store *store, const struct ch_oid *ids, size_t count);

/* main; *exists is false before founding. */
const struct ch_error *ch_store_head(struct ch_oid *head, bool *exists, struct ch_store *store);

/* Flushes, and moves main from `old` (NULL: must not exist) to `new`, durably; CH_LATER when it is not at `old` any more. */
const struct ch_error *ch_store_advance(struct ch_store *store, const struct ch_oid *old, const struct ch_oid *new);

/*
 * Between these two also what main has moved to is not taken away by any `git gc`: what hangs on references that are still to be set. They are not nested.
 */
void ch_store_hold(struct ch_store *store);
void ch_store_let_go(struct ch_store *store);

/* The registrar's lock; waits for it. Released by close, and by the death of the process. */
const struct ch_error *ch_store_lock(struct ch_store *store);
/* The same, but does not wait longer than that: CH_LATER. */
const struct ch_error *ch_store_lock_within(struct ch_store *store, unsigned seconds);
void ch_store_unlock(struct ch_store *store);

/* Sets what stock git does with the archive: "receive.denyDeletes". Nothing of ours relies on it. */
const struct ch_error *ch_store_setting(struct ch_store *store, const char *name, const char *value);

/* Makes everything durable that anybody has written to the archive's file system, git included. */
const struct ch_error *ch_store_sync(struct ch_store *store);

bool ch_oid_equal(const struct ch_oid *a, const struct ch_oid *b);

#endif

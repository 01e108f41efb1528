/*
 * The working state of files/: the committed tree of main, loaded as it is asked for, with the changes of the journal on top.
 *
 * Nodes are keyed by id and keep it when they are renamed, and when what they hold is committed. Every change is a `struct ch_operation`: checked,
 * written to the journal, then applied by the very function that replays it. For each path that differs (or did) from what was committed,
 * the overlay remembers what was committed there when it was first touched; that is what a save act is made from (ch_overlay_cut), and
 * what tells later that somebody else has changed the same file.
 *
 * Not thread-safe: the caller has one lock around all of it. Errors that a file system knows carry their errno.
 */
#ifndef CH_OVERLAY_H
#define CH_OVERLAY_H

#include "journal.h"
#include "store/store.h"
#include "aside.h"
#include "temporary.h"
#include "times.h"

struct ch_overlay_node;

/* A slot of a directory; cookies rise, so that a reader goes on where it was although entries come and go. */
struct ch_overlay_entry {
	uint64_t cookie;
	struct ch_overlay_node *node; /* NULL: was removed */
};

/* What no commit holds; permissions and the time of the last change are kept (times.h). */
struct ch_overlay_attributes {
	struct ch_permissions permissions;
	int64_t accessed, changed; /* nanoseconds since 1970 */
};

struct ch_overlay_node {
	uint64_t id;
	struct ch_overlay_node *parent; /* NULL: the root, or removed while somebody has it open */
	struct ch_overlay_node *chain;	/* next in its bucket */
	char *name;
	uint32_t hash; /* of parent and folded name */
	bool directory;
	bool based;	      /* `base` is: of a file its content unless `working` is, of a directory its tree */
	bool stale;	      /* something below was committed: the next commit must be walked even when the tree is the same */
	bool loaded;	      /* the entries of `base` have become nodes */
	bool sized;	      /* `size` is known */
	bool aside;	      /* made here, temporary (temporary.h): no commit gets it */
	struct ch_oid base;
	struct ch_working *working; /* the content, when it was written to */
	uint64_t size;
	int64_t time; /* last change, nanoseconds since 1970 */
	uint64_t dated; /* of a directory: sequence of the operation that has changed that last, as long as it is not kept; 0: none */
	uint64_t carried; /* of a directory: the last cut that has carried it was up to here */
	struct ch_overlay_entry *entries;
	size_t slots, room, count; /* used slots, allocated ones; living entries */
	uint64_t cookie;     /* of the last slot */
	uint64_t place;	     /* cookie of its slot in the parent */
	uint64_t round;	     /* of the last commit that was seen to have it */
	struct ch_overlay_attributes *set; /* NULL: none */
	void *user;	     /* the mount's inode; a removed node lives until it is forgotten */
};

/* A person for whom something was changed in a space, and no save says so yet. */
struct ch_overlay_credit {
	struct span space, person; /* owned */
	uint64_t sequence;	   /* where the journal has it last */
};

/* Told of what changed without the user's doing, through a new commit: the entry `name` of a directory, or (NULL) a file's content. */
typedef void ch_overlay_notify(void *context, struct ch_overlay_node *node, const char *name);

/*
 * Told of a directory whose entries have just become nodes, with those on top of it; and of one whose entries have not, when it comes to stand on another tree (NULL: on none):
 * whoever shows trees that are not loaded follows by himself.
 */
typedef void ch_overlay_loaded(void *context, struct ch_overlay_node *directory);
typedef const struct ch_error *ch_overlay_moved(void *context, struct ch_overlay_node *directory, const struct ch_oid *before, const struct ch_oid *now);

struct ch_overlay {
	struct ch_store *store;
	struct ch_journal *journal;
	struct ch_times *times; /* NULL: nothing is known of them */
	struct ch_oid commit; /* of main, on which untouched paths stand */
	bool based;	      /* there is one */
	bool announced;	      /* a base record for it has been written */
	int64_t time;	      /* of that commit */
	uint64_t through;     /* everything up to here is committed */
	uint64_t last;	      /* the last operation that was applied */
	const struct ch_temporary *temporary; /* set before anything is done; NULL: no name is that of a temporary file */
	void *asides, *hollow, *dated; /* nodes, trees of <search.h>: temporary files; empty directories but the root; those whose time is to be kept */
	uint64_t aside; /* what was put aside up to this id is on disk */
	struct ch_overlay_node *root;
	struct ch_overlay_node **buckets;
	size_t bucket_count, node_count;
	uint64_t last_id;
	void *touched;	  /* paths: a tree of <search.h> */
	uint64_t touches; /* how many */
	uint64_t round;
	struct ch_overlay_credit *credits; /* each once */
	size_t credit_count;
	uint64_t cut; /* the last one was at this sequence */
	ch_overlay_notify *notify; /* each of the three: NULL, nobody */
	ch_overlay_loaded *loaded;
	ch_overlay_moved *moved;
	void *context;
};

/* The overlay over `commit`, a register commit (NULL: empty archive), without changes. The caller must release it. `times` (or NULL) must outlive it. */
const struct ch_error *ch_overlay_init(
	struct ch_overlay *overlay, struct ch_store *store, struct ch_journal *journal, struct ch_times *times, const struct ch_oid *commit);
void ch_overlay_release(struct ch_overlay *overlay); /* accepts a zeroed one */

/* What an act on main says of this journal: its space's operations up to `sequence` are committed, as the tree of that act has them. */
struct ch_committed {
	struct span space;
	uint64_t sequence;
	struct ch_oid act; /* its commit */
};

/* Replays the journal on top, once, before anything else, and takes what `committed` names as done. */
const struct ch_error *ch_overlay_recover(struct ch_overlay *overlay, const struct ch_committed *committed, size_t count);

/* Looking. Directories are loaded, sizes and content fetched from the store when first asked for. */
const struct ch_error *ch_overlay_lookup(struct ch_overlay_node **node, struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name); /* NULL: none */
const struct ch_error *ch_overlay_load(struct ch_overlay *overlay, struct ch_overlay_node *directory);
const struct ch_error *ch_overlay_size(uint64_t *size, struct ch_overlay *overlay, struct ch_overlay_node *file);
size_t ch_overlay_slot(const struct ch_overlay_node *directory, uint64_t cookie); /* of the first entry behind `cookie` */

/* Changing. The path of what is changed comes from the node; a removed file that is still open is changed without a record. */
const struct ch_error *ch_overlay_create(struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name, bool make_directory,
					 struct ch_permissions permissions);
const struct ch_error *ch_overlay_write(struct ch_overlay *overlay, struct ch_overlay_node *file, uint64_t offset, struct span data);
const struct ch_error *ch_overlay_truncate(struct ch_overlay *overlay, struct ch_overlay_node *file, uint64_t size);
/* The time of the last change and the permissions; of files/ itself they are not journalled. */
const struct ch_error *ch_overlay_set(struct ch_overlay *overlay, struct ch_overlay_node *node, int64_t time, struct ch_permissions permissions);
const struct ch_error *ch_overlay_remove(struct ch_overlay *overlay, struct ch_overlay_node *directory, struct span name, bool is_directory);
const struct ch_error *ch_overlay_rename(struct ch_overlay *overlay, struct ch_overlay_node *from, struct span name, struct ch_overlay_node *to,
					 struct span new_name);
const struct ch_error *ch_overlay_exchange(struct ch_overlay *overlay, struct ch_overlay_node *a, struct span name, struct ch_overlay_node *b, struct span other);

/*
 * The save of a space is to name a person, who has just changed something there: in the journal once for each cut, so that a crash does not forget it. Is
 * remembered also when it cannot be journalled.
 */
const struct ch_error *ch_overlay_credit(struct ch_overlay *overlay, struct span space, struct span person);

uint16_t ch_overlay_usual_mode(bool directory);
/* The attributes of a node, made from its last change when none were set. */
struct ch_overlay_attributes *ch_overlay_attributes(struct ch_overlay_node *node);

/*
 * Times are to be known of main before ch_overlay_advance() goes there: what a cut that is on it knows of them, and afterwards what is known of directories; for the next
 * ch_times_follow(). When that has come to know something that somebody has asked for in vain, what is not changed here is told of it.
 */
struct ch_cut;
void ch_overlay_note_saved(struct ch_overlay *overlay, const struct ch_cut *cut);
void ch_overlay_note_directories(struct ch_overlay *overlay);
const struct ch_error *ch_overlay_take_times(struct ch_overlay *overlay);

/* The mount has no more use for the node. */
void ch_overlay_forget(struct ch_overlay *overlay, struct ch_overlay_node *node);

/* What has changed since the last commit, with the content as it is now. */
/* What has become of a change that main does not have. */
enum ch_unsaved {
	CH_UNSAVED_JOURNALLED, /* nothing yet */
	CH_UNSAVED_WAITING,    /* in a clone: it is signed, and the register has not answered */
	CH_UNSAVED_REFUSED,
};

struct ch_cut_file {
	struct span path; /* "<space>/a/b" */
	bool had, has;	  /* then and now; no change when equal, with equal ids and no `working` */
	struct ch_oid old, new;
	struct ch_working *working; /* content that was no object yet at the cut */
	bool stored;		    /* it is one now, `new` */
	bool committed;		    /* set by whoever commits: `has` and `new` are in an act on main */
	enum ch_unsaved fate;	    /* the same, where they are not */
	uint64_t last;		    /* sequence of its last change */
	struct ch_time time;	    /* at the cut */
};

/* One whose time is to be kept, at the cut: main has it at this path, if at all, wherever it goes meanwhile. */
struct ch_cut_directory {
	struct span path;
	struct ch_time time;
};

struct ch_cut {
	struct ch_overlay_credit *credits; /* as the overlay had them */
	size_t credit_count;
	uint64_t through;
	struct ch_oid commit; /* of main, on which the overlay stood */
	struct ch_aside *asides; /* of all temporary files there are */
	size_t aside_count;
	int directory;	/* of the journal */
	uint64_t aside; /* no id is higher */
	bool put_aside; /* all of them are on disk (ch_cut_put_aside) */
	struct ch_cut_file *files; /* sorted by path, so that those of a space follow each other */
	size_t count;
	struct ch_cut_directory *directories;
	size_t directory_count;
	struct ch_arena arena;
};

/* The caller must release it, also after an error. */
const struct ch_error *ch_overlay_cut(struct ch_cut *cut, struct ch_overlay *overlay);
const struct ch_error *ch_cut_put_aside(struct ch_cut *cut); /* needs no lock */
void ch_cut_release(struct ch_cut *cut);

/*
 * After a commit: the files marked as committed are, and all of main is what `commit` says. Untouched paths follow, `notify` is told of those that
 * somebody else has changed. When every file is committed, and what is temporary put aside, the journal up to the cut is given up. cut NULL: main was moved by somebody else.
 * Nothing of that is done when a file was written to since the cut and main has it otherwise than it was saved: then the next commit does it.
 */
const struct ch_error *ch_overlay_advance(struct ch_overlay *overlay, const struct ch_oid *commit, const struct ch_cut *cut);

/*
 * Main was moved to `commit` by somebody else, and acts on it carry what `committed` names: so a clone learns what has become of its saves. When nothing is left
 * to be saved, the next cut is of nothing, and gives up the journal.
 */
const struct ch_error *ch_overlay_settle(struct ch_overlay *overlay, const struct ch_oid *commit, const struct ch_committed *committed, size_t count);

/* Whether a file is not what main has by its name, as far as this drive knows; false of one that was removed. */
bool ch_overlay_is_changed(enum ch_unsaved *fate, const struct ch_overlay *overlay, const struct ch_overlay_node *file);

/* Is anything in the journal that a commit would carry, or make superfluous? */
bool ch_overlay_is_pending(const struct ch_overlay *overlay);

#endif

/*
 * Git tree objects, read strictly: entries `<mode> SP <name> NUL <20 bytes>` in git's order (directories compare as if their
 * name ended in '/'), no duplicates, no file beside a directory of the same name, modes 100644 and 40000 only (no links,
 * no submodules, nothing executable), names per text_is_name(), unique when ASCII case is folded is for fs/lib to check.
 */
#ifndef WIRE_TREE_H
#define WIRE_TREE_H

#include "code.h"
#include "text.h"

struct tree_entry {
	bool directory;
	struct span name;
	const uint8_t *id; /* OBJECT_ID_SIZE bytes */
};

/*
 * Checks the whole object. WIRE_MALFORMED_TREE otherwise. Nothing may be looked up in a tree that has not passed.
 * The empty tree passes: what the last file was taken out of. That no directory is empty is for fs/lib to check.
 */
enum wire_code tree_check(struct span raw);

/* The same of what may be the root of main, where the register puts a file that no act may have. */
#define TREE_ATTRIBUTES ".gitattributes"
enum wire_code tree_check_root(struct span raw);

/* Takes the next entry off *rest (of a checked tree); false at the end. (tree_check itself uses it: it never leaves *rest.) */
bool tree_next(struct tree_entry *entry, struct span *rest);

/* Finds a name in a checked tree. */
bool tree_find(struct tree_entry *entry, struct span raw, struct span name);

/* git's order: <0, 0, >0. */
int tree_order(struct span a, bool a_directory, struct span b, bool b_directory);

/* Appends one entry at *at; entries must be put in order. False, and nothing is done, when it does not fit or has no name. */
bool tree_put(uint8_t *out, size_t size, size_t *at, const struct tree_entry *entry);

/* The same of an entry whose name has been checked, as of one that was read. */
bool tree_put_again(uint8_t *out, size_t size, size_t *at, const struct tree_entry *entry);

/* How many bytes that appends. */
size_t tree_entry_size(const struct tree_entry *entry);

#endif

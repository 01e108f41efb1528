/*
 * Changes that somebody made to one state of a tree, brought into another: what others have changed meanwhile stays, and nothing that
 * somebody wrote is lost. Everybody who verifies a register does the same and must come to the same tree, so the rule is part of format 1
 * (docs/formats/1 section 7). A path of the changes, its content `old` before and `new` after, is in the tree
 *
 *	what it was before            the change is made
 *	what it is to be              nothing
 *	something else, to be removed nothing: a change beats a removal
 *	nothing, to be changed        the new content: a change beats a removal
 *	anything else                 the new content gets another name beside it
 *
 * Something else is also a file where a directory is to be, the other way round, and a name that differs from one there only in
 * case: it is the first component of the path that cannot be what it is to be which gets the other name. That is `<stem>.conflict-<seq><ext>`, where <ext>
 * begins at the last dot behind the first character unless it is longer than 75 bytes; when that is taken, `<stem>.conflict-<seq>-2<ext>`
 * and so on, up to a thousand. The stem is cut, between characters, where the name would be longer than 150 bytes.
 *
 * First what can be changed in place, then what is new, last the other names, in order of paths as bytes.
 */
#ifndef CH_TREEMERGE_H
#define CH_TREEMERGE_H

#include "livetree.h"

/*
 * Components within the first `fixed` bytes of paths keep their names, or it is refused; `seq` names what cannot have its own. Refuses as
 * ch_livetree_apply() does, among the changes themselves too; LIMIT where a thousand other names do not do. On refusal, and by ch_livetree_revert(), the tree
 * is as before. What is allocated is in the arena, which must outlive that.
 */
const struct ch_error *ch_tree_merge(struct ch_livetree *tree, const struct ch_changes *changes, size_t fixed, uint64_t seq, struct ch_arena *arena);

#endif

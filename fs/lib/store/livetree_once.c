#include "livetree.h"

const struct ch_error *
ch_tree_apply(struct ch_oid *out, bool *empty, struct ch_store *store, const struct ch_oid *root, const struct ch_change *changes, size_t count)
{
	struct ch_livetree *tree = ch_livetree_new(store, root);
	const struct ch_error *error = ch_livetree_apply(tree, changes, count);

	if (error == NULL)
		error = ch_livetree_id(out, empty, tree, true);
	ch_livetree_free(tree);
	return error;
}

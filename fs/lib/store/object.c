#include "object.h"

#include <git2.h>

#include "pending.h"
#include "wire/commit.h"

const struct ch_error *
ch_object_size(uint64_t *size, struct ch_store *store, const struct ch_oid *blob)
{
	const struct ch_pack_object *pending = ch_pending_find(store->pending, blob);
	git_object_t type;
	git_oid oid;
	size_t len;

	if (pending) {
		*size = pending->raw.len;
		return NULL;
	}
	memcpy(oid.id, blob->id, sizeof(oid.id));
	if (git_odb_read_header(&len, &type, store->odb, &oid) != 0)
		return ch_fail_git("cannot read an object of '%s'", store->path);
	*size = len;
	return NULL;
}

const struct ch_error *
ch_object_commit(struct ch_oid *tree, int64_t *time, struct ch_store *store, const struct ch_oid *commit)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct commit read;
	struct span raw;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, commit, &arena)) == NULL) {
		if (commit_read(&read, raw) == WIRE_OK) {
			memcpy(tree->id, read.tree, sizeof(tree->id));
			*time = read.time;
		} else {
			error = ch_refuse(WIRE_MALFORMED_COMMIT, "a commit of '%s' is not an act", store->path);
		}
	}
	ch_arena_clear(&arena);
	return error;
}

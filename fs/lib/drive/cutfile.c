#include "cutfile.h"

#include "large/depot.h"

static bool
is_named_large(const struct ch_patterns *large, struct span path)
{
	while (memchr(path.data, '/', path.len))
		span_cut(&path, '/');
	return ch_patterns_match(large, path);
}

/* An empty file is one: git-lfs has no pointer to nothing. */
static const struct ch_error *
store_bytes(struct ch_oid *new, struct ch_store *store, bool large, struct span bytes)
{
	char text[POINTER_MAX + 1];
	const struct ch_error *error;
	struct ch_pointer pointer;

	if (bytes.len == 0 || (!large && !ch_pointer_alike(bytes)))
		return ch_store_write(new, store, CH_BLOB, bytes);
	if ((error = ch_depot_put(&pointer, store->path, bytes)))
		return error;
	return ch_store_write(new, store, CH_BLOB, span_of(text, ch_pointer_write(text, &pointer)));
}

/* A file that was there and is now named as large ones are; a pointer stays one whatever its name. */
static const struct ch_error *
make_large(struct ch_cut_file *file, struct ch_store *store)
{
	struct ch_arena arena = {0};
	struct ch_pointer pointer;
	const struct ch_error *error;
	struct span bytes;
	bool is;

	if ((error = ch_pointer_of(&pointer, &is, store, &file->new)) || is)
		return error;
	if ((error = ch_store_read(&bytes, store, CH_BLOB, &file->new, &arena)) == NULL)
		error = store_bytes(&file->new, store, true, bytes);
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_cut_file_store(struct ch_cut_file *file, struct ch_store *store, const struct ch_patterns *large)
{
	bool same = file->had == file->has && (!file->has || ch_oid_equal(&file->old, &file->new)), named = is_named_large(large, file->path);
	const struct ch_error *error = NULL;
	struct span bytes;

	if (file->stored || (file->working == NULL && (!file->has || same || !named)))
		return NULL;
	if (file->working == NULL)
		error = make_large(file, store);
	else if ((error = ch_working_content(&bytes, file->working)) == NULL)
		error = store_bytes(&file->new, store, named, bytes);
	file->stored = error == NULL;
	return error;
}

#define OPENSSL_SUPPRESS_DEPRECATED
#include "object.h"

#include <git2.h>
#include <git2/sys/odb_backend.h>
#include <openssl/sha.h>
#include <string.h>

#include "packentry.h"
#include "pending.h"
#include "shelf.h"
#include "wire/commit.h"

/* In libcrypto's interface of old: to look the digest up in the new one fills tables first, 0.6 ms in each program that is started. */
static void
digest_of(uint8_t digest[OBJECT_ID_SIZE], struct span head, struct span bytes)
{
	SHA_CTX context;

	SHA1_Init(&context);
	SHA1_Update(&context, head.data, head.len);
	SHA1_Update(&context, bytes.data, bytes.len);
	SHA1_Final(digest, &context);
}

void
ch_object_id(struct ch_oid *id, enum ch_object type, struct span raw)
{
	static const char *const names[] = {[CH_COMMIT] = "commit", [CH_TREE] = "tree", [CH_BLOB] = "blob"};
	char header[32];
	size_t len = strlen(names[type]);

	memcpy(header, names[type], len);
	header[len++] = ' ';
	len += text_put_number(header + len, raw.len) + 1;
	digest_of(id->id, span_of(header, len), raw);
}

void
ch_object_digest(uint8_t digest[OBJECT_ID_SIZE], struct span bytes)
{
	digest_of(digest, (struct span){0}, bytes);
}

const struct ch_error *
ch_object_header(bool *there, enum ch_object *type, uint64_t *size, struct ch_store *store, const struct ch_oid *id)
{
	const struct ch_pack_object *pending = ch_pending_find(store->pending, id);
	git_object_t found = GIT_OBJECT_INVALID;
	size_t len = 0;
	git_oid oid;
	int status = 0;

	if (pending == NULL && store->shelf && ch_shelf_header(type, &len, store->shelf, id)) {
		*there = true;
		*size = len;
		return NULL;
	}
	memcpy(oid.id, id->id, sizeof(oid.id));
	if (pending == NULL && (status = git_odb_read_header(&len, &found, store->odb, &oid)) != 0 && status != GIT_ENOTFOUND)
		return ch_fail_git("cannot read an object of '%s'", store->path);
	*there = status == 0;
	*type = pending ? pending->type : (enum ch_object)found;
	*size = pending ? pending->raw.len : len;
	return NULL;
}

const struct ch_error *
ch_object_size(uint64_t *size, struct ch_store *store, const struct ch_oid *blob)
{
	char hex[2 * OBJECT_ID_SIZE + 1];
	const struct ch_error *error;
	enum ch_object type;
	bool there;

	if ((error = ch_object_header(&there, &type, size, store, blob)))
		return error;
	text_put_hex(hex, blob->id, OBJECT_ID_SIZE);
	return there ? NULL : ch_fail(CH_IO, "cannot read an object of '%s': object not found: %s", store->path, hex);
}

const struct ch_error *
ch_object_commit_raw(struct span *raw, bool *within, struct ch_store *store, const struct ch_oid *commit, size_t most, struct ch_arena *arena)
{
	const struct ch_error *error;
	enum ch_object type;
	uint64_t size;

	*within = true;
	if (store->shelf && ch_pending_find(store->pending, commit) == NULL && ch_shelf_read(raw, &type, store->shelf, commit, most, arena) &&
	    type == CH_COMMIT)
		return NULL;
	if ((error = ch_object_size(&size, store, commit)))
		return error;
	*within = size <= most;
	return *within ? ch_store_read(raw, store, CH_COMMIT, commit, arena) : NULL;
}

/* As the backends allocate. */
static void *
allocate(struct ch_store *store, size_t len)
{
	void *data = git_odb_backend_data_alloc(store->packs, len + 1);

	if (data == NULL)
		abort();
	return data;
}

static void *
copy(struct ch_store *store, const void *bytes, size_t len)
{
	void *data = allocate(store, len);

	memcpy(data, bytes, len);
	return data;
}

static bool
read_shelved(void **data, size_t *len, git_object_t *type, struct ch_store *store, const struct ch_oid *id)
{
	struct ch_shelf_object object;

	if (store->shelf == NULL || !ch_shelf_find(&object, store->shelf, id))
		return false;
	*data = allocate(store, object.size);
	*len = object.size;
	*type = (git_object_t)object.type;
	if (ch_packentry_inflate(*data, object.size, &object.deflated))
		return true;
	git_odb_backend_data_free(store->packs, *data);
	return false;
}

/* Past the object database, which would hash the content and keep a copy; it is asked when neither place has it: packs may have come. */
static int
read_raw(void **data, size_t *len, git_object_t *type, struct ch_store *store, const git_oid *oid)
{
	git_odb_object *object = NULL;
	int status = store->packs->read(data, len, type, store->packs, oid);

	if (status == GIT_ENOTFOUND)
		status = store->loose->read(data, len, type, store->loose, oid);
	if (status != GIT_ENOTFOUND || (status = git_odb_read(&object, store->odb, oid)) != 0)
		return status;
	*len = git_odb_object_size(object);
	*type = git_odb_object_type(object);
	*data = copy(store, git_odb_object_data(object), *len);
	git_odb_object_free(object);
	return 0;
}

const struct ch_error *
ch_object_blob(struct span *content, struct ch_store *store, const struct ch_oid *blob)
{
	const struct ch_pack_object *pending = ch_pending_find(store->pending, blob);
	git_object_t type = GIT_OBJECT_BLOB;
	void *data = NULL;
	size_t len = 0;
	git_oid oid;

	memcpy(oid.id, blob->id, sizeof(oid.id));
	if (pending) {
		len = pending->raw.len;
		type = (git_object_t)pending->type;
		data = copy(store, pending->raw.data, len);
	} else if (!read_shelved(&data, &len, &type, store, blob) && read_raw(&data, &len, &type, store, &oid) != 0) {
		return ch_fail_git("cannot read an object of '%s'", store->path);
	}
	*content = span_of(data, len);
	if (type == GIT_OBJECT_BLOB)
		return NULL;
	ch_object_free(*content);
	return ch_fail(CH_REFUSED, "an object of '%s' is of another type", store->path);
}

const struct ch_error *
ch_object_small(uint8_t *out, size_t *len, size_t most, struct ch_store *store, const struct ch_oid *blob)
{
	const struct ch_error *error;
	struct ch_shelf_object object;
	struct span content;

	if (store->shelf && ch_shelf_find(&object, store->shelf, blob) && object.type == CH_BLOB && object.size <= most &&
		ch_packentry_inflate(out, object.size, &object.deflated)) {
		*len = object.size;
		return NULL;
	}
	if ((error = ch_object_blob(&content, store, blob)))
		return error;
	*len = content.len;
	if (content.len > most)
		error = ch_fail(CH_REFUSED, "an object of '%s' has more than %zu bytes", store->path, most);
	else
		memcpy(out, content.data, content.len);
	ch_object_free(content);
	return error;
}

void
ch_object_free(struct span content)
{
	git_odb_backend_data_free(NULL, (void *)content.data);
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

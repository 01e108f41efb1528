#include "object.h"

#include <git2.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

#include "pending.h"
#include "wire/commit.h"

static pthread_once_t once = PTHREAD_ONCE_INIT;
static EVP_MD *sha1; /* looked up once: that costs more than to digest a tree */

static void
start(void)
{
	sha1 = EVP_MD_fetch(NULL, "SHA1", NULL);
}

void
ch_object_id(struct ch_oid *id, enum ch_object type, struct span raw)
{
	static const char *const names[] = {[CH_COMMIT] = "commit", [CH_TREE] = "tree", [CH_BLOB] = "blob"};
	char header[32];
	int len = snprintf(header, sizeof(header), "%s %zu", names[type], raw.len);
	EVP_MD_CTX *digest = EVP_MD_CTX_new();

	pthread_once(&once, start);
	if (digest == NULL || EVP_DigestInit_ex2(digest, sha1, NULL) != 1 || EVP_DigestUpdate(digest, header, (size_t)len + 1) != 1 ||
	    EVP_DigestUpdate(digest, raw.data, raw.len) != 1 || EVP_DigestFinal_ex(digest, id->id, NULL) != 1)
		abort();
	EVP_MD_CTX_free(digest);
}

const struct ch_error *
ch_object_header(bool *there, enum ch_object *type, uint64_t *size, struct ch_store *store, const struct ch_oid *id)
{
	const struct ch_pack_object *pending = ch_pending_find(store->pending, id);
	git_object_t found = GIT_OBJECT_INVALID;
	size_t len = 0;
	git_oid oid;
	int status = 0;

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

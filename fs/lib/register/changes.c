#include "changes.h"

#include "wire/crypto.h"

static const struct ch_error *
digest_of(char hex[2 * SHA256_SIZE + 1], struct ch_store *store, bool there, const struct ch_oid *blob)
{
	struct ch_arena arena = {0};
	uint8_t digest[SHA256_SIZE];
	const struct ch_error *error;
	struct span raw;

	memcpy(hex, "-", 2);
	if (!there)
		return NULL;
	if ((error = ch_store_read(&raw, store, CH_BLOB, blob, &arena)) == NULL) {
		wire_sha256_of(digest, raw);
		text_put_hex(hex, digest, sizeof(digest));
	}
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_changes_digest(uint8_t digest[SHA256_SIZE], struct ch_store *store, const struct ch_changes *changes)
{
	char old[2 * SHA256_SIZE + 1], new[2 * SHA256_SIZE + 1];
	const struct ch_error *error;
	struct wire_sha256 lines;

	wire_sha256_init(&lines);
	for (size_t i = 0; i < changes->count; i++) {
		const struct ch_change *c = &changes->list[i];

		if ((error = digest_of(old, store, c->had, &c->old)) || (error = digest_of(new, store, c->has, &c->new)))
			return error;
		wire_sha256_update(&lines, c->has ? SPAN_LITERAL("100644 ") : SPAN_LITERAL("- "));
		wire_sha256_update(&lines, span_text(old));
		wire_sha256_update(&lines, SPAN_LITERAL(" "));
		wire_sha256_update(&lines, span_text(new));
		wire_sha256_update(&lines, SPAN_LITERAL(" "));
		wire_sha256_update(&lines, c->path);
		wire_sha256_update(&lines, SPAN_LITERAL("\n"));
	}
	wire_sha256_final(&lines, digest);
	return NULL;
}

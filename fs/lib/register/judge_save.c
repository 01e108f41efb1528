/* What the register would have to change in the tree of main. */
#include "judge_content.h"

bool
content_fits_main(struct judge_case *c)
{
	const struct ch_error *error;

	if (c->state->extract || c->state->found == NULL)
		return true;
	for (size_t i = 0; i < c->out->adds.count; i++) {
		const struct ch_change *change = &c->out->adds.list[i];
		struct ch_node node;
		bool found;
		if ((error = ch_livetree_find(&node, &found, case_main(c), change->path)))
			return case_error(c, error);
		if (change->had != found && change->has != found)
			return content_wrong(c, "somebody else has changed", ch_arena_text(&c->state->arena, change->path));
		if (found && (node.directory || !((change->had && ch_oid_equal(&node.id, &change->old)) ||
						  (change->has && ch_oid_equal(&node.id, &change->new)))))
			return case_refuse(c, WIRE_CONFLICT, "'%.*s' has been changed by somebody else", (int)change->path.len,
					   (const char *)change->path.data);
	}
	return true;
}

static bool
blob_digest(char hex[2 * SHA256_SIZE + 1], struct judge_case *c, bool there, const struct ch_oid *id)
{
	uint8_t digest[SHA256_SIZE];
	const struct ch_error *error;
	struct span raw;

	if (!there) {
		memcpy(hex, "-", 2);
		return true;
	}
	if ((error = ch_store_read(&raw, c->store, CH_BLOB, id, &c->state->arena)))
		return case_error(c, error);
	wire_sha256_of(digest, raw);
	text_put_hex(hex, digest, sizeof(digest));
	return true;
}

bool
content_save(struct judge_case *c)
{
	uint8_t said[SHA256_SIZE], is[SHA256_SIZE];
	struct wire_sha256 lines;

	wire_sha256_init(&lines);
	for (size_t i = 0; i < c->out->adds.count; i++) {
		const struct ch_change *change = &c->out->adds.list[i];
		char old[2 * SHA256_SIZE + 1], new[2 * SHA256_SIZE + 1];
		if (!blob_digest(old, c, change->had, &change->old) || !blob_digest(new, c, change->has, &change->new))
			return false;
		wire_sha256_update(&lines, span_text(ch_arena_format(&c->state->arena, "%s %s %s %.*s\n", change->has ? "100644" : "-", old, new,
								     (int)change->path.len, (const char *)change->path.data)));
	}
	wire_sha256_final(&lines, is);
	statement_bytes(said, sizeof(said), c->st, KEY_CHANGES_SHA256);
	return memcmp(said, is, sizeof(is)) == 0 || content_wrong(c, "Changes-SHA256", "is not the digest of what is changed");
}

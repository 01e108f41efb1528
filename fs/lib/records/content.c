#include "content.h"

#include "keys/subkey.h"
#include "store/treeedit.h"
#include "wire/armor.h"

static const struct ch_error *
find(struct ch_node *node, bool *found, struct ch_store *store, const struct act *act, const char *path, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_oid tree;

	memcpy(tree.id, act->commit.tree, sizeof(tree.id));
	error = ch_tree_find(node, found, store, &tree, span_text(path), arena);
	*found = error == NULL && *found && !node->directory;
	return error;
}

static const char *
path_of(struct span subject, const char *name, struct ch_arena *arena)
{
	return ch_arena_format(arena, "%.*s/%s", (int)subject.len, (const char *)subject.data, name);
}

const struct ch_error *
ch_content_has(bool *has, struct ch_store *store, const struct act *act, struct span subject, const char *name, struct ch_arena *arena)
{
	struct ch_node node;

	return find(&node, has, store, act, path_of(subject, name, arena), arena);
}

const struct ch_error *
ch_content_file(struct span *out, struct ch_store *store, const struct act *act, struct span subject, const char *name, struct ch_arena *arena)
{
	const char *path = path_of(subject, name, arena);
	const struct ch_error *error;
	struct ch_node node;
	bool found;

	if ((error = find(&node, &found, store, act, path, arena)))
		return error;
	if (!found)
		return ch_refuse(WIRE_WRONG_CONTENT, "'%s' is not in the act's tree", path);
	return ch_store_read(out, store, CH_BLOB, &node.id, arena);
}

const struct ch_error *
ch_content_certificate(struct ch_certificate *out, struct span armor, struct ch_arena *arena)
{
	uint8_t *bytes = ch_arena_alloc(arena, armor.len);
	size_t len = armor_read(bytes, armor.len, ARMOR_PUBLIC_KEY, armor);

	out->binary = span_of(bytes, len);
	if (len == 0)
		return ch_refuse(WIRE_MALFORMED_KEY, "the key is not in canonical armor");
	if (pgpkey_read(&out->key, out->binary) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_KEY, "%s", wire_code_sentence(WIRE_MALFORMED_KEY));
	out->primary = out->key;
	return NULL;
}

const struct ch_error *
ch_content_certificate_of(struct ch_certificate *out, struct span armor, const uint8_t fingerprint[FINGERPRINT_SIZE], struct ch_arena *arena)
{
	const struct ch_error *error = ch_content_certificate(out, armor, arena);

	if (error || memcmp(out->key.fingerprint, fingerprint, FINGERPRINT_SIZE) == 0)
		return error;
	return ch_subkey_read(&out->key, &out->primary, out->binary, fingerprint);
}

struct span
ch_content_armored(struct span certificate, struct ch_arena *arena)
{
	size_t size = 2 * certificate.len + 256;
	char *text = ch_arena_alloc(arena, size);

	return span_of(text, armor_write(text, size, ARMOR_PUBLIC_KEY, certificate));
}

const char *
ch_content_version_name(const char *stem, uint64_t version, struct ch_arena *arena)
{
	return ch_arena_format(arena, "%s.%llu", stem, (unsigned long long)version);
}

const char *
ch_content_device_name(uint64_t epoch, struct ch_arena *arena)
{
	return ch_arena_format(arena, "device.%llu.asc", (unsigned long long)epoch);
}

const char *
ch_content_key_name(struct span fingerprint, struct ch_arena *arena)
{
	return ch_arena_format(arena, "%.*s.asc", (int)fingerprint.len, (const char *)fingerprint.data);
}

const char *
ch_content_receipts_name(uint64_t first_counter, struct ch_arena *arena)
{
	return ch_content_version_name("receipts", first_counter, arena);
}

const char *
ch_content_photo_name(uint64_t counter, struct ch_arena *arena)
{
	return ch_arena_format(arena, "photos/%llu.jpg", (unsigned long long)counter);
}

const char *
ch_content_press_photo_name(uint64_t press, struct ch_arena *arena)
{
	return ch_arena_format(arena, "photos/press-%llu.jpg", (unsigned long long)press);
}

const char *
ch_content_token_name(uint64_t page, struct ch_arena *arena)
{
	return ch_arena_format(arena, "token.%llu.tsr", (unsigned long long)page);
}

#include "batch.h"

#include <jansson.h>
#include <stdlib.h>

/* ---- reading ---- */

static const struct ch_error *
malformed(const char *what)
{
	return ch_refuse(WIRE_MALFORMED_RECORD, "request of git-lfs: %s", what);
}

static struct span
string_of(const json_t *value)
{
	return json_is_string(value) ? span_of(json_string_value(value), json_string_length(value)) : span_of(NULL, 0);
}

/* Without one, both sides mean what there has always been. */
static bool
is_or_absent(const json_t *value, const char *meant)
{
	return value == NULL || span_is(string_of(value), meant);
}

static bool
lists_basic(const json_t *transfers)
{
	const json_t *transfer;
	size_t i;

	if (transfers == NULL)
		return true;
	json_array_foreach(transfers, i, transfer)
		if (span_is(string_of(transfer), "basic"))
			return true;
	return false;
}

static const struct ch_error *
read_objects(struct ch_batch *batch, const json_t *objects, struct ch_arena *arena)
{
	const json_t *object, *size;
	size_t i;

	if (!json_is_array(objects))
		return malformed("no list of objects");
	if (json_array_size(objects) > CH_BATCH_OBJECTS_MAX)
		return ch_refuse(WIRE_TOO_LONG, "request of git-lfs: more than %d objects", CH_BATCH_OBJECTS_MAX);
	batch->objects = ch_arena_alloc(arena, json_array_size(objects) * sizeof(*batch->objects) + 1);
	json_array_foreach(objects, i, object) {
		size = json_object_get(object, "size");
		if (!text_get_hex(batch->objects[i].digest, SHA256_SIZE, string_of(json_object_get(object, "oid"))) || !json_is_integer(size) ||
		    json_integer_value(size) < 0)
			return malformed("an object is a SHA-256 and a size");
		batch->objects[i].size = (uint64_t)json_integer_value(size);
		batch->count++;
	}
	return NULL;
}

static const struct ch_error *
read_all(struct ch_batch *batch, const json_t *root, struct ch_arena *arena)
{
	struct span operation = string_of(json_object_get(root, "operation"));

	batch->uploads = span_is(operation, "upload");
	if (!batch->uploads && !span_is(operation, "download"))
		return malformed("the operation is neither download nor upload");
	batch->foreign = !is_or_absent(json_object_get(root, "hash_algo"), "sha256") || !lists_basic(json_object_get(root, "transfers"));
	return read_objects(batch, json_object_get(root, "objects"), arena);
}

const struct ch_error *
ch_batch_read(struct ch_batch *batch, struct span json, struct ch_arena *arena)
{
	const struct ch_error *error;
	json_error_t why;
	json_t *root;

	*batch = (struct ch_batch){0};
	if (json.len > CH_BATCH_MAX)
		return ch_refuse(WIRE_TOO_LONG, "request of git-lfs: more than %d bytes", CH_BATCH_MAX);
	root = json_loadb((const char *)json.data, json.len, JSON_REJECT_DUPLICATES, &why);
	if (root == NULL)
		return malformed("no JSON, or a member twice");
	error = read_all(batch, root, arena);
	json_decref(root);
	return error;
}

/* ---- writing ---- */

/* Takes the value over. Running out of memory ends it, as in an arena. */
static void
put(json_t *object, const char *name, json_t *value)
{
	if (json_object_set_new(object, name, value) < 0)
		abort();
}

static json_t *
error_of(const struct ch_batch_answer *answer)
{
	json_t *error = json_object();

	put(error, "code", json_integer(answer->status));
	put(error, "message", json_string(answer->message));
	return error;
}

static json_t *
actions_of(const char *name, const char *href)
{
	json_t *actions = json_object(), *action = json_object();

	put(action, "href", json_string(href));
	put(actions, name, action);
	return actions;
}

static json_t *
object_of(const struct ch_batch *batch, size_t i, const struct ch_batch_answer *answer)
{
	json_t *object = json_object();
	char hex[HEX_DIGEST + 1];

	text_put_hex(hex, batch->objects[i].digest, SHA256_SIZE);
	put(object, "oid", json_string(hex));
	put(object, "size", json_integer((json_int_t)batch->objects[i].size));
	if (answer->status != CH_DONE)
		put(object, "error", error_of(answer));
	else if (answer->href)
		put(object, "actions", actions_of(batch->uploads ? "upload" : "download", answer->href));
	return object;
}

static struct span
text_of(json_t *root, struct ch_arena *arena)
{
	char *text = json_dumps(root, JSON_COMPACT);
	struct span copy;

	if (text == NULL)
		abort();
	copy = ch_arena_copy(arena, span_text(text));
	free(text);
	json_decref(root);
	return copy;
}

struct span
ch_batch_write(const struct ch_batch *batch, const struct ch_batch_answer *answers, struct ch_arena *arena)
{
	json_t *root = json_object(), *objects = json_array();

	for (size_t i = 0; i < batch->count; i++)
		if (json_array_append_new(objects, object_of(batch, i, &answers[i])) < 0)
			abort();
	put(root, "transfer", json_string("basic"));
	put(root, "hash_algo", json_string("sha256"));
	put(root, "objects", objects);
	return text_of(root, arena);
}

struct span
ch_batch_write_no(const char *message, struct ch_arena *arena)
{
	json_t *root = json_object();

	put(root, "message", json_string(message));
	return text_of(root, arena);
}

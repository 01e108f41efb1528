#include "request.h"

static const struct ch_error *
malformed(const char *what)
{
	return ch_refuse(WIRE_MALFORMED_RECORD, "request of git-lfs: %s", what);
}

static const struct {
	const char *name;
	enum ch_request_kind kind;
	bool has_operand;
} commands[] = {
	{"version", CH_ASK_VERSION, true},	{"batch", CH_ASK_BATCH, false},	    {"get-object", CH_ASK_GET, true},
	{"put-object", CH_ASK_PUT, true},	{"verify-object", CH_ASK_VERIFY, true}, {"list-locks", CH_ASK_LOCKS, false},
	{"list-lock", CH_ASK_LOCKS, false},	{"lock", CH_ASK_LOCK, false},	    {"unlock", CH_ASK_UNLOCK, true},
	{"quit", CH_ASK_QUIT, false},
};

static bool
is_of_object(enum ch_request_kind kind)
{
	return kind == CH_ASK_GET || kind == CH_ASK_PUT || kind == CH_ASK_VERIFY;
}

static bool
read_size(uint64_t *size, struct span text)
{
	return text_get_number(size, text) && *size <= INT64_MAX;
}

/* "<oid>", and of verify perhaps " <size>". */
static const struct ch_error *
read_operand(struct ch_request *request)
{
	struct span rest = request->operand, oid = span_cut(&rest, ' ');

	if (!is_of_object(request->kind))
		return NULL;
	if (!text_get_hex(request->object.digest, SHA256_SIZE, oid))
		return malformed("wants an object's SHA-256");
	if (oid.len == request->operand.len)
		return NULL;
	request->sized = request->kind == CH_ASK_VERIFY && read_size(&request->object.size, rest);
	return request->sized ? NULL : malformed("what follows the object is not its size");
}

static const struct ch_error *
read_command(struct ch_request *request, struct span line)
{
	struct span rest = line, name = span_cut(&rest, ' ');

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!span_is(name, commands[i].name))
			continue;
		if (commands[i].has_operand != (name.len < line.len) || (commands[i].has_operand && rest.len == 0))
			return malformed(commands[i].has_operand ? "a command without what it is about" : "a command with too much behind it");
		request->kind = commands[i].kind;
		request->operand = rest;
		return read_operand(request);
	}
	return malformed("no command that there is");
}

static const struct ch_error *
take_once(struct span *out, struct span value, size_t most)
{
	if (out->len)
		return malformed("an argument twice");
	if (value.len > most || memchr(value.data, '\0', value.len) || memchr(value.data, '\n', value.len))
		return malformed("an argument that cannot be");
	*out = value;
	return NULL;
}

static const struct ch_error *
read_argument(struct ch_request *request, struct span line)
{
	struct span value = line, key = span_cut(&value, '=');

	if (key.len == line.len)
		return malformed("an argument without '='");
	if (span_is(key, "path"))
		return take_once(&request->path, value, CH_REQUEST_PATH_MAX);
	if (span_is(key, "id"))
		return take_once(&request->id, value, VALUE_MAX);
	if (span_is(key, "cursor"))
		return take_once(&request->cursor, value, VALUE_MAX);
	if (span_is(key, "limit"))
		return text_get_number(&request->limit, value) ? NULL : malformed("'limit' wants a number");
	if (span_is(key, "force"))
		request->force = span_is(value, "true");
	if (span_is(key, "hash-algo"))
		request->foreign = request->foreign || !span_is(value, "sha256");
	if (span_is(key, "transfer"))
		request->foreign = request->foreign || !span_is(value, "ssh");
	if (!span_is(key, "size") || !is_of_object(request->kind))
		return NULL;
	if (request->sized)
		return malformed("a size twice");
	request->sized = read_size(&request->object.size, value);
	return request->sized ? NULL : malformed("'size' wants a number");
}

/* "<oid> <size>", perhaps " key=value"... */
static bool
read_object(struct ch_pointer *object, struct span line)
{
	struct span oid = span_cut(&line, ' '), size = span_cut(&line, ' ');

	return text_get_hex(object->digest, SHA256_SIZE, oid) && read_size(&object->size, size);
}

static const struct ch_error *
read_objects(struct ch_request *request, struct span *rest)
{
	struct ch_pointer object;
	enum ch_pkt kind;
	struct span line;

	request->objects = *rest;
	while ((kind = ch_pkt_next_text(&line, rest)) == CH_PKT_DATA)
		if (request->kind != CH_ASK_BATCH || !read_object(&object, line))
			return malformed("no list of objects and their sizes");
	return kind == CH_PKT_FLUSH && rest->len == 0 ? NULL : malformed("does not end as it should");
}

const struct ch_error *
ch_request_read(struct ch_request *request, struct span message)
{
	const struct ch_error *error;
	struct span line;
	enum ch_pkt kind;

	*request = (struct ch_request){0};
	if (ch_pkt_next_text(&line, &message) != CH_PKT_DATA)
		return malformed("no command");
	if ((error = read_command(request, line)))
		return error;
	while ((kind = ch_pkt_next_text(&line, &message)) == CH_PKT_DATA)
		if ((error = read_argument(request, line)))
			return error;
	if (is_of_object(request->kind) && request->kind != CH_ASK_GET && !request->sized)
		return malformed("wants the object's size");
	if (request->kind == CH_ASK_PUT)
		return kind == CH_PKT_DELIMITER && message.len == 0 ? NULL : malformed("put-object wants content");
	if (kind == CH_PKT_DELIMITER)
		return read_objects(request, &message);
	return kind == CH_PKT_FLUSH && message.len == 0 ? NULL : malformed("does not end as it should");
}

bool
ch_request_object(struct ch_pointer *object, struct span *rest)
{
	struct span line;

	return ch_pkt_next_text(&line, rest) == CH_PKT_DATA && read_object(object, line);
}

/*
 * ch_web_serve
 *   find_archive    below the root, exported, an archive
 *   answer_batch    addresses for what is to be moved
 *   answer_get      content
 *   answer_put      takes it
 */
#include "web.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <unistd.h>

#include "batch.h"
#include "route.h"

enum { CHUNK = 256 * 1024 };

struct session {
	const struct ch_web *web;
	struct ch_route route;
	char archive[PATH_MAX];
	bool sized;    /* the request has bytes, and says how many */
	uint64_t left; /* of them, to be read */
	struct ch_arena arena;
};

/* ---- answering ---- */

static const char *
reason(enum ch_status status)
{
	switch (status) {
	case CH_DONE:
		return "OK";
	case CH_CREATED:
		return "Created";
	case CH_A_PART:
		return "Partial Content";
	case CH_BAD_REQUEST:
		return "Bad Request";
	case CH_FORBIDDEN:
		return "Forbidden";
	case CH_NOT_FOUND:
		return "Not Found";
	case CH_NO_SUCH_METHOD:
		return "Method Not Allowed";
	case CH_CONFLICT:
		return "Conflict";
	case CH_NO_LENGTH:
		return "Length Required";
	case CH_TOO_LARGE:
		return "Content Too Large";
	case CH_NO_SUCH_RANGE:
		return "Range Not Satisfiable";
	case CH_UNREADABLE:
		return "Unprocessable Content";
	case CH_SERVER_ERROR:
		return "Internal Server Error";
	case CH_NO_ROOM:
		return "Insufficient Storage";
	}
	return "Unknown";
}

static void
say_head(const struct session *s, enum ch_status status, const char *type, uint64_t len)
{
	fprintf(s->web->out, "Status: %d %s\r\nContent-Type: %s\r\nContent-Length: %" PRIu64 "\r\nCache-Control: no-store\r\n", (int)status, reason(status), type, len);
}

static void
say_json(const struct session *s, enum ch_status status, struct span json)
{
	say_head(s, status, "application/vnd.git-lfs+json", json.len);
	fputs("\r\n", s->web->out);
	fwrite(json.data, 1, json.len, s->web->out);
}

static void
say_no(struct session *s, enum ch_status status, const char *why)
{
	say_json(s, status, ch_batch_write_no(why, &s->arena));
}

/* Names of files and of what the machine lacks are nothing for visitors. */
static const char *
told(const struct ch_error *error)
{
	if (error->class != CH_IO && error->class != CH_LATER)
		return error->message;
	return ch_exchange_status(error) == CH_NO_ROOM ? "there is no room left for it; ask who keeps the archive" : "the archive cannot do it now; the web server's log says why";
}

static const struct ch_error *
say_error(struct session *s, const struct ch_error *error)
{
	say_no(s, ch_exchange_status(error), told(error));
	return error->class == CH_IO ? error : NULL;
}

/* ---- reading ---- */

static const struct ch_error *
read_some(size_t *got, struct session *s, uint8_t *out)
{
	ssize_t n;

	do
		n = read(s->web->in, out, s->left < CHUNK ? (size_t)s->left : CHUNK);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return ch_fail_errno("cannot read from the client");
	*got = (size_t)n;
	s->left -= *got;
	return n ? NULL : ch_fail(CH_IO, "the client has gone in the middle of a request");
}

static void
read_length(struct session *s)
{
	uint64_t len;

	s->sized = s->web->length && text_get_number(&len, span_text(s->web->length)) && len <= INT64_MAX;
	s->left = s->sized ? len : 0;
}

/* What nobody wants: a client, or a server between us, that still sends hears nothing. */
static const struct ch_error *
pass_over(struct session *s)
{
	const struct ch_error *error = NULL;
	uint8_t *buffer = malloc(CHUNK);
	size_t got;

	if (buffer == NULL)
		abort();
	while (s->left && error == NULL)
		error = read_some(&got, s, buffer);
	free(buffer);
	return error;
}

/* ---- batch ---- */

/* Where an object of this archive is, as the client has to say it. */
static const char *
base_of(struct session *s)
{
	const struct ch_web *web = s->web;
	struct span uri = web->uri ? span_text(web->uri) : span_of(NULL, 0), path = span_cut(&uri, '?');

	if (web->host == NULL || !ch_route_is_host(span_text(web->host)) || !ch_route_is_uri(path) || !span_ends(path, SPAN_LITERAL("/batch")))
		return NULL;
	return ch_arena_format(&s->arena, "%s://%s%.*s", web->secure ? "https" : "http", web->host, (int)(path.len - strlen("batch")), (const char *)path.data);
}

static struct ch_batch_answer
answer_for(struct session *s, const struct ch_batch *batch, const struct ch_pointer *object, const char *base)
{
	const char *href = ch_arena_format(&s->arena, "%s%s", base, (const char *)ch_arena_hex(&s->arena, object->digest, SHA256_SIZE).data);
	const struct ch_error *error;
	int file;

	if (batch->uploads)
		return (struct ch_batch_answer){CH_DONE, NULL, ch_exchange_asks(s->archive, s->web->visitor, object) ? href : NULL};
	if ((error = ch_depot_open(&file, s->archive, object)))
		return (struct ch_batch_answer){ch_exchange_status(error), ch_arena_text(&s->arena, span_text(told(error))), NULL};
	close(file);
	return (struct ch_batch_answer){CH_DONE, NULL, href};
}

static void
answer_all(struct session *s, const struct ch_batch *batch, const char *base)
{
	struct ch_batch_answer *answers = ch_arena_alloc(&s->arena, batch->count * sizeof(*answers) + 1);

	if (batch->uploads) {
		ch_depot_sweep(s->archive);
		ch_possession_sweep(s->archive, s->web->visitor);
	}
	for (size_t i = 0; i < batch->count; i++)
		answers[i] = answer_for(s, batch, &batch->objects[i], base);
	say_json(s, CH_DONE, ch_batch_write(batch, answers, &s->arena));
}

static const struct ch_error *
answer_batch(struct session *s)
{
	const char *base = base_of(s);
	const struct ch_error *error;
	struct ch_batch batch;
	size_t len = 0, got;
	uint8_t *json;

	if (s->left > CH_BATCH_MAX) {
		say_no(s, CH_TOO_LARGE, "the request is too long");
		return NULL;
	}
	json = ch_arena_alloc(&s->arena, (size_t)s->left + 1);
	for (; s->left; len += got)
		if ((error = read_some(&got, s, json + len)))
			return error;
	if ((error = ch_batch_read(&batch, span_of(json, len), &s->arena)))
		say_no(s, error->code == WIRE_TOO_LONG ? CH_TOO_LARGE : CH_UNREADABLE, error->message);
	else if (batch.foreign)
		say_no(s, CH_CONFLICT, "only sha256 and basic transfers are spoken here");
	else if (base == NULL)
		say_no(s, CH_BAD_REQUEST, "the address of the request is not one that can be gone on with");
	else
		answer_all(s, &batch, base);
	return NULL;
}

/* ---- content ---- */

static const struct ch_error *
send_part(const struct session *s, int file, uint64_t at, uint64_t len)
{
	const struct ch_error *error = NULL;
	uint8_t *buffer = malloc(CHUNK);
	ssize_t n;

	if (buffer == NULL)
		abort();
	for (; error == NULL && len; at += (uint64_t)n, len -= (uint64_t)n) {
		n = pread(file, buffer, len < CHUNK ? (size_t)len : CHUNK, (off_t)at);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n <= 0)
			error = n < 0 ? ch_fail_errno("cannot read large content") : ch_fail(CH_IO, "large content became shorter");
		else if (fwrite(buffer, 1, (size_t)n, s->web->out) != (size_t)n)
			error = ch_fail_errno("cannot write to the client");
		if (error)
			n = 0;
	}
	free(buffer);
	return error;
}

static const struct ch_error *
answer_get(struct session *s)
{
	struct span range = s->web->range ? span_text(s->web->range) : span_of(NULL, 0);
	struct ch_pointer object = {0};
	const struct ch_error *error;
	uint64_t first, len;
	bool whole;
	int file;

	memcpy(object.digest, s->route.digest, SHA256_SIZE);
	if ((error = ch_depot_find(&object, s->archive)) || (error = ch_depot_open(&file, s->archive, &object)))
		return say_error(s, error);
	if (ch_route_range(&first, &len, &whole, range, object.size)) {
		say_head(s, whole ? CH_DONE : CH_A_PART, "application/octet-stream", len);
		fputs("Accept-Ranges: bytes\r\n", s->web->out);
		if (!whole)
			fprintf(s->web->out, "Content-Range: bytes %" PRIu64 "-%" PRIu64 "/%" PRIu64 "\r\n", first, first + len - 1, object.size);
		fputs("\r\n", s->web->out);
		error = send_part(s, file, first, len);
	} else {
		say_no(s, CH_NO_SUCH_RANGE, "the content ends before that range");
	}
	close(file);
	return error;
}

/* *problem is in the way of taking it; an error, of hearing the client. */
static const struct ch_error *
receive(const struct ch_error **problem, struct ch_error *kept, struct ch_deposit *deposit, struct session *s)
{
	const struct ch_error *error = NULL;
	uint8_t *buffer = malloc(CHUNK);
	size_t got;

	if (buffer == NULL)
		abort();
	while (s->left && *problem == NULL && (error = read_some(&got, s, buffer)) == NULL)
		*problem = ch_error_keep(kept, ch_deposit_add(deposit, span_of(buffer, got)));
	free(buffer);
	return error;
}

static const struct ch_error *
answer_put(struct session *s)
{
	const struct ch_error *error, *problem;
	struct ch_pointer object = {.size = s->left};
	struct ch_deposit deposit = {0};
	struct ch_error kept;

	memcpy(object.digest, s->route.digest, SHA256_SIZE);
	problem = ch_error_keep(&kept, ch_deposit_begin(&deposit, s->archive));
	error = receive(&problem, &kept, &deposit, s);
	if (error == NULL && problem == NULL)
		problem = ch_error_keep(&kept, ch_exchange_take(&deposit, s->web->visitor, &object));
	if (error == NULL && problem == NULL)
		say_json(s, CH_DONE, SPAN_LITERAL("{}"));
	else if (error == NULL)
		error = ch_error_again(say_error(s, problem));
	ch_deposit_give_up(&deposit);
	return error;
}

/* ---- where to ---- */

static bool
is_exported(const struct session *s)
{
	char mark[PATH_MAX + 32];

	snprintf(mark, sizeof(mark), "%s/git-daemon-export-ok", s->archive);
	return s->web->all || access(mark, F_OK) == 0;
}

/* As git does it: git-lfs asks for archive.git, whatever the remote is called. */
static bool
find_archive(struct session *s)
{
	struct span name = s->route.archive;
	const char *path = ch_arena_format(&s->arena, "%s%.*s", s->web->root, (int)name.len, (const char *)name.data);

	if (access(path, F_OK) < 0 && span_ends(name, SPAN_LITERAL(".git")))
		path = ch_arena_text(&s->arena, span_of(path, strlen(path) - strlen(".git")));
	return ch_exchange_archive(s->archive, path) == NULL && is_exported(s);
}

static const struct ch_error *
answer(struct session *s)
{
	const char *method = s->web->method;

	if ((strcmp(method, "PUT") == 0 || strcmp(method, "POST") == 0) && !s->sized) {
		say_no(s, CH_NO_LENGTH, "how long the request is has to be said beforehand");
		return NULL;
	}
	switch (s->route.kind) {
	case CH_TO_BATCH:
		if (strcmp(method, "POST") == 0)
			return answer_batch(s);
		break;
	case CH_TO_OBJECT:
		if (strcmp(method, "GET") == 0)
			return answer_get(s);
		if (strcmp(method, "PUT") == 0)
			return answer_put(s);
		break;
	case CH_TO_NOWHERE:
		say_no(s, CH_NOT_FOUND, "there is nothing of that kind here: objects are sent and fetched, and not locked");
		return NULL;
	}
	say_no(s, CH_NO_SUCH_METHOD, "this is not done with it");
	return NULL;
}

static const struct ch_error *
serve(struct session *s)
{
	const struct ch_web *web = s->web;

	if (web->root == NULL || web->path == NULL || web->method == NULL) {
		const struct ch_error *error = ch_fail(CH_USAGE, "the web server does not hand over GIT_PROJECT_ROOT, PATH_INFO and REQUEST_METHOD");
		say_no(s, CH_SERVER_ERROR, "the web server is not set up for this; its log says why");
		return error;
	}
	if (!ch_route_read(&s->route, span_text(web->path))) {
		say_no(s, CH_NOT_FOUND, "there is nothing of git-lfs at this address");
	} else if (web->visitor == NULL || *web->visitor == '\0') {
		say_no(s, CH_FORBIDDEN, "the web server does not say who asks; it has to let people in by name");
	} else if (!find_archive(s)) {
		say_no(s, CH_NOT_FOUND, "there is no archive of that name");
	} else {
		return answer(s);
	}
	return NULL;
}

const struct ch_error *
ch_web_serve(const struct ch_web *web)
{
	struct session s = {.web = web};
	const struct ch_error *error;

	read_length(&s);
	if ((error = serve(&s)) == NULL)
		error = pass_over(&s);
	if (error == NULL && (fflush(web->out) != 0 || ferror(web->out)))
		error = ch_fail_errno("cannot write to the client");
	ch_arena_clear(&s.arena);
	return error;
}

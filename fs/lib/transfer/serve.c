/*
 * ch_serve
 *   read_message     up to its flush, or to the content of put-object
 *   answer           one function for each command
 *     answer_put     reads the content that follows
 */
#include "serve.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "exchange.h"
#include "locks.h"
#include "request.h"

enum { LOCKS_AT_ONCE = 100 };

struct session {
	struct ch_serving *serving;
	FILE *out;
	uint8_t *message; /* CH_REQUEST_MAX bytes */
	size_t len;
	struct ch_arena arena; /* of one request */
};

/* ---- reading ---- */

/* *got is false when the other side is gone before the first byte. */
static const struct ch_error *
read_all(bool *got, int in, uint8_t *out, size_t size)
{
	size_t have = 0;
	ssize_t n = 1;

	while (have < size && ((n = read(in, out + have, size - have)) > 0 || (n < 0 && errno == EINTR)))
		have += n > 0 ? (size_t)n : 0;
	*got = have == size;
	if (have == size || (have == 0 && n == 0))
		return NULL;
	return n < 0 ? ch_fail_errno("cannot read from the client") : ch_fail(CH_IO, "the client has gone in the middle of a request");
}

/* One packet, its head included. */
static const struct ch_error *
read_packet(enum ch_pkt *kind, size_t *len, bool *got, int in, uint8_t *out, size_t size)
{
	const struct ch_error *error;

	*len = 0;
	*kind = CH_PKT_BAD;
	if (size < PKT_HEAD)
		return ch_refuse(WIRE_TOO_LONG, "request of git-lfs: more than %d bytes", CH_REQUEST_MAX);
	if ((error = read_all(got, in, out, PKT_HEAD)) || !*got)
		return error;
	*kind = ch_pkt_head(len, out);
	if (*kind == CH_PKT_BAD)
		return ch_refuse(WIRE_MALFORMED_RECORD, "request of git-lfs: no packet");
	if (*len > size - PKT_HEAD)
		return ch_refuse(WIRE_TOO_LONG, "request of git-lfs: more than %d bytes", CH_REQUEST_MAX);
	if ((error = read_all(got, in, out + PKT_HEAD, *len)) == NULL && !*got && *len)
		error = ch_fail(CH_IO, "the client has gone in the middle of a request");
	*len += PKT_HEAD;
	return error;
}

static bool
brings_content(const struct session *s)
{
	struct span line, rest = span_of(s->message, s->len);

	return ch_pkt_next_text(&line, &rest) == CH_PKT_DATA && span_starts(line, SPAN_LITERAL("put-object "));
}

static const struct ch_error *
read_message(bool *got, struct session *s)
{
	enum ch_pkt kind = CH_PKT_DATA;
	const struct ch_error *error;
	size_t len;

	for (s->len = 0; kind == CH_PKT_DATA || (kind == CH_PKT_DELIMITER && !brings_content(s)); s->len += len) {
		if ((error = read_packet(&kind, &len, got, s->serving->in, s->message + s->len, CH_REQUEST_MAX - s->len)))
			return error;
		if (!*got)
			return s->len ? ch_fail(CH_IO, "the client has gone in the middle of a request") : NULL;
	}
	return NULL;
}

/* ---- answering ---- */

static void __attribute__((format(printf, 2, 3)))
say(struct session *s, const char *format, ...)
{
	uint8_t head[PKT_HEAD];
	char text[2048];
	va_list args;
	int len;

	va_start(args, format);
	len = vsnprintf(text, sizeof(text) - 1, format, args);
	va_end(args);
	if (len > (int)sizeof(text) - 2)
		len = sizeof(text) - 2;
	text[len] = '\n';
	ch_pkt_put_head(head, (size_t)len + 1);
	fwrite(head, 1, sizeof(head), s->out);
	fwrite(text, 1, (size_t)len + 1, s->out);
}

static void
say_status(struct session *s, enum ch_status status)
{
	say(s, "status %03d", status);
}

static void
say_delimiter(struct session *s)
{
	fputs("0001", s->out);
}

static void
say_end(struct session *s)
{
	fputs("0000", s->out);
	fflush(s->out);
}

static void
say_done(struct session *s)
{
	say_status(s, CH_DONE);
	say_end(s);
}

static void
say_no(struct session *s, enum ch_status status, const char *why)
{
	say_status(s, status);
	say_delimiter(s);
	say(s, "%s", why);
	say_end(s);
}

static void
say_error(struct session *s, const struct ch_error *error)
{
	say_no(s, ch_exchange_status(error), error->message);
}

static void
answer_version(struct session *s, const struct ch_request *request)
{
	if (span_is(request->operand, "1"))
		say_done(s);
	else
		say_no(s, CH_BAD_REQUEST, "only version 1 is spoken here");
}

/* What cannot be had is asked for all the same, and then told: of a "noop" here git-lfs says nothing to anybody. */
static const char *
action_for(const struct session *s, const struct ch_pointer *object)
{
	if (s->serving->operation == CH_DOWNLOADS)
		return "download";
	return ch_exchange_asks(s->serving->archive, NULL, object) ? "upload" : "noop";
}

static void
answer_batch(struct session *s, const struct ch_request *request)
{
	struct span rest = request->objects;
	struct ch_pointer object;
	char hex[HEX_DIGEST + 1];

	if (s->serving->operation == CH_LOCKS_ONLY) {
		say_no(s, CH_FORBIDDEN, "this session is for locks");
		return;
	}
	if (request->foreign) {
		say_no(s, CH_CONFLICT, "only sha256 over ssh is spoken here");
		return;
	}
	say_status(s, CH_DONE);
	say(s, "hash-algo=sha256");
	say_delimiter(s);
	while (ch_request_object(&object, &rest)) {
		text_put_hex(hex, object.digest, SHA256_SIZE);
		say(s, "%s %" PRIu64 " %s", hex, object.size, action_for(s, &object));
	}
	say_end(s);
}

static const struct ch_error *
send_bytes(void *context, struct span bytes)
{
	struct session *s = context;

	while (bytes.len) {
		size_t len = bytes.len < PKT_DATA_MAX ? bytes.len : PKT_DATA_MAX;
		uint8_t head[PKT_HEAD];

		ch_pkt_put_head(head, len);
		if (fwrite(head, 1, sizeof(head), s->out) != sizeof(head) || fwrite(bytes.data, 1, len, s->out) != len)
			return ch_fail_errno("cannot write to the client");
		bytes = span_skip(bytes, len);
	}
	return NULL;
}

/* After the status there is no way to say that reading went wrong but to break off: then the client has other bytes than it wants. */
static const struct ch_error *
answer_get(struct session *s, const struct ch_request *request)
{
	struct ch_pointer object = request->object;
	const struct ch_error *error;
	int file;

	if (s->serving->operation != CH_DOWNLOADS) {
		say_no(s, CH_FORBIDDEN, "this session is not for downloads");
		return NULL;
	}
	if ((!request->sized && (error = ch_depot_find(&object, s->serving->archive))) || (error = ch_depot_open(&file, s->serving->archive, &object))) {
		say_error(s, error);
		return NULL;
	}
	close(file);
	say_status(s, CH_DONE);
	say(s, "size=%" PRIu64, object.size);
	say_delimiter(s);
	if ((error = ch_depot_read(s->serving->archive, &object, send_bytes, s)))
		return error;
	say_end(s);
	return NULL;
}

/* Everything up to the flush is read, also what nobody wants any more, or the next request could not be found. */
static const struct ch_error *
receive(const struct ch_error **problem, struct ch_error *kept, struct ch_deposit *deposit, const struct session *s, uint64_t size)
{
	uint8_t *packet = s->message;
	enum ch_pkt kind = CH_PKT_DATA;
	const struct ch_error *error;
	size_t len;
	bool got;

	while (kind != CH_PKT_FLUSH) {
		if ((error = read_packet(&kind, &len, &got, s->serving->in, packet, PKT_MAX)))
			return error;
		if (!got || kind == CH_PKT_DELIMITER)
			return ch_fail(CH_IO, "the client has gone in the middle of a request");
		if (*problem || kind == CH_PKT_FLUSH)
			continue;
		if (len - PKT_HEAD > size - deposit->size)
			*problem = ch_error_keep(kept, ch_refuse(WIRE_WRONG_CONTENT, "more bytes came than were announced"));
		else
			*problem = ch_error_keep(kept, ch_deposit_add(deposit, span_of(packet + PKT_HEAD, len - PKT_HEAD)));
	}
	return NULL;
}

static const struct ch_error *
answer_put(struct session *s, const struct ch_request *request)
{
	const char *archive = s->serving->archive;
	struct ch_pointer object = request->object;
	struct ch_deposit deposit = {0};
	const struct ch_error *error, *problem;
	struct ch_error kept;

	if (s->serving->operation == CH_UPLOADS)
		problem = ch_deposit_begin(&deposit, archive);
	else
		problem = ch_refuse(WIRE_NOT_ALLOWED, "this session is not for uploads");
	problem = ch_error_keep(&kept, problem);
	if ((error = receive(&problem, &kept, &deposit, s, object.size)) == NULL) {
		if (problem == NULL)
			problem = ch_exchange_take(&deposit, NULL, &object);
		if (problem)
			say_error(s, problem);
		else
			say_done(s);
	}
	ch_deposit_give_up(&deposit);
	return error;
}

static void
answer_verify(struct session *s, const struct ch_request *request)
{
	const struct ch_error *error;
	int file;

	if ((error = ch_depot_open(&file, s->serving->archive, &request->object))) {
		say_error(s, error);
		return;
	}
	close(file);
	say_done(s);
}

/* ---- locks ---- */

static void
say_lock(struct session *s, const struct ch_lock *lock)
{
	say(s, "id=%s", lock->id);
	say(s, "path=%.*s", (int)lock->path.len, (const char *)lock->path.data);
	say(s, "locked-at=%.*s", (int)lock->time.len, (const char *)lock->time.data);
	say(s, "ownername=%.*s", (int)lock->owner.len, (const char *)lock->owner.data);
}

static void
answer_lock(struct session *s, const struct ch_request *request)
{
	const struct ch_error *error = NULL;
	struct ch_lock lock;
	bool taken;

	if (s->serving->operation == CH_DOWNLOADS)
		error = ch_refuse(WIRE_NOT_ALLOWED, "this session is for downloads");
	if (error || (error = ch_lock_take(&lock, &taken, s->serving->archive, request->path, &s->arena))) {
		say_error(s, error);
		return;
	}
	say_status(s, taken ? CH_CREATED : CH_CONFLICT);
	say_lock(s, &lock);
	if (!taken) {
		say_delimiter(s);
		say(s, "it is locked already by %.*s", (int)lock.owner.len, (const char *)lock.owner.data);
	}
	say_end(s);
}

static void
answer_unlock(struct session *s, const struct ch_request *request)
{
	const struct ch_error *error = NULL;
	struct ch_lock lock;

	if (s->serving->operation == CH_DOWNLOADS)
		error = ch_refuse(WIRE_NOT_ALLOWED, "this session is for downloads");
	if (error || (error = ch_lock_give_up(&lock, s->serving->archive, request->operand, request->force, &s->arena))) {
		say_error(s, error);
		return;
	}
	say_status(s, CH_DONE);
	say_lock(s, &lock);
	say_end(s);
}

static bool
is_asked_for(const struct ch_request *request, const struct ch_lock *lock)
{
	return (request->path.len == 0 || span_equal(request->path, lock->path)) && (request->id.len == 0 || span_is(request->id, lock->id)) &&
	       (request->cursor.len == 0 || span_compare(span_text(lock->id), request->cursor) >= 0);
}

static void
list_lock(struct session *s, const struct ch_lock *lock)
{
	say(s, "lock %s", lock->id);
	say(s, "path %s %.*s", lock->id, (int)lock->path.len, (const char *)lock->path.data);
	say(s, "locked-at %s %.*s", lock->id, (int)lock->time.len, (const char *)lock->time.data);
	say(s, "ownername %s %.*s", lock->id, (int)lock->owner.len, (const char *)lock->owner.data);
	say(s, "owner %s %s", lock->id, lock->ours ? "ours" : "theirs");
}

/* The cursor is the id of the first lock that was not listed. */
static void
answer_locks(struct session *s, const struct ch_request *request)
{
	uint64_t limit = request->limit && request->limit < LOCKS_AT_ONCE ? request->limit : LOCKS_AT_ONCE;
	const struct ch_error *error;
	struct ch_lock *locks;
	size_t count, kept = 0;

	if ((error = ch_locks(&locks, &count, s->serving->archive, &s->arena))) {
		say_error(s, error);
		return;
	}
	for (size_t i = 0; i < count; i++)
		if (is_asked_for(request, &locks[i]))
			locks[kept++] = locks[i];
	say_status(s, CH_DONE);
	if (kept > limit)
		say(s, "next-cursor=%s", locks[limit].id);
	say_delimiter(s);
	for (size_t i = 0; i < kept && i < limit; i++)
		list_lock(s, &locks[i]);
	say_end(s);
}

static const struct ch_error *
answer(struct session *s, const struct ch_request *request)
{
	switch (request->kind) {
	case CH_ASK_VERSION:
		answer_version(s, request);
		break;
	case CH_ASK_BATCH:
		answer_batch(s, request);
		break;
	case CH_ASK_GET:
		return answer_get(s, request);
	case CH_ASK_PUT:
		return answer_put(s, request);
	case CH_ASK_VERIFY:
		answer_verify(s, request);
		break;
	case CH_ASK_LOCKS:
		answer_locks(s, request);
		break;
	case CH_ASK_LOCK:
		answer_lock(s, request);
		break;
	case CH_ASK_UNLOCK:
		answer_unlock(s, request);
		break;
	case CH_ASK_QUIT:
		say_done(s);
		s->serving->quit = true;
		break;
	}
	return NULL;
}

/* What was not understood is told; of put-object content follows that must be passed over first. */
static const struct ch_error *
answer_message(struct session *s)
{
	struct span message = span_of(s->message, s->len);
	const struct ch_error *error, *problem;
	struct ch_deposit none = {0};
	struct ch_request request;
	struct ch_error kept;

	if ((problem = ch_error_keep(&kept, ch_request_read(&request, message))) == NULL)
		return answer(s, &request);
	if (brings_content(s) && span_ends(message, SPAN_LITERAL("0001")) && (error = receive(&problem, &kept, &none, s, 0)))
		return error;
	say_error(s, problem);
	return NULL;
}

/* Waits for a request; what has been asked is answered first. */
static bool
is_needed(const struct ch_serving *serving)
{
	struct pollfd files[] = {{serving->in, POLLIN, 0}, {serving->wake, POLLIN, 0}};

	while (poll(files, 2, -1) < 0 && errno == EINTR)
		;
	return files[0].revents != 0 || files[1].revents == 0;
}

static const struct ch_error *
serve(struct session *s)
{
	const struct ch_error *error;
	bool got;

	say(s, "version=1");
	say(s, "locking");
	say_end(s);
	while (!s->serving->quit && is_needed(s->serving)) {
		if ((error = read_message(&got, s)) || !got)
			return error;
		error = answer_message(s);
		ch_arena_clear(&s->arena);
		if (error)
			return error;
		if (ferror(s->out))
			return ch_fail_errno("cannot write to the client");
	}
	return NULL;
}

const struct ch_error *
ch_serve(struct ch_serving *serving)
{
	struct session s = {.serving = serving};
	const struct ch_error *error;
	int out = dup(serving->out);

	if (out < 0 || (s.out = fdopen(out, "w")) == NULL) {
		if (out >= 0)
			close(out);
		return ch_fail_errno("cannot write to the client");
	}
	if ((s.message = malloc(CH_REQUEST_MAX)) == NULL)
		abort();
	ch_depot_sweep(serving->archive);
	ch_possession_sweep(serving->archive, NULL);
	error = serve(&s);
	free(s.message);
	fclose(s.out);
	return error;
}

#include "origin.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>

#include "base/file.h"
#include "base/nfc.h"
#include "wire/statement.h"

enum { CLIENT_BYTES = 8 };

/* git runs `git-remote-NAME` for NAME::ADDRESS, where NAME is what may stand in front of "://", or nothing. */
static bool
names_helper(struct span url)
{
	size_t i = 0;

	while (i < url.len && url.data[i] && (isalnum(url.data[i]) || strchr("+-.", url.data[i])))
		i++;
	return i + 1 < url.len && url.data[i] == ':' && url.data[i + 1] == ':';
}

/* ssh, smart HTTP, file, and scp's HOST:PATH, also with an address of IPv6; not what git would take for an option or for a helper to run. */
static bool
is_url(struct span url)
{
	return text_is_value(url) && ch_nfc(url) && url.data[0] != '-' && !names_helper(url);
}

static bool
take_view(struct ch_origin *origin, struct span text)
{
	origin->view = span_of(NULL, 0);
	return text.len == 0 || (record_take(&origin->view, &text, "View") && text.len == 0 && is_url(origin->view));
}

const struct ch_error *
ch_origin_read(struct ch_origin *origin, struct span text)
{
	struct span format;

	if (!record_take(&format, &text, "Format") || !span_is(format, "1") || !record_take(&origin->url, &text, "Url") ||
	    !record_take(&origin->client, &text, "Client") || !take_view(origin, text) || !is_url(origin->url) || !text_is_word(origin->client))
		return ch_refuse(WIRE_MALFORMED_RECORD, "'chancery/origin' is not in its form; clone anew");
	return NULL;
}

static const struct ch_error *
path_of(char path[PATH_MAX], const struct ch_store *store)
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/chancery/origin", store->path) >= PATH_MAX)
		return ch_fail(CH_USAGE, "'%s': path too long", store->path);
	return NULL;
}

const struct ch_error *
ch_origin_load(struct ch_origin *origin, bool *is_clone, const struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_error *error;
	char path[PATH_MAX];
	struct span text;

	*is_clone = false;
	if ((error = path_of(path, store)))
		return error;
	if ((error = ch_file_read(&text, path, RECORD_MAX, arena)))
		return error->class == CH_IO && error->errnum == ENOENT ? NULL : error;
	*is_clone = true;
	return ch_origin_read(origin, text);
}

const struct ch_error *
ch_origin_check(const char *url, const char *view)
{
	if (is_url(span_text(url)) && (view == NULL || is_url(span_text(view))))
		return NULL;
	return ch_fail(CH_USAGE, "'%s' is not a URL or path of at most %d bytes", is_url(span_text(url)) ? view : url, VALUE_MAX);
}

const struct ch_error *
ch_origin_create(const struct ch_store *store, const char *url, const char *view)
{
	uint8_t random[CLIENT_BYTES];
	char client[2 * CLIENT_BYTES + 2] = "c", text[4 * VALUE_MAX];
	const struct ch_error *error;
	char path[PATH_MAX];
	size_t len = 0;

	wire_random(random, sizeof(random));
	text_put_hex(client + 1, random, sizeof(random));
	if ((error = ch_origin_check(url, view)))
		return error;
	if (!record_put(text, sizeof(text), &len, "Format", SPAN_LITERAL("1")) || !record_put(text, sizeof(text), &len, "Url", span_text(url)) ||
	    !record_put(text, sizeof(text), &len, "Client", span_text(client)) ||
	    (view && !record_put(text, sizeof(text), &len, "View", span_text(view))))
		return ch_fail(CH_USAGE, "'%s' does not fit", url);
	if ((error = path_of(path, store)))
		return error;
	return ch_file_replace(path, span_of(text, len), 0600);
}

bool
ch_origin_is_web(struct span url)
{
	return span_starts(url, SPAN_LITERAL("http://")) || span_starts(url, SPAN_LITERAL("https://"));
}

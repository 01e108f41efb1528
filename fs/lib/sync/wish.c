#include "wish.h"

#include <errno.h>
#include <fnmatch.h>

#include "base/file.h"
#include "store/refs.h"
#include "wire/statement.h"

enum { WISH_MAX = 512 };

static bool
is_wish(struct span wish)
{
	return text_is_value(wish) && memmem(wish.data, wish.len, "  ", 2) == NULL;
}

const struct ch_error *
ch_wish_read(struct span *wish, struct span text)
{
	struct span value;

	if (text.len <= WISH_MAX && record_take(&value, &text, "Format") && span_is(value, "1") && record_take(wish, &text, "Content") && text.len == 0 &&
	    is_wish(*wish))
		return NULL;
	return ch_refuse(WIRE_MALFORMED_RECORD, "'chancery/content' does not say which large content is wanted; see chancery-clone(1)");
}

const struct ch_error *
ch_wish_load(struct span *wish, const struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span text;

	*wish = SPAN_LITERAL("all");
	error = ch_file_read(&text, ch_arena_format(arena, "%s/chancery/content", store->path), WISH_MAX, arena);
	if (error)
		return error->errnum == ENOENT ? NULL : error;
	return ch_wish_read(wish, text);
}

const struct ch_error *
ch_wish_save(struct ch_store *store, struct span wish)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	char text[WISH_MAX];
	struct ch_oid seen;
	size_t at = 0;
	bool any;

	if (!is_wish(wish))
		return ch_fail(CH_USAGE, "large content is wanted by `all`, `none`, or patterns separated by spaces, of at most %d bytes", VALUE_MAX);
	record_put(text, sizeof(text), &at, "Format", SPAN_LITERAL("1"));
	record_put(text, sizeof(text), &at, "Content", wish);
	error = ch_file_replace(ch_arena_format(&arena, "%s/chancery/content", store->path), span_of(text, at), 0644);
	ch_arena_clear(&arena);
	if (error || (error = ch_ref_read(&seen, &any, store, CH_WISH_SEEN)) || !any)
		return error;
	return ch_ref_remove(store, CH_WISH_SEEN, &seen);
}

bool
ch_wish_covers(struct span wish, struct span path)
{
	struct ch_arena arena = {0};
	const char *text = ch_arena_text(&arena, path);
	bool covers = span_is(wish, "all");

	while (!covers && wish.len && !span_is(wish, "none"))
		covers = fnmatch(ch_arena_text(&arena, span_cut(&wish, ' ')), text, 0) == 0;
	ch_arena_clear(&arena);
	return covers;
}

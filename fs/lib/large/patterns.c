#include "patterns.h"

#include "store/treeedit.h"

#define BEFORE "files/**/"
#define BEHIND " filter=lfs diff=lfs merge=lfs -text"
#define PHOTOS "*.jpg"
#define PHOTOS_LINE "seals/**/photos/" PHOTOS BEHIND "\n"

bool
ch_pattern_is(struct span pattern)
{
	if (pattern.len < 3 || pattern.len > 2 + PATTERN_ENDING_MAX || !span_starts(pattern, SPAN_LITERAL("*.")))
		return false;
	for (size_t i = 2; i < pattern.len; i++) {
		uint8_t c = pattern.data[i];

		if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(c >= '0' && c <= '9'))
			return false;
	}
	return true;
}

bool
ch_patterns_add(struct ch_patterns *patterns, struct span pattern)
{
	if (!ch_pattern_is(pattern) || patterns->count == PATTERNS_MAX)
		return false;
	for (size_t i = 0; i < patterns->count; i++)
		if (span_equal(patterns->pattern[i], pattern))
			return false;
	patterns->pattern[patterns->count++] = pattern;
	return true;
}

/* One pattern's lines. */
static bool
read_pattern(struct ch_patterns *patterns, struct span *text)
{
	struct span line = span_cut(text, '\n');

	if (!span_starts(line, SPAN_LITERAL(BEFORE)) || !span_ends(line, SPAN_LITERAL(BEHIND)) || line.len < sizeof(BEFORE BEHIND) - 1)
		return false;
	line = span_skip(line, sizeof(BEFORE) - 1);
	line.len -= sizeof(BEHIND) - 1;
	if (span_is(line, PHOTOS)) {
		if (!span_starts(*text, SPAN_LITERAL(PHOTOS_LINE)))
			return false;
		*text = span_skip(*text, sizeof(PHOTOS_LINE) - 1);
	}
	return ch_patterns_add(patterns, line);
}

const struct ch_error *
ch_patterns_read(struct ch_patterns *patterns, struct span text)
{
	*patterns = (struct ch_patterns){0};
	if (text.len > PATTERNS_TEXT_MAX || (text.len && text.data[text.len - 1] != '\n'))
		return ch_refuse(WIRE_MALFORMED_RECORD, "'" PATTERNS_FILE "' is not one that the register writes");
	while (text.len)
		if (!read_pattern(patterns, &text))
			return ch_refuse(WIRE_MALFORMED_RECORD, "'" PATTERNS_FILE "' is not one that the register writes");
	return NULL;
}

struct span
ch_patterns_write(const struct ch_patterns *patterns, struct ch_arena *arena)
{
	char *text = ch_arena_alloc(arena, PATTERNS_TEXT_MAX);
	size_t at = 0;

	for (size_t i = 0; i < patterns->count; i++) {
		text_append(text, PATTERNS_TEXT_MAX, &at, SPAN_LITERAL(BEFORE));
		text_append(text, PATTERNS_TEXT_MAX, &at, patterns->pattern[i]);
		text_append(text, PATTERNS_TEXT_MAX, &at, SPAN_LITERAL(BEHIND "\n"));
		if (span_is(patterns->pattern[i], PHOTOS))
			text_append(text, PATTERNS_TEXT_MAX, &at, SPAN_LITERAL(PHOTOS_LINE));
	}
	return span_of(text, at);
}

bool
ch_patterns_match(const struct ch_patterns *patterns, struct span name)
{
	for (size_t i = 0; i < patterns->count; i++)
		if (span_ends(name, span_skip(patterns->pattern[i], 1)))
			return true;
	return false;
}

const struct ch_error *
ch_patterns_load(struct ch_patterns *patterns, struct ch_store *store, const struct ch_oid *tree, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct ch_node node;
	struct span text;
	bool found;

	*patterns = (struct ch_patterns){0};
	if ((error = ch_tree_find(&node, &found, store, tree, SPAN_LITERAL(PATTERNS_FILE), arena)) || !found || node.directory)
		return error;
	if ((error = ch_store_read(&text, store, CH_BLOB, &node.id, arena)))
		return error;
	return ch_patterns_read(patterns, text);
}

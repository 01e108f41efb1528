#include "statement.h"

enum { RECORD_KEY_MAX = 32 };

static bool
is_record_key(struct span text)
{
	if (text.len == 0 || text.len > RECORD_KEY_MAX || text.data[0] < 'A' || text.data[0] > 'Z')
		return false;
	for (size_t i = 1; i < text.len; i++) {
		uint8_t c = text.data[i];

		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return true;
}

bool
record_next(struct span *key, struct span *value, struct span *rest, enum wire_code *code)
{
	struct span after = *rest, line;

	*code = rest->len == 0 ? WIRE_OK : rest->len > RECORD_MAX ? WIRE_TOO_LONG : WIRE_MALFORMED_RECORD;
	if (*code != WIRE_MALFORMED_RECORD)
		return false;
	line = span_cut(&after, '\n');
	if (line.len == rest->len) /* no end */
		return false;
	*key = span_cut(&line, ':');
	if (!is_record_key(*key) || !span_starts(line, SPAN_LITERAL(" ")))
		return false;
	*value = span_skip(line, 1);
	if (!text_is_value(*value))
		return false;
	*rest = after;
	*code = WIRE_OK;
	return true;
}

bool
record_take(struct span *value, struct span *rest, const char *key)
{
	struct span line, after = *rest, name = span_text(key);

	if (rest->len == 0 || rest->len > RECORD_MAX)
		return false;
	line = span_cut(&after, '\n');
	if (line.len == rest->len || !span_starts(line, name))
		return false;
	line = span_skip(line, name.len);
	if (!span_starts(line, SPAN_LITERAL(": ")))
		return false;
	*value = span_skip(line, 2);
	*rest = after;
	return text_is_value(*value);
}

bool
record_put(char *out, size_t size, size_t *at, const char *key, struct span value)
{
	size_t end = *at;

	if (!is_record_key(span_text(key)) || !text_is_value(value))
		return false;
	if (!text_append(out, size, &end, span_text(key)) || !text_append(out, size, &end, SPAN_LITERAL(": ")) ||
		!text_append(out, size, &end, value) || !text_append(out, size, &end, SPAN_LITERAL("\n")) || end > RECORD_MAX)
		return false;
	*at = end;
	return true;
}

#include "push.h"

static bool
is_name(struct span text)
{
	if (text.len == 0 || text.len > 64)
		return false;
	for (size_t i = 0; i < text.len; i++) {
		uint8_t c = text.data[i];
		if (!(c >= 'A' && c <= 'Z') && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-')
			return false;
	}
	return text.data[0] != '-';
}

bool
ch_push_name(struct span *client, struct span *act_name, struct span reference)
{
	struct span prefix = SPAN_LITERAL("refs/acts/"), rest = reference;

	*client = *act_name = span_of(NULL, 0);
	if (!span_starts(reference, prefix))
		return false;
	rest = span_skip(reference, prefix.len);
	*client = span_cut(&rest, '/');
	*act_name = rest;
	if (text_is_id(*client) && is_name(*act_name))
		return true;
	*client = *act_name = span_of(NULL, 0);
	return false;
}

static bool
read_line(struct ch_push_ref *ref, struct span line)
{
	struct span old, new;

	*ref = (struct ch_push_ref){0};
	if (line.len > PUSH_LINE_MAX)
		return false;
	old = span_cut(&line, ' ');
	new = span_cut(&line, ' ');
	ref->name = line;
	if (!text_get_hex(ref->old.id, OBJECT_ID_SIZE, old) || !text_get_hex(ref->new.id, OBJECT_ID_SIZE, new))
		return false;
	if (line.len == 0)
		return false;
	for (size_t i = 0; i < line.len; i++)
		if (line.data[i] <= ' ' || line.data[i] == 0x7f)
			return false;
	ch_push_name(&ref->client, &ref->act_name, ref->name);
	return true;
}

const struct ch_error *
ch_push_read(struct ch_push *push, struct span text, struct ch_arena *arena)
{
	*push = (struct ch_push){0};
	while (text.len) {
		if (memchr(text.data, '\n', text.len) == NULL)
			return ch_fail(CH_REFUSED, "the list of what is pushed ends within a line");
		if (push->count == PUSH_REFS_MAX)
			return ch_refuse(WIRE_LIMIT, "more than %d references in one push; push them in parts", PUSH_REFS_MAX);
		push->refs = ch_arena_grow(arena, push->refs, push->count, sizeof(*push->refs));
		if (!read_line(&push->refs[push->count++], span_cut(&text, '\n')))
			return ch_fail(CH_REFUSED, "the list of what is pushed is not as git writes it, at line %zu", push->count);
	}
	return NULL;
}

void
ch_push_refuse(struct ch_push_ref *ref, enum wire_code code, const char *reason)
{
	if (ref->code != WIRE_OK)
		return;
	ref->code = code;
	ref->reason = reason;
}

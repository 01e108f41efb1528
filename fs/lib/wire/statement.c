#include "grammar.h"

bool
statement_has(const struct statement *st, enum key key)
{
	return st->value[key].len > 0 && !(key_may_be_none(key) && span_is(st->value[key], "none"));
}

/* Takes the line of one key, which must be the next one. */
static bool
take_key(struct statement *st, enum key key, struct span *rest)
{
	struct span value;

	if (!record_take(&value, rest, key_name(key)) || !key_has_form(key, value))
		return false;
	st->value[key] = value;
	return true;
}

bool
statement_verdict(struct verdict *out, struct span *verdicts)
{
	enum wire_code code;
	struct span key, value, reason;

	if (!record_next(&key, &value, verdicts, &code))
		return false;
	reason = value;
	if (!text_get_hex(out->act, SHA256_SIZE, span_cut(&reason, ' ')))
		return false;
	out->code = WIRE_OK;
	if (span_is(key, "Accepted"))
		return value.len == HEX_DIGEST;
	return span_is(key, "Refused") && wire_code_from_name(&out->code, reason) && out->code != WIRE_OK;
}

enum wire_code
statement_read(struct statement *st, struct span text)
{
	struct span rest = text;
	enum key key;

	*st = (struct statement){.text = text}; /* the first keys are the same in all kinds, so any will do until Act is read */
	if (text.len > STATEMENT_REGISTER_MAX)
		return WIRE_TOO_LONG;
	for (size_t i = 0; (key = kind_key(st->kind, i)) != KEYS; i++) {
		if (!take_key(st, key, &rest))
			return WIRE_MALFORMED_STATEMENT;
		if (key == KEY_ACT)
			act_kind_from_name(&st->kind, st->value[KEY_ACT]);
	}
	if (st->kind != ACT_REGISTER && text.len > STATEMENT_MAX)
		return WIRE_TOO_LONG;
	st->verdicts = rest;
	return kind_is_whole(st) ? WIRE_OK : WIRE_MALFORMED_STATEMENT;
}

static struct span
value_to_write(enum act_kind kind, enum key key, const struct span value[KEYS])
{
	if (key == KEY_FORMAT)
		return SPAN_LITERAL("1");
	if (key == KEY_ACT)
		return span_text(act_kind_name(kind));
	return value[key].len == 0 && key_may_be_none(key) ? SPAN_LITERAL("none") : value[key];
}

size_t
statement_write(char *out, size_t size, enum act_kind kind, const struct span value[KEYS], struct span verdicts)
{
	struct statement back;
	size_t len = 0;
	enum key key;

	if ((size_t)kind >= ACT_KINDS)
		return 0;
	for (size_t i = 0; (key = kind_key(kind, i)) != KEYS; i++)
		if (!record_put(out, size, &len, key_name(key), value_to_write(kind, key, value)))
			return 0;
	if (!text_append(out, size, &len, verdicts))
		return 0;
	return statement_read(&back, span_of(out, len)) == WIRE_OK ? len : 0;
}

size_t
statement_summary(char *out, size_t size, const struct statement *st)
{
	size_t len = 0;
	enum key object = st->kind == ACT_REGISTER ? KEY_SEQ : KEY_SUBJECT;

	if (!text_append(out, size, &len, st->value[KEY_ACTOR]) || !text_append(out, size, &len, SPAN_LITERAL(" ")) ||
		!text_append(out, size, &len, span_text(kind_verb(st->kind))) ||
		!text_append(out, size, &len, SPAN_LITERAL(" ")) || !text_append(out, size, &len, st->value[object]) ||
		len == size)
		return 0;
	out[len] = '\0';
	return len;
}

bool
statement_number(uint64_t *out, const struct statement *st, enum key key)
{
	return text_get_number(out, st->value[key]);
}

bool
statement_time(int64_t *out, const struct statement *st, enum key key)
{
	return text_get_time(out, st->value[key]);
}

bool
statement_bytes(uint8_t *out, size_t len, const struct statement *st, enum key key)
{
	return text_get_hex(out, len, st->value[key]);
}

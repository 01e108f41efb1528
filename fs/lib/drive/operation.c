#include "operation.h"

#include "base/crc32c.h"

enum { AT_LENGTH = 0, AT_CHECK = 4, AT_SEQUENCE = 8, AT_DURABLE = 16, AT_TIME = 24, AT_NUMBER = 32, AT_PATH = 40, AT_TARGET = 42, AT_KIND = 44, AT_ZERO = 45 };

static size_t
padded(size_t size)
{
	return (size + CH_JOURNAL_RECORD_ALIGN - 1) / CH_JOURNAL_RECORD_ALIGN * CH_JOURNAL_RECORD_ALIGN;
}

static bool
is_zero(const uint8_t *bytes, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (bytes[i])
			return false;
	return true;
}

/* Components separated by single slashes. Whether each is a name that may be made is decided before it is journalled. */
static bool
is_path(struct span path)
{
	if (path.len == 0 || path.len > CH_OPERATION_PATH_MAX || memchr(path.data, '\0', path.len))
		return false;
	for (bool more = true; more;) {
		struct span name = span_cut(&path, '/');

		more = path.data != name.data + name.len;
		if (name.len == 0 || span_is(name, ".") || span_is(name, ".."))
			return false;
	}
	return true;
}

static bool
is_name(struct span name)
{
	return is_path(name) && memchr(name.data, '/', name.len) == NULL;
}

bool
ch_operation_is_change(enum ch_operation_kind kind)
{
	return kind != CH_OP_BASE && kind != CH_OP_KEEP && kind != CH_OP_ASIDE && kind != CH_OP_CREDIT;
}

/* Of what has a target it is a path, too; a person's id is one of a single component. */
static bool
is_target(const struct ch_operation *op)
{
	switch (op->kind) {
	case CH_OP_RENAME:
	case CH_OP_EXCHANGE:
		return is_path(op->target);
	case CH_OP_CREDIT:
		return is_name(op->path) && is_name(op->target);
	default:
		return op->target.len == 0;
	}
}

struct ch_permissions
ch_operation_permissions(const struct ch_operation *op)
{
	if (op->data.len == CH_OPERATION_MODE_SIZE)
		return (struct ch_permissions){.mode = (uint16_t)(CH_MODE_SET | get16(op->data.data))};
	if (op->data.len == CH_OPERATION_PERMISSIONS_SIZE)
		return (struct ch_permissions){get16(op->data.data), get32(op->data.data + CH_OPERATION_MODE_SIZE)};
	return (struct ch_permissions){0};
}

struct span
ch_operation_put_permissions(uint8_t out[CH_OPERATION_PERMISSIONS_SIZE], struct ch_permissions permissions)
{
	if (permissions.maker) {
		put16(out, permissions.mode);
		put32(out + CH_OPERATION_MODE_SIZE, permissions.maker);
		return span_of(out, CH_OPERATION_PERMISSIONS_SIZE);
	}
	put16(out, permissions.mode & CH_MODE_ALL);
	return span_of(out, permissions.mode & CH_MODE_SET ? CH_OPERATION_MODE_SIZE : 0);
}

bool
ch_permissions_equal(struct ch_permissions a, struct ch_permissions b)
{
	return a.mode == b.mode && a.maker == b.maker;
}

static bool
is_permissions(const struct ch_operation *op)
{
	struct ch_permissions permissions = ch_operation_permissions(op);

	if (op->data.len == 0)
		return true;
	if (op->kind != CH_OP_CREATE && op->kind != CH_OP_MKDIR && op->kind != CH_OP_KEEP && op->kind != CH_OP_ASIDE && op->kind != CH_OP_SET)
		return false;
	if (op->data.len == CH_OPERATION_MODE_SIZE)
		return get16(op->data.data) <= CH_MODE_ALL;
	return permissions.maker && (permissions.mode & ~CH_MODE_ALL) == (permissions.mode ? CH_MODE_SET : 0);
}

bool
ch_operation_is_valid(const struct ch_operation *op)
{
	if (op->time < 0 || op->data.len > CH_OPERATION_DATA_MAX)
		return false;
	if (op->kind == CH_OP_BASE)
		return op->path.len == 0 && op->target.len == 0 && op->data.len == OBJECT_ID_SIZE;
	if (!is_path(op->path) || !is_target(op))
		return false;
	if (op->kind == CH_OP_WRITE)
		return op->number <= UINT64_MAX - op->data.len;
	return op->kind >= CH_OP_CREATE && op->kind <= CH_OP_SET && is_permissions(op) &&
	       (op->number == 0 || op->kind == CH_OP_TRUNCATE || op->kind == CH_OP_ASIDE || op->kind == CH_OP_SET);
}

static uint32_t
check_of(const uint8_t *record, size_t size, uint32_t salt)
{
	return ch_crc32c(ch_crc32c(salt, span_of(record, AT_CHECK)), span_of(record + AT_SEQUENCE, size - AT_SEQUENCE));
}

enum ch_journal_read
ch_journal_record_read(struct ch_journal_record *record, struct span bytes, uint32_t salt)
{
	struct ch_operation *op = &record->operation;
	const uint8_t *p = bytes.data;
	size_t length, path, target;

	if (bytes.len < CH_JOURNAL_RECORD_HEADER)
		return CH_JOURNAL_NONE;
	length = get32(p + AT_LENGTH);
	if (length > CH_JOURNAL_RECORD_MAX || padded(CH_JOURNAL_RECORD_HEADER + length) > bytes.len)
		return CH_JOURNAL_NONE;
	record->size = padded(CH_JOURNAL_RECORD_HEADER + length);
	record->sequence = get64(p + AT_SEQUENCE);
	if (record->sequence == 0)
		return CH_JOURNAL_NONE;
	if (check_of(p, record->size, salt) != get32(p + AT_CHECK))
		return CH_JOURNAL_NONE;

	path = get16(p + AT_PATH);
	target = get16(p + AT_TARGET);
	if (path + target > length || get64(p + AT_TIME) > INT64_MAX || !is_zero(p + AT_ZERO, CH_JOURNAL_RECORD_HEADER - AT_ZERO) ||
	    !is_zero(p + CH_JOURNAL_RECORD_HEADER + length, record->size - CH_JOURNAL_RECORD_HEADER - length))
		return CH_JOURNAL_MALFORMED;
	record->durable = get64(p + AT_DURABLE);
	op->kind = p[AT_KIND];
	op->time = (int64_t)get64(p + AT_TIME);
	op->number = get64(p + AT_NUMBER);
	op->path = span_of(p + CH_JOURNAL_RECORD_HEADER, path);
	op->target = span_of(p + CH_JOURNAL_RECORD_HEADER + path, target);
	op->data = span_of(p + CH_JOURNAL_RECORD_HEADER + path + target, length - path - target);
	if (record->durable >= record->sequence || !ch_operation_is_valid(op))
		return CH_JOURNAL_MALFORMED;
	return CH_JOURNAL_WHOLE;
}

bool
ch_journal_record_peek(uint64_t *sequence, uint64_t *durable, struct span bytes)
{
	if (bytes.len < CH_JOURNAL_RECORD_HEADER)
		return false;
	*sequence = get64(bytes.data + AT_SEQUENCE);
	*durable = get64(bytes.data + AT_DURABLE);
	return true;
}

static uint8_t *
append(uint8_t *at, struct span bytes)
{
	if (bytes.len)
		memcpy(at, bytes.data, bytes.len);
	return at + bytes.len;
}

size_t
ch_journal_record_write(uint8_t *out, size_t size, const struct ch_journal_record *record, uint32_t salt)
{
	const struct ch_operation *op = &record->operation;
	size_t length = op->path.len + op->target.len + op->data.len, total = padded(CH_JOURNAL_RECORD_HEADER + length);
	uint8_t *end;

	if (!ch_operation_is_valid(op) || total > size || record->sequence == 0 || record->durable >= record->sequence)
		return 0;
	memset(out, 0, CH_JOURNAL_RECORD_HEADER);
	put32(out + AT_LENGTH, (uint32_t)length);
	put64(out + AT_SEQUENCE, record->sequence);
	put64(out + AT_DURABLE, record->durable);
	put64(out + AT_TIME, (uint64_t)op->time);
	put64(out + AT_NUMBER, op->number);
	put16(out + AT_PATH, (uint16_t)op->path.len);
	put16(out + AT_TARGET, (uint16_t)op->target.len);
	out[AT_KIND] = (uint8_t)op->kind;
	end = append(append(append(out + CH_JOURNAL_RECORD_HEADER, op->path), op->target), op->data);
	memset(end, 0, (size_t)(out + total - end));
	put32(out + AT_CHECK, check_of(out, total, salt));
	return total;
}

#include "subject.h"

#include <stdio.h>

static size_t
fitted(int len, size_t size)
{
	return len > 0 && (size_t)len < size ? (size_t)len : 0;
}

size_t
ch_subject_person(char *out, size_t size, struct span id)
{
	uint8_t digest[SHA256_SIZE];

	wire_sha256_of(digest, id);
	return fitted(snprintf(out, size, "people/%02x/%.*s", digest[0], (int)id.len, (const char *)id.data), size);
}

size_t
ch_subject_key(char *out, size_t size, const uint8_t fingerprint[FINGERPRINT_SIZE])
{
	char hex[2 * FINGERPRINT_SIZE + 1];

	text_put_hex(hex, fingerprint, FINGERPRINT_SIZE);
	return fitted(snprintf(out, size, "keys/%.2s/%s", hex, hex), size);
}

size_t
ch_subject_seal(char *out, size_t size, struct span seal)
{
	return fitted(snprintf(out, size, "seals/%.*s", (int)seal.len, (const char *)seal.data), size);
}

size_t
ch_subject_application(char *out, size_t size, struct span seal, unsigned year, struct span device, uint64_t number)
{
	return fitted(snprintf(out, size, "seals/%.*s/applications/%04u/%llu/%.*s-%06llu", (int)seal.len, (const char *)seal.data, year,
			       (unsigned long long)number / 1000, (int)device.len, (const char *)device.data, (unsigned long long)number),
		      size);
}

size_t
ch_subject_space(char *out, size_t size, struct span space)
{
	return fitted(snprintf(out, size, "files/%.*s", (int)space.len, (const char *)space.data), size);
}

size_t
ch_subject_stamp(char *out, size_t size, uint64_t page)
{
	return fitted(snprintf(out, size, "stamps/%llu/%llu", (unsigned long long)page / 1000, (unsigned long long)page), size);
}

/* Zero-padded to six digits, longer ones without padding. */
static bool
get_padded(uint64_t *number, struct span text)
{
	size_t zeros = 0;

	if (text.len < 6)
		return false;
	while (text.len == 6 && zeros < 5 && text.data[zeros] == '0')
		zeros++;
	return text_get_number(number, span_skip(text, zeros));
}

static bool
parse_application(struct ch_subject_name *name, struct span rest, struct span path)
{
	struct span year = span_cut(&rest, '/'), bucket = span_cut(&rest, '/');
	char canonical[VALUE_MAX + 1];
	uint64_t b;
	size_t dash = rest.len;

	name->id = rest;
	while (dash > 0 && rest.data[dash - 1] != '-')
		dash--;
	if (dash < 2 || !text_get_number(&name->year, year) || name->year > 9999 || !text_get_number(&b, bucket))
		return false;
	name->kind = CH_APPLICATION;
	name->device = span_of(rest.data, dash - 1);
	if (!text_is_id(name->device) || !get_padded(&name->number, span_skip(rest, dash)))
		return false;
	return ch_subject_application(canonical, sizeof(canonical), name->seal, (unsigned)name->year, name->device, name->number) &&
	       span_is(path, canonical);
}

static bool
parse_seal(struct ch_subject_name *name, struct span rest, struct span path)
{
	name->seal = span_cut(&rest, '/');
	if (!text_is_id(name->seal))
		return false;
	if (rest.len == 0) {
		name->kind = CH_SEAL;
		name->id = name->seal;
		return path.data[path.len - 1] != '/';
	}
	return span_is(span_cut(&rest, '/'), "applications") && parse_application(name, rest, path);
}

static bool
parse_person(struct ch_subject_name *name, struct span rest, struct span path)
{
	char canonical[VALUE_MAX + 1];

	span_cut(&rest, '/');
	name->kind = CH_PERSON;
	name->id = rest;
	return text_is_id(rest) && ch_subject_person(canonical, sizeof(canonical), rest) && span_is(path, canonical);
}

static bool
parse_key(struct ch_subject_name *name, struct span rest, struct span path)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	char canonical[VALUE_MAX + 1];

	span_cut(&rest, '/');
	name->kind = CH_KEY;
	name->id = rest;
	return text_get_hex(fingerprint, sizeof(fingerprint), rest) && ch_subject_key(canonical, sizeof(canonical), fingerprint) &&
	       span_is(path, canonical);
}

static bool
parse_stamp(struct ch_subject_name *name, struct span rest, struct span path)
{
	char canonical[VALUE_MAX + 1];

	span_cut(&rest, '/');
	name->kind = CH_STAMP;
	name->id = rest;
	return text_get_number(&name->number, rest) && name->number >= 1 && ch_subject_stamp(canonical, sizeof(canonical), name->number) &&
	       span_is(path, canonical);
}

bool
ch_subject_parse(struct ch_subject_name *name, struct span path)
{
	struct span rest = path, first = span_cut(&rest, '/');

	*name = (struct ch_subject_name){0};
	if (!text_is_path(path))
		return false;
	if (span_is(path, "archive") || span_is(path, "policy")) {
		name->kind = span_is(path, "archive") ? CH_ARCHIVE : CH_POLICY;
		name->id = path;
		return true;
	}
	if (span_is(first, "people"))
		return parse_person(name, rest, path);
	if (span_is(first, "keys"))
		return parse_key(name, rest, path);
	if (span_is(first, "seals"))
		return parse_seal(name, rest, path);
	if (span_is(first, "stamps"))
		return parse_stamp(name, rest, path);
	name->kind = CH_SPACE;
	name->id = rest;
	return span_is(first, "files") && text_is_id(rest);
}

bool
ch_subject_of_act(enum ch_subject_kind *kind, enum act_kind act)
{
	static const enum ch_subject_kind kinds[ACT_KINDS] = {
		[ACT_FOUND] = CH_ARCHIVE,	   [ACT_POLICY] = CH_POLICY,	      [ACT_PERSON] = CH_PERSON,
		[ACT_KEY] = CH_KEY,		   [ACT_SAVE] = CH_SPACE, [ACT_DEPOSIT] = CH_SPACE,	      [ACT_SEAL_ENROL] = CH_SEAL,
		[ACT_SEAL_TABLE] = CH_SEAL,	   [ACT_APPLY] = CH_APPLICATION,      [ACT_APPROVE] = CH_APPLICATION,
		[ACT_REJECT] = CH_APPLICATION,	   [ACT_TRANSFER] = CH_APPLICATION,   [ACT_WITHDRAW] = CH_APPLICATION,
		[ACT_CANCEL] = CH_APPLICATION,	   [ACT_SEAL_STATE] = CH_APPLICATION, [ACT_SEAL_SESSION] = CH_APPLICATION,
		[ACT_STAMP] = CH_STAMP,
		[ACT_SEAL_SUSPEND] = CH_SEAL,	   [ACT_SEAL_RESUME] = CH_SEAL,	      [ACT_SEAL_RETIRE] = CH_SEAL,
		[ACT_SEAL_CLOCK] = CH_SEAL,	   [ACT_DIE_RELEASE] = CH_SEAL,	      [ACT_SEAL_PHOTO] = CH_APPLICATION,
		[ACT_SEAL_RECORD] = CH_APPLICATION, [ACT_KEY_END] = CH_KEY,
		[ACT_DELEGATE] = CH_PERSON,	   [ACT_REGISTRAR] = CH_ARCHIVE,      [ACT_ADMINISTRATORS] = CH_ARCHIVE,
	};

	if (act >= ACT_REGISTER)
		return false;
	*kind = kinds[act];
	return true;
}

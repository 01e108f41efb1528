/* A path that names a subject is the canonical path of what it names. */
#include "records/subject.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t
path_of(char *out, size_t size, const struct ch_subject_name *name, struct span path)
{
	uint8_t fingerprint[FINGERPRINT_SIZE];
	uint64_t year = 0;

	switch (name->kind) {
	case CH_PERSON:
		return ch_subject_person(out, size, name->id);
	case CH_KEY:
		return text_get_hex(fingerprint, sizeof(fingerprint), name->id) ? ch_subject_key(out, size, fingerprint) : 0;
	case CH_SEAL:
		return ch_subject_seal(out, size, name->id);
	case CH_APPLICATION:
		path = span_skip(path, strlen("seals/") + name->seal.len + strlen("/applications/"));
		return text_get_number(&year, span_cut(&path, '/'))
			       ? ch_subject_application(out, size, name->seal, (unsigned)year, name->device, name->number)
			       : 0;
	case CH_STAMP:
		return ch_subject_stamp(out, size, name->number);
	case CH_SPACE:
		return ch_subject_space(out, size, name->id);
	default:
		memcpy(out, name->id.data, name->id.len);
		return name->id.len;
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span path = span_of(data, size);
	struct ch_subject_name name;
	char back[VALUE_MAX + 1];

	if (ch_subject_parse(&name, path) && !span_equal(span_of(back, path_of(back, sizeof(back), &name, path)), path))
		__builtin_trap();
	return 0;
}

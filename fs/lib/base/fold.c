#include "fold.h"

#include <errno.h>
#include <stdlib.h>
#include <unicase.h>
#include <uninorm.h>
#include <unistr.h>

#include "nfc.h"
#include "wire/text.h"

static const struct ch_error *
refuse(int errnum, struct span name, const char *why)
{
	errno = errnum;
	return ch_fail_errno("cannot use the name '%.*s': %s", (int)name.len, (const char *)name.data, why);
}

const struct ch_error *
ch_name_check(struct span name)
{
	if (name.len > PATH_MAX_BYTES)
		return refuse(ENAMETOOLONG, name, "longer than 150 bytes");
	if (u8_check(name.data, name.len) || !ch_nfc(name))
		return refuse(EILSEQ, name, "not UTF-8 in normal form C");
	if (!text_is_name(name))
		return refuse(EINVAL, name, "git or another office's system could not hold it");
	return NULL;
}

const struct ch_error *
ch_name_check_space(struct span name)
{
	if (!text_is_path(name))
		return refuse(EINVAL, name, "spaces have names of A-Z a-z 0-9 . _ -");
	return ch_name_check(name);
}

static bool
is_ascii(struct span name)
{
	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] >= 0x80)
			return false;
	return true;
}

size_t
ch_name_fold(uint8_t out[CH_FOLDED_MAX], struct span name)
{
	size_t len = CH_FOLDED_MAX;

	if (!is_ascii(name)) {
		uint8_t *folded = u8_casefold(name.data, name.len, NULL, UNINORM_NFC, out, &len);

		if (folded == out)
			return len;
		free(folded);
	}
	len = name.len < CH_FOLDED_MAX ? name.len : CH_FOLDED_MAX;
	for (size_t i = 0; i < len; i++)
		out[i] = name.data[i] >= 'A' && name.data[i] <= 'Z' ? (uint8_t)(name.data[i] - 'A' + 'a') : name.data[i];
	return len;
}

#include "fold.h"

#include <errno.h>
#include <stdlib.h>
#include <strings.h>
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

static bool
begins_folded(struct span name, const char *with)
{
	size_t len = strlen(with);

	return name.len >= len && strncasecmp((const char *)name.data, with, len) == 0;
}

bool
ch_name_is_gits(struct span name)
{
	return begins_folded(name, ".git") || begins_folded(name, ".lfsconfig");
}

/* Of what is no name (text_is_name()). */
static const char *
reason_against(struct span name)
{
	static const char windows[] = "\\:*?\"<>|";

	for (size_t i = 0; i < name.len; i++)
		if (name.data[i] && strchr(windows, name.data[i]))
			return "Windows cannot hold any of \\ : * ? \" < > |; use another character";
	if (name.len == 0 || name.data[0] == ' ' || name.data[name.len - 1] == ' ' || name.data[name.len - 1] == '.')
		return "a space in front, and a space or a dot at the end, are lost on Windows; leave them out";
	if (ch_name_is_gits(name) || begins_folded(name, "git~"))
		return "git would take it for its own; begin it otherwise";
	if (!text_is_value(name))
		return "it has a character that is not seen, or changes how others are; leave it out";
	return "it is that of a device on Windows; use another one";
}

const struct ch_error *
ch_name_check(struct span name)
{
	if (name.len > PATH_MAX_BYTES)
		return refuse(ENAMETOOLONG, name, "it is longer than 150 bytes; shorten it");
	if (u8_check(name.data, name.len) || !ch_nfc(name))
		return refuse(EILSEQ, name, "it is not UTF-8 in normal form C; type it anew");
	if (!text_is_name(name))
		return refuse(EINVAL, name, reason_against(name));
	return NULL;
}

const struct ch_error *
ch_name_check_space(struct span name)
{
	if (!text_is_path(name))
		return refuse(EINVAL, name, "that of a space consists of A-Z a-z 0-9 . _ - and does not begin with . or -");
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

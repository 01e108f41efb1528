#include "address.h"

enum { ADDRESS_MAX = 254, LOCAL_MAX = 64, LABEL_MAX = 63 };

static bool
is_alphanumeric(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

/* Without what some mail programs take for a pipe, a file or a route: | ` / ! % */
static bool
is_atom(struct span atom)
{
	for (size_t i = 0; i < atom.len; i++)
		if (!is_alphanumeric(atom.data[i]) && (atom.data[i] == '\0' || strchr("#$&'*+-=?^_{}~", atom.data[i]) == NULL))
			return false;
	return atom.len > 0;
}

static bool
is_label(struct span label)
{
	for (size_t i = 0; i < label.len; i++)
		if (!is_alphanumeric(label.data[i]) && label.data[i] != '-')
			return false;
	return label.len > 0 && label.len <= LABEL_MAX && label.data[0] != '-' && label.data[label.len - 1] != '-';
}

/* Parts of one form, single dots between them. */
static bool
is_dotted(struct span text, bool (*is_part)(struct span part))
{
	if (span_ends(text, SPAN_LITERAL(".")))
		return false;
	do
		if (!is_part(span_cut(&text, '.')))
			return false;
	while (text.len);
	return true;
}

bool
ch_address_is(struct span text)
{
	struct span domain = text, local = span_cut(&domain, '@');

	return text.len <= ADDRESS_MAX && local.len <= LOCAL_MAX && local.len > 0 && local.data[0] != '-' && is_dotted(local, is_atom) &&
	       is_dotted(domain, is_label);
}

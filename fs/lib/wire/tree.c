#include "tree.h"

#define MODE_FILE "100644 "
#define MODE_DIRECTORY "40000 "

bool
tree_next(struct tree_entry *entry, struct span *rest)
{
	struct span after = *rest;
	size_t mode;

	entry->directory = span_starts(after, SPAN_LITERAL(MODE_DIRECTORY));
	mode = entry->directory ? strlen(MODE_DIRECTORY) : strlen(MODE_FILE);
	if (!entry->directory && !span_starts(after, SPAN_LITERAL(MODE_FILE)))
		return false;
	after = span_skip(after, mode);
	entry->name = span_cut(&after, '\0');
	if (after.len < OBJECT_ID_SIZE)
		return false;
	entry->id = after.data;
	*rest = span_skip(after, OBJECT_ID_SIZE);
	return true;
}

int
tree_order(struct span a, bool a_directory, struct span b, bool b_directory)
{
	size_t shared = a.len < b.len ? a.len : b.len;
	int order = shared > 0 ? memcmp(a.data, b.data, shared) : 0;
	int a_next, b_next;

	if (order != 0)
		return order;
	a_next = a.len > shared ? a.data[shared] : a_directory ? '/' : 0;
	b_next = b.len > shared ? b.data[shared] : b_directory ? '/' : 0;
	return a_next - b_next;
}

static bool
has_name(const struct tree_entry *entry, bool root)
{
	return text_is_name(entry->name) || (root && !entry->directory && span_is(entry->name, TREE_ATTRIBUTES));
}

static bool
is_in_order(struct span rest, bool root)
{
	struct tree_entry before, entry;

	for (bool first = true; rest.len > 0; first = false, before = entry) {
		if (!tree_next(&entry, &rest) || !has_name(&entry, root))
			return false;
		if (!first && tree_order(before.name, before.directory, entry.name, entry.directory) >= 0)
			return false;
	}
	return true;
}

/*
 * Whether a directory has the name of this file, `rest` being what follows the file. Other names may lie between the two ("a",
 * "a.b", "a/"), but all of them begin with the file's name, and a name has few beginnings: over a whole tree this stays linear.
 */
static bool
has_directory_beside(struct tree_entry file, struct span rest)
{
	struct tree_entry entry;
	int order = -1;

	while (order < 0 && tree_next(&entry, &rest))
		order = tree_order(entry.name, entry.directory, file.name, true);
	return order == 0;
}

static enum wire_code
check(struct span raw, bool root)
{
	struct tree_entry entry;

	if (!is_in_order(raw, root))
		return WIRE_MALFORMED_TREE;
	while (tree_next(&entry, &raw))
		if (!entry.directory && has_directory_beside(entry, raw))
			return WIRE_MALFORMED_TREE;
	return WIRE_OK;
}

enum wire_code
tree_check(struct span raw)
{
	return check(raw, false);
}

enum wire_code
tree_check_root(struct span raw)
{
	return check(raw, true);
}

bool
tree_find(struct tree_entry *entry, struct span raw, struct span name)
{
	struct tree_entry each;

	while (tree_next(&each, &raw))
		if (span_equal(each.name, name)) {
			*entry = each;
			return true;
		}
	return false;
}

bool
tree_put(uint8_t *out, size_t size, size_t *at, const struct tree_entry *entry)
{
	return text_is_name(entry->name) && tree_put_again(out, size, at, entry);
}

static struct span
mode_of(const struct tree_entry *entry)
{
	return entry->directory ? SPAN_LITERAL(MODE_DIRECTORY) : SPAN_LITERAL(MODE_FILE);
}

size_t
tree_entry_size(const struct tree_entry *entry)
{
	return mode_of(entry).len + entry->name.len + 1 + OBJECT_ID_SIZE;
}

/* Who writes directories of thousands of names does little else. */
bool
tree_put_again(uint8_t *out, size_t size, size_t *at, const struct tree_entry *entry)
{
	struct span mode = mode_of(entry);
	uint8_t *to = out + *at;

	if (*at > size || tree_entry_size(entry) > size - *at)
		return false;
	memcpy(to, mode.data, mode.len);
	to += mode.len;
	if (entry->name.len > 0)
		memcpy(to, entry->name.data, entry->name.len);
	to += entry->name.len;
	*to = '\0';
	memcpy(to + 1, entry->id, OBJECT_ID_SIZE);
	*at += tree_entry_size(entry);
	return true;
}

#include "treemerge.h"

#include <stdio.h>

enum { NAMES_MAX = 1000 }; /* tried for one file; bounds what one act can make a verifier do */

/* What is to be done, in three steps. */
struct merging {
	struct ch_livetree *tree;
	size_t fixed;
	uint64_t seq;
	struct ch_arena *arena;
	struct ch_changes in_place, new, other;
	size_t *bars; /* of `other`: where the component ends that cannot be what it is to be */
};

static void
list(struct ch_changes *changes, const struct ch_change *change, struct ch_arena *arena)
{
	changes->list = ch_arena_grow(arena, changes->list, changes->count, sizeof(*change));
	changes->list[changes->count++] = *change;
}

/* Sorts out what is done in place and (to `new`) what needs a place. */
static const struct ch_error *
look(struct merging *m, const struct ch_change *change)
{
	const struct ch_error *error;
	struct ch_node node;
	bool found, file;

	if ((error = ch_livetree_find(&node, &found, m->tree, change->path)))
		return error;
	file = found && !node.directory;
	if (file && change->had && ch_oid_equal(&node.id, &change->old))
		list(&m->in_place, change, m->arena);
	else if (change->has && !(file && ch_oid_equal(&node.id, &change->new)))
		list(&m->new, change, m->arena);
	return NULL;
}

static size_t
component_end(struct span path, size_t begin)
{
	const uint8_t *slash = begin < path.len ? memchr(path.data + begin, '/', path.len - begin) : NULL;

	return slash ? (size_t)(slash - path.data) : path.len;
}

/* *bar: where the first component ends that cannot be what it is to be; 0: every one can. */
static const struct ch_error *
find_bar(size_t *bar, const struct merging *m, struct span path)
{
	const struct ch_error *error;
	struct ch_node node;
	bool found, same;

	*bar = 0;
	for (size_t end = component_end(path, m->fixed);; end = component_end(path, end + 1)) {
		if ((error = ch_livetree_occupant(&node, &found, &same, m->tree, span_of(path.data, end))) || !found)
			return error;
		if (end < path.len && same && node.directory)
			continue;
		*bar = end;
		return NULL;
	}
}

/* Takes out of `new` what has to get another name. */
static const struct ch_error *
find_bars(struct merging *m)
{
	size_t kept = 0, bar;
	const struct ch_error *error;

	for (size_t i = 0; i < m->new.count; i++) {
		if ((error = find_bar(&bar, m, m->new.list[i].path)))
			return error;
		if (bar == 0) {
			m->new.list[kept++] = m->new.list[i];
			continue;
		}
		m->bars = ch_arena_grow(m->arena, m->bars, m->other.count, sizeof(*m->bars));
		m->bars[m->other.count] = bar;
		list(&m->other, &m->new.list[i], m->arena);
	}
	m->new.count = kept;
	return NULL;
}

/* "report.txt" -> "report.conflict-17.txt", "report.conflict-17-2.txt" ... */
static size_t
other_name(char out[PATH_MAX_BYTES + 1], struct span name, uint64_t seq, unsigned n)
{
	size_t dot = name.len, stem, mark_len;
	char mark[64];

	if (n == 1)
		mark_len = (size_t)snprintf(mark, sizeof(mark), ".conflict-%llu", (unsigned long long)seq);
	else
		mark_len = (size_t)snprintf(mark, sizeof(mark), ".conflict-%llu-%u", (unsigned long long)seq, n);
	for (size_t i = 1; i < name.len; i++)
		if (name.data[i] == '.')
			dot = i;
	if (name.len - dot > PATH_MAX_BYTES / 2)
		dot = name.len;
	stem = dot;
	if (stem + mark_len + (name.len - dot) > PATH_MAX_BYTES)
		stem = PATH_MAX_BYTES - mark_len - (name.len - dot);
	while (stem < dot && (name.data[stem] & 0xc0) == 0x80)
		stem--;
	return (size_t)snprintf(out, PATH_MAX_BYTES + 1, "%.*s%s%.*s", (int)stem, (const char *)name.data, mark, (int)(name.len - dot),
				(const char *)name.data + dot);
}

/* Instead of `path`, whose last component cannot be. */
static const struct ch_error *
find_name(struct span *out, const struct merging *m, struct span path)
{
	uint8_t *text = ch_arena_alloc(m->arena, path.len + PATH_MAX_BYTES + 1);
	const struct ch_error *error;
	size_t begin = path.len;
	struct ch_node node;
	bool found, same;

	while (begin > 0 && path.data[begin - 1] != '/')
		begin--;
	if (begin)
		memcpy(text, path.data, begin);
	for (unsigned n = 1; n <= NAMES_MAX; n++) {
		*out = span_of(text, begin + other_name((char *)text + begin, span_skip(path, begin), m->seq, n));
		if ((error = ch_livetree_occupant(&node, &found, &same, m->tree, *out)) || !found)
			return error;
	}
	return ch_refuse(WIRE_LIMIT, "more than %d other names for '%.*s'", NAMES_MAX, (int)path.len, (const char *)path.data);
}

/* Files from `i` on that lie behind one bar get one other name; *n is how many. */
static const struct ch_error *
rename_group(size_t *n, struct merging *m, size_t i)
{
	struct span barred = span_of(m->other.list[i].path.data, m->bars[i]), name;
	struct ch_change *change = &m->other.list[i];
	const struct ch_error *error;

	if ((error = find_name(&name, m, barred)))
		return error;
	for (*n = 0; i + *n < m->other.count && m->bars[i + *n] == barred.len && span_starts(change[*n].path, barred); ++*n) {
		struct span rest = span_skip(change[*n].path, barred.len);

		change[*n].path = span_text(ch_arena_format(m->arena, "%.*s%.*s", (int)name.len, (const char *)name.data, (int)rest.len,
							    (const char *)rest.data));
	}
	return ch_livetree_apply_more(m->tree, change, *n);
}

static const struct ch_error *
merge(struct merging *m, const struct ch_changes *changes)
{
	const struct ch_error *error = NULL;

	for (size_t i = 0; i < changes->count && error == NULL; i++)
		error = look(m, &changes->list[i]);
	if (error || (error = ch_livetree_apply(m->tree, m->in_place.list, m->in_place.count)) || (error = find_bars(m)) ||
	    (error = ch_livetree_apply_more(m->tree, m->new.list, m->new.count)))
		return error;
	for (size_t i = 0, n; i < m->other.count && error == NULL; i += n)
		error = rename_group(&n, m, i);
	return error;
}

const struct ch_error *
ch_tree_merge(struct ch_livetree *tree, const struct ch_changes *changes, size_t fixed, uint64_t seq, struct ch_arena *arena)
{
	struct merging m = {.tree = tree, .fixed = fixed, .seq = seq, .arena = arena};
	const struct ch_error *error;

	/* what is there to be taken back afterwards is ours */
	if ((error = ch_livetree_apply(tree, NULL, 0)) == NULL && (error = merge(&m, changes)))
		ch_livetree_revert(tree);
	return error;
}

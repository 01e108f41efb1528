#include "tarball.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <fcntl.h>
#include <locale.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/map.h"
#include "wire/text.h"

void
ch_tarball_add(struct ch_tarball *tarball, struct span path, struct span content, struct ch_arena *arena)
{
	tarball->members = ch_arena_grow(arena, tarball->members, tarball->count, sizeof(*tarball->members));
	tarball->members[tarball->count++] = (struct ch_member){.path = path, .content = content};
}

const struct ch_member *
ch_tarball_find(const struct ch_tarball *tarball, struct span path)
{
	for (size_t i = 0; i < tarball->count; i++)
		if (span_equal(tarball->members[i].path, path))
			return &tarball->members[i];
	return NULL;
}

/* libarchive converts names by the locale; names here are UTF-8 whatever the caller's is. Made once, and kept; not by two threads at a time. */
static const struct ch_error *
begin_utf8(locale_t *before)
{
	static locale_t utf8;

	if (utf8 == (locale_t)0)
		utf8 = newlocale(LC_CTYPE_MASK, "C.UTF-8", (locale_t)0);
	if (utf8 == (locale_t)0)
		return ch_fail_errno("cannot use the locale 'C.UTF-8'");
	*before = uselocale(utf8);
	return NULL;
}

static bool
write_member(struct archive *out, struct archive_entry *entry, const struct ch_tarball *tarball, const struct ch_member *member, int64_t mtime)
{
	struct ch_arena arena = {0};
	bool written;

	archive_entry_clear(entry);
	archive_entry_set_pathname(entry, ch_arena_format(&arena, "%.*s/%.*s", (int)tarball->directory.len, (const char *)tarball->directory.data,
							  (int)member->path.len, (const char *)member->path.data));
	archive_entry_set_filetype(entry, AE_IFREG);
	archive_entry_set_perm(entry, 0644);
	archive_entry_set_mtime(entry, mtime, 0);
	archive_entry_set_size(entry, (la_int64_t)member->content.len);
	written = archive_write_header(out, entry) == ARCHIVE_OK &&
		  (member->content.len == 0 ||
		   archive_write_data(out, member->content.data, member->content.len) == (la_ssize_t)member->content.len);
	ch_arena_clear(&arena);
	return written;
}

static const struct ch_error *
write_members(int fd, const struct ch_tarball *tarball, const char *path, int64_t mtime)
{
	struct archive *out = archive_write_new();
	struct archive_entry *entry = archive_entry_new();
	const struct ch_error *error = NULL;
	bool good = archive_write_set_format_pax_restricted(out) == ARCHIVE_OK && archive_write_set_bytes_in_last_block(out, 1) == ARCHIVE_OK &&
		    archive_write_open_fd(out, fd) == ARCHIVE_OK;

	for (size_t i = 0; i < tarball->count && good; i++)
		good = write_member(out, entry, tarball, &tarball->members[i], mtime);
	if (!good || archive_write_close(out) != ARCHIVE_OK)
		error = ch_fail(CH_IO, "cannot write '%s': %s", path, archive_errno(out) > 0 ? strerror(archive_errno(out)) : archive_error_string(out));
	archive_entry_free(entry);
	archive_write_free(out);
	return error;
}

const struct ch_error *
ch_tarball_write(const struct ch_tarball *tarball, const char *path, int64_t mtime)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	const struct ch_error *error;
	locale_t before = 0;

	if (fd < 0)
		return ch_fail_errno("cannot create '%s'", path);
	if ((error = begin_utf8(&before)) == NULL) {
		error = write_members(fd, tarball, path, mtime);
		uselocale(before);
	}
	if (error == NULL && fsync(fd) != 0)
		error = ch_fail_errno("cannot write '%s'", path);
	close(fd);
	if (error)
		unlink(path);
	return error;
}

/* A tarball being read: what is left of the bytes bounds what a member may claim. */
struct reading {
	struct ch_tarball *tarball;
	struct span bytes;
	struct archive *in;
	struct ch_arena *arena;
	struct ch_map names;
	int64_t left;
};

static const struct ch_error *
bad_name(const char *name)
{
	return ch_refuse(WIRE_MALFORMED_TREE, "'%s' is not a name that an extract may have", name);
}

/* Splits "directory/a/b" and holds every component to what a tree of ours can hold. */
static const struct ch_error *
take_name(struct span *path, struct reading *r, const char *name)
{
	struct span rest = span_text(name), directory = span_cut(&rest, '/');
	unsigned depth = 0;

	*path = rest;
	if (r->tarball->count == 0)
		r->tarball->directory = directory;
	if (!text_is_name(directory) || !span_equal(directory, r->tarball->directory) || span_ends(rest, SPAN_LITERAL("/")))
		return bad_name(name);
	do
		if (!text_is_name(span_cut(&rest, '/')) || ++depth > TARBALL_DEPTH_MAX)
			return bad_name(name);
	while (rest.len);
	if (ch_map_get(&r->names, *path))
		return ch_refuse(WIRE_MALFORMED_TREE, "'%s' is there twice", name);
	ch_map_put(&r->names, r->arena, *path, r);
	return NULL;
}

static const struct ch_error *
check_kind(struct reading *r, struct archive_entry *entry, const char *name)
{
	if (archive_entry_filetype(entry) != AE_IFREG || archive_entry_hardlink(entry) || archive_entry_symlink(entry))
		return ch_refuse(WIRE_MALFORMED_TREE, "'%s' is not a plain file", name);
	if (archive_entry_sparse_count(entry) || archive_entry_xattr_count(entry) || archive_entry_acl_types(entry))
		return ch_refuse(WIRE_MALFORMED_TREE, "'%s' is sparse or has attributes of its own", name);
	if (!archive_entry_size_is_set(entry) || archive_entry_size(entry) > r->left)
		return ch_refuse(WIRE_TOO_LONG, "'%s' claims to be larger than the tarball", name);
	return NULL;
}

static bool
lies_within(struct span part, struct span all)
{
	return part.data >= all.data && part.len <= all.len && (size_t)(part.data - all.data) <= all.len - part.len;
}

/* In one piece within the bytes, in however many blocks libarchive tells of it. */
static const struct ch_error *
read_content(struct span *content, struct reading *r, struct archive_entry *entry, const char *name)
{
	size_t size = (size_t)archive_entry_size(entry), len;
	la_int64_t at;
	const void *block;

	r->left -= (int64_t)size;
	*content = (struct span){0};
	while (content->len < size && archive_read_data_block(r->in, &block, &len, &at) == ARCHIVE_OK) {
		struct span part = span_of(block, len);
		if (content->len == 0)
			content->data = part.data;
		if (at != (la_int64_t)content->len || part.data != content->data + content->len || !lies_within(part, r->bytes))
			break;
		content->len += part.len;
	}
	return content->len == size ? NULL : ch_refuse(WIRE_MALFORMED_TREE, "'%s' is cut off", name);
}

static const struct ch_error *
read_member(struct reading *r, struct archive_entry *entry)
{
	const char *raw = archive_entry_pathname(entry), *name;
	const struct ch_error *error;
	struct span path, content;

	if (raw == NULL)
		return bad_name("?");
	name = ch_arena_text(r->arena, span_text(raw));
	if (r->tarball->count == TARBALL_MEMBERS_MAX)
		return ch_refuse(WIRE_LIMIT, "more than %d members", TARBALL_MEMBERS_MAX);
	if ((error = check_kind(r, entry, name)) || (error = take_name(&path, r, name)) || (error = read_content(&content, r, entry, name)))
		return error;
	ch_tarball_add(r->tarball, path, content, r->arena);
	return NULL;
}

/* Nothing but the zeros of the end mark and of the last block. */
static const struct ch_error *
check_end(struct span rest, const char *path)
{
	for (size_t i = 0; i < rest.len; i++)
		if (rest.data[i])
			return ch_refuse(WIRE_MALFORMED_TREE, "'%s' goes on behind its end", path);
	return NULL;
}

static const struct ch_error *
unreadable(const char *path)
{
	return ch_refuse(WIRE_MALFORMED_TREE, "'%s' is not an uncompressed tarball, or is cut off", path);
}

static const struct ch_error *
read_members(struct reading *r, const char *path)
{
	const struct ch_error *error = NULL;
	struct archive_entry *entry;
	int status = ARCHIVE_FATAL;
	la_int64_t end;

	if (archive_read_support_format_tar(r->in) != ARCHIVE_OK || archive_read_open_memory(r->in, r->bytes.data, r->bytes.len) != ARCHIVE_OK)
		return unreadable(path);
	while (error == NULL && (status = archive_read_next_header(r->in, &entry)) == ARCHIVE_OK)
		error = read_member(r, entry);
	if (error)
		return error;
	end = archive_read_header_position(r->in);
	if (status != ARCHIVE_EOF || r->tarball->count == 0 || end < 0 || (size_t)end > r->bytes.len)
		return unreadable(path);
	return check_end(span_skip(r->bytes, (size_t)end), path);
}

const struct ch_error *
ch_tarball_parse(struct ch_tarball *tarball, struct span bytes, const char *path, struct ch_arena *arena)
{
	struct reading r = {.tarball = tarball, .bytes = bytes, .arena = arena, .left = (int64_t)bytes.len};
	const struct ch_error *error;
	locale_t before = 0;

	*tarball = (struct ch_tarball){.size = bytes.len};
	if ((error = begin_utf8(&before)))
		return error;
	r.in = archive_read_new();
	error = read_members(&r, path);
	archive_read_free(r.in);
	uselocale(before);
	return error;
}

const struct ch_error *
ch_tarball_read(struct ch_tarball *tarball, const char *path, struct ch_arena *arena)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	const struct ch_error *error = NULL;
	struct span bytes;
	struct stat st;

	*tarball = (struct ch_tarball){0};
	if (fd < 0)
		return ch_fail_errno("cannot open '%s'", path);
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		error = ch_fail(CH_USAGE, "'%s' is not a file", path);
	else if (st.st_size > TARBALL_MAX)
		error = ch_refuse(WIRE_TOO_LONG, "'%s' has more than %d bytes", path, TARBALL_MAX);
	else
		error = ch_file_read_open(&bytes, fd, path, (size_t)st.st_size, arena);
	close(fd);
	return error ? error : ch_tarball_parse(tarball, bytes, path, arena);
}

#include "views.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/file.h"
#include "view.h"

enum { VIEWS_MAX = 1 << 20, WAIT = 60 };

static const struct ch_error *
read_views(struct span *list, const struct ch_store *store, struct ch_arena *arena)
{
	const struct ch_error *error = ch_file_read(list, ch_arena_format(arena, "%s/chancery/views", store->path), VIEWS_MAX, arena);

	if (error == NULL || error->errnum != ENOENT)
		return error;
	*list = span_of(NULL, 0);
	return NULL;
}

/* A line is added in one piece, and none is ever changed: nobody has to wait for anybody. */
static const struct ch_error *
append(const struct ch_store *store, const char *line, struct ch_arena *arena)
{
	const char *path = ch_arena_format(arena, "%s/chancery/views", store->path);
	int file = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0666);
	const struct ch_error *error = NULL;

	if (file < 0 || !ch_file_write(file, span_text(line)) || fsync(file) != 0)
		error = ch_fail_errno("cannot write '%s'", path);
	if (file >= 0)
		close(file);
	return error;
}

const struct ch_error *
ch_views_add(struct ch_store *store, const char *directory)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	char path[PATH_MAX];
	struct span list;
	bool known = false;

	if (realpath(directory, path) == NULL)
		return ch_fail_errno("cannot open '%s'", directory);
	if (strchr(path, '\n'))
		return ch_fail(CH_USAGE, "the path of a view must not hold a line's end");
	error = read_views(&list, store, &arena);
	while (list.len && error == NULL && !known)
		known = span_is(span_cut(&list, '\n'), path);
	if (error == NULL && !known)
		error = append(store, ch_arena_format(&arena, "%s\n", path), &arena);
	ch_arena_clear(&arena);
	return error;
}

static void
update(struct ch_state *state, struct ch_store *store, const char *directory, ch_views_trouble *trouble, void *context)
{
	const struct ch_error *error;
	struct ch_viewed viewed;

	if (access(directory, F_OK) != 0)
		return;
	if ((error = ch_view_update(&viewed, state, store, directory, span_of(NULL, 0), WAIT)))
		trouble(context, directory, error);
}

void
ch_views_update(struct ch_state *state, struct ch_store *store, ch_views_trouble *trouble, void *context)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct span list = {0}, line;

	if ((error = read_views(&list, store, &arena)))
		trouble(context, "chancery/views", error);
	while (error == NULL && list.len)
		if ((line = span_cut(&list, '\n')).len && line.data[0] == '/')
			update(state, store, ch_arena_text(&arena, line), trouble, context);
	ch_arena_clear(&arena);
}

#include <stdlib.h>
#include <time.h>

#include "base/clock.h"
#include "store/treeedit.h"
#include "times_inside.h"
#include "wire/tree.h"

enum { FEW = 64, SECOND = 1000000000 };

struct note {
	struct span path;
	bool directory, used;
	struct ch_oid blob;
	struct ch_time time;
};

struct ch_times {
	struct times_kept *kept;
	struct times_stand stand;
	bool current, wanting;
	struct note **notes;
	size_t note_count;
	struct ch_map notes_by_path;
	struct ch_arena noted; /* all of that */
};

/* What one ch_times_follow() does. */
struct following {
	struct ch_times *times;
	struct ch_store *store;
	int64_t time; /* of the page */
	bool anew;    /* what is kept is of another register */
	struct ch_map by_path; /* directories that are looked at */
	struct times_row **rows;
	size_t row_count;
	struct ch_arena arena, page; /* the second: as long as a page is looked at */
};

int64_t
ch_time_later(int64_t time, int64_t before)
{
	return time > before || before == INT64_MAX ? time : before + 1;
}

const struct ch_error *
ch_times_open(struct ch_times **out, const char *archive, bool read_only)
{
	struct ch_times *times = calloc(1, sizeof(*times));
	const struct ch_error *error;

	if (times == NULL)
		abort();
	*out = times;
	if ((error = times_kept_open(&times->kept, &times->stand, archive, read_only))) {
		ch_times_close(times);
		*out = NULL;
	}
	return error;
}

static void
forget_notes(struct ch_times *times)
{
	ch_arena_clear(&times->noted);
	times->notes = NULL;
	times->note_count = 0;
	times->notes_by_path = (struct ch_map){0};
}

void
ch_times_close(struct ch_times *times)
{
	if (times == NULL)
		return;
	forget_notes(times);
	times_kept_close(times->kept);
	free(times);
}

bool
ch_times_is_current(const struct ch_times *times)
{
	return times && times->current;
}

bool
ch_times_was_wanting(struct ch_times *times)
{
	bool was = times && times->wanting;

	if (times)
		times->wanting = false;
	return was;
}

int64_t
ch_times_written(const struct ch_times *times)
{
	return times ? times->stand.changed : 0;
}

void
ch_times_note(struct ch_times *times, struct span path, const struct ch_oid *blob, const struct ch_time *time)
{
	struct note *note;

	if (times == NULL)
		return;
	note = ch_map_get(&times->notes_by_path, path);
	if (note == NULL) {
		note = ch_arena_alloc(&times->noted, sizeof(*note));
		note->path = ch_arena_copy(&times->noted, path);
		times->notes = ch_arena_grow(&times->noted, times->notes, times->note_count, sizeof(*times->notes));
		times->notes[times->note_count++] = note;
		ch_map_put(&times->notes_by_path, &times->noted, note->path, note);
	}
	note->used = false;
	note->directory = blob == NULL;
	if (blob)
		note->blob = *blob;
	note->time = *time;
}

bool
ch_times_list(struct ch_times_list *list, struct ch_times *times, struct span path, const struct ch_oid *tree, struct ch_arena *arena)
{
	struct times_row row;

	*list = (struct ch_times_list){0};
	if (times == NULL)
		return false;
	if (!times->current || times_kept_read(&row, times->kept, path, arena) || !row.there || !ch_oid_equal(&row.tree, tree)) {
		times->wanting = true;
		return false;
	}
	*list = (struct ch_times_list){row.entries, row.makers, row.count};
	return true;
}

struct ch_time
ch_times_at(const struct ch_times_list *list, size_t i)
{
	const uint8_t *record = list->entries + i * TIMES_RECORD;

	return (struct ch_time){(int64_t)get64(record), {get16(record + 8), get32(list->makers + i * TIMES_MAKER)}};
}

/* A directory to be looked at, or changed; nothing of what is of another register. */
static const struct ch_error *
find_row(struct times_row **row, struct following *f, struct span path)
{
	const struct ch_error *error = NULL;
	struct times_row read = {0};

	if ((*row = ch_map_get(&f->by_path, path)))
		return NULL;
	if (!f->anew && (error = times_kept_read(&read, f->times->kept, path, &f->arena)))
		return error;
	read.path = ch_arena_copy(&f->arena, path);
	*row = ch_arena_alloc(&f->arena, sizeof(**row));
	**row = read;
	f->rows = ch_arena_grow(&f->arena, f->rows, f->row_count, sizeof(struct times_row *));
	f->rows[f->row_count++] = *row;
	ch_map_put(&f->by_path, &f->arena, (*row)->path, *row);
	return NULL;
}

/* A tree entry by entry, and what is kept of each. */
struct cursor {
	const struct times_row *row; /* NULL: nothing is */
	struct span rest;
	struct tree_entry entry;
	bool more;
	size_t i;
};

static void
next(struct cursor *cursor)
{
	cursor->more = tree_next(&cursor->entry, &cursor->rest);
	cursor->i++;
}

static const struct ch_error *
begin(struct cursor *cursor, struct following *f, const uint8_t *tree, const struct times_row *row)
{
	const struct ch_error *error;
	struct ch_oid id;

	*cursor = (struct cursor){.i = SIZE_MAX};
	if (tree == NULL)
		return NULL;
	memcpy(id.id, tree, sizeof(id.id));
	if ((error = ch_store_read(&cursor->rest, f->store, CH_TREE, &id, &f->page)))
		return error;
	cursor->row = row && row->there && ch_oid_equal(&row->tree, &id) ? row : NULL;
	next(cursor);
	return NULL;
}

/* Not to be known is to be as new as the page. */
static struct ch_time
time_at(const struct cursor *cursor, const struct following *f)
{
	const struct times_row *row = cursor->row;

	if (row && cursor->i < row->count)
		return ch_times_at(&(struct ch_times_list){row->entries, row->makers, row->count}, cursor->i);
	return (struct ch_time){.changed = f->time};
}

static struct span
below(struct following *f, struct span directory, struct span name)
{
	return span_text(ch_arena_format(&f->page, "%.*s%s%.*s", (int)directory.len, (const char *)directory.data, directory.len ? "/" : "", (int)name.len,
					 (const char *)name.data));
}

/* What has this content is as it was saved, if we know how that was. */
static bool
find_note(struct ch_time *time, struct following *f, struct span directory, const struct tree_entry *entry)
{
	struct note *note = f->times->note_count ? ch_map_get(&f->times->notes_by_path, below(f, directory, entry->name)) : NULL;

	if (note == NULL || note->directory || memcmp(note->blob.id, entry->id, sizeof(note->blob.id)) != 0)
		return false;
	note->used = true;
	*time = note->time;
	return true;
}

static const struct ch_error *follow_directory(struct following *f, bool *renamed, struct span path, const uint8_t *old, const uint8_t *new);

/* An entry that the page has changed, or brought (`before` NULL). */
static const struct ch_error *
follow_entry(struct ch_time *time, struct following *f, struct span directory, const struct cursor *before, const struct cursor *now)
{
	const struct ch_error *error;
	bool renamed = true;

	*time = before ? time_at(before, f) : (struct ch_time){.changed = f->time};
	if (now->entry.directory) {
		if ((error = follow_directory(f, &renamed, below(f, directory, now->entry.name), before ? before->entry.id : NULL, now->entry.id)))
			return error;
	} else if (find_note(time, f, directory, &now->entry)) {
		return NULL;
	}
	if (before && renamed)
		time->changed = ch_time_later(f->time, time->changed);
	return NULL;
}

/* *renamed: a name has come to it, or gone. */
static const struct ch_error *
follow_entries(struct following *f, bool *renamed, struct times_row *now, struct span path, struct cursor *a, struct cursor *b)
{
	const struct ch_error *error = NULL;
	struct ch_time time;

	while ((a->more || b->more) && error == NULL) {
		int order = !a->more ? 1 : !b->more ? -1 : tree_order(a->entry.name, a->entry.directory, b->entry.name, b->entry.directory);
		bool gone;

		*renamed = *renamed || order != 0;
		if (order < 0) {
			if (a->entry.directory)
				error = follow_directory(f, &gone, below(f, path, a->entry.name), a->entry.id, NULL);
		} else {
			if (order == 0 && memcmp(a->entry.id, b->entry.id, OBJECT_ID_SIZE) == 0)
				time = time_at(a, f);
			else
				error = follow_entry(&time, f, path, order == 0 ? a : NULL, b);
			times_put(now, now->count++, time);
		}
		if (order <= 0)
			next(a);
		if (order >= 0)
			next(b);
	}
	return error;
}

/* An entry of a tree takes no less than this. */
enum { ENTRY_MIN = sizeof("40000 a") + OBJECT_ID_SIZE };

/* From one tree (NULL: it was not there) to another (NULL: it is not any more). */
static const struct ch_error *
follow_directory(struct following *f, bool *renamed, struct span path, const uint8_t *old, const uint8_t *new)
{
	const struct ch_error *error;
	struct cursor before, now;
	struct times_row *row, is = {.there = new != NULL, .changed = true};
	size_t most;

	*renamed = false;
	if ((error = find_row(&row, f, path)) || (error = begin(&before, f, old, row)) || (error = begin(&now, f, new, NULL)))
		return error;
	most = now.rest.len / ENTRY_MIN + 2;
	is.entries = ch_arena_alloc(&f->arena, most * TIMES_RECORD);
	is.makers = ch_arena_alloc(&f->arena, most * TIMES_MAKER);
	if ((error = follow_entries(f, renamed, &is, path, &before, &now)))
		return error;
	is.path = row->path;
	if (new)
		memcpy(is.tree.id, new, sizeof(is.tree.id));
	*row = is;
	return NULL;
}

/* Something that is noted is kept, if main has it; `at` is where the last one of this directory was. */
static const struct ch_error *
keep_note(struct following *f, const struct note *note, struct times_row **row, struct cursor *at)
{
	const struct ch_error *error;
	struct span path = note->path, name = path, directory;
	bool again;

	while (memchr(name.data, '/', name.len))
		span_cut(&name, '/');
	directory = span_of(path.data, path.len - name.len - (path.len > name.len));
	if (*row == NULL || !span_equal((*row)->path, directory)) {
		ch_arena_clear(&f->page);
		if ((error = find_row(row, f, directory)) || (error = begin(at, f, (*row)->there ? (*row)->tree.id : NULL, *row)))
			return error;
	}
	again = at->i > 0;
	while (!(at->more && span_equal(at->entry.name, name))) {
		if (at->more) {
			next(at);
		} else if (again) {
			again = false;
			if ((error = begin(at, f, (*row)->there ? (*row)->tree.id : NULL, *row)))
				return error;
		} else {
			return NULL;
		}
	}
	if (at->entry.directory != note->directory || at->i >= (*row)->count ||
	    (!note->directory && memcmp(at->entry.id, note->blob.id, sizeof(note->blob.id)) != 0))
		return NULL;
	times_put(*row, at->i, note->time);
	(*row)->changed = true;
	return NULL;
}

static const struct ch_error *
keep_notes(struct following *f)
{
	const struct ch_error *error = NULL;
	struct times_row *row = NULL;
	struct cursor at;

	for (size_t i = 0; i < f->times->note_count && error == NULL; i++)
		if (!f->times->notes[i]->used)
			error = keep_note(f, f->times->notes[i], &row, &at);
	ch_arena_clear(&f->page);
	return error;
}

static const struct ch_error *
follow_pages(struct following *f, struct times_stand *stand, const struct ch_past_page *pages, size_t count, int64_t until)
{
	const struct ch_error *error = NULL;
	bool renamed;

	for (size_t i = 0; i < count && error == NULL && (i == 0 || until == 0 || ch_clock_milliseconds() < until); i++) {
		f->time = pages[i].time * SECOND;
		if (!stand->any || !ch_oid_equal(&stand->tree, &pages[i].tree))
			error = follow_directory(f, &renamed, span_text(""), stand->any ? stand->tree.id : NULL, pages[i].tree.id);
		stand->any = true;
		stand->page = pages[i].commit;
		stand->tree = pages[i].tree;
		ch_arena_clear(&f->page);
	}
	return error;
}

/* The pages to be gone through; all of them when it stands on another register. */
static const struct ch_error *
find_pages(const struct ch_past_page **pages, size_t *count, struct following *f, struct ch_past *few, struct ch_past *past, const struct ch_oid *head)
{
	const struct times_stand *stand = &f->times->stand;
	const struct ch_past_page *at = NULL;
	const struct ch_error *error;
	bool reached = false;

	if (stand->any && (error = ch_past_behind(few, &reached, f->store, &stand->page, head, FEW)))
		return error;
	*pages = few->pages;
	*count = few->count;
	if (reached)
		return NULL;
	if ((error = ch_past_update(past, f->store, head)))
		return error;
	at = stand->any ? ch_past_page(past, &stand->page) : NULL;
	f->anew = at == NULL;
	*pages = at ? at + 1 : past->pages;
	*count = past->count - (size_t)(*pages - past->pages);
	return NULL;
}

static const struct ch_error *
follow(struct following *f, struct ch_past *past, const struct ch_oid *head, int64_t until)
{
	struct ch_times *times = f->times;
	const struct ch_past_page *pages;
	const struct ch_error *error;
	struct ch_past few = {0};
	struct times_stand stand;
	struct timespec now;
	size_t count;

	if ((error = find_pages(&pages, &count, f, &few, past, head)) == NULL) {
		stand = f->anew ? (struct times_stand){0} : times->stand;
		error = follow_pages(f, &stand, pages, count, until);
	}
	ch_past_release(&few);
	if (error)
		return error;
	times->current = ch_oid_equal(&stand.page, head);
	if (times->current && (error = keep_notes(f)))
		return error;
	clock_gettime(CLOCK_REALTIME, &now);
	stand.changed = (int64_t)now.tv_sec * SECOND + now.tv_nsec;
	if ((error = times_kept_write(times->kept, f->rows, f->row_count, f->anew, &stand)))
		return error;
	times->stand = stand;
	return NULL;
}

const struct ch_error *
ch_times_follow(struct ch_times *times, struct ch_past *past, struct ch_store *store, const struct ch_oid *head, int64_t limit)
{
	struct following f = {.times = times, .store = store};
	const struct ch_error *error = NULL;
	bool there;

	if (times == NULL)
		return NULL;
	there = times->stand.any && ch_oid_equal(&times->stand.page, head);
	times->current = there;
	if (!there || times->note_count)
		error = follow(&f, past, head, limit ? ch_clock_milliseconds() + limit : 0);
	if (error) {
		times->current = false;
		for (size_t i = 0; i < times->note_count; i++)
			times->notes[i]->used = false;
	} else if (times->current) {
		forget_notes(times);
	}
	ch_arena_clear(&f.arena);
	ch_arena_clear(&f.page);
	return error;
}

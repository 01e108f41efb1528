#include "dates.h"

#include "drive.h"
#include "errors.h"
#include "register.h"
#include "view.h"

/* Milliseconds: what others wait for; and a step. */
enum { AT_ONCE = 20, STEP = 10 };

static void
forget_lists(struct dates *dates)
{
	for (size_t i = 0; i < DATES_LISTS; i++) {
		ch_arena_clear(&dates->lists[i].arena);
		dates->lists[i] = (struct dates_list){0};
	}
}

/* What they do not say is told as new as main. */
static void
follow(struct drive *drive, const struct ch_oid *head, int64_t limit)
{
	struct dates *dates = &drive->dates;
	const struct ch_error *error = ch_times_follow(dates->times, &drive->past, &drive->store, head, limit);

	forget_lists(dates);
	dates->given_up = error != NULL;
	if (error)
		complain("cannot tell when files were changed: %s", error->message);
}

void
dates_open(struct drive *drive, const struct ch_oid *head)
{
	const struct ch_error *error = ch_times_open(&drive->dates.times, drive->archive, drive->read_only);

	if (error)
		complain("cannot tell when files were changed: %s", error->message);
	drive->dates.since = ch_times_written(drive->dates.times);
	follow(drive, head, AT_ONCE);
}

void
dates_close(struct drive *drive)
{
	forget_lists(&drive->dates);
	ch_times_close(drive->dates.times);
	drive->dates.times = NULL;
}

static bool
is_chosen(const struct ch_time *time)
{
	return time->permissions.mode || time->permissions.maker;
}

/* The kernel has an inode that is as main has it, and was told something else. */
static void
tell(struct drive *drive, struct inode *inode)
{
	struct git_place place;
	struct ch_time time;

	if (!git_place(&place, drive, inode) ||
	    !dates_find(&time, drive, place.directory, git_tree(place.directory), place.raw, inode->offset) ||
	    (time.changed == inode->time && inode->moded == is_chosen(&time)))
		return;
	dates_set(inode, &time, 0);
	notices_add(&drive->notices, inode->id, NULL);
}

/* Whoever has asked before it was known. */
static void
tell_all(struct drive *drive)
{
	const struct ch_error *error;

	if (!ch_times_is_current(drive->dates.times) || !ch_times_was_wanting(drive->dates.times))
		return;
	for (uint32_t slot = 1; slot <= drive->inodes.used; slot++) {
		struct inode *inode = inode_in(&drive->inodes, slot);

		if (inode && !inode->overlaid && (inode->view == &files_view || inode->view == &register_view))
			tell(drive, inode);
	}
	if ((error = ch_overlay_take_times(&drive->overlay)))
		complain("cannot tell when files were changed: %s", error->message);
	ch_times_was_wanting(drive->dates.times); /* what is asked for by this is not known at all */
}

void
dates_before(struct drive *drive, const struct ch_oid *head, const struct ch_cut *cut)
{
	if (cut)
		ch_overlay_note_saved(&drive->overlay, cut);
	follow(drive, head, AT_ONCE);
}

void
dates_after(struct drive *drive)
{
	ch_overlay_note_directories(&drive->overlay);
	if (ch_times_is_current(drive->dates.times))
		follow(drive, &drive->head, AT_ONCE);
	tell_all(drive);
}

bool
dates_go_on(struct drive *drive)
{
	if (drive->dates.times == NULL || drive->dates.given_up || ch_times_is_current(drive->dates.times))
		return false;
	follow(drive, &drive->head, STEP);
	tell_all(drive);
	return !drive->dates.given_up && !ch_times_is_current(drive->dates.times);
}

static void
load(struct dates_list *list, struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span raw)
{
	struct tree_entry entry;
	char path[SHOWN_PATH_MAX];
	size_t count = 0;

	ch_arena_clear(&list->arena);
	*list = (struct dates_list){.directory = directory->id, .tree = *tree};
	if (!shown_path(path, drive, directory) || !ch_times_list(&list->list, drive->dates.times, span_text(path), tree, &list->arena))
		return;
	list->offsets = ch_arena_alloc(&list->arena, (list->list.count + 1) * sizeof(*list->offsets));
	for (struct span rest = raw; count < list->list.count; count++) {
		list->offsets[count] = (uint32_t)(raw.len - rest.len);
		if (!tree_next(&entry, &rest))
			break;
	}
	list->list.count = count;
}

static struct dates_list *
find_list(struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span raw)
{
	struct dates *dates = &drive->dates;
	struct dates_list *list;

	for (size_t i = 0; i < DATES_LISTS; i++)
		if (dates->lists[i].directory == directory->id && ch_oid_equal(&dates->lists[i].tree, tree))
			return &dates->lists[i];
	list = &dates->lists[dates->next++ % DATES_LISTS];
	load(list, drive, directory, tree, raw);
	return list;
}

bool
dates_find(struct ch_time *time, struct drive *drive, struct inode *directory, const struct ch_oid *tree, struct span raw, uint32_t offset)
{
	const struct dates_list *list = drive->dates.times ? find_list(drive, directory, tree, raw) : NULL;
	size_t low = 0, high = list ? list->list.count : 0;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (list->offsets[middle] < offset)
			low = middle + 1;
		else
			high = middle;
	}
	if (list == NULL || low >= list->list.count || list->offsets[low] != offset)
		return false;
	*time = ch_times_at(&list->list, low);
	return true;
}

void
dates_set(struct inode *inode, const struct ch_time *known, int64_t time)
{
	inode->time = known ? known->changed : ch_time_later(time, inode->time);
	inode->moded = known && is_chosen(known);
}

void
dates_changed(struct stat *st, const struct drive *drive)
{
	if (nanoseconds_of(&st->st_ctim) < drive->dates.since)
		st->st_ctim = timespec_of(drive->dates.since);
}

void
dates_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	struct git_place place;
	struct ch_time time;

	if (inode->moded && git_place(&place, drive, inode) &&
	    dates_find(&time, drive, place.directory, git_tree(place.directory), place.raw, inode->offset))
		sharing_show(st, drive, time.permissions);
	dates_changed(st, drive);
}

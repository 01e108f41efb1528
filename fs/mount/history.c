/* history/<yyyy-mm-dd>/, history/<commit of a page>/, history/<act id>/: older states, read-only. Only days on which something was registered are listed. */
#include <errno.h>
#include <stdio.h>

#include "errors.h"
#include "register.h"

enum { DAY = 86400, DAY_TEXT = 10 };

/* The state at the end of a day, UTC. */
static int
find_day(struct ch_oid *tree, int64_t *time, struct drive *drive, const char *name)
{
	char text[TIME_TEXT + 1];
	const struct past_page *page;
	int64_t begin;

	snprintf(text, sizeof(text), "%.*sT00:00:00Z", DAY_TEXT, name);
	if (strlen(name) != DAY_TEXT || !text_get_time(&begin, span_text(text)))
		return ENOENT;
	page = past_before(&drive->past, begin + DAY);
	if (page == NULL || begin > drive->time)
		return ENOENT;
	*tree = page->tree;
	*time = page->time;
	return 0;
}

static int
find(struct ch_oid *tree, int64_t *time, struct drive *drive, const char *name)
{
	uint8_t id[SHA256_SIZE];
	const struct past_page *page;
	const struct ch_error *error;
	struct ch_oid commit;
	bool found;

	*time = drive->time;
	if (text_get_hex(commit.id, sizeof(commit.id), span_text(name))) {
		if ((page = past_page(&drive->past, &commit)) == NULL)
			return ENOENT;
		*tree = page->tree;
		*time = page->time;
		return 0;
	}
	if (!text_get_hex(id, sizeof(id), span_text(name)))
		return find_day(tree, time, drive, name);
	if ((error = past_find_act(tree, &found, &drive->past, &drive->store, id)))
		return errno_of(error);
	return found ? 0 : ENOENT;
}

static int
history_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	const struct ch_error *error;
	struct ch_oid tree;
	int64_t time;
	int errnum;

	if ((error = past_update(&drive->past, &drive->store, &drive->head)))
		return errno_of(error);
	if ((errnum = find(&tree, &time, drive, name)))
		return errnum;
	*child = inode_child_of_view(&drive->inodes, directory->id, name, &past_view, true);
	if ((*child)->time && !ch_oid_equal(&(*child)->oid, &tree)) { /* today goes on */
		inode_clear_name(&drive->inodes, *child);
		*child = inode_child_of_view(&drive->inodes, directory->id, name, &past_view, true);
	}
	(*child)->oid = tree;
	(*child)->time = time;
	return 0;
}

static int
history_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	drive_attributes(st, drive, inode, false, 0, drive->time * 1000000000);
	return 0;
}

/* The cookie is the number of days since 1970 of the last entry; newest last. */
static int
history_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	const struct past_page *before;
	const struct ch_error *error;
	char text[TIME_TEXT + 1];
	size_t i;

	(void)directory;
	if ((error = past_update(&drive->past, &drive->store, &drive->head)))
		return errno_of(error);
	before = *cookie ? past_before(&drive->past, ((int64_t)*cookie + 1) * DAY) : NULL;
	i = before ? (size_t)(before - drive->past.pages) + 1 : 0;
	if (i >= drive->past.count)
		return ENOENT;
	text_put_time(text, drive->past.pages[i].time);
	snprintf(name, VIEW_NAME_MAX + 1, "%.*s", DAY_TEXT, text);
	*cookie = (uint64_t)(drive->past.pages[i].time / DAY);
	return 0;
}

static int
past_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	return git_lookup(child, drive, directory, name, &past_view);
}

/* Names below history/ itself are asked for each time, because the state of today changes; what is below them never does. */
const struct view history_view = {.lookup = history_lookup, .attributes = history_attributes, .next = history_next};
const struct view past_view = {.valid = VIEW_FOR_EVER, .lookup = past_lookup, .attributes = git_attributes, .next = git_next, .large = git_large, .read = git_read};

/*
 * history/<yyyy-mm-dd>/, history/<commit of a page>/, history/<act id>/: older states, read-only. Only days on which something was registered are listed.
 * And history/by-file/ (by_file.c).
 */
#include "history.h"

#include <errno.h>
#include <stdio.h>

#include "errors.h"
#include "register.h"
#include "store/object.h"

enum { DAY = 86400, DAY_TEXT = 10 };

static const char by_file[] = "by-file";

static void
name_day(char out[VIEW_NAME_MAX + 1], int64_t time)
{
	char text[TIME_TEXT + 1];

	text_put_time(text, time);
	snprintf(out, VIEW_NAME_MAX + 1, "%.*s", DAY_TEXT, text);
}

static int
find_page(struct ch_oid *tree, int64_t *time, struct drive *drive, const struct ch_past_page *page)
{
	const struct ch_error *error;

	if (page == NULL)
		return ENOENT;
	*tree = page->tree;
	*time = page->time;
	error = ch_past_check(&drive->past, &drive->store, page);
	return errno_of(error);
}

/* The state at the end of a day, UTC. */
static int
find_day(struct ch_oid *tree, int64_t *time, struct drive *drive, const char *name)
{
	char text[TIME_TEXT + 1];
	int64_t begin;

	snprintf(text, sizeof(text), "%.*sT00:00:00Z", DAY_TEXT, name);
	if (strlen(name) != DAY_TEXT || !text_get_time(&begin, span_text(text)) || begin > drive->time)
		return ENOENT;
	return find_page(tree, time, drive, ch_past_before(&drive->past, begin + DAY));
}

static int
find_act(struct ch_oid *tree, int64_t *time, struct drive *drive, const uint8_t id[SHA256_SIZE])
{
	const struct ch_state *state;
	const struct ch_entry *entry;
	const struct ch_error *error;
	int64_t signed_at;

	if ((error = drive_state(&state, drive)))
		return errno_of(error);
	if ((entry = ch_state_act(state, id)) == NULL)
		return ENOENT;
	*time = entry->received;
	return errno_of(ch_object_commit(tree, &signed_at, &drive->store, &entry->commit));
}

static int
find(struct ch_oid *tree, int64_t *time, struct drive *drive, const char *name)
{
	uint8_t id[SHA256_SIZE];
	struct ch_oid commit;

	if (text_get_hex(commit.id, sizeof(commit.id), span_text(name)))
		return find_page(tree, time, drive, ch_past_page(&drive->past, &commit));
	if (text_get_hex(id, sizeof(id), span_text(name)))
		return find_act(tree, time, drive, id);
	return find_day(tree, time, drive, name);
}

static int
history_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	const struct ch_error *error;
	struct ch_oid tree;
	int64_t time = 0;
	int errnum;

	if (strcmp(name, by_file) == 0) {
		*child = inode_child_of_view(&drive->inodes, directory->id, name, &by_file_view, true);
		return 0;
	}
	if ((error = ch_past_update(&drive->past, &drive->store, &drive->head)))
		return errno_of(error);
	if ((errnum = find(&tree, &time, drive, name)))
		return errnum;
	*child = inode_child(&drive->inodes, directory->id, name);
	if (*child && !ch_oid_equal(&(*child)->oid, &tree)) /* today goes on */
		inode_clear_name(&drive->inodes, *child);
	*child = inode_child_of_view(&drive->inodes, directory->id, name, &past_view, true);
	(*child)->oid = tree;
	(*child)->time = time * NANOSECONDS;
	return 0;
}

static int
history_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	drive_attributes(st, drive, inode, false, 0, drive->time * 1000000000);
	return 0;
}

/* The cookie is 1 behind by-file, then the number of days since 1970 of the last entry; newest last. */
static int
history_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	const struct ch_past_page *before;
	const struct ch_error *error;
	size_t i;

	(void)directory;
	if (*cookie == 0) {
		strcpy(name, by_file);
		*cookie = 1;
		return 0;
	}
	if ((error = ch_past_update(&drive->past, &drive->store, &drive->head)))
		return errno_of(error);
	before = *cookie > 1 ? ch_past_before(&drive->past, ((int64_t)*cookie + 1) * DAY) : NULL;
	i = before ? (size_t)(before - drive->past.pages) + 1 : 0;
	if (i >= drive->past.count)
		return ENOENT;
	name_day(name, drive->past.pages[i].time);
	*cookie = (uint64_t)(drive->past.pages[i].time / DAY);
	return 0;
}

void
history_prepare(struct drive *drive)
{
	const struct ch_state *state;

	pthread_mutex_lock(&drive->lock);
	errno_of(ch_past_update(&drive->past, &drive->store, &drive->head));
	errno_of(drive_state(&state, drive));
	pthread_mutex_unlock(&drive->lock);
}

void
history_changed(struct drive *drive, const struct inode *history, int64_t before)
{
	int64_t first = before < drive->time ? before : drive->time, last = before < drive->time ? drive->time : before;

	for (int64_t day = first / DAY; day <= last / DAY; day++) {
		char name[VIEW_NAME_MAX + 1];
		struct inode *child;

		name_day(name, day * DAY);
		if ((child = inode_child(&drive->inodes, history->id, name)) == NULL)
			continue;
		inode_clear_name(&drive->inodes, child);
		notices_add(&drive->notices, history->id, name);
	}
}

void
history_follow(struct drive *drive, const struct ch_oid *head)
{
	int64_t before = drive->time;

	if (ch_oid_equal(head, &drive->head))
		return;
	ch_store_read_on(&drive->store);
	ahead_moved(drive);
	if (errno_of(ch_object_commit(&drive->tree, &drive->time, &drive->store, head)))
		return;
	drive->head = *head;
	history_changed(drive, inode_get(&drive->inodes, 1), before);
}

static int
past_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	return git_lookup(child, drive, directory, name, &past_view);
}

/* Days are kept until history_changed() says otherwise; what is below never changes. */
const struct view history_view = {
	.valid = VIEW_FOR_EVER, .grows = true, .lookup = history_lookup, .attributes = history_attributes, .next = history_next};
const struct view past_view = {
	.valid = VIEW_FOR_EVER, .lookup = past_lookup, .attributes = git_attributes, .next = git_next, .large = git_large, .read = git_read};

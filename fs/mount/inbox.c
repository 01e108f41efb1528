/* inbox/: one text file for each thing that waits for the person of this mount. */
#include <errno.h>
#include <stdio.h>

#include "drive.h"
#include "errors.h"
#include "register/page.h"
#include "view.h"

void
inbox_cache_release(struct inbox_cache *cache)
{
	ch_state_clear(&cache->state);
	*cache = (struct inbox_cache){0};
}

const struct ch_error *
inbox_cache_update(struct inbox_cache *cache, struct ch_store *store, const struct ch_oid *head, const char *person)
{
	const struct ch_error *error;
	const struct ch_person *who;

	if (person == NULL || (cache->filled && ch_oid_equal(&cache->head, head)))
		return NULL;
	inbox_cache_release(cache);
	if ((error = ch_replay(&cache->state, store, NULL)))
		return error;
	who = ch_state_person(&cache->state, span_text(person));
	if (who && (error = ch_inbox(&cache->items, &cache->count, &cache->state, store, who, time(NULL))))
		return error;
	cache->head = cache->state.head;
	cache->filled = true;
	return NULL;
}

static int
update(struct drive *drive)
{
	return errno_of(inbox_cache_update(&drive->inbox, &drive->store, &drive->head, drive->person));
}

static const struct ch_inbox_item *
item_of(const struct inbox_cache *cache, const char *name)
{
	struct span item = span_text(name);

	if (!span_ends(item, SPAN_LITERAL(".txt")))
		return NULL;
	item.len -= strlen(".txt");
	for (size_t i = 0; i < cache->count; i++)
		if (span_equal(cache->items[i].name, item))
			return &cache->items[i];
	return NULL;
}

static int
inbox_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	int error = update(drive);

	if (error)
		return error;
	if (item_of(&drive->inbox, name) == NULL)
		return ENOENT;
	*child = inode_child(&drive->inodes, directory->id, name);
	if (*child && !ch_oid_equal(&(*child)->oid, &drive->inbox.head))
		inode_clear_name(&drive->inodes, *child); /* it may say something else now */
	*child = inode_child_of_view(&drive->inodes, directory->id, name, &inbox_view, false);
	(*child)->oid = drive->inbox.head;
	return 0;
}

static int
inbox_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	const struct ch_inbox_item *item = NULL;
	int error = update(drive);

	if (error)
		return error;
	if (!inode->directory && (inode->name == NULL || (item = item_of(&drive->inbox, inode->name)) == NULL))
		return ENOENT;
	drive_attributes(st, drive, inode, false, item ? item->text.len : 0, (item ? item->entry->received : drive->time) * 1000000000);
	return 0;
}

static int
inbox_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	struct span item;
	int error = update(drive);

	(void)directory;
	if (error)
		return error;
	if (*cookie >= drive->inbox.count)
		return ENOENT;
	item = drive->inbox.items[(*cookie)++].name;
	snprintf(name, VIEW_NAME_MAX + 1, "%.*s.txt", (int)item.len, (const char *)item.data);
	return 0;
}

static int
inbox_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size)
{
	const struct ch_inbox_item *item;
	int error = update(drive);

	(void)handle;
	if (error)
		return error;
	if (inode->name == NULL || (item = item_of(&drive->inbox, inode->name)) == NULL)
		return ENOENT;
	*out = span_skip(item->text, offset < item->text.len ? (size_t)offset : item->text.len);
	out->len = out->len < size ? out->len : size;
	return 0;
}

const struct view inbox_view = {
	.direct = true, .lookup = inbox_lookup, .attributes = inbox_attributes, .next = inbox_next, .read = inbox_read};

/* inbox/: one text file for each thing that waits for the person of this mount, or, of many, for the one who looks. */
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

static const struct ch_error *
read_state(struct inbox_cache *cache, struct ch_store *store, const struct ch_oid *head)
{
	const struct ch_error *error;

	if (cache->filled && ch_oid_equal(&cache->head, head))
		return NULL;
	inbox_cache_release(cache);
	if ((error = ch_replay(&cache->state, store, NULL)))
		return error;
	cache->head = cache->state.head;
	cache->filled = true;
	return NULL;
}

const struct ch_error *
inbox_cache_get(const struct inbox **out, struct inbox_cache *cache, struct ch_store *store, const struct ch_oid *head, struct span person)
{
	const struct ch_error *error;
	const struct ch_person *who;
	struct inbox *inbox;

	if ((error = read_state(cache, store, head)))
		return error;
	for (size_t i = 0; i < cache->count; i++)
		if (span_equal(cache->inboxes[i].person, person)) {
			*out = &cache->inboxes[i];
			return NULL;
		}
	cache->inboxes = ch_arena_grow(&cache->state.arena, cache->inboxes, cache->count, sizeof(*inbox));
	inbox = &cache->inboxes[cache->count];
	*inbox = (struct inbox){.person = ch_arena_copy(&cache->state.arena, person)};
	who = ch_state_person(&cache->state, person);
	if (who && (error = ch_inbox(&inbox->items, &inbox->count, &cache->state, store, who, time(NULL))))
		return error;
	cache->count++;
	*out = inbox;
	return NULL;
}

/* Of the one who asks, where many share the mount; else of the person whose mount it is. */
static int
inbox_get(const struct inbox **inbox, struct drive *drive)
{
	struct span person = drive->sharing.office ? office_person(&drive->office, drive->asks) : span_text(drive->person ? drive->person : "");
	static const struct inbox nobodys;

	*inbox = &nobodys;
	return person.len ? errno_of(inbox_cache_get(inbox, &drive->inbox, &drive->store, &drive->head, person)) : 0;
}

static const struct ch_inbox_item *
item_of(const struct inbox *inbox, const char *name)
{
	struct span item = span_text(name);

	if (!span_ends(item, SPAN_LITERAL(".txt")))
		return NULL;
	item.len -= strlen(".txt");
	for (size_t i = 0; i < inbox->count; i++)
		if (span_equal(inbox->items[i].name, item))
			return &inbox->items[i];
	return NULL;
}

static int
inbox_lookup(struct inode **child, struct drive *drive, struct inode *directory, const char *name)
{
	const struct inbox *inbox;
	int error = inbox_get(&inbox, drive);

	if (error)
		return error;
	if (item_of(inbox, name) == NULL)
		return ENOENT;
	*child = inode_child(&drive->inodes, directory->id, name);
	if (*child && !ch_oid_equal(&(*child)->oid, &drive->head))
		inode_clear_name(&drive->inodes, *child); /* it may say something else now */
	*child = inode_child_of_view(&drive->inodes, directory->id, name, &inbox_view, false);
	(*child)->oid = drive->head;
	return 0;
}

static int
inbox_attributes(struct stat *st, struct drive *drive, struct inode *inode)
{
	const struct ch_inbox_item *item = NULL;
	const struct inbox *inbox;
	int error = inbox_get(&inbox, drive);

	if (error)
		return error;
	if (!inode->directory && (inode->name == NULL || (item = item_of(inbox, inode->name)) == NULL))
		return ENOENT;
	drive_attributes(st, drive, inode, false, item ? item->text.len : 0, (item ? item->entry->received : drive->time) * 1000000000);
	return 0;
}

static int
inbox_next(char name[VIEW_NAME_MAX + 1], uint64_t *cookie, struct drive *drive, struct inode *directory)
{
	const struct inbox *inbox;
	struct span item;
	int error = inbox_get(&inbox, drive);

	(void)directory;
	if (error)
		return error;
	if (*cookie >= inbox->count)
		return ENOENT;
	item = inbox->items[(*cookie)++].name;
	snprintf(name, VIEW_NAME_MAX + 1, "%.*s.txt", (int)item.len, (const char *)item.data);
	return 0;
}

static int
inbox_read(struct span *out, struct drive *drive, struct inode *inode, uint64_t handle, uint64_t offset, size_t size)
{
	const struct ch_inbox_item *item;
	const struct inbox *inbox;
	int error = inbox_get(&inbox, drive);

	(void)handle;
	if (error)
		return error;
	if (inode->name == NULL || (item = item_of(inbox, inode->name)) == NULL)
		return ENOENT;
	*out = span_skip(item->text, offset < item->text.len ? (size_t)offset : item->text.len);
	out->len = out->len < size ? out->len : size;
	return 0;
}

const struct view inbox_view = {
	.direct = true, .lookup = inbox_lookup, .attributes = inbox_attributes, .next = inbox_next, .read = inbox_read};

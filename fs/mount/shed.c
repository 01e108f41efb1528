#define FUSE_USE_VERSION 314
#include "shed.h"

#include <fuse_lowlevel.h>
#include <stdlib.h>
#include <string.h>

#include "drive.h"
#include "register.h"
#include "view.h"

enum { BATCH = 1024, PART = 16 };

/* An entry that the kernel is to forget. */
struct victim {
	uint64_t directory;
	char name[VIEW_NAME_MAX + 1];
	size_t len;
};

static bool
is_expendable(const struct inode *inode)
{
	return inode && !inode->directory && inode->lookups &&
	       (!inode->overlaid || (inode->writers == 0 && inode->node->working == NULL));
}

static const struct inode *
name_of(struct span *name, struct drive *drive, struct inode *inode)
{
	if (!inode->overlaid)
		return git_name(name, drive, inode);
	*name = span_text(inode->node->name);
	return inode->node->parent ? inode->node->parent->user : NULL;
}

/* The next ones, once around at most. */
static size_t
choose(struct victim victims[BATCH], struct drive *drive, size_t wanted)
{
	struct inode_table *inodes = &drive->inodes;
	size_t count = 0;

	for (uint32_t i = 0; i < inodes->used && count < wanted && count < BATCH; i++) {
		const struct inode *directory;
		struct inode *inode;
		struct span name;

		drive->shed.hand = drive->shed.hand % inodes->used + 1;
		inode = inode_in(inodes, drive->shed.hand);
		if (!is_expendable(inode) || (directory = name_of(&name, drive, inode)) == NULL || name.len > VIEW_NAME_MAX)
			continue;
		victims[count].directory = directory->id;
		memcpy(victims[count].name, name.data, name.len);
		victims[count].name[name.len] = '\0';
		victims[count++].len = name.len;
	}
	return count;
}

/* Down to a part below the limit, as far as that goes. The lock is given up while the kernel is told: it may have to answer for what it holds. */
static void
shed(struct drive *drive, struct victim victims[BATCH])
{
	const uint32_t part = drive->shed.limit / PART + 1, least = drive->shed.limit - part + 1;
	size_t wanted = drive->inodes.count > least ? drive->inodes.count - least : 0, count = 1;

	while (wanted && count && !drive->shed.stop) {
		count = choose(victims, drive, wanted);
		wanted -= count;
		pthread_mutex_unlock(&drive->lock);
		for (size_t i = 0; i < count; i++)
			fuse_lowlevel_notify_inval_entry(drive->session, victims[i].directory, victims[i].name, victims[i].len);
		pthread_mutex_lock(&drive->lock);
	}
	drive->shed.patience =
		drive->inodes.count + part; /* they are forgotten when the kernel comes to it, or when they are closed */
}

static void *
run(void *context)
{
	struct victim *victims = malloc(BATCH * sizeof(*victims));
	struct drive *drive = context;

	if (victims == NULL)
		abort();
	pthread_mutex_lock(&drive->lock);
	while (!drive->shed.stop) {
		if (drive->inodes.count > drive->shed.patience)
			shed(drive, victims);
		else
			pthread_cond_wait(&drive->shed.wake, &drive->lock);
	}
	pthread_mutex_unlock(&drive->lock);
	free(victims);
	return NULL;
}

void
shed_look(struct drive *drive)
{
	if (drive->inodes.count <= drive->shed.limit)
		drive->shed.patience = drive->shed.limit;
	else if (drive->inodes.count > drive->shed.patience && drive->shed.running)
		pthread_cond_signal(&drive->shed.wake);
}

void
shed_start(struct drive *drive)
{
	drive->shed.patience = drive->shed.limit;
	pthread_cond_init(&drive->shed.wake, NULL);
	drive->shed.running = pthread_create(&drive->shed.thread, NULL, run, drive) == 0;
}

void
shed_stop(struct drive *drive)
{
	if (!drive->shed.running)
		return;
	pthread_mutex_lock(&drive->lock);
	drive->shed.stop = true;
	pthread_cond_signal(&drive->shed.wake);
	pthread_mutex_unlock(&drive->lock);
	pthread_join(drive->shed.thread, NULL);
	drive->shed.running = false;
}

#define FUSE_USE_VERSION 314
#include "ahead.h"

#include <fuse_lowlevel.h>

#include "drive.h"
#include "large/pointer.h"
#include "store/object.h"
#include "view.h"
#include "wire/tree.h"

enum { FIRST = 8, OVERTAKEN = 16384 };

static struct ahead_stream *
stream_of(struct ahead *ahead, uint64_t directory)
{
	struct ahead_stream *stream;

	for (size_t i = 0; i < AHEAD_STREAMS; i++)
		if (ahead->streams[i].directory == directory)
			return &ahead->streams[i];
	stream = &ahead->streams[ahead->next++ % AHEAD_STREAMS];
	*stream = (struct ahead_stream){.directory = directory};
	return stream;
}

/* What follows an entry in a tree; false when it is not there. */
static bool
behind(struct span *rest, size_t *offset, struct span tree, const char *name)
{
	struct tree_entry entry;

	for (*rest = tree; *offset = tree.len - rest->len, tree_next(&entry, rest);)
		if (span_is(entry.name, name))
			return true;
	return false;
}

/* The files that follow, as far as the kernel knows them, and up to where they go. */
static size_t
collect(struct ahead_file files[AHEAD_MAX], struct span *rest, struct drive *drive, uint64_t directory, unsigned window)
{
	char name[VIEW_NAME_MAX + 1];
	struct tree_entry entry;
	size_t count = 0;

	for (unsigned i = 0; i < window && tree_next(&entry, rest); i++) {
		struct inode *inode;

		if (entry.directory || entry.name.len > VIEW_NAME_MAX)
			continue;
		memcpy(name, entry.name.data, entry.name.len);
		name[entry.name.len] = '\0';
		if ((inode = inode_child(&drive->inodes, directory, name)) == NULL || memcmp(inode->oid.id, entry.id, OBJECT_ID_SIZE) != 0)
			continue;
		files[count++] = (struct ahead_file){inode->id, inode->oid};
	}
	return count;
}

/* Does the reader go on where the last one, or what was pushed, ended? Then further. */
static unsigned
window_of(struct ahead_stream *stream, size_t offset, size_t end)
{
	if (stream->at == 0 || offset < stream->at) {
		if (stream->window == 0 || offset + OVERTAKEN < stream->at) /* elsewhere, or nothing was pushed; else he has overtaken the pushing */
			*stream = (struct ahead_stream){.directory = stream->directory, .at = end};
		return 0;
	}
	if (offset != stream->at) {
		*stream = (struct ahead_stream){.directory = stream->directory, .at = end};
		return 0;
	}
	stream->window = stream->window == 0 ? FIRST : stream->window < AHEAD_MAX / 2 ? 2 * stream->window : AHEAD_MAX;
	return stream->window;
}

void
ahead_note(struct drive *drive, struct inode *inode)
{
	const struct inode *directory = inode->name ? inode_get(&drive->inodes, inode->parent) : NULL;
	struct ahead *ahead = &drive->ahead;
	struct ahead_stream *stream;
	struct span tree, rest;
	size_t offset;
	unsigned window;

	if (!ahead->running || directory == NULL || (directory->view != &past_view && directory->view != &register_view) ||
	    blobs_tree(&tree, &drive->blobs, &drive->store, &directory->oid) || !behind(&rest, &offset, tree, inode->name))
		return;
	stream = stream_of(ahead, directory->id);
	window = window_of(stream, offset, tree.len - rest.len);
	if (window == 0)
		return;
	pthread_mutex_lock(&ahead->lock);
	if (ahead->count == 0 && (ahead->count = collect(ahead->files, &rest, drive, directory->id, window)))
		pthread_cond_signal(&ahead->wake);
	pthread_mutex_unlock(&ahead->lock);
	stream->at = tree.len - rest.len;
}

/* Large content has another size than what stands for it. */
static void
push(struct drive *drive, struct ch_store *store, const struct ahead_file *file)
{
	struct fuse_bufvec buffer = FUSE_BUFVEC_INIT(0);
	struct ch_pointer pointer;
	struct span content;

	if (ch_object_blob(&content, store, &file->blob))
		return;
	if (content.len && content.len <= BLOBS_SMALL && !ch_pointer_read(&pointer, content)) {
		buffer.buf[0].mem = (void *)content.data;
		buffer.buf[0].size = content.len;
		fuse_lowlevel_notify_store(drive->session, file->inode, 0, &buffer, 0);
	}
	ch_object_free(content);
}

static void *
run(void *context)
{
	struct ahead_file files[AHEAD_MAX];
	struct drive *drive = context;
	struct ahead *ahead = &drive->ahead;
	struct ch_store store;
	bool open = ch_store_open(&store, drive->archive) == NULL;

	pthread_mutex_lock(&ahead->lock);
	while (!ahead->stop) {
		size_t count = ahead->count;

		if (count == 0) {
			pthread_cond_wait(&ahead->wake, &ahead->lock);
			continue;
		}
		memcpy(files, ahead->files, count * sizeof(files[0]));
		ahead->count = 0;
		pthread_mutex_unlock(&ahead->lock);
		for (size_t i = 0; i < count && open && !ahead->stop; i++)
			push(drive, &store, &files[i]);
		pthread_mutex_lock(&ahead->lock);
	}
	pthread_mutex_unlock(&ahead->lock);
	if (open)
		ch_store_close(&store);
	return NULL;
}

void
ahead_start(struct drive *drive)
{
	struct ahead *ahead = &drive->ahead;

	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->wake, NULL);
	ahead->running = pthread_create(&ahead->thread, NULL, run, drive) == 0;
}

void
ahead_stop(struct drive *drive)
{
	struct ahead *ahead = &drive->ahead;

	if (!ahead->running)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->stop = true;
	pthread_cond_signal(&ahead->wake);
	pthread_mutex_unlock(&ahead->lock);
	pthread_join(ahead->thread, NULL);
	ahead->running = false;
}

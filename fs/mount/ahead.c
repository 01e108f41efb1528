#define FUSE_USE_VERSION 314
#include "ahead.h"

#include <fuse_lowlevel.h>

#include "drive.h"
#include "large/pointer.h"
#include "register.h"
#include "store/object.h"

enum { FIRST = 8, LEFT_TO_READER = 8 };

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

static void
drop_first(struct ahead *ahead)
{
	ahead->first = (ahead->first + 1) % AHEAD_MAX;
	ahead->count--;
}

static bool
is_next(const struct ahead *ahead, uint64_t directory, size_t behind)
{
	return ahead->count && ahead->files[ahead->first].directory == directory && ahead->files[ahead->first].behind <= behind;
}

/* What the reader has passed needs not be pushed any more; where he is about to pass, he is left a few. False: nothing else is to be pushed. */
static bool
drop_passed(struct ahead *ahead, uint64_t directory, size_t offset, size_t behind)
{
	bool close = is_next(ahead, directory, behind + 2 * (behind - offset));

	while (is_next(ahead, directory, behind))
		drop_first(ahead);
	for (unsigned i = 0; i < LEFT_TO_READER && close && ahead->count; i++)
		drop_first(ahead);
	return ahead->count > 0;
}

/* The files that follow, as far as the kernel knows them, but the one in the middle. Moves *rest. */
static void
collect(struct ahead *ahead, struct drive *drive, const struct git_place *place, struct span *rest, unsigned window)
{
	const unsigned middle = window / 2;
	struct tree_entry entry;

	for (unsigned i = 0; i < window && ahead->count < AHEAD_MAX && tree_next(&entry, rest); i++) {
		const struct inode *inode = entry.directory || i == middle
						    ? NULL
						    : inode_child_span(&drive->inodes, place->directory->id, entry.name);
		struct ahead_file *file = &ahead->files[(ahead->first + ahead->count) % AHEAD_MAX];

		if (inode == NULL || memcmp(inode->oid.id, entry.id, OBJECT_ID_SIZE) != 0)
			continue;
		*file = (struct ahead_file){
			inode->id, place->directory->id, place->raw.len - rest->len, inode->oid, inode->view == &files_view};
		ahead->count++;
	}
}

/* Does the reader go on where he was? Then further. Gives how many files are to be pushed. */
static unsigned
window_of(struct ahead_stream *stream, size_t offset, size_t behind)
{
	if (stream->behind == 0 || offset < stream->behind || offset > stream->pushed) {
		*stream = (struct ahead_stream){.directory = stream->directory, .behind = behind, .pushed = behind};
		return 0;
	}
	stream->behind = behind;
	if (stream->pushed < behind)
		stream->pushed = behind;
	if ((stream->pushed - behind) / (behind - offset) > stream->window / 2)
		return 0;
	stream->window = stream->window == 0 ? FIRST : stream->window < AHEAD_MAX / 4 ? 2 * stream->window : AHEAD_MAX / 2;
	return stream->window;
}

void
ahead_note(struct drive *drive, struct inode *inode)
{
	struct ahead *ahead = &drive->ahead;
	struct ahead_stream *stream;
	struct git_place place;
	struct tree_entry left;
	struct span rest;
	unsigned window;
	size_t behind;
	bool busy;

	if (!ahead->running || inode->overlaid ||
		(inode->view != &past_view && inode->view != &register_view && inode->view != &files_view) ||
		!git_place(&place, drive, inode))
		return;
	behind = place.raw.len - place.rest.len;
	stream = stream_of(ahead, place.directory->id);
	window = window_of(stream, inode->offset, behind);
	pthread_mutex_lock(&ahead->lock);
	busy = drop_passed(ahead, place.directory->id, inode->offset, behind);
	if (window) {
		rest = span_skip(place.raw, stream->pushed);
		for (unsigned i = 0; i < LEFT_TO_READER && !busy && stream->pushed == behind && window > FIRST; i++)
			tree_next(&left, &rest);
		collect(ahead, drive, &place, &rest, window);
		stream->pushed = place.raw.len - rest.len;
		pthread_cond_signal(&ahead->wake);
	}
	pthread_mutex_unlock(&ahead->lock);
}

/* Large content has another size than what stands for it. */
static void
push(struct drive *drive, const struct ahead_file *file, struct span content)
{
	struct fuse_bufvec buffer = FUSE_BUFVEC_INIT(content.len);
	struct ch_pointer pointer;

	buffer.buf[0].mem = (void *)content.data;
	if (content.len && content.len <= BLOBS_SMALL && !ch_pointer_read(&pointer, content))
		fuse_lowlevel_notify_store(drive->session, file->inode, 0, &buffer, 0);
	ch_object_free(content);
}

static void
read_ahead(struct drive *drive, struct ch_store *store, const struct ahead_file *file)
{
	struct span content;

	if (ch_object_blob(&content, store, &file->blob))
		return;
	if (!file->kept) {
		push(drive, file, content);
		return;
	}
	pthread_mutex_lock(&drive->lock);
	blobs_give(&drive->blobs, &file->blob, content);
	pthread_mutex_unlock(&drive->lock);
}

static void *
run(void *context)
{
	struct drive *drive = context;
	struct ahead *ahead = &drive->ahead;
	struct ahead_file file;
	struct ch_store store;
	bool open = ch_store_open(&store, drive->archive) == NULL;

	pthread_mutex_lock(&ahead->lock);
	while (!ahead->stop) {
		atomic_store(&ahead->busy, ahead->count > 0);
		if (ahead->count == 0) {
			pthread_cond_wait(&ahead->wake, &ahead->lock);
			continue;
		}
		file = ahead->files[ahead->first];
		ahead->first = (ahead->first + 1) % AHEAD_MAX;
		ahead->count--;
		pthread_mutex_unlock(&ahead->lock);
		if (open)
			read_ahead(drive, &store, &file);
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

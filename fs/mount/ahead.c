#define FUSE_USE_VERSION 314
#include "ahead.h"

#include <fuse_lowlevel.h>

#include "drive.h"
#include "large/pointer.h"
#include "register.h"
#include "store/object.h"
#include "wire/tree.h"

enum { FIRST = 8, WINDOW_MAX = 128, LEFT_TO_READER = 8 };

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

static struct ahead_file *
at(struct ahead *ahead, size_t i)
{
	return &ahead->files[(ahead->first + i) % AHEAD_MAX];
}

static void
drop_first(struct ahead *ahead)
{
	ahead->first = (ahead->first + 1) % AHEAD_MAX;
	ahead->count--;
}

static bool
is_next(struct ahead *ahead, uint64_t directory, size_t behind)
{
	return ahead->count && at(ahead, 0)->directory == directory && at(ahead, 0)->behind <= behind;
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

static bool
is_shown_as_committed(const struct inode *inode)
{
	return !inode->overlaid && (inode->view == &past_view || inode->view == &register_view || inode->view == &files_view);
}

/* A file that the kernel knows. */
static void
add(struct ahead *ahead, const struct drive *drive, struct inode *inode, size_t behind)
{
	bool free = inode->view == &files_view;

	if (ahead->count == AHEAD_MAX)
		return;
	*at(ahead, ahead->count++) = (struct ahead_file){.inode = inode->id, .directory = inode->parent, .behind = behind, .blob = inode->oid,
		.kept = free && (drive->sharing.office || inode->touched || inode->pushed)};
	inode->pushed |= free;
}

/* A stretch of a directory, from where its stream is: so many files, or up to that offset in its tree; but for the one with that number. */
struct stretch {
	struct inode *directory;
	struct span raw;
	size_t end;
	unsigned files, left_out;
};

/* Which one is beside it. What is in the trees' cache may be another one afterwards. */
static bool
next_directory(struct ch_oid *tree, struct drive *drive, struct inode *directory)
{
	struct tree_entry entry;
	struct git_place place;

	if (!git_place(&place, drive, directory) || !tree_next(&entry, &place.rest) || !entry.directory)
		return false;
	memcpy(tree->id, entry.id, sizeof(tree->id));
	return true;
}

/* All of it is being pushed or left to the reader. */
static void
come_to_end(struct ahead *ahead, struct drive *drive, struct inode *directory)
{
	const struct inode *above = drive_above(drive, directory);

	if (above && above->id == ahead->above && !drive->sharing.office)
		ahead->expects = next_directory(&ahead->expected, drive, directory);
	ahead->above = above ? above->id : 0;
}

/* Moves the stream. The stretch is used up by that. */
static void
collect(struct ahead *ahead, struct drive *drive, struct ahead_stream *stream, const struct stretch *stretch)
{
	struct span rest = span_skip(stretch->raw, stream->pushed);
	struct tree_entry entry;

	for (unsigned i = 0; i < stretch->files && stream->pushed < stretch->end && ahead->count < AHEAD_MAX && tree_next(&entry, &rest); i++) {
		struct inode *inode = entry.directory || i == stretch->left_out
					      ? NULL
					      : inode_child_span(&drive->inodes, stretch->directory->id, entry.name);

		stream->pushed = stretch->raw.len - rest.len;
		if (inode && is_shown_as_committed(inode) && memcmp(inode->oid.id, entry.id, OBJECT_ID_SIZE) == 0)
			add(ahead, drive, inode, stream->pushed);
	}
	if (rest.len == 0)
		come_to_end(ahead, drive, stretch->directory);
}

/* Does the reader go on where he was? Then further. Gives how many files are to be pushed. */
static unsigned
window_of(struct ahead_stream *stream, size_t offset, size_t behind)
{
	if (stream->pushed == 0 || offset < stream->behind || offset > stream->pushed) {
		*stream = (struct ahead_stream){.directory = stream->directory, .behind = behind, .pushed = behind};
		return 0;
	}
	stream->behind = behind;
	if (stream->pushed < behind)
		stream->pushed = behind;
	if ((stream->pushed - behind) / (behind - offset) > stream->window / 2)
		return 0;
	stream->window = stream->window == 0 ? FIRST : stream->window < WINDOW_MAX ? 2 * stream->window : WINDOW_MAX;
	return stream->window;
}

/* He is just behind us: the next few are his. */
static void
leave(struct ahead_stream *stream, struct span raw)
{
	struct span rest = span_skip(raw, stream->pushed);
	struct tree_entry entry;

	for (unsigned i = 0; i < LEFT_TO_READER && tree_next(&entry, &rest); i++)
		stream->pushed = raw.len - rest.len;
}

void
ahead_note(struct drive *drive, struct inode *inode)
{
	struct ahead *ahead = &drive->ahead;
	struct stretch stretch;
	struct ahead_stream *stream;
	struct git_place place;
	size_t behind;
	bool busy;

	if (!ahead->running || !is_shown_as_committed(inode) || !git_place(&place, drive, inode))
		return;
	behind = place.raw.len - place.rest.len;
	stream = stream_of(ahead, place.directory->id);
	stretch = (struct stretch){place.directory, place.raw, place.raw.len, window_of(stream, inode->offset, behind), 0};
	stretch.left_out = stretch.files / 2;
	if (ahead->guessed == place.directory->id)
		ahead->guessed = 0;
	pthread_mutex_lock(&ahead->lock);
	busy = drop_passed(ahead, place.directory->id, inode->offset, behind);
	if (stretch.files && !busy && stream->pushed == behind && stretch.files > FIRST)
		leave(stream, stretch.raw);
	if (stretch.files) {
		collect(ahead, drive, stream, &stretch);
		pthread_cond_signal(&ahead->wake);
	}
	pthread_mutex_unlock(&ahead->lock);
}

bool
ahead_expects(const struct drive *drive, const struct inode *directory)
{
	const struct inode *above = drive_above(drive, directory);

	return drive->ahead.running && above && above->id == drive->ahead.above;
}

/* Where he has read everything that is beside it; if he did not read what was pushed last because of that, he does not go on so. */
static bool
will_be_read(struct ahead *ahead, uint64_t directory)
{
	if (stream_of(ahead, directory)->behind)
		return false;
	if (ahead->guessed && ahead->guessed != directory)
		ahead->above = 0;
	ahead->guessed = ahead->above ? directory : 0;
	return ahead->above != 0;
}

void
ahead_listed(struct drive *drive, struct inode *directory, uint64_t cookie)
{
	const struct ch_oid *tree = git_tree(directory);
	struct ahead *ahead = &drive->ahead;
	struct stretch stretch = {.directory = directory, .end = (size_t)(cookie >> GIT_COOKIE_NUMBER), .files = AHEAD_MAX};
	struct ahead_stream *stream;

	if (tree == NULL || !ahead_expects(drive, directory) || !will_be_read(ahead, directory->id) ||
		blobs_tree(&stretch.raw, &drive->blobs, &drive->store, tree) || stretch.end > stretch.raw.len)
		return;
	stream = stream_of(ahead, directory->id);
	stretch.left_out = stream->pushed ? AHEAD_MAX : 0;
	pthread_mutex_lock(&ahead->lock);
	collect(ahead, drive, stream, &stretch);
	pthread_cond_signal(&ahead->wake);
	pthread_mutex_unlock(&ahead->lock);
}

void
ahead_moved(struct drive *drive)
{
	struct ahead *ahead = &drive->ahead;

	if (!ahead->running)
		return;
	pthread_mutex_lock(&ahead->lock);
	ahead->moved = true;
	pthread_mutex_unlock(&ahead->lock);
}

/* It is in the ring, or the one that is being pushed, or it was. */
void
ahead_leave(struct drive *drive, struct inode *inode)
{
	struct ahead *ahead = &drive->ahead;

	if (inode->pushed && !inode->touched) {
		pthread_mutex_lock(&ahead->lock);
		for (size_t i = 0; i < ahead->count; i++)
			if (at(ahead, i)->inode == inode->id)
				at(ahead, i)->inode = 0;
		push_withdraw(&ahead->push, inode->id);
		pthread_mutex_unlock(&ahead->lock);
	}
	inode->touched = true;
}

static bool
get(size_t *len, struct ahead *ahead, struct ch_store *store, const struct ahead_file *file)
{
	struct span content;

	if (!stock_take(&content, &ahead->stock, &file->blob, file->behind))
		return ch_object_small(ahead->push.bytes, len, PUSH_MAX, store, &file->blob) == NULL;
	memcpy(ahead->push.bytes, content.data, content.len);
	*len = content.len;
	return true;
}

/* Large content has another size than what stands for it. */
static void
push(struct drive *drive, struct ch_store *store, const struct ahead_file *file)
{
	struct push *push = &drive->ahead.push;
	struct ch_pointer pointer;
	size_t len;

	if (!get(&len, &drive->ahead, store, file) || ch_pointer_read(&pointer, span_of(push->bytes, len)))
		len = 0;
	push_store(push, drive->session, len);
}

static void
keep(struct drive *drive, struct ch_store *store, const struct ahead_file *file)
{
	struct span content;

	if (ch_object_blob(&content, store, &file->blob))
		return;
	pthread_mutex_lock(&drive->lock);
	blobs_give(&drive->blobs, &file->blob, content);
	pthread_mutex_unlock(&drive->lock);
}

/* Whoever lists it will want the tree. */
static void
expect(struct drive *drive, struct ch_store *store, const struct ch_oid *tree)
{
	struct span raw = stock_begin(&drive->ahead.stock, store, tree);

	if (raw.len == 0)
		return;
	pthread_mutex_lock(&drive->lock);
	blobs_give_tree(&drive->blobs, tree, raw);
	pthread_mutex_unlock(&drive->lock);
}

/* What is to be done next: to push a file, or else to look into a directory, or else to go on there. */
struct step {
	struct ahead_file file; /* nobody's when there is none, or it was taken back */
	struct ch_oid tree;
	bool moved, expects, goes_on;
};

/* Under the ring's lock, which is given up while there is nothing to do. */
static struct step
next_step(struct ahead *ahead)
{
	struct step step = {.moved = ahead->moved};

	ahead->moved = false;
	if (ahead->count) {
		step.file = *at(ahead, 0);
		drop_first(ahead);
		push_begin(&ahead->push, step.file.kept ? 0 : step.file.inode);
	} else if (ahead->expects) {
		step.tree = ahead->expected;
		step.expects = true;
		ahead->expects = false;
	} else if (!stock_is_done(&ahead->stock)) {
		step.goes_on = true;
	} else {
		atomic_store(&ahead->busy, false);
		pthread_cond_wait(&ahead->wake, &ahead->lock);
		atomic_store(&ahead->busy, true);
	}
	return step;
}

static void
work(struct drive *drive, struct ch_store *store)
{
	struct ahead *ahead = &drive->ahead;

	pthread_mutex_lock(&ahead->lock);
	while (!ahead->stop) {
		struct step step = next_step(ahead);

		pthread_mutex_unlock(&ahead->lock);
		if (step.moved)
			ch_store_read_on(store);
		if (step.file.inode)
			(step.file.kept ? keep : push)(drive, store, &step.file);
		if (step.expects)
			expect(drive, store, &step.tree);
		if (step.goes_on)
			stock_go_on(&ahead->stock, store);
		pthread_mutex_lock(&ahead->lock);
	}
	pthread_mutex_unlock(&ahead->lock);
}

static void *
run(void *context)
{
	struct drive *drive = context;
	struct ch_store store;

	if (ch_store_open(&store, drive->archive))
		return NULL;
	ch_store_read_much(&store);
	work(drive, &store);
	ch_store_read_little(&store);
	ch_store_close(&store);
	return NULL;
}

void
ahead_start(struct drive *drive)
{
	struct ahead *ahead = &drive->ahead;

	pthread_mutex_init(&ahead->lock, NULL);
	pthread_cond_init(&ahead->wake, NULL);
	push_start(&ahead->push);
	stock_start(&ahead->stock);
	ahead->running = ahead->push.bytes && pthread_create(&ahead->thread, NULL, run, drive) == 0;
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
	push_stop(&ahead->push);
	stock_stop(&ahead->stock);
	ahead->running = false;
}

#define FUSE_USE_VERSION 314
#include "direct.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "drive.h"
#include "ops.h"

enum { WITHOUT_COPIES = 44 }; /* the version of the protocol in Linux 6.16 */

static const uint64_t handle_bit = 1ULL << 32; /* beside an opener (sharing.h) */

struct waiting {
	struct waiting *next;
	fuse_req_t request;
	fuse_ino_t id;
	off_t offset;
	struct fuse_file_info file;
	size_t len;
	char bytes[];
};

static struct {
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t wake;
	struct waiting *first, **last;
	bool running, stop;
} direct = {.lock = PTHREAD_MUTEX_INITIALIZER, .wake = PTHREAD_COND_INITIALIZER, .last = &direct.first};

bool
direct_is_known(const struct fuse_conn_info *connection)
{
	return connection->proto_minor >= WITHOUT_COPIES;
}

void
direct_begin(struct fuse_file_info *file, const struct drive *drive, struct inode *inode)
{
	if (!drive->sharing.direct || inode->view != &files_view || file->direct_io || (file->flags & O_ACCMODE) != O_WRONLY || inode->lookups > 1)
		return;
	inode->touched = true; /* and never pushed */
	file->direct_io = true;
	file->fh |= handle_bit;
}

bool
direct_is(const struct fuse_file_info *file)
{
	return (file->fh & handle_bit) && !file->writepage;
}

/* What the kernel has of it goes, and comes to be written before. */
static void
forget_pages(struct drive *drive, fuse_ino_t id)
{
	struct inode *inode;

	pthread_mutex_lock(&drive->lock);
	if ((inode = inode_get(&drive->inodes, id)))
		inode->paged = false;
	pthread_mutex_unlock(&drive->lock);
	fuse_lowlevel_notify_inval_inode(drive->session, id, 0, 0);
}

/* Until nobody has got pages in between. When the session has ended there is nobody to be answered, who cannot be either. */
static void
carry_out(struct drive *drive, struct waiting *waiting)
{
	do
		forget_pages(drive, waiting->id);
	while (!fuse_session_exited(drive->session) &&
	       !write_unless_paged(waiting->request, waiting->id, span_of(waiting->bytes, waiting->len), waiting->offset, &waiting->file));
}

static void *
run(void *context)
{
	struct drive *drive = context;
	struct waiting *waiting;

	pthread_mutex_lock(&direct.lock);
	while (direct.first || !direct.stop) {
		if ((waiting = direct.first) == NULL) {
			pthread_cond_wait(&direct.wake, &direct.lock);
			continue;
		}
		if ((direct.first = waiting->next) == NULL)
			direct.last = &direct.first;
		pthread_mutex_unlock(&direct.lock);
		carry_out(drive, waiting);
		free(waiting);
		pthread_mutex_lock(&direct.lock);
	}
	pthread_mutex_unlock(&direct.lock);
	return NULL;
}

void
direct_write(fuse_req_t request, fuse_ino_t id, struct span bytes, off_t offset, const struct fuse_file_info *file)
{
	struct waiting *waiting = malloc(sizeof(*waiting) + bytes.len);

	if (waiting == NULL) {
		fuse_reply_err(request, ENOMEM);
		return;
	}
	*waiting = (struct waiting){.request = request, .id = id, .offset = offset, .file = *file, .len = bytes.len};
	memcpy(waiting->bytes, bytes.data, bytes.len);
	pthread_mutex_lock(&direct.lock);
	*direct.last = waiting;
	direct.last = &waiting->next;
	pthread_cond_signal(&direct.wake);
	pthread_mutex_unlock(&direct.lock);
}

const struct ch_error *
direct_start(struct drive *drive)
{
	if ((errno = pthread_create(&direct.thread, NULL, run, drive)))
		return ch_fail_errno("cannot start the thread that writes past pages");
	direct.running = true;
	return NULL;
}

void
direct_stop(void)
{
	pthread_mutex_lock(&direct.lock);
	direct.stop = true;
	pthread_cond_signal(&direct.wake);
	pthread_mutex_unlock(&direct.lock);
	if (direct.running)
		pthread_join(direct.thread, NULL);
}

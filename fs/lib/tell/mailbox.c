#include "mailbox.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

enum { POSITION_MAX = 1024 };

/* Written aside under this name; there may be one left of a crash, which is written over. */
#define ASIDE ".new"

static const struct ch_error *
failed(const struct ch_mailbox *box, const char *what, const char *name)
{
	return ch_fail_errno("cannot %s '%s/%s'", what, box->path, name);
}

static int
open_directory(int parent, const char *name)
{
	if (mkdirat(parent, name, 0700) != 0 && errno != EEXIST)
		return -1;
	return openat(parent, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

const struct ch_error *
ch_mailbox_open(struct ch_mailbox *box, const struct ch_store *store)
{
	*box = (struct ch_mailbox){.directory = -1, .queue = -1, .failed = -1, .lock = -1};
	snprintf(box->path, sizeof(box->path), "%s/chancery/mail", store->path);
	if ((box->directory = open_directory(AT_FDCWD, box->path)) < 0)
		return ch_fail_errno("cannot open '%s'", box->path);
	if ((box->lock = openat(box->directory, "lock", O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
		return failed(box, "open", "lock");
	if (flock(box->lock, LOCK_EX | LOCK_NB) != 0)
		return errno == EWOULDBLOCK ? ch_fail(CH_LATER, "somebody else sends the mails of this archive now") : failed(box, "lock", "lock");
	if ((box->queue = open_directory(box->directory, "queue")) < 0)
		return failed(box, "open", "queue");
	if ((box->failed = open_directory(box->directory, "failed")) < 0)
		return failed(box, "open", "failed");
	return fsync(box->directory) == 0 ? NULL : ch_fail_errno("cannot write '%s'", box->path);
}

static void
close_one(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

void
ch_mailbox_close(struct ch_mailbox *box)
{
	close_one(&box->queue);
	close_one(&box->failed);
	close_one(&box->directory);
	close_one(&box->lock);
}

/* ---- files ---- */

static bool
replace(int directory, const char *name, struct span content)
{
	int fd = openat(directory, ASIDE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	bool good = fd >= 0 && ch_file_write(fd, content) && fsync(fd) == 0;

	if (fd >= 0 && close(fd) != 0)
		good = false;
	return good && renameat(directory, ASIDE, directory, name) == 0 && fsync(directory) == 0;
}

/* False and errno; EFBIG: more than `most` bytes. */
static bool
read_whole(struct span *content, int directory, const char *name, size_t most, struct ch_arena *arena)
{
	int fd = openat(directory, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	uint8_t *bytes = ch_arena_alloc(arena, most + 1);
	size_t len = 0;
	ssize_t n = 0;

	if (fd < 0)
		return false;
	while (len <= most && (n = read(fd, bytes + len, most + 1 - len)) > 0)
		len += (size_t)n;
	close(fd);
	*content = span_of(bytes, len);
	if (len > most)
		errno = EFBIG;
	return n >= 0 && len <= most;
}

/* ---- the position ---- */

static const struct ch_error *
read_position(struct ch_told *told, uint8_t act[SHA256_SIZE], const struct ch_mailbox *box, struct span text)
{
	struct span value, rest = text;

	if (record_take(&value, &rest, "Format") && span_is(value, "1") && record_take(&value, &rest, "Kind") && span_is(value, "told") &&
	    record_take(&value, &rest, "Seq") && text_get_number(&told->seq, value) && record_take(&value, &rest, "Act") &&
	    text_get_hex(act, SHA256_SIZE, value) && record_take(&value, &rest, "Time") && text_get_time(&told->time, value) && rest.len == 0)
		return NULL;
	return ch_fail(CH_IO, "'%s/position' cannot be read; remove it to begin anew with what comes from now on", box->path);
}

const struct ch_error *
ch_mailbox_position(struct ch_told *told, bool *exists, struct ch_mailbox *box, struct ch_state *state)
{
	const struct ch_entry *entry;
	const struct ch_error *error;
	uint8_t act[SHA256_SIZE];
	struct span text;

	*exists = false;
	if (!read_whole(&text, box->directory, "position", POSITION_MAX, &state->arena))
		return errno == ENOENT ? NULL : failed(box, "read", "position");
	if ((error = read_position(told, act, box, text)))
		return error;
	*exists = true;
	entry = ch_state_act(state, act);
	if (entry == NULL || entry->seq != told->seq)
		return ch_refuse(WIRE_WRONG_PREVIOUS,
				 "the register does not go on from page %llu, up to which mails were sent: pages have been taken back, or it is another; remove "
				 "'%s/position' to begin anew with what comes from now on",
				 (unsigned long long)told->seq, box->path);
	return NULL;
}

const struct ch_error *
ch_mailbox_move(struct ch_mailbox *box, const struct ch_told *told, struct ch_state *state)
{
	const struct ch_entry *last = ch_state_entry(state, state->entry_count - 1);
	char text[POSITION_MAX], time_text[TIME_TEXT + 1];
	size_t at = 0;

	text_put_time(time_text, told->time);
	record_put(text, sizeof(text), &at, "Format", SPAN_LITERAL("1"));
	record_put(text, sizeof(text), &at, "Kind", SPAN_LITERAL("told"));
	record_put(text, sizeof(text), &at, "Seq", ch_arena_number(&state->arena, last->seq));
	record_put(text, sizeof(text), &at, "Act", ch_arena_hex(&state->arena, last->id, SHA256_SIZE));
	record_put(text, sizeof(text), &at, "Time", span_text(time_text));
	return replace(box->directory, "position", span_of(text, at)) ? NULL : failed(box, "write", "position");
}

/* ---- the queue ---- */

const struct ch_error *
ch_mailbox_put(struct ch_mailbox *box, const char *name, const struct ch_mail *mail, bool again, struct ch_arena *arena)
{
	if (!again && faccessat(box->queue, name, F_OK, 0) == 0)
		return NULL;
	return replace(box->queue, name, ch_mail_write(mail, arena)) ? NULL : failed(box, "write", "queue");
}

static int
by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const struct ch_error *
ch_mailbox_list(char ***names, size_t *count, struct ch_mailbox *box, struct ch_arena *arena)
{
	int copy = openat(box->queue, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *directory = copy < 0 ? NULL : fdopendir(copy);
	struct dirent *entry;

	*names = NULL;
	*count = 0;
	if (directory == NULL) {
		close_one(&copy);
		return failed(box, "read", "queue");
	}
	while ((entry = readdir(directory))) {
		if (entry->d_name[0] == '.')
			continue;
		*names = ch_arena_grow(arena, *names, *count, sizeof(**names));
		(*names)[(*count)++] = ch_arena_text(arena, span_text(entry->d_name));
	}
	closedir(directory);
	if (*count)
		qsort(*names, *count, sizeof(**names), by_name);
	return NULL;
}

const struct ch_error *
ch_mailbox_get(struct ch_mail *mail, struct ch_mailbox *box, const char *name, struct ch_arena *arena)
{
	struct span text;

	if (!read_whole(&text, box->queue, name, MAIL_MAX, arena))
		return failed(box, "read", "queue");
	return ch_mail_read(mail, text);
}

const struct ch_error *
ch_mailbox_remove(struct ch_mailbox *box, const char *name)
{
	return unlinkat(box->queue, name, 0) == 0 && fsync(box->queue) == 0 ? NULL : failed(box, "write", "queue");
}

const struct ch_error *
ch_mailbox_give_up(struct ch_mailbox *box, const char *name)
{
	if (renameat(box->queue, name, box->failed, name) != 0 || fsync(box->failed) != 0 || fsync(box->queue) != 0)
		return failed(box, "write", "failed");
	return NULL;
}

/* Files of one directory, but for what is being written. */
static const struct ch_error *
count_files(size_t *count, const char *path)
{
	DIR *directory = opendir(path);
	struct dirent *entry;

	*count = 0;
	if (directory == NULL)
		return errno == ENOENT ? NULL : ch_fail_errno("cannot read '%s'", path);
	while ((entry = readdir(directory)))
		*count += entry->d_name[0] != '.';
	closedir(directory);
	return NULL;
}

const struct ch_error *
ch_mailbox_look(bool *exists, size_t *waiting, size_t *given_up, const struct ch_store *store)
{
	char path[sizeof(store->path) + 32];
	const struct ch_error *error;

	snprintf(path, sizeof(path), "%s/chancery/mail", store->path);
	*exists = access(path, F_OK) == 0;
	snprintf(path, sizeof(path), "%s/chancery/mail/queue", store->path);
	if ((error = count_files(waiting, path)))
		return error;
	snprintf(path, sizeof(path), "%s/chancery/mail/failed", store->path);
	return count_files(given_up, path);
}

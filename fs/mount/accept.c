#define FUSE_USE_VERSION 314
#include "accept.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "commit.h"
#include "drop.h"
#include "errors.h"
#include "files.h"
#include "register.h"
#include "base/clock.h"
#include "base/fold.h"
#include "drive/whole.h"

enum { BLOCK = 1 << 20, REASON_MAX = 512, MONTH_SIZE = 8 };

static const uint64_t largest = (uint64_t)2 << 30; /* of a file on the drive, less one byte */

/* A file that is looked at. */
struct dropped {
	struct drive *drive;
	const char *folder, *name;
	char path[DROP_PATH_SIZE], note[DROP_PATH_SIZE + sizeof(DROP_REFUSED)];
	int file;
	struct stat st;
	char person[ID_MAX + 1];
	char reason[REASON_MAX]; /* why it is not accepted, and what to do */
};

void
accept_wake(struct drive *drive)
{
	drive->drop_due = ch_clock_milliseconds() + (int64_t)drive->drop_quiet * 1000;
	commit_wake();
}

static bool
refuse(struct dropped *d, const char *why, const char *what_to_do)
{
	snprintf(d->reason, sizeof(d->reason), "It %s.\n\nWhat to do: %s.\n", why, what_to_do);
	return false;
}

/* ---- is it complete, and may it come in? ---- */

static bool
read_at(const struct dropped *d, uint8_t *bytes, size_t len, off_t offset)
{
	return pread(d->file, bytes, len, offset) == (ssize_t)len;
}

static bool
is_whole(struct dropped *d)
{
	static uint8_t head[CH_WHOLE_HEAD], tail[CH_WHOLE_TAIL];
	size_t head_len = d->st.st_size < CH_WHOLE_HEAD ? (size_t)d->st.st_size : CH_WHOLE_HEAD;
	size_t tail_len = d->st.st_size < CH_WHOLE_TAIL ? (size_t)d->st.st_size : CH_WHOLE_TAIL;
	const char *why;

	if (!read_at(d, head, head_len, 0) || !read_at(d, tail, tail_len, d->st.st_size - (off_t)tail_len))
		return refuse(d, "cannot be read", "ask the administrator to look at the disk, see chancery-doctor");
	why = ch_whole(span_text(d->name), span_of(head, head_len), span_of(tail, tail_len));
	return why == NULL || refuse(d, why, "go on with the upload, or put it here again; it is looked at again when it changes");
}

/* Whoever has put it here; of one user's drive it is his, and nobody's name is on what the drive's own user has put here. */
static bool
may_come(struct dropped *d)
{
	struct drive *drive = d->drive;

	if (!drive->sharing.office || *d->person == '\0' || office_may_drop(&drive->office, span_text(d->person), d->folder))
		return true;
	return refuse(d, "was put here by somebody who may not (any more)", "ask an administrator for a line 'Allow: ROLE drop files/FOLDER' in the policy");
}

static bool
can_be_accepted(struct dropped *d)
{
	if (d->st.st_size == 0)
		return refuse(d, "is empty", "put it here again, with its content");
	if ((uint64_t)d->st.st_size >= largest)
		return refuse(d, "has more than 2 GiB", "divide it");
	if (ch_name_check_space(span_text(d->folder)))
		return refuse(d, "lies in a folder whose name cannot be that of a space", "ask an administrator to rename the folder: letters, digits, '.', '_' and '-'");
	return may_come(d) && is_whole(d);
}

/* ---- taking it ---- */

/* A directory of files/, made when it is missing; the kernel is told. */
static const struct ch_error *
enter(struct ch_overlay_node **node, struct drive *drive, struct ch_overlay_node *parent, const char *name)
{
	const struct ch_error *error;

	if ((error = ch_overlay_lookup(node, &drive->overlay, parent, span_text(name))) || *node)
		return error;
	if ((error = ch_overlay_create(&drive->overlay, parent, span_text(name), true, (struct ch_permissions){0})))
		return error;
	drive_note(drive, parent, name);
	return ch_overlay_lookup(node, &drive->overlay, parent, span_text(name));
}

/* files/<folder>/<yyyy>/<mm>: a directory that is not too large, whoever drops how much. */
static const struct ch_error *
find_place(struct ch_overlay_node **place, struct dropped *d)
{
	struct drive *drive = d->drive;
	char year[MONTH_SIZE], month[MONTH_SIZE];
	const struct ch_error *error;
	time_t now = time(NULL);
	struct tm tm;

	gmtime_r(&now, &tm);
	strftime(year, sizeof(year), "%Y", &tm);
	strftime(month, sizeof(month), "%m", &tm);
	if ((error = enter(place, drive, drive->overlay.root, d->folder)) || (error = enter(place, drive, *place, year)))
		return error;
	return enter(place, drive, *place, month);
}

/* Whether it is the content that a pointer names. */
static bool
is_content_of(struct dropped *d, const struct ch_pointer *pointer)
{
	static uint8_t block[BLOCK];
	uint8_t digest[SHA256_SIZE];
	struct wire_sha256 hash;
	ssize_t got = 0;

	wire_sha256_init(&hash);
	for (off_t at = 0; at < d->st.st_size && (got = pread(d->file, block, sizeof(block), at)) > 0; at += got)
		wire_sha256_update(&hash, span_of(block, (size_t)got));
	wire_sha256_final(&hash, digest);
	return got > 0 && pointer->size == (uint64_t)d->st.st_size && memcmp(digest, pointer->digest, sizeof(digest)) == 0;
}

/* Byte by byte: what came in already, before a crash or by somebody who has sent it twice. */
static const struct ch_error *
compare(bool *same, struct dropped *d, struct ch_overlay_node *node)
{
	static uint8_t block[BLOCK];
	const struct ch_error *error;
	struct ch_pointer pointer;
	bool is_large = false;
	struct span there;
	uint64_t size;

	if (!node->working && node->based && !node->directory && git_is_large(&pointer, &is_large, d->drive, &node->base) == 0 && is_large) {
		*same = is_content_of(d, &pointer);
		return NULL;
	}
	if ((error = ch_overlay_size(&size, &d->drive->overlay, node)))
		return error;
	*same = !node->directory && size == (uint64_t)d->st.st_size;
	for (uint64_t at = 0; *same && at < size; at += there.len) {
		if ((error = files_content(&there, d->drive, node, at, sizeof(block))))
			return error;
		*same = there.len > 0 && read_at(d, block, there.len, (off_t)at) && memcmp(block, there.data, there.len) == 0;
	}
	return NULL;
}

static const struct ch_error *
write_content(struct dropped *d, struct ch_overlay_node *node)
{
	static uint8_t block[BLOCK];
	const struct ch_error *error = NULL;

	for (off_t at = 0; at < d->st.st_size && error == NULL;) {
		ssize_t got = pread(d->file, block, sizeof(block), at);

		if (got <= 0)
			return ch_fail_errno("cannot read '%s'", d->path);
		error = ch_overlay_write(&d->drive->overlay, node, (uint64_t)at, span_of(block, (size_t)got));
		at += got;
	}
	return error;
}

/* Under another name until it is whole, so that after a crash nothing that is half there has the right one. */
static const struct ch_error *
bring_in(struct dropped *d, struct ch_overlay_node *place)
{
	struct ch_overlay *overlay = &d->drive->overlay;
	const struct span working = SPAN_LITERAL("being-accepted.tmp");
	struct ch_overlay_node *node;
	const struct ch_error *error;

	if ((error = ch_overlay_lookup(&node, overlay, place, working)))
		return error;
	if (node && (error = ch_overlay_remove(overlay, place, working, false)))
		return error;
	if ((error = ch_overlay_create(overlay, place, working, false, (struct ch_permissions){0})) || (error = ch_overlay_lookup(&node, overlay, place, working)) ||
	    (error = write_content(d, node)) || (error = ch_overlay_rename(overlay, place, working, place, span_text(d->name))))
		return error;
	drive_note(d->drive, place, d->name);
	if (d->drive->sharing.office && *d->person)
		sharing_credit(d->drive, span_text(d->folder), span_text(d->person));
	drive_closed(d->drive);
	return NULL;
}

/* Under the lock. */
static const struct ch_error *
take(bool *taken, struct dropped *d)
{
	struct ch_overlay_node *place, *node;
	const struct ch_error *error;

	*taken = false;
	if ((error = find_place(&place, d)) || (error = ch_overlay_lookup(&node, &d->drive->overlay, place, span_text(d->name))))
		return error;
	*taken = true;
	if (node && (error = compare(taken, d, node)))
		return error;
	if (!*taken)
		refuse(d, "has the name of another file that came in this month", "give it another name");
	if (node == NULL && (error = bring_in(d, place)))
		return error;
	return *taken ? ch_journal_sync(&d->drive->journal) : NULL;
}

/* ---- and what is said of it ---- */

static void
write_note(struct dropped *d)
{
	int note = openat(d->drive->drop, d->note, O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0600);
	char now[TIME_TEXT + 1];

	if (note < 0) {
		complain("cannot write '%s': %s", d->note, strerror(errno));
		return;
	}
	text_put_time(now, time(NULL));
	if (dprintf(note, "'%s' was not accepted on %s.\n\n%s", d->name, now, d->reason) < 0)
		complain("cannot write '%s': %s", d->note, strerror(errno));
	if (*d->person)
		fsetxattr(note, "user.chancery.person", d->person, strlen(d->person), 0);
	close(note);
}

/* A note that is younger than the file's last change still holds. */
static bool
was_refused(const struct dropped *d)
{
	struct stat note;

	return fstatat(d->drive->drop, d->note, &note, AT_SYMLINK_NOFOLLOW) == 0 &&
	       (note.st_ctim.tv_sec > d->st.st_ctim.tv_sec || (note.st_ctim.tv_sec == d->st.st_ctim.tv_sec && note.st_ctim.tv_nsec > d->st.st_ctim.tv_nsec));
}

/* Under the lock, so that nobody opens it meanwhile. False when somebody has it open: its close wakes us. */
static bool
judge(struct dropped *d)
{
	const struct ch_error *error = NULL;
	bool taken = false;

	if (flock(d->file, LOCK_EX | LOCK_NB) != 0 || fstat(d->file, &d->st) != 0)
		return false;
	drop_person(d->person, d->file);
	if (can_be_accepted(d))
		error = take(&taken, d);
	if (error) { /* nothing that whoever has put it here could do */
		complain("cannot accept '%s': %s", d->path, error->message);
		return true;
	}
	unlinkat(d->drive->drop, d->note, 0);
	if (taken)
		unlinkat(d->drive->drop, d->path, 0);
	else
		write_note(d);
	return true;
}

/* Milliseconds until it may be looked at; 0: it was, or is none of ours; -1: somebody writes. */
static int64_t
look(struct dropped *d)
{
	struct timespec now;
	int64_t age;
	bool judged;

	if (fstat(d->file, &d->st) != 0 || !S_ISREG(d->st.st_mode) || was_refused(d))
		return 0;
	clock_gettime(CLOCK_REALTIME, &now);
	age = (int64_t)(now.tv_sec - d->st.st_ctim.tv_sec) * 1000 + (now.tv_nsec - d->st.st_ctim.tv_nsec) / 1000000;
	if (age >= 0 && age < (int64_t)d->drive->drop_quiet * 1000)
		return (int64_t)d->drive->drop_quiet * 1000 - age;
	pthread_mutex_lock(&d->drive->lock);
	judged = judge(d);
	pthread_mutex_unlock(&d->drive->lock);
	return judged ? 0 : -1;
}

/* Names under which programs keep what is not finished: an upload that is renamed at its end. */
static bool
is_unfinished(struct span name)
{
	return span_starts(name, SPAN_LITERAL(".")) || span_starts(name, SPAN_LITERAL("~")) || span_ends(name, SPAN_LITERAL("~")) ||
	       span_ends(name, SPAN_LITERAL(".part")) || span_ends(name, SPAN_LITERAL(".filepart")) || span_ends(name, SPAN_LITERAL(".tmp")) ||
	       span_ends(name, SPAN_LITERAL(".crdownload")) || span_ends(name, SPAN_LITERAL(DROP_REFUSED));
}

static int64_t
sooner(int64_t a, int64_t b)
{
	return a > 0 && (b <= 0 || a < b) ? a : b;
}

static int64_t
run_folder(struct drive *drive, const char *folder)
{
	int fd = openat(drive->drop, folder, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int64_t next = 0;

	while (entries && (entry = readdir(entries))) {
		struct dropped d = {.drive = drive, .folder = folder, .name = entry->d_name};

		if (is_unfinished(span_text(entry->d_name)))
			continue;
		snprintf(d.path, sizeof(d.path), "%s/%s", folder, entry->d_name);
		snprintf(d.note, sizeof(d.note), "%s" DROP_REFUSED, d.path);
		if ((d.file = openat(drive->drop, d.path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC)) < 0)
			continue;
		next = sooner(look(&d), next);
		close(d.file);
	}
	if (entries)
		closedir(entries);
	return next;
}

void
accept_run(struct drive *drive)
{
	int fd = openat(drive->drop, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;
	const struct dirent *entry;
	int64_t next = 0;

	pthread_mutex_lock(&drive->lock);
	drive->drop_due = 0;
	pthread_mutex_unlock(&drive->lock);
	while (entries && (entry = readdir(entries)))
		if (entry->d_name[0] != '.' && strcmp(entry->d_name, DROP_DOCUMENTS) != 0)
			next = sooner(run_folder(drive, entry->d_name), next);
	if (entries)
		closedir(entries);
	pthread_mutex_lock(&drive->lock);
	if (next > 0 && (drive->drop_due == 0 || ch_clock_milliseconds() + next < drive->drop_due))
		drive->drop_due = ch_clock_milliseconds() + next;
	pthread_mutex_unlock(&drive->lock);
}

/* Requests and answers are read off the channel, so that no operation has to know of it (linux/fuse.h: a header, then what the operation has). */
#define FUSE_USE_VERSION 314
#include <errno.h>
#include <fuse_lowlevel.h>
#include <inttypes.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "trace.h"

enum { ASKED_MAX = 1024, NAME_SHOWN = 255 };

static const char *const operations[] = {
	[FUSE_LOOKUP] = "lookup",	  [FUSE_FORGET] = "forget",	    [FUSE_GETATTR] = "getattr",	      [FUSE_SETATTR] = "setattr",
	[FUSE_READLINK] = "readlink",	  [FUSE_SYMLINK] = "symlink",	    [FUSE_MKNOD] = "mknod",	      [FUSE_MKDIR] = "mkdir",
	[FUSE_UNLINK] = "unlink",	  [FUSE_RMDIR] = "rmdir",	    [FUSE_RENAME] = "rename",	      [FUSE_LINK] = "link",
	[FUSE_OPEN] = "open",		  [FUSE_READ] = "read",		    [FUSE_WRITE] = "write",	      [FUSE_STATFS] = "statfs",
	[FUSE_RELEASE] = "release",	  [FUSE_FSYNC] = "fsync",	    [FUSE_SETXATTR] = "setxattr",     [FUSE_GETXATTR] = "getxattr",
	[FUSE_LISTXATTR] = "listxattr",	  [FUSE_REMOVEXATTR] = "removexattr", [FUSE_FLUSH] = "flush",	      [FUSE_INIT] = "init",
	[FUSE_OPENDIR] = "opendir",	  [FUSE_READDIR] = "readdir",	    [FUSE_RELEASEDIR] = "releasedir", [FUSE_FSYNCDIR] = "fsyncdir",
	[FUSE_GETLK] = "getlk",		  [FUSE_SETLK] = "setlk",	    [FUSE_SETLKW] = "setlkw",	      [FUSE_ACCESS] = "access",
	[FUSE_CREATE] = "create",	  [FUSE_INTERRUPT] = "interrupt",   [FUSE_BMAP] = "bmap",	      [FUSE_DESTROY] = "destroy",
	[FUSE_IOCTL] = "ioctl",		  [FUSE_POLL] = "poll",		    [FUSE_BATCH_FORGET] = "forget",   [FUSE_FALLOCATE] = "fallocate",
	[FUSE_READDIRPLUS] = "readdirplus", [FUSE_RENAME2] = "rename",	    [FUSE_LSEEK] = "lseek",	      [FUSE_COPY_FILE_RANGE] = "copy_file_range",
};

/* What has been asked and not answered yet, by the kernel's number for it. */
static struct asked {
	uint64_t unique;
	struct timespec at;
	uint32_t operation;
	char name[NAME_SHOWN + 1];
} asked[ASKED_MAX];

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static const char *
operation_name(uint32_t operation)
{
	const char *name = operation < sizeof(operations) / sizeof(operations[0]) ? operations[operation] : NULL;

	return name ? name : "unknown";
}

/* Where the name begins behind the header, 0: there is none. */
static size_t
name_offset(uint32_t operation)
{
	switch (operation) {
	case FUSE_LOOKUP:
	case FUSE_UNLINK:
	case FUSE_RMDIR:
	case FUSE_REMOVEXATTR:
	case FUSE_SYMLINK:
		return sizeof(struct fuse_in_header);
	case FUSE_MKNOD:
		return sizeof(struct fuse_in_header) + sizeof(struct fuse_mknod_in);
	case FUSE_MKDIR:
		return sizeof(struct fuse_in_header) + sizeof(struct fuse_mkdir_in);
	case FUSE_RENAME:
		return sizeof(struct fuse_in_header) + sizeof(struct fuse_rename_in);
	case FUSE_RENAME2:
		return sizeof(struct fuse_in_header) + sizeof(struct fuse_rename2_in);
	case FUSE_CREATE:
		return sizeof(struct fuse_in_header) + sizeof(struct fuse_create_in);
	case FUSE_GETXATTR:
		return sizeof(struct fuse_in_header) + sizeof(struct fuse_getxattr_in);
	default:
		return 0;
	}
}

/* Names come from users: a line stays a line. */
static void
take_name(struct asked *request, const struct fuse_in_header *header, const char *bytes, size_t len)
{
	size_t offset = name_offset(header->opcode);

	if (offset == 0 || offset >= len) {
		snprintf(request->name, sizeof(request->name), "#%" PRIu64, header->nodeid);
		return;
	}
	snprintf(request->name, sizeof(request->name), "%.*s", (int)(len - offset), bytes + offset);
	for (char *c = request->name; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

static bool
is_answered(uint32_t operation)
{
	return operation != FUSE_FORGET && operation != FUSE_BATCH_FORGET && operation != FUSE_INTERRUPT;
}

static ssize_t
read_request(int fd, void *buffer, size_t size, void *userdata)
{
	ssize_t len = read(fd, buffer, size);
	int kept = errno;
	struct fuse_in_header header;
	struct asked request = {0};

	(void)userdata;
	if (len < (ssize_t)sizeof(header))
		return len;
	memcpy(&header, buffer, sizeof(header));
	request.unique = header.unique;
	request.operation = header.opcode;
	clock_gettime(CLOCK_MONOTONIC, &request.at);
	take_name(&request, &header, buffer, (size_t)len);
	if (is_answered(header.opcode)) {
		pthread_mutex_lock(&lock);
		asked[header.unique / 2 % ASKED_MAX] = request;
		pthread_mutex_unlock(&lock);
	} else {
		fprintf(stderr, "%s\t%s\t0\t0\n", operation_name(header.opcode), request.name);
	}
	errno = kept;
	return len;
}

static void
show_answer(const struct fuse_out_header *answer)
{
	const char *result = answer->error ? strerrorname_np(-answer->error) : "0";
	struct asked request;
	struct timespec now;

	if (answer->unique == 0) {
		fprintf(stderr, "notify\t%d\t0\t0\n", answer->error);
		return;
	}
	pthread_mutex_lock(&lock);
	request = asked[answer->unique / 2 % ASKED_MAX];
	pthread_mutex_unlock(&lock);
	if (request.unique != answer->unique)
		return; /* more than ASKED_MAX at a time */
	clock_gettime(CLOCK_MONOTONIC, &now);
	fprintf(stderr, "%s\t%s\t%s\t%lld\n", operation_name(request.operation), request.name, result ? result : "?",
		(long long)(now.tv_sec - request.at.tv_sec) * 1000000 + (now.tv_nsec - request.at.tv_nsec) / 1000);
}

static ssize_t
write_answer(int fd, struct iovec *parts, int count, void *userdata)
{
	struct fuse_out_header answer;

	(void)userdata;
	if (count > 0 && parts[0].iov_len >= sizeof(answer)) {
		memcpy(&answer, parts[0].iov_base, sizeof(answer));
		show_answer(&answer);
	}
	return writev(fd, parts, count);
}

bool
trace_session(struct fuse_session *session)
{
	static const struct fuse_custom_io io = {.writev = write_answer, .read = read_request};

	return fuse_session_custom_io(session, &io, fuse_session_fd(session)) == 0;
}

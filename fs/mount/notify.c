#define FUSE_USE_VERSION 314
#include "notify.h"

#include <fuse_lowlevel.h>
#include <stdlib.h>
#include <string.h>

void
notices_add(struct notices *notices, uint64_t inode, const char *name)
{
	char *copy = name ? strdup(name) : NULL;

	notices->list = reallocarray(notices->list, notices->count + 1, sizeof(*notices->list));
	if (notices->list == NULL || (name && copy == NULL))
		abort();
	notices->list[notices->count++] = (struct notice){inode, copy};
}

void
notices_send(struct notices *notices, struct fuse_session *session)
{
	for (size_t i = 0; i < notices->count; i++) {
		struct notice *notice = &notices->list[i];

		/* ENOENT: the kernel did not have it. */
		if (notice->name)
			fuse_lowlevel_notify_inval_entry(session, notice->inode, notice->name, strlen(notice->name));
		fuse_lowlevel_notify_inval_inode(session, notice->inode, 0, 0); /* of a directory: its listing, which the kernel may keep as well */
		free(notice->name);
	}
	free(notices->list);
	*notices = (struct notices){0};
}

void
notices_discard(struct notices *notices)
{
	for (size_t i = 0; i < notices->count; i++)
		free(notices->list[i].name);
	free(notices->list);
	*notices = (struct notices){0};
}

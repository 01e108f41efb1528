/* All that lies in the depot, whether a tree has a pointer to it or not. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "depot.h"

enum { DEPTH = 2 }; /* aa/bb/ */

static void
damaged(struct ch_scrub *scrub, const char *path, const char *why)
{
	scrub->bad++;
	scrub->damaged(scrub->context, path, why);
}

/* Named after its bytes, or it is nothing of ours. */
static void
check_file(struct ch_scrub *scrub, const char *archive, int directory, const char *name)
{
	struct ch_pointer pointer;
	const struct ch_error *error;
	char path[2 * SHA256_SIZE + 24];
	struct stat st;

	if (!text_get_hex(pointer.digest, sizeof(pointer.digest), span_text(name)) || fstatat(directory, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	pointer.size = (uint64_t)st.st_size;
	if ((error = ch_depot_check(archive, &pointer))) {
		snprintf(path, sizeof(path), "lfs/objects/%.2s/%.2s/%s", name, name + 2, name);
		damaged(scrub, path, error->message);
	}
	scrub->files++;
	scrub->looked(scrub->context, scrub);
}

static void
walk(struct ch_scrub *scrub, const char *archive, int parent, const char *name, int depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	if (entries == NULL) {
		if (errno != ENOENT && errno != ENOTDIR)
			damaged(scrub, name, strerror(errno));
		if (fd >= 0)
			close(fd);
		return;
	}
	while ((entry = readdir(entries)))
		if (depth == DEPTH)
			check_file(scrub, archive, dirfd(entries), entry->d_name);
		else if (strlen(entry->d_name) == 2 && entry->d_name[0] != '.')
			walk(scrub, archive, dirfd(entries), entry->d_name, depth + 1);
	closedir(entries);
}

void
ch_depot_scrub(struct ch_scrub *scrub, const char *archive)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/lfs/objects", archive);
	walk(scrub, archive, AT_FDCWD, path, 0);
}

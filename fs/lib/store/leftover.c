#include "leftover.h"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"

enum { DEPTH_MAX = 16 };

/* A process that might be the owner of something: of our user, at work in the archive. */
struct candidate {
	int64_t began; /* seconds since 1970 */
};

struct sweep {
	const char *archive;
	struct ch_arena arena;
	struct candidate *candidates;
	size_t count, found;
	bool only_count;
	bool looked, can_tell; /* which processes there are: asked when there is something to sweep */
};

static bool
below(const char *path, const char *directory)
{
	size_t len = strlen(directory);

	return strncmp(path, directory, len) == 0 && (path[len] == '/' || path[len] == '\0');
}

static bool
link_leads(int directory, const char *name, const char *archive)
{
	char target[PATH_MAX];
	ssize_t len = readlinkat(directory, name, target, sizeof(target) - 1);

	if (len < 0)
		return false;
	target[len] = '\0';
	return below(target, archive);
}

/*
 * Whose files cannot be seen has ended and is not waited for yet, or keeps itself from being looked at, as gpg-agent does, which every user has.
 * Neither is git nor one of ours.
 */
static bool
has_open(int process, const char *archive)
{
	int fd = openat(process, "fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	bool found = false;

	if (entries == NULL) {
		if (fd >= 0)
			close(fd);
		return false;
	}
	while (!found && (entry = readdir(entries)))
		found = link_leads(dirfd(entries), entry->d_name, archive);
	closedir(entries);
	return found;
}

/* Field 22 of /proc/PID/stat, behind the name in parentheses, in clock ticks since boot (proc(5)). */
static int64_t
began(int process)
{
	char text[1024] = {0}, *at;
	int fd = openat(process, "stat", O_RDONLY | O_CLOEXEC);
	struct timespec now, up;
	long long ticks = 0;

	if (fd < 0)
		return INT64_MAX; /* it has ended */
	at = read(fd, text, sizeof(text) - 1) > 0 ? strrchr(text, ')') : NULL;
	close(fd);
	for (int field = 2; at && field < 22; field++)
		at = strchr(at + 1, ' ');
	if (at)
		ticks = strtoll(at, NULL, 10);
	clock_gettime(CLOCK_REALTIME, &now);
	clock_gettime(CLOCK_BOOTTIME, &up);
	return now.tv_sec - up.tv_sec + ticks / sysconf(_SC_CLK_TCK);
}

static void
consider(struct sweep *s, int proc, const char *name)
{
	int process = openat(proc, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (process < 0)
		return;
	if (fstat(process, &st) == 0 && st.st_uid == geteuid() && atoi(name) != getpid() &&
	    (link_leads(process, "cwd", s->archive) || has_open(process, s->archive))) {
		s->candidates = ch_arena_grow(&s->arena, s->candidates, s->count, sizeof(*s->candidates));
		s->candidates[s->count++].began = began(process);
	}
	close(process);
}

/* False when there is no way to tell who lives: then nothing is swept. */
static bool
find_candidates(struct sweep *s)
{
	DIR *entries = opendir("/proc");
	const struct dirent *entry;
	bool any = false;

	while (entries && (entry = readdir(entries)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') {
			any = true;
			consider(s, dirfd(entries), entry->d_name);
		}
	if (entries)
		closedir(entries);
	return any;
}

/* Clocks of files and of processes differ by less than two seconds. */
static bool
is_left(struct sweep *s, const struct stat *st)
{
	if (st->st_uid != geteuid())
		return false;
	if (!s->looked) {
		s->looked = true;
		s->can_tell = find_candidates(s);
	}
	if (!s->can_tell)
		return false;
	for (size_t i = 0; i < s->count; i++)
		if (s->candidates[i].began <= st->st_mtim.tv_sec + 1)
			return false;
	return true;
}

static void
sweep_locks(struct sweep *s, int parent, const char *name, int depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat st;

	if (entries == NULL && fd >= 0)
		close(fd);
	while (entries && (entry = readdir(entries))) {
		if (entry->d_name[0] == '.' || fstatat(dirfd(entries), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			sweep_locks(s, dirfd(entries), entry->d_name, depth + 1);
		else if (S_ISREG(st.st_mode) && span_ends(span_text(entry->d_name), SPAN_LITERAL(".lock")) && is_left(s, &st))
			s->found += s->only_count || unlinkat(dirfd(entries), entry->d_name, 0) == 0;
	}
	if (entries)
		closedir(entries);
}

static bool
is_quarantine(const char *name)
{
	return span_starts(span_text(name), SPAN_LITERAL("tmp_objdir-")) || span_starts(span_text(name), SPAN_LITERAL("incoming-"));
}

static void
sweep_quarantines(struct sweep *s)
{
	DIR *entries = opendir(ch_arena_format(&s->arena, "%s/objects", s->archive));
	const struct dirent *entry;
	struct stat st;

	while (entries && (entry = readdir(entries)))
		if (is_quarantine(entry->d_name) && fstatat(dirfd(entries), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
		    is_left(s, &st))
			s->found += s->only_count || ch_file_remove_tree(ch_arena_format(&s->arena, "%s/objects/%s", s->archive, entry->d_name));
	if (entries)
		closedir(entries);
}

static void
sweep_packed(struct sweep *s)
{
	const char *path = ch_arena_format(&s->arena, "%s/packed-refs.lock", s->archive);
	struct stat st;

	if (lstat(path, &st) == 0 && S_ISREG(st.st_mode) && is_left(s, &st))
		s->found += s->only_count || unlink(path) == 0;
}

static size_t
sweep(const struct ch_store *store, bool only_count)
{
	struct sweep s = {.archive = store->path, .only_count = only_count};
	int archive = open(store->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (archive >= 0) {
		sweep_locks(&s, archive, "refs", 0);
		sweep_packed(&s);
		sweep_quarantines(&s);
	}
	if (archive >= 0)
		close(archive);
	ch_arena_clear(&s.arena);
	return s.found;
}

size_t
ch_leftover_sweep(struct ch_store *store)
{
	return sweep(store, false);
}

size_t
ch_leftover_count(struct ch_store *store)
{
	return sweep(store, true);
}

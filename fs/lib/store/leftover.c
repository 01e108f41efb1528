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

/* A quarantine, or a pack, is in nobody's way: as long as it is so young (seconds) it is taken for that of a push which goes on, and nobody is asked. */
enum { DEPTH_MAX = 16, YOUNG = 60 };

/* A process that might be the owner of something: of our user, at work in the archive. */
struct candidate {
	int64_t began; /* seconds since 1970 */
};

struct sweep {
	const char *archive;
	struct ch_arena arena;
	struct candidate *candidates;
	size_t count, found;
	pid_t *processes; /* not considered yet; the youngest is the last */
	size_t waiting;
	bool only_count, all;
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
consider(struct sweep *s, pid_t pid)
{
	int process = open(ch_arena_format(&s->arena, "/proc/%d", (int)pid), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct stat st;

	if (process < 0)
		return;
	if (fstat(process, &st) == 0 && st.st_uid == geteuid() && pid != getpid() &&
	    (link_leads(process, "cwd", s->archive) || has_open(process, s->archive))) {
		s->candidates = ch_arena_grow(&s->arena, s->candidates, s->count, sizeof(*s->candidates));
		s->candidates[s->count++].began = began(process);
	}
	close(process);
}

static int
by_number(const void *a, const void *b)
{
	pid_t x = *(const pid_t *)a, y = *(const pid_t *)b;

	return (x > y) - (x < y);
}

/* False when there is no way to tell who lives: then nothing is swept. */
static bool
list_processes(struct sweep *s)
{
	DIR *entries = opendir("/proc");
	const struct dirent *entry;

	while (entries && (entry = readdir(entries)))
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9') {
			s->processes = ch_arena_grow(&s->arena, s->processes, s->waiting, sizeof(*s->processes));
			s->processes[s->waiting++] = atoi(entry->d_name);
		}
	if (entries)
		closedir(entries);
	if (s->waiting)
		qsort(s->processes, s->waiting, sizeof(*s->processes), by_number);
	return s->waiting > 0;
}

/* Clocks of files and of processes differ by less than two seconds. */
static bool
may_own(const struct candidate *candidate, const struct stat *st)
{
	return candidate->began <= st->st_mtim.tv_sec + 1;
}

/* What is there now and then, as each push has it for a moment, is a young process's: those are looked at first, and no more of them than it takes. */
static bool
is_left(struct sweep *s, const struct stat *st)
{
	if (st->st_uid != geteuid())
		return false;
	if (!s->looked) {
		s->looked = true;
		s->can_tell = list_processes(s);
	}
	if (!s->can_tell)
		return false;
	for (size_t i = 0; i < s->count || s->waiting > 0; i++) {
		while (i == s->count && s->waiting > 0)
			consider(s, s->processes[--s->waiting]);
		if (i < s->count && may_own(&s->candidates[i], st))
			return false;
	}
	return true;
}

/*
 * A loss of power, and nobody else, leaves a reference with nothing in it, or zeros: git does not always sync one before it gives it its name, and takes none
 * that is pushed beside it then.
 */
static bool
is_torn(int directory, const char *name)
{
	char text[2 * OBJECT_ID_SIZE + 2] = {0};
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	struct span id = {(const uint8_t *)text, 2 * OBJECT_ID_SIZE};
	uint8_t bytes[OBJECT_ID_SIZE];
	ssize_t len = fd < 0 ? -1 : read(fd, text, sizeof(text));

	if (fd >= 0)
		close(fd);
	if (len < 0 || span_starts(span_text(text), SPAN_LITERAL("ref: ")))
		return false;
	return len != 2 * OBJECT_ID_SIZE + 1 || text[len - 1] != '\n' || !text_get_hex(bytes, sizeof(bytes), id);
}

/* What has no reference that is whole was promised to nobody, or is on a page; what is offered will be again. */
static bool
may_be_torn(const struct sweep *s, const char *name)
{
	return strcmp(name, "acts") == 0 || strcmp(name, "offered") == 0 || (s->all && strcmp(name, "promises") == 0);
}

static void
sweep_refs(struct sweep *s, int parent, const char *name, int depth, bool torn)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *entries = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	struct stat st;

	if (entries == NULL && fd >= 0)
		close(fd);
	while (entries && (entry = readdir(entries))) {
		bool lock = span_ends(span_text(entry->d_name), SPAN_LITERAL(".lock"));
		if (entry->d_name[0] == '.' || (entry->d_type == DT_REG && !lock && !torn) ||
		    fstatat(dirfd(entries), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
			continue;
		if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
			sweep_refs(s, dirfd(entries), entry->d_name, depth + 1, torn || (depth == 0 && may_be_torn(s, entry->d_name)));
		else if (S_ISREG(st.st_mode) && (lock ? is_left(s, &st) : torn && is_torn(dirfd(entries), entry->d_name)))
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
	time_t now = time(NULL);
	struct stat st;

	while (entries && (entry = readdir(entries)))
		if (is_quarantine(entry->d_name) && fstatat(dirfd(entries), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(st.st_mode) &&
		    st.st_mtim.tv_sec + YOUNG < now && is_left(s, &st))
			s->found += s->only_count || ch_file_remove_tree(ch_arena_format(&s->arena, "%s/objects/%s", s->archive, entry->d_name));
	if (entries)
		closedir(entries);
}

/* git writes into it who it is for; what an administrator keeps says something else, or nothing. */
static bool
is_of_push(int directory, const char *name)
{
	static const char by[] = "receive-pack ";
	char text[sizeof(by)] = {0};
	int fd = openat(directory, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	bool is = fd >= 0 && read(fd, text, sizeof(by) - 1) == (ssize_t)sizeof(by) - 1 && strcmp(text, by) == 0;

	if (fd >= 0)
		close(fd);
	return is;
}

static void
sweep_keeps(struct sweep *s)
{
	DIR *entries = opendir(ch_arena_format(&s->arena, "%s/objects/pack", s->archive));
	const struct dirent *entry;
	time_t now = time(NULL);
	struct stat st;

	while (entries && (entry = readdir(entries)))
		if (span_ends(span_text(entry->d_name), SPAN_LITERAL(".keep")) && fstatat(dirfd(entries), entry->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    S_ISREG(st.st_mode) && st.st_mtim.tv_sec + YOUNG < now && is_of_push(dirfd(entries), entry->d_name) && is_left(s, &st))
			s->found += s->only_count || unlinkat(dirfd(entries), entry->d_name, 0) == 0;
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
sweep(const struct ch_store *store, bool only_count, bool all)
{
	struct sweep s = {.archive = store->path, .only_count = only_count, .all = all};
	int archive = open(store->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (archive >= 0) {
		sweep_refs(&s, archive, "refs", 0, false);
		sweep_packed(&s);
		sweep_quarantines(&s);
		sweep_keeps(&s);
	}
	if (archive >= 0)
		close(archive);
	ch_arena_clear(&s.arena);
	return s.found;
}

size_t
ch_leftover_sweep(struct ch_store *store)
{
	return sweep(store, false, false);
}

size_t
ch_leftover_sweep_all(struct ch_store *store)
{
	return sweep(store, false, true);
}

size_t
ch_leftover_count(struct ch_store *store)
{
	return sweep(store, true, true);
}

/*
 * conform DIRECTORY FILE...: makes the system calls that the files ask for, in DIRECTORY, and prints a line for each that has another result than the file
 * says; 0 when there was none. A line of a file is a result and a call; `== title` begins a directory of its own; `#` a remark. Results are 0, an errno, or
 * what the call has found. `@n` in a path is n times the letter n.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"

enum { SLOTS = 10, ARGUMENTS = 6, RESULT_MAX = 8192 };

static int slots[SLOTS];
static struct stat marked;
static char found[RESULT_MAX]; /* by a call that succeeded; empty: 0 */

static int
flags_of(const char *text)
{
	static const struct { const char *name; int flag; } known[] = {
		{"rdonly", O_RDONLY}, {"wronly", O_WRONLY}, {"rdwr", O_RDWR}, {"creat", O_CREAT}, {"excl", O_EXCL}, {"trunc", O_TRUNC},
		{"append", O_APPEND}, {"directory", O_DIRECTORY}, {"nofollow", O_NOFOLLOW}, {"sync", O_SYNC}, {"dsync", O_DSYNC}, {"path", O_PATH},
		{"tmpfile", O_TMPFILE}, {"direct", O_DIRECT}};
	int flags = 0;

	for (const char *end; *text; text = *end ? end + 1 : end) {
		size_t i = 0;

		end = strchrnul(text, ',');
		while (i < sizeof(known) / sizeof(known[0]) && (strlen(known[i].name) != (size_t)(end - text) || strncmp(known[i].name, text, (size_t)(end - text)) != 0))
			i++;
		if (i == sizeof(known) / sizeof(known[0]))
			errx(2, "no such flag: %s", text);
		flags |= known[i].flag;
	}
	return flags;
}

static long number(const char *text, int base) { return text ? strtol(text, NULL, base) : 0; }
static int slot(char **a) { return slots[number(a[0], 10) % SLOTS]; }
static int closed(int file) { return file < 0 ? -1 : close(file); }
static mode_t mode_of(const char *text) { return text ? (mode_t)number(text, 8) : 0644; }

static int
say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(found, sizeof(found), format, args);
	va_end(args);
	return 0;
}

static int call_open(char **a) { return closed(open(a[0], flags_of(a[1]), mode_of(a[2]))); }
static int call_create(char **a) { return closed(open(a[0], O_WRONLY | O_CREAT | O_EXCL, mode_of(a[1]))); }
static int call_hold(char **a) { return (slots[number(a[0], 10) % SLOTS] = open(a[1], flags_of(a[2]), mode_of(a[3]))) < 0 ? -1 : 0; }
static int call_close(char **a) { return close(slot(a)); }
static int call_mkdir(char **a) { return mkdir(a[0], a[1] ? mode_of(a[1]) : 0755); }
static int call_rmdir(char **a) { return rmdir(a[0]); }
static int call_unlink(char **a) { return unlink(a[0]); }
static int call_rename(char **a) { return rename(a[0], a[1]); }
static int call_exchange(char **a) { return renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], RENAME_EXCHANGE); }
static int call_noreplace(char **a) { return renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], RENAME_NOREPLACE); }
static int call_whiteout(char **a) { return renameat2(AT_FDCWD, a[0], AT_FDCWD, a[1], RENAME_WHITEOUT); }
static int call_link(char **a) { return link(a[0], a[1]); }
static int call_symlink(char **a) { return symlink(a[0], a[1]); }
static int call_mkfifo(char **a) { return mkfifo(a[0], 0644); }
static int call_mknod(char **a) { return mknod(a[0], S_IFREG | 0644, 0); }
static int call_device(char **a) { return mknod(a[0], S_IFCHR | 0644, 0x103); }
static int call_truncate(char **a) { return truncate(a[0], number(a[1], 10)); }
static int call_ftruncate(char **a) { return ftruncate(slot(a), number(a[1], 10)); }
static int call_chmod(char **a) { return chmod(a[0], mode_of(a[1])); }
static int call_fchmod(char **a) { return fchmod(slot(a), mode_of(a[1])); }
static int call_chown(char **a) { return chown(a[0], (uid_t)number(a[1], 10), (gid_t)number(a[2], 10)); }
static int call_access(char **a) { return access(a[0], (int)number(a[1], 8)); }
static int call_fsync(char **a) { return fsync(slot(a)); }
static int call_fdatasync(char **a) { return fdatasync(slot(a)); }
static int call_fallocate(char **a) { return fallocate(slot(a), 0, number(a[1], 10), number(a[2], 10)); }
static int call_reserve(char **a) { return fallocate(slot(a), FALLOC_FL_KEEP_SIZE, number(a[1], 10), number(a[2], 10)); }
static int call_punch(char **a) { return fallocate(slot(a), FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, number(a[1], 10), number(a[2], 10)); }
static int call_posix_fallocate(char **a) { errno = posix_fallocate(slot(a), number(a[1], 10), number(a[2], 10)); return errno ? -1 : 0; }
static int call_setxattr(char **a) { return setxattr(a[0], a[1], "v", 1, 0); }
static int call_tick(char **a) { (void)a; return nanosleep(&(struct timespec){.tv_nsec = 20000000}, NULL); }
static int call_mark(char **a) { return stat(a[0], &marked); }

static int
call_socket(char **a)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int file = socket(AF_UNIX, SOCK_STREAM, 0), result;

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", a[0]);
	result = bind(file, (struct sockaddr *)&address, sizeof(address));
	return close(file) ? -1 : result;
}

static int
written(ssize_t n, const char *text)
{
	return n < 0 ? -1 : n == (ssize_t)strlen(text) ? 0 : say("%zd", n);
}

static int call_write(char **a) { return written(write(slot(a), a[1], strlen(a[1])), a[1]); }
static int call_pwrite(char **a) { return written(pwrite(slot(a), a[2], strlen(a[2]), number(a[1], 10)), a[2]); }

/* Bytes that are not printable are shown as dots. */
static int
show(int file, off_t offset, size_t size)
{
	char text[256];
	ssize_t n = pread(file, text, size < sizeof(text) ? size : sizeof(text), offset);

	for (ssize_t i = 0; i < n; i++)
		if (!isgraph((unsigned char)text[i]))
			text[i] = '.';
	return n < 0 ? -1 : say("\"%.*s\"", (int)n, text);
}

static int call_pread(char **a) { return show(slot(a), number(a[1], 10), (size_t)number(a[2], 10)); }

static int
call_content(char **a)
{
	int file = open(a[0], O_RDONLY), result;

	if (file < 0)
		return -1;
	result = show(file, 0, 256);
	close(file);
	return result;
}

static int
call_seek(char **a)
{
	off_t at = lseek(slot(a), number(a[2], 10), strcmp(a[1], "hole") == 0 ? SEEK_HOLE : strcmp(a[1], "data") == 0 ? SEEK_DATA : SEEK_SET);

	return at < 0 ? -1 : say("%lld", (long long)at);
}

/* Through a shared mapping. */
static int
call_map(char **a)
{
	off_t at = number(a[1], 10), page = at / 4096 * 4096;
	size_t len = (size_t)(at - page) + strlen(a[2]);
	char *map = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, slot(a), page);

	if (map == MAP_FAILED)
		return -1;
	memcpy(map + (at - page), a[2], strlen(a[2]));
	return msync(map, len, MS_SYNC) || munmap(map, len) ? -1 : 0;
}

static int
call_copy(char **a)
{
	ssize_t n = copy_file_range(slot(a), NULL, slots[number(a[1], 10) % SLOTS], NULL, (size_t)number(a[2], 10), 0);

	return n < 0 ? -1 : say("%zd", n);
}

static int
call_utimens(char **a)
{
	struct timespec times[2] = {{.tv_sec = number(a[1], 10)}, {.tv_sec = number(a[2], 10)}};

	for (int i = 0; i < 2; i++)
		if (strcmp(a[1 + i], "now") == 0 || strcmp(a[1 + i], "omit") == 0)
			times[i].tv_nsec = a[1 + i][0] == 'n' ? UTIME_NOW : UTIME_OMIT;
	return utimensat(AT_FDCWD, a[0], times, 0);
}

static const char *
type_of(mode_t mode)
{
	return S_ISDIR(mode) ? "directory" : S_ISREG(mode) ? "file" : S_ISLNK(mode) ? "link" : "other";
}

static bool
is_later(const struct timespec *a, const struct timespec *b)
{
	return a->tv_sec > b->tv_sec || (a->tv_sec == b->tv_sec && a->tv_nsec > b->tv_nsec);
}

/* stat FIELD PATH; a path that is a number is what is held there. */
static int
call_stat(char **a)
{
	struct stat st;

	if (isdigit((unsigned char)a[1][0]) ? fstat(slots[number(a[1], 10) % SLOTS], &st) : lstat(a[1], &st))
		return -1;
	if (strcmp(a[0], "type") == 0)
		return say("%s", type_of(st.st_mode));
	if (strcmp(a[0], "mode") == 0)
		return say("%o", st.st_mode & 07777);
	if (strcmp(a[0], "size") == 0)
		return say("%lld", (long long)st.st_size);
	if (strcmp(a[0], "nlink") == 0)
		return say("%lu", (unsigned long)st.st_nlink);
	if (strcmp(a[0], "mtime") == 0)
		return say("%lld", (long long)st.st_mtim.tv_sec);
	if (strcmp(a[0], "atime") == 0)
		return say("%lld", (long long)st.st_atim.tv_sec);
	if (strcmp(a[0], "id") == 0)
		return say("%s", st.st_ino == marked.st_ino ? "same" : "other");
	if (strcmp(a[0], "modified") == 0)
		return say("%s", is_later(&st.st_mtim, &marked.st_mtim) ? "later" : "same");
	if (strcmp(a[0], "changed") == 0)
		return say("%s", is_later(&st.st_ctim, &marked.st_ctim) ? "later" : "same");
	errx(2, "no such field: %s", a[0]);
}

static int
call_entries(char **a)
{
	struct dirent **list;
	int count = scandir(a[0], &list, NULL, alphasort);
	size_t len = 0;

	if (count < 0)
		return -1;
	for (int i = 0; i < count; i++) {
		if (strcmp(list[i]->d_name, ".") != 0 && strcmp(list[i]->d_name, "..") != 0)
			len += (size_t)snprintf(found + len, sizeof(found) - len, "%s%s", len ? "," : "", list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return len ? 0 : say("none");
}

static int
call_lock(char **a)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = number(a[1], 10), .l_len = number(a[2], 10)};

	return fcntl(slot(a), F_SETLK, &lock);
}

/* What another process may lock. */
static int
call_child_lock(char **a)
{
	pid_t child = fork();
	int status;

	if (child == 0)
		_exit(call_lock(a) == 0 ? 0 : errno);
	if (child < 0 || waitpid(child, &status, 0) != child || !WIFEXITED(status))
		return -1;
	errno = WEXITSTATUS(status);
	return errno ? -1 : 0;
}

static const struct {
	const char *name;
	int (*call)(char **);
} calls[] = {{"open", call_open}, {"create", call_create}, {"hold", call_hold}, {"close", call_close}, {"mkdir", call_mkdir}, {"rmdir", call_rmdir},
	     {"unlink", call_unlink}, {"rename", call_rename}, {"exchange", call_exchange}, {"noreplace", call_noreplace}, {"whiteout", call_whiteout},
	     {"link", call_link}, {"symlink", call_symlink}, {"mkfifo", call_mkfifo}, {"mknod", call_mknod}, {"device", call_device}, {"socket", call_socket},
	     {"truncate", call_truncate}, {"ftruncate", call_ftruncate}, {"chmod", call_chmod}, {"fchmod", call_fchmod}, {"chown", call_chown},
	     {"access", call_access}, {"fsync", call_fsync}, {"fdatasync", call_fdatasync}, {"fallocate", call_fallocate}, {"reserve", call_reserve},
	     {"punch", call_punch}, {"posix_fallocate", call_posix_fallocate}, {"setxattr", call_setxattr}, {"tick", call_tick}, {"mark", call_mark}, {"write", call_write},
	     {"pwrite", call_pwrite}, {"pread", call_pread}, {"content", call_content}, {"seek", call_seek}, {"map", call_map}, {"copy", call_copy},
	     {"utimens", call_utimens}, {"stat", call_stat}, {"entries", call_entries}, {"lock", call_lock}, {"child_lock", call_child_lock}};

static const char *
made(char **words, size_t count)
{
	static char result[RESULT_MAX];
	size_t i = 0;

	while (i < sizeof(calls) / sizeof(calls[0]) && strcmp(calls[i].name, words[0]) != 0)
		i++;
	if (i == sizeof(calls) / sizeof(calls[0]) || count < 2)
		errx(2, "no such call: %s", words[0]);
	found[0] = '\0';
	if (calls[i].call(words + 1) != 0)
		return strerrorname_np(errno);
	snprintf(result, sizeof(result), "%s", found[0] ? found : "0");
	return result;
}

/* "a/@3" becomes "a/nnn". */
static char *
expanded(const char *word)
{
	static char room[ARGUMENTS + 2][RESULT_MAX];
	static size_t next;
	char *out = room[next++ % (ARGUMENTS + 2)], *at = out;

	while (*word && at < out + RESULT_MAX - 4200) {
		if (*word == '@') {
			size_t n = strtoul(word + 1, (char **)&word, 10);

			memset(at, 'n', n < 4200 ? n : 0);
			at += n < 4200 ? n : 0;
		} else {
			*at++ = *word++;
		}
	}
	*at = '\0';
	return out;
}

static bool
is_as_said(const char *file, const char *title, char *line)
{
	char copy[RESULT_MAX], *words[ARGUMENTS + 3] = {NULL}, *rest, *expected = strtok_r(line, " ", &rest);
	const char *result;
	size_t count = 0;

	snprintf(copy, sizeof(copy), "%s", rest);
	for (char *word = strtok_r(NULL, " ", &rest); word && count < ARGUMENTS + 1; word = strtok_r(NULL, " ", &rest))
		words[count++] = expanded(word);
	if (count == 1)
		words[count++] = (char *)"";
	result = made(words, count);
	if (strcmp(result, expanded(expected)) == 0)
		return true;
	printf("%s: %s: %s: %s instead of %s\n", file, title, copy, result, expected);
	return false;
}

/* In a directory of its own, called like the file and the number of the title. */
static void
begin(char title[256], const char *name, const char *line, int top)
{
	static int count;
	char path[512];

	for (int i = 0; i < SLOTS; i++) {
		if (slots[i] > 0)
			close(slots[i]);
		slots[i] = -1;
	}
	snprintf(title, 256, "%s", line + 3);
	snprintf(path, sizeof(path), "%s.%d", name, ++count);
	if (fchdir(top) != 0 || mkdir(path, 0755) != 0 || chdir(path) != 0)
		err(74, "cannot make '%s'", path);
}

static bool
run(const char *path, int top)
{
	const char *name = strrchr(path, '/') ? strrchr(path, '/') + 1 : path;
	char line[RESULT_MAX], title[256] = "";
	FILE *file = fopen(path, "r");
	bool good = true;

	if (file == NULL)
		err(74, "cannot open '%s'", path);
	while (fgets(line, sizeof(line), file)) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "== ", 3) == 0)
			begin(title, name, line, top);
		else if (line[0] && line[0] != '#')
			good = is_as_said(name, title, line) && good;
	}
	fclose(file);
	return good;
}

int
main(int argc, char **argv)
{
	int top = argc > 2 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
	bool good = true;

	if (top < 0)
		errx(2, "usage: conform directory file...");
	umask(022);
	for (int i = 2; i < argc; i++)
		good = run(argv[i], top) && good;
	return good ? 0 : 1;
}

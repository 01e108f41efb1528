/* The directory of an archive, looked at from outside. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include "doctor.h"

enum { SCARCE_BYTES = 1 << 30, SCARCE_SHARE = 20, LEVELS = 32 };

/* nftw(3) has no context. */
static struct {
	uid_t owner;
	unsigned others; /* that belong to somebody else */
	char first[512];
} walked;

static int
see(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
	(void)type, (void)ftw;
	if (st->st_uid != walked.owner && walked.others++ == 0)
		snprintf(walked.first, sizeof(walked.first), "%s", path);
	return 0;
}

/* One who pushes as somebody else, or a drive of root's, leaves files that the owner cannot change. */
static void
check_owner(struct doctor *doctor, const struct stat *archive)
{
	walked.owner = archive->st_uid;
	walked.others = 0;
	nftw(doctor->archive, see, LEVELS, FTW_PHYS | FTW_MOUNT);
	if (walked.others)
		doctor_say(doctor, DOCTOR_WRONG, "owner", "chown -R to the owner of the archive, and let tools, pushes and drives run as that user only",
			   "%u files belong to somebody else than the archive does, for example '%s'", walked.others, walked.first);
	else if (archive->st_uid != geteuid())
		doctor_say(doctor, DOCTOR_WARNING, "owner", "run this as the owner of the archive to have everything looked at",
			   "the archive belongs to user %u, this is user %u", (unsigned)archive->st_uid, (unsigned)geteuid());
	else
		doctor_say(doctor, DOCTOR_FINE, "owner", NULL, "all files belong to the owner of the archive");
}

/* What others could read or write there could be signed with. */
static void
check_mode(struct doctor *doctor, const char *path, mode_t right)
{
	struct stat st;

	if (lstat(path, &st) != 0 || S_ISLNK(st.st_mode) || (st.st_mode & (S_IRWXG | S_IRWXO)) == 0)
		return;
	if (doctor->fix && chmod(path, right) == 0)
		doctor_say(doctor, DOCTOR_FIXED, "modes", "keys that others could read may have been read: think of replacing them", "'%s' is for its owner only now", path);
	else
		doctor_say(doctor, DOCTOR_WRONG, "modes", "chmod go= it, or --fix; keys that others could read may have been read", "'%s' is not for its owner only", path);
}

static void
check_keys_directory(struct doctor *doctor)
{
	const char *directory = ch_arena_format(&doctor->cli->state.arena, "%s/chancery/keys", doctor->archive);
	unsigned before = doctor->wrong;
	DIR *entries = opendir(directory);
	const struct dirent *entry;

	check_mode(doctor, directory, 0700);
	while (entries && (entry = readdir(entries)))
		if (entry->d_name[0] != '.' && !span_ends(span_text(entry->d_name), SPAN_LITERAL(".asc")))
			check_mode(doctor, ch_arena_format(&doctor->cli->state.arena, "%s/%s", directory, entry->d_name), 0600);
	if (entries)
		closedir(entries);
	if (doctor->wrong == before)
		doctor_say(doctor, DOCTOR_FINE, "modes", NULL, "keys are for their owner only");
}

static void
check_disk(struct doctor *doctor)
{
	struct statvfs st;
	uint64_t available, all;

	if (statvfs(doctor->archive, &st) != 0) {
		doctor_say(doctor, DOCTOR_WRONG, "disk", "see the message", "cannot ask for the room left: %s", strerror(errno));
		return;
	}
	available = (uint64_t)st.f_bavail * st.f_frsize;
	all = (uint64_t)st.f_blocks * st.f_frsize;
	if (st.f_flag & ST_RDONLY)
		doctor_say(doctor, DOCTOR_WRONG, "disk", "mount it for writing; after an error of the disk see dmesg(1) first", "the file system is read-only");
	else if (available < SCARCE_BYTES && available < all / SCARCE_SHARE)
		doctor_say(doctor, DOCTOR_WRONG, "disk", "make room: git -C ARCHIVE maintenance run; nothing is lost when it is full, but nothing is accepted either",
			   "%llu MiB are left", (unsigned long long)available >> 20);
	else if (st.f_files && st.f_favail < st.f_files / 100)
		doctor_say(doctor, DOCTOR_WRONG, "disk", "git -C ARCHIVE maintenance run puts many files into few", "hardly any inodes are left");
	else
		doctor_say(doctor, DOCTOR_FINE, "disk", NULL, "%llu MiB are left", (unsigned long long)available >> 20);
}

/* None of these changes what our tools say, but git would tell another story. */
static void
check_other_objects(struct doctor *doctor)
{
	static const char *const names[] = {"objects/info/alternates", "info/grafts", "refs/replace", "shallow"};
	unsigned before = doctor->warned;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (access(ch_arena_format(&doctor->cli->state.arena, "%s/%s", doctor->archive, names[i]), F_OK) == 0)
			doctor_say(doctor, DOCTOR_WARNING, "git", "find out who made it; our tools do not look at it, git does, and shows another history",
				   "there is '%s'", names[i]);
	if (doctor->warned == before)
		doctor_say(doctor, DOCTOR_FINE, "git", NULL, "reads no other objects than these");
}

void
doctor_files(struct doctor *doctor)
{
	struct stat st;

	if (stat(doctor->archive, &st) == 0)
		check_owner(doctor, &st);
	check_keys_directory(doctor);
	check_disk(doctor);
	check_other_objects(doctor);
}

/* The drive of an archive: what waits in its journal, who has it mounted, and mounts that nobody serves. */
#include <errno.h>
#include <sys/mount.h>
#include <sys/statfs.h>
#include <unistd.h>

#include "base/program.h"
#include "doctor.h"
#include "drive/journal.h"
#include "drive/trouble.h"
#include "mounts.h"

enum { PATIENCE = 10, OUTPUT_MAX = 4096 };

static bool
unmount(struct doctor *doctor, const char *path)
{
	const char *const argv[] = {"fusermount3", "-u", "-z", "-q", "--", path, NULL};
	const struct ch_program program = {.argv = argv, .environment = environ, .seconds = PATIENCE, .most = OUTPUT_MAX};
	struct span output;

	return umount2(path, MNT_DETACH | UMOUNT_NOFOLLOW) == 0 || ch_program_run(&output, &program, span_of(NULL, 0), &doctor->cli->state.arena) == NULL;
}

static void
check_mount(struct doctor *doctor, const char *path, pid_t drive)
{
	struct statfs st;

	if (statfs(path, &st) == 0)
		doctor_say(doctor, DOCTOR_FINE, "mount", NULL, "'%s' is served by process %d", path, (int)drive);
	else if (errno != ENOTCONN)
		doctor_say(doctor, DOCTOR_WARNING, "mount", "see the message", "'%s' does not answer: %s", path, strerror(errno));
	else if (doctor->fix && unmount(doctor, path))
		doctor_say(doctor, DOCTOR_FIXED, "mount", "mount it again; what was written is in the journal", "'%s' was left by a drive that died, and is unmounted", path);
	else
		doctor_say(doctor, DOCTOR_WRONG, "mount", "fusermount3 -uz it, or --fix; the next chanceryfs there does it, too", "'%s' was left by a drive that has died", path);
}

static void
check_mounts(struct doctor *doctor, pid_t drive)
{
	const char **mounts;
	size_t count;

	mounts = mounts_of(&count, doctor->archive, &doctor->cli->lasting);
	for (size_t i = 0; i < count; i++)
		check_mount(doctor, mounts[i], drive);
}

static void
check_journal(struct doctor *doctor, pid_t drive)
{
	const char *archive = doctor->cli->store.path;
	const struct ch_error *error;
	struct ch_journal_survey survey;

	if ((error = ch_journal_survey(&survey, archive)))
		doctor_say(doctor, DOCTOR_WRONG, "journal", "keep a copy of ARCHIVE/chancery/journal, and see chancery-journal(5)", "%s", error->message);
	else if ((error = ch_trouble_read(archive)))
		doctor_say(doctor, DOCTOR_WRONG, "journal", "mend that; nothing is lost, and it is tried again", "%llu changes wait; saving failed: %s",
			   (unsigned long long)survey.pending, error->message);
	else if (survey.pending && drive == 0)
		doctor_say(doctor, DOCTOR_WARNING, "journal", "chancery-commit saves them", "%llu changes wait, and no drive is mounted", (unsigned long long)survey.pending);
	else
		doctor_say(doctor, DOCTOR_FINE, "journal", NULL, "%llu changes wait", (unsigned long long)survey.pending);
}

void
doctor_drive(struct doctor *doctor)
{
	const struct ch_error *error;
	struct ch_journal_holder drive;

	if ((error = ch_journal_holder(&drive, doctor->cli->store.path))) {
		doctor_say(doctor, DOCTOR_WRONG, "drive", "see the message", "%s", error->message);
		return;
	}
	check_journal(doctor, drive.pid);
	check_mounts(doctor, drive.pid);
}

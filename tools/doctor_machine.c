/* Around every archive. */
#include <stdlib.h>
#include <sys/timex.h>
#include <unistd.h>

#include "base/program.h"
#include "doctor.h"

enum { PATIENCE = 10, OUTPUT_MAX = 65536 };

static void
check_program(struct doctor *doctor, const char *name, const char *option, const char *advice)
{
	const char *const argv[] = {name, option, NULL};
	const struct ch_program program = {.argv = argv, .environment = environ, .seconds = PATIENCE, .most = OUTPUT_MAX};
	const struct ch_error *error;
	struct span output, line;

	if ((error = ch_program_run(&output, &program, span_of(NULL, 0), &doctor->cli->state.arena))) {
		doctor_say(doctor, DOCTOR_WRONG, "program", advice, "%s: %s", name, error->message);
		return;
	}
	line = span_cut(&output, '\n');
	doctor_say(doctor, DOCTOR_FINE, "program", NULL, "%.*s", (int)line.len, (const char *)line.data);
}

/* Where gpg has this user's keys, if he has any. */
static bool
has_keyring(struct ch_arena *arena)
{
	const char *gnupg = getenv("GNUPGHOME"), *home = getenv("HOME");

	return access(gnupg ? gnupg : ch_arena_format(arena, "%s/.gnupg", home ? home : ""), F_OK) == 0;
}

/* The agent is what asks for PINs; it is started by gpg when it is needed. Who only keeps an archive needs none. */
static void
check_agent(struct doctor *doctor)
{
	const char *const argv[] = {"gpg-connect-agent", "getinfo version", "/bye", NULL};
	const struct ch_program program = {.argv = argv, .environment = environ, .seconds = PATIENCE, .most = OUTPUT_MAX};
	const struct ch_error *error;
	struct span output;

	if (!has_keyring(&doctor->cli->state.arena))
		doctor_say(doctor, DOCTOR_FINE, "agent", NULL, "not asked: this user has no keyring");
	else if ((error = ch_program_run(&output, &program, span_of(NULL, 0), &doctor->cli->state.arena)))
		doctor_say(doctor, DOCTOR_WRONG, "agent", "gpgconf --kill gpg-agent, and see gpg-agent(1): without it nobody can sign here", "gpg-agent: %s",
			   error->message);
	else
		doctor_say(doctor, DOCTOR_FINE, "agent", NULL, "gpg-agent answers");
}

/* Without it everything but the drive works. */
static void
check_fuse(struct doctor *doctor)
{
	if (access("/dev/fuse", F_OK) != 0)
		doctor_say(doctor, DOCTOR_WARNING, "fuse", "modprobe fuse; without it no drive can be mounted", "there is no /dev/fuse");
	else if (access("/dev/fuse", R_OK | W_OK) != 0)
		doctor_say(doctor, DOCTOR_WARNING, "fuse", "let this user open it; udev's default is mode 0666", "this user may not open /dev/fuse");
	else
		doctor_say(doctor, DOCTOR_FINE, "fuse", NULL, "/dev/fuse can be opened");
}

/* Acts from the future are refused; the kernel knows whether something keeps the clock right. */
static void
check_clock(struct doctor *doctor)
{
	struct timex state = {0};

	if (adjtimex(&state) == TIME_ERROR || (state.status & STA_UNSYNC))
		doctor_say(doctor, DOCTOR_WARNING, "clock", "run an NTP client, for example systemd-timesyncd", "nothing keeps the clock of this machine right");
	else
		doctor_say(doctor, DOCTOR_FINE, "clock", NULL, "is kept right");
}

void
doctor_machine(struct doctor *doctor)
{
	check_program(doctor, "git", "--version", "install git");
	check_program(doctor, "gpg", "--version", "install gnupg");
	check_program(doctor, "fusermount3", "--version", "install fuse3; without it no drive can be mounted by an ordinary user");
	check_agent(doctor);
	check_fuse(doctor);
	check_clock(doctor);
}

/*
 * chancery-doctor: what is wrong with an archive and with what it needs around it, and what to do.
 *
 *	main
 *	  examine
 *	    doctor_machine   doctor_machine.c   programs, FUSE, the clock
 *	    doctor_files     doctor_files.c     owner, modes, disk, git's own back doors
 *	    open_register                       whether it verifies
 *	    doctor_archive   doctor_archive.c   keys, person, hooks, leftovers, mail
 *	    doctor_drive     doctor_drive.c     journal, drive, dead mounts
 */
#include <stdarg.h>
#include <sys/stat.h>

#include "doctor.h"

/* For a reader nothing is cut. */
static void
tell(struct cli *cli, const char *finding, const char *what, const char *text)
{
	cli_record(cli, (struct cli_field[]){{"", span_text(finding)}, {"", span_text(what)}, {"", span_text(text)}}, 3);
}

void
doctor_say(struct doctor *doctor, enum doctor_finding finding, const char *what, const char *advice, const char *format, ...)
{
	static const char *const words[] = {"fine", "fixed", "warning", "wrong"};
	char text[1024];
	va_list args;

	doctor->wrong += finding == DOCTOR_WRONG;
	doctor->warned += finding == DOCTOR_WARNING;
	if (doctor->cli->quiet && finding == DOCTOR_FINE)
		return;
	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (cli_has_reader(doctor->cli)) {
		tell(doctor->cli, words[finding], what, text);
		if (advice)
			tell(doctor->cli, "", "", ch_arena_format(&doctor->cli->state.arena, "-> %s", advice));
		return;
	}
	cli_record(doctor->cli,
		   (struct cli_field[]){{"finding", span_text(words[finding])},
					{"what", span_text(what)},
					{"is", span_text(text)},
					{"advice", span_text(advice ? advice : "none")}},
		   4);
	cli_flush();
}

/* What the advice is depends on what kind of trouble it is. */
static void
open_register(struct doctor *doctor)
{
	struct cli *cli = doctor->cli;
	const struct ch_error *error;

	cli->only_registered = true;
	if ((error = cli_open(cli)) == NULL) {
		doctor->open = true;
		doctor_say(doctor, DOCTOR_FINE, "register", NULL, "holds up to page %llu", (unsigned long long)cli->state.seq);
		return;
	}
	doctor_say(doctor, DOCTOR_WRONG, "register",
		   error->class == CH_REFUSED ? "see chancery-verify(1); what is damaged comes from a backup, see chancery-backup(8)"
					      : "see the message; chancery-verify --store tells whether the disk is damaged",
		   "%s", error->message);
}

static const struct ch_error *
examine(struct doctor *doctor)
{
	struct cli_setting archive = cli_archive(doctor->cli);
	struct stat st;

	doctor_machine(doctor);
	if (archive.value == NULL)
		return ch_fail(CH_USAGE, "which archive? say -A DIRECTORY or set CHANCERY_ARCHIVE");
	doctor->archive = archive.value;
	if (stat(archive.value, &st) != 0 || !S_ISDIR(st.st_mode)) {
		doctor_say(doctor, DOCTOR_WRONG, "archive", "correct what names it, or found it with chancery-init", "'%s', named by %s, is no directory",
			   archive.value, archive.source);
		return NULL;
	}
	doctor_say(doctor, DOCTOR_FINE, "archive", NULL, "'%s', named by %s", archive.value, archive.source);
	doctor_files(doctor);
	open_register(doctor);
	if (doctor->open)
		doctor_archive(doctor);
	if (doctor->open)
		doctor_drive(doctor);
	return NULL;
}

static const struct ch_error *
run(struct doctor *doctor)
{
	const struct ch_error *error = examine(doctor);

	if (error || doctor->wrong == 0)
		return error;
	return ch_fail(CH_REFUSED, "%u %s wrong%s", doctor->wrong, doctor->wrong == 1 ? "thing is" : "things are",
		       doctor->fix ? "" : "; --fix mends what can be mended safely");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"fix", no_argument, NULL, 'f'}, {0}};
	struct cli cli = {.name = "chancery-doctor", .synopsis = "[-q] [--json] [-A archive] [--as person] [--fix]", .options = options};
	struct doctor doctor = {.cli = &cli};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		doctor.fix = doctor.fix || option == 'f';
	if (cli.count)
		cli_usage(&cli, "takes no operands");
	return cli_end(&cli, run(&doctor));
}

/* chancery-doctor's parts: each looks at one side of an archive and says what it finds, in the order of chancery-doctor.c. */
#ifndef DOCTOR_H
#define DOCTOR_H

#include "cli.h"

struct doctor {
	struct cli *cli;
	bool fix;
	const char *archive; /* its directory */
	bool open;	     /* the register has been replayed: cli->store and state are good */
	unsigned wrong, warned;
};

enum doctor_finding { DOCTOR_FINE, DOCTOR_FIXED, DOCTOR_WARNING, DOCTOR_WRONG };

/* One finding: about what, what it is, and what to do (NULL: nothing). */
void doctor_say(struct doctor *doctor, enum doctor_finding finding, const char *what, const char *advice, const char *format, ...)
	__attribute__((format(printf, 5, 6)));

/* The machine: programs, FUSE, the clock. */
void doctor_machine(struct doctor *doctor);

/* The archive's directory, before anything is opened: owner, modes, disk, what makes git read other objects than these. */
void doctor_files(struct doctor *doctor);

/* What is only there when it is open: keys, the person, hooks, leftovers, the drive, mail. */
void doctor_archive(struct doctor *doctor);
void doctor_drive(struct doctor *doctor);

#endif

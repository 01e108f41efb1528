/*
 * Accepting what was put into drop/<folder>/ (but documents/): a file that is complete becomes files/<folder>/<yyyy>/<mm>/<name> and leaves the folder; what
 * cannot be accepted stays, with a note <name>.refused.txt beside it, until it is changed or taken away.
 *
 * Complete: nobody has it open for writing, nothing has changed for a while (drop_quiet), and its format, if we know it, says that its end is there
 * (drive/whole.h). Durable in the journal before it leaves the folder: a crash between the two leaves both, which is found to be the same.
 */
#ifndef MOUNT_ACCEPT_H
#define MOUNT_ACCEPT_H

#include "drive.h"

/* Something has changed in drop/. Under the lock. */
void accept_wake(struct drive *drive);

/* Takes what can be taken by now, and says in drop_due when to look again. By the committer, without the lock. */
void accept_run(struct drive *drive);

#endif

/* ARCHIVE/chancery/drop/: folders in which files are put that are not part of the archive yet. */
#ifndef MOUNT_DROP_H
#define MOUNT_DROP_H

#include "drive.h"

/* What seal-apply takes from; every other folder is one that the drive accepts from. */
#define DROP_DOCUMENTS "documents"

/* Behind the name of a file that was not accepted: the file that says why. */
#define DROP_REFUSED ".refused.txt"

enum { DROP_PATH_SIZE = 2 * 255 + 2 }; /* "folder/name" */

/* Makes the usual folders where they are missing. */
const struct ch_error *drop_open(struct drive *drive);

/* Who has put a file there; 0: it is not known. */
size_t drop_person(char person[ID_MAX + 1], int file);

#endif

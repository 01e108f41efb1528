/* Files that are whole or absent, whatever happens, and on disk before anybody is told of them. */
#ifndef CH_FILE_H
#define CH_FILE_H

#include <sys/types.h>

#include "arena.h"
#include "error.h"

/* Writes all of it where the file is at; false and errno otherwise. Not on disk yet. */
bool ch_file_write(int fd, struct span bytes);

/*
 * Makes a file with these bytes and this mode, under a name of its own first (path.XXXXXX). Never in place of another: CH_REFUSED when something
 * has that name already. CH_IO; CH_USAGE when the path is too long.
 */
const struct ch_error *ch_file_create(const char *path, struct span bytes, mode_t mode);

/* The same in place of what may be there: afterwards the file is as it was, or as it is to be when this returns NULL. */
const struct ch_error *ch_file_replace(const char *path, struct span bytes, mode_t mode);

/* Reads a small one whole, into the arena. CH_IO, with errnum ENOENT when it is not there; CH_REFUSED when it has more than `most` bytes. */
const struct ch_error *ch_file_read(struct span *bytes, const char *path, size_t most, struct ch_arena *arena);

/* The same of what is open, from where it is: `path` is for the message. */
const struct ch_error *ch_file_read_open(struct span *bytes, int fd, const char *path, size_t most, struct ch_arena *arena);

/* Removes it, durably; done as well when it is gone already. */
const struct ch_error *ch_file_remove(const char *path);

/* Removes a directory with all that is below it, following no link; false and errno when something stays. */
bool ch_file_remove_tree(const char *path);

/* Makes every directory of the path before its last '/', mode 0700. */
const struct ch_error *ch_file_directories(const char *path);

#endif

/* What chancery-receive and chancery-register have in common: git starts them, in an environment that may come from whoever pushes. */
#ifndef HOOK_H
#define HOOK_H

#include <limits.h>

#include "cli.h"
#include "intake/push.h"

/*
 * Forgets the environment but for what is needed to run gpg. What GIT_QUARANTINE_PATH held is returned, NULL when it was not there: to be checked
 * against the archive. The hooks say -A, so that no configuration has a say either.
 */
const char *hook_environment(void);

/* The references that git lists on standard input, in the state's arena. */
const struct ch_error *hook_push(struct ch_push *push, struct cli *cli);

/* The absolute path of the directory that this program is in. */
const struct ch_error *hook_tools(char path[PATH_MAX]);

#endif

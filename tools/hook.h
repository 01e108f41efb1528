/* What chancery-receive and chancery-register have in common: git starts them, in an environment that may come from whoever pushes. */
#ifndef HOOK_H
#define HOOK_H

#include "cli.h"
#include "intake/push.h"

struct hook_environment {
	char *quarantine; /* GIT_QUARANTINE_PATH, to be checked against the archive; NULL: it was not there */
	char *visitor;	  /* REMOTE_USER, where a web server has started git: who that is, it alone says. NULL elsewhere (large/possession.h) */
};

/* Forgets the environment but for this and what is needed to run gpg. The hooks say -A, so that no configuration has a say either. */
void hook_environment(struct hook_environment *kept);
void hook_environment_clear(struct hook_environment *kept);

/* The references that git lists on standard input, in the state's arena. */
const struct ch_error *hook_push(struct ch_push *push, struct cli *cli);

#endif

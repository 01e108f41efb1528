/*
 * Stock git as a subprocess, which speaks ssh, smart HTTP and file for us. It gets a clean environment and a configuration that is fixed here: no hooks,
 * monitors, credential helpers, repacking; of the caller's environment only what ssh, TLS and proxies need. What it brings is judged like everything else.
 */
#ifndef CH_GIT_H
#define CH_GIT_H

#include "base/arena.h"
#include "base/error.h"

struct ch_git {
	const char *archive;	  /* the repository it works on */
	char *const *environment; /* of the caller, as in environ(7) */
	unsigned patience;	  /* seconds without a word from it until it is given up; 0: 120 */
	unsigned whole;		  /* seconds for all of it, and one more for each 16 KiB that are moved (traffic.h); 0: 600 */
};

struct ch_git_result {
	int status; /* of its exit; -1 when it was given up or killed */
	bool given_up;
	struct span out, err; /* the first megabyte of each, in the arena */
};

/* Runs `git <arguments>`. An error only when it cannot be run at all. */
const struct ch_error *ch_git_run(struct ch_git_result *result, const struct ch_git *git, const char *const *arguments, struct ch_arena *arena);

#endif

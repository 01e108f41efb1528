/* Runs another program: bytes in, bytes out, within a time. */
#ifndef CH_PROGRAM_H
#define CH_PROGRAM_H

#include "arena.h"
#include "error.h"

struct ch_program {
	const char *const *argv;    /* ended by NULL; argv[0] is looked up in PATH unless it has a '/' */
	char *const *environment;   /* likewise: the library does not know its own */
	unsigned seconds;	    /* after which it is killed, with all that it has started */
	size_t most;		    /* bytes of output, more are an error */
};

/*
 * Gives it `input` on standard input, and what it prints on standard output as *output, in the arena. CH_IO: it cannot be run, or ended with
 * another status than 0; then the message ends in the first line that it wrote to standard error. CH_LATER: it was killed.
 */
const struct ch_error *ch_program_run(struct span *output, const struct ch_program *program, struct span input, struct ch_arena *arena);

#endif

/*
 * What this person, and this clone, have seen of a register: a register that was taken back, or another one under the same name, is noticed by every
 * tool that reads it.
 *
 *	$XDG_STATE_HOME/chancery/seen/<archive id>	else ~/.local/state/...; neither: nothing is remembered
 *	ARCHIVE/chancery/seen				in a clone
 */
#ifndef SEEN_H
#define SEEN_H

#include "cli.h"
#include "sync/memory.h"

/*
 * Compares the register whose state has been read with what was seen, and remembers it when it goes on from there. CH_REFUSED, "ROLLBACK: ..." or
 * "FORK: ...". That it cannot be remembered is said, and no error.
 */
const struct ch_error *cli_seen(struct cli *cli);

/* Remembers it whatever was seen before: the administrators have said so. */
const struct ch_error *cli_seen_anew(struct cli *cli);

/* "<seq>:<commit>", or false. */
bool cli_line(struct ch_line *line, const char *text);

#endif

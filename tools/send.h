/* What tools do in a clone, where there is no registrar: acts go into the outbox, from there to the register, and its verdict comes back. */
#ifndef SEND_H
#define SEND_H

#include "cli.h"
#include "sync/sync.h"

/* Between this clone and its register, as all tools do it. The caller must clear sync->arena. */
void cli_sync_begin(struct ch_sync *sync, struct cli *cli);

/* CH_LATER: acts wait that the other side has taken. `said` is what is said of them, unless it did not answer as a register does. */
const struct ch_error *cli_waits(const struct ch_sync *sync, const char *said);

/* Large content that is wanted and could not be brought. */
const struct ch_error *cli_shortage(const struct ch_sync *sync);

/*
 * cli_register() of a clone: puts them into the outbox, durably, sends them, and says what became of them. CH_LATER: kept here, and cli->kept is set. The
 * state is that of main afterwards, and of what waits.
 */
const struct ch_error *cli_send(struct cli *cli, const struct ch_oid *commits, size_t count);

#endif

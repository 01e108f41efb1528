/*
 * After the spool of a session was lost, with the machine or the disk that had it: the seal still has the receipts, and keeps with them the acts that opened it. Each
 * session gets a spool again, and a session that the register has never seen is handed in.
 */
#ifndef RECOVERY_H
#define RECOVERY_H

#include "homecoming.h"
#include "link/collect.h"

/*
 * What the attached seal has of sessions that nobody has recorded, behind what is left in spools here. `home->left_behind` are these sessions then, in their order.
 * Pointers into the state are not valid afterwards.
 */
const struct ch_error *recover_sessions(struct homecoming *home, struct ch_link *link, struct span seal);

#endif

/*
 * The coils of main lock and die (port.h). Functions of their own, without a flag: where a caller knows a flag to be false the compiler takes that for the argument, and
 * a branch left out makes it true (docs/decisions/0060).
 */
#ifndef SEAL_LOCKS_H
#define SEAL_LOCKS_H

#include "port.h"

void locks_close(const struct port *port);
void locks_supply(const struct port *port);

#endif

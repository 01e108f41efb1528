#include "locks.h"

void
locks_close(const struct port *port)
{
	for (int i = 0; i < 2; i++) { /* the supply first: then nothing that goes wrong with the others moves anything */
		port->arm(port->board, false);
		port->fire(port->board, false);
		port->die(port->board, false);
	}
}

void
locks_supply(const struct port *port)
{
	port->arm(port->board, true);
}

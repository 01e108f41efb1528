/*
 * What happens to the cable of a simulated seal, or beside it, when the host sends a certain request: for tests of what is lost then (tests/firmware/incidents.sh).
 * Planned as "TYPE[:N]=WHAT", the type of wire/frame.h in two hexadecimal digits, the N-th of these (1 unless told), and WHAT:
 *
 *	lost		the cable is pulled before the seal has heard it
 *	unanswered	the cable is pulled before the host has heard the answer
 *	else		a command for sh, which is run before the seal hears it
 */
#ifndef HOST_INCIDENT_H
#define HOST_INCIDENT_H

#include <stdbool.h>
#include <stdint.h>

enum incident { INCIDENT_NONE, INCIDENT_LOST, INCIDENT_UNANSWERED };

/* False when it cannot be read, or there are too many. The text must stay. */
bool incident_plan(const char *text);

/* To be asked for every request, once. Commands are run by this. */
enum incident incident_at(uint8_t type);

#endif

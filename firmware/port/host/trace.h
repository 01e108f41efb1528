/*
 * What happens at a simulated seal, and when: for measurements (tests/bench/seal.sh). A line for each event, microseconds and its name:
 *
 *	request N, answer N		the types of wire/frame.h
 *	display 1 or 0, coil 1 or 0, stamp 1 or 0
 */
#ifndef HOST_TRACE_H
#define HOST_TRACE_H

#include <stdbool.h>

bool trace_to(const char *path); /* false, with errno, when it cannot be written; without this call nothing is traced */

void trace(const char *event, unsigned number);

#endif

/*
 * OpenPGP's multi-precision integers (RFC 4880 3.2): a 16-bit count of bits, then the bytes. Only the one canonical form:
 * the count is exact, so that there is no leading zero byte; zero itself does not occur.
 */
#ifndef WIRE_MPI_H
#define WIRE_MPI_H

#include "span.h"

/* Takes the next number off *rest; false, with both unspecified, when it is not canonical. */
bool mpi_read(struct span *number, struct span *rest);

/* Writes a big-endian number, less its leading zero bytes; `out` has room for 2 + number.len. Returns the length. */
size_t mpi_write(uint8_t *out, struct span number);

#endif

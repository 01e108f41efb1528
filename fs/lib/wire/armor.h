/*
 * ASCII armor (RFC 4880 section 6) in the one form that gpg writes: header line, empty line, base64 in lines of 64, CRC-24,
 * tail line, LF everywhere, no armor headers, nothing before or behind. The reader accepts exactly what the writer writes.
 */
#ifndef WIRE_ARMOR_H
#define WIRE_ARMOR_H

#include "code.h"

enum armor_kind { ARMOR_SIGNATURE, ARMOR_PUBLIC_KEY };

/* Returns the number of bytes written to out, 0 when the text is not canonical armor of that kind or does not fit. */
size_t armor_read(uint8_t *out, size_t size, enum armor_kind kind, struct span text);

/* What stands between: lines of base64, each but the last of 64 characters, each ended by LF. Returns the number of bytes, 0 likewise. */
size_t armor_decode(uint8_t *out, size_t size, struct span lines);

/* Returns the length of the text (no NUL), 0 when it does not fit. */
size_t armor_write(char *out, size_t size, enum armor_kind kind, struct span bytes);

#endif

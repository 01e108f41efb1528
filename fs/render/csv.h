/*
 * Comma-separated values (RFC 4180), for spreadsheets. What a person has written anywhere in an archive may end up in one: a field that a spreadsheet would take for a
 * formula gets an apostrophe before it, numbers do not.
 */
#ifndef CH_CSV_H
#define CH_CSV_H

#include <stdio.h>

#include "wire/span.h"

void ch_csv_row(FILE *out, const struct span *fields, size_t count);

#endif

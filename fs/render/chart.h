/* Charts of counts as SVG, to stand in a page: sharp at any size, without a script, the same for the same numbers. */
#ifndef CH_CHART_H
#define CH_CHART_H

#include <stdio.h>

#include "wire/span.h"

struct ch_bar {
	struct span name;
	uint64_t whole, part; /* part: of whole, what is not as it should be; drawn in another colour */
};

/* Columns beside each other, for a run of days: their names below. */
void ch_chart_columns(FILE *out, const struct ch_bar *bars, size_t count, const char *label);

/* Bars below each other, for people, seals and places: their names to the left, their numbers to the right. */
void ch_chart_bars(FILE *out, const struct ch_bar *bars, size_t count, const char *label);

#endif

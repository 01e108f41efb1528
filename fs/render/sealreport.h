/*
 * The use of seals in a week or a month: how often, by whom, where, and what is missing (SEAL-12). Made from the receipts of the register alone; the same register gives
 * the same bytes.
 */
#ifndef CH_SEALREPORT_H
#define CH_SEALREPORT_H

#include <stdio.h>

#include "chart.h"
#include "seal/account.h"

struct ch_sealreport_wish {
	const char *title;   /* "2026-W48", "2026-11" */
	int64_t from, until; /* whole days, UTC; until: the first second behind it */
	struct span seal, person; /* empty: all */
};

struct ch_report_press {
	const struct ch_use *use;
	struct span person, application, title, position; /* "none": not said */
	struct span name;  /* of the person, as it is registered now; empty: not known */
	const char *place; /* "within: 120 m away", "outside: 2300 m away", "position not known"; "" when no place was applied for */
	const char *photo; /* ch_use_photo() */
	struct span why;   /* of a press that has none: the reason; empty: none */
	bool bad;	   /* something of it wants to be looked at */
};

struct ch_sealreport {
	const struct ch_sealreport_wish *wish;
	struct ch_state *state;
	struct ch_store *store;
	struct ch_report_press *presses; /* by time, then seal and counter */
	size_t count, bad;
	struct ch_bar *days, *people, *seals, *places; /* part: of presses that want to be looked at */
	size_t day_count, people_count, seal_count, place_count;
	struct ch_unproven *unproven; /* of devices in service and retired, whenever it was */
	size_t unproven_count;
};

/* All of it is in the state's arena. Errors are those of reading. */
const struct ch_error *ch_sealreport(struct ch_sealreport *report, const struct ch_sealreport_wish *wish, struct ch_state *state, struct ch_store *store);

/* A person's registered name; empty: nobody has that id. */
struct span ch_sealreport_name(const struct ch_sealreport *report, struct span person);

/* One row for each press, with a head; begins with U+FEFF, without which Excel takes UTF-8 for what the machine's language had before it. */
void ch_sealreport_csv(FILE *out, const struct ch_sealreport *report);

/* A page that needs nothing else: figures, charts, each press with a thumbnail of its photo. Errors are those of reading photos. */
const struct ch_error *ch_sealreport_html(FILE *out, const struct ch_sealreport *report);

#endif

#include "sealreport.h"

#include <inttypes.h>
#include <stdlib.h>

#include "csv.h"
#include "register/application.h"
#include "seal/place.h"

enum { DAY = 86400 };

/* ---- one press ---- */

static struct span
said_or_none(const struct ch_state *state, const struct ch_entry *entry, enum key key)
{
	struct span said = entry ? ch_entry_act(state, entry)->statement.value[key] : span_of(NULL, 0);

	return said.len ? said : SPAN_LITERAL("none");
}

static const struct ch_error *
title_of(struct span *title, struct ch_sealreport *r, const struct ch_application *application)
{
	struct ch_application_record record;
	const struct ch_error *error;

	if ((error = ch_application_record(&record, application, r->store, &r->state->arena)))
		return error;
	*title = record.title;
	return NULL;
}

struct span
ch_sealreport_name(const struct ch_sealreport *r, struct span person)
{
	const struct ch_person *known = ch_state_person(r->state, person);

	return known ? known->name : span_of(NULL, 0);
}

/* Where it was done, held against where it was to be done. */
static const char *
place_of(bool *outside, struct ch_sealreport *r, const struct ch_use *use, struct span position)
{
	const struct statement *st = &ch_entry_act(r->state, use->application->apply)->statement;
	char distance[PLACE_WORDS];
	uint64_t radius = 0;
	double metres;

	*outside = false;
	if (!statement_has(st, KEY_PLACE))
		return "";
	statement_number(&radius, st, KEY_RADIUS);
	if (!ch_place_distance(&metres, st->value[KEY_PLACE], position)) {
		*outside = true;
		return "position not known";
	}
	*outside = metres > (double)radius;
	ch_place_words(distance, metres);
	return ch_arena_format(&r->state->arena, "%s: %s away", *outside ? "outside" : "within", distance);
}

static const struct ch_error *
describe(struct ch_report_press *p, struct ch_sealreport *r, const struct ch_use *use)
{
	const struct ch_error *error = NULL;
	bool outside = false;

	*p = (struct ch_report_press){.use = use, .person = SPAN_LITERAL("unknown"), .application = SPAN_LITERAL("none"), .place = ""};
	p->position = said_or_none(r->state, use->session, KEY_POSITION);
	p->photo = ch_use_photo(use);
	if (ch_use_photographed(use) == CH_PHOTO_VOID)
		p->why = ch_entry_act(r->state, use->taken)->statement.value[KEY_VOID];
	if (use->application) {
		p->person = span_text(use->application->permit.applicant);
		p->name = ch_sealreport_name(r, p->person);
		p->application = use->application->subject->name.id;
		p->place = place_of(&outside, r, use, p->position);
		error = title_of(&p->title, r, use->application);
	}
	p->bad = outside || ch_use_lacks_photo(use) || ch_use_uncovered(use, &r->state->arena);
	return error;
}

static bool
is_wanted(const struct ch_sealreport_wish *wish, const struct ch_use *use)
{
	if (use->receipt.kind != RECEIPT_PRESS || use->receipt.time < wish->from || use->receipt.time >= wish->until)
		return false;
	if (wish->seal.len && !span_equal(use->seal->id, wish->seal))
		return false;
	return wish->person.len == 0 || (use->application && span_is(wish->person, use->application->permit.applicant));
}

static int
by_time(const void *a, const void *b)
{
	const struct ch_use *x = ((const struct ch_report_press *)a)->use, *y = ((const struct ch_report_press *)b)->use;
	int seals;

	if (x->receipt.time != y->receipt.time)
		return x->receipt.time < y->receipt.time ? -1 : 1;
	if ((seals = span_compare(x->seal->id, y->seal->id)))
		return seals;
	if (x->seal->epoch != y->seal->epoch)
		return x->seal->epoch < y->seal->epoch ? -1 : 1;
	return (x->receipt.counter > y->receipt.counter) - (x->receipt.counter < y->receipt.counter);
}

static const struct ch_error *
gather(struct ch_sealreport *r)
{
	const struct ch_error *error;
	struct ch_use *uses;
	size_t count;

	if ((error = ch_usage_read(&uses, &count, r->state, r->store)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if (!is_wanted(r->wish, &uses[i]))
			continue;
		r->presses = ch_arena_grow(&r->state->arena, r->presses, r->count, sizeof(*r->presses));
		if ((error = describe(&r->presses[r->count], r, &uses[i])))
			return error;
		r->bad += r->presses[r->count].bad;
		r->count++;
	}
	if (r->count)
		qsort(r->presses, r->count, sizeof(*r->presses), by_time);
	return NULL;
}

/* ---- statistics ---- */

static void
count_in(struct ch_bar **bars, size_t *count, struct ch_arena *arena, struct span name, bool bad)
{
	size_t i = 0;

	while (i < *count && !span_equal((*bars)[i].name, name))
		i++;
	if (i == *count) {
		*bars = ch_arena_grow(arena, *bars, *count, sizeof(**bars));
		(*bars)[(*count)++] = (struct ch_bar){.name = name};
	}
	(*bars)[i].whole++;
	(*bars)[i].part += bad;
}

static int
by_count(const void *a, const void *b)
{
	const struct ch_bar *x = a, *y = b;

	if (x->whole != y->whole)
		return x->whole > y->whole ? -1 : 1;
	return span_compare(x->name, y->name);
}

/* To a hundredth of a degree, a kilometre: what is one place to people. */
static struct span
neighbourhood(struct span position, struct ch_arena *arena)
{
	double lat, lon;

	if (!ch_place_read(&lat, &lon, position))
		return SPAN_LITERAL("not known");
	return span_text(ch_arena_format(arena, "%.2f, %.2f", lat, lon));
}

static void
begin_days(struct ch_sealreport *r)
{
	struct ch_arena *arena = &r->state->arena;

	for (int64_t day = r->wish->from; day < r->wish->until; day += DAY) {
		char text[TIME_TEXT + 1];
		text_put_time(text, day);
		r->days = ch_arena_grow(arena, r->days, r->day_count, sizeof(*r->days));
		r->days[r->day_count++] = (struct ch_bar){.name = span_text(ch_arena_format(arena, "%.5s", text + 5))};
	}
}

static void
add_up(struct ch_sealreport *r)
{
	struct ch_arena *arena = &r->state->arena;

	begin_days(r);
	for (size_t i = 0; i < r->count; i++) {
		const struct ch_report_press *p = &r->presses[i];
		struct ch_bar *day = &r->days[(p->use->receipt.time - r->wish->from) / DAY];
		day->whole++;
		day->part += p->bad;
		count_in(&r->people, &r->people_count, arena, p->person, p->bad);
		count_in(&r->seals, &r->seal_count, arena, p->use->seal->id, p->bad);
		count_in(&r->places, &r->place_count, arena, neighbourhood(p->position, arena), p->bad);
	}
	if (r->count) {
		qsort(r->people, r->people_count, sizeof(*r->people), by_count);
		qsort(r->seals, r->seal_count, sizeof(*r->seals), by_count);
		qsort(r->places, r->place_count, sizeof(*r->places), by_count);
	}
}

static void
add_unproven(struct ch_sealreport *r, const struct ch_seal *seal)
{
	struct ch_unproven *list;
	size_t count;

	ch_unproven(&list, &count, r->state, seal);
	for (size_t i = 0; i < count; i++) {
		if (r->wish->person.len && !span_equal(r->wish->person, ch_entry_act(r->state, list[i].session)->statement.value[KEY_ACTOR]))
			continue;
		r->unproven = ch_arena_grow(&r->state->arena, r->unproven, r->unproven_count, sizeof(*r->unproven));
		r->unproven[r->unproven_count++] = list[i];
	}
}

static int
by_page(const void *a, const void *b)
{
	const struct ch_entry *x = ((const struct ch_unproven *)a)->session, *y = ((const struct ch_unproven *)b)->session;

	return x->seq != y->seq ? (x->seq > y->seq) - (x->seq < y->seq) : memcmp(x->id, y->id, SHA256_SIZE);
}

const struct ch_error *
ch_sealreport(struct ch_sealreport *report, const struct ch_sealreport_wish *wish, struct ch_state *state, struct ch_store *store)
{
	const struct ch_error *error;

	*report = (struct ch_sealreport){.wish = wish, .state = state, .store = store};
	if ((error = gather(report)))
		return error;
	add_up(report);
	for (size_t i = 0; i < state->seals.size; i++)
		for (const struct ch_seal *seal = state->seals.slots[i].value; seal; seal = seal->before)
			if (wish->seal.len == 0 || span_equal(seal->id, wish->seal))
				add_unproven(report, seal);
	if (report->unproven_count)
		qsort(report->unproven, report->unproven_count, sizeof(*report->unproven), by_page);
	return NULL;
}

/* ---- for spreadsheets ---- */

static struct span
part_of(struct span position, bool longitude)
{
	struct span rest = position, lat = span_cut(&rest, ',');

	if (span_is(position, "none"))
		return span_of(NULL, 0);
	return longitude ? rest : lat;
}

void
ch_sealreport_csv(FILE *out, const struct ch_sealreport *r)
{
	static const char *const head[] = {"time", "quality", "seal", "device", "counter", "person", "name", "application", "title",
					   "latitude", "longitude", "place", "photo", "why no photo"};
	enum { COLUMNS = sizeof(head) / sizeof(head[0]) };
	struct span field[COLUMNS];

	for (size_t i = 0; i < COLUMNS; i++)
		field[i] = span_text(head[i]);
	fputs("\xef\xbb\xbf", out);
	ch_csv_row(out, field, COLUMNS);
	for (size_t i = 0; i < r->count; i++) {
		const struct ch_report_press *p = &r->presses[i];
		const struct receipt *receipt = &p->use->receipt;
		char time[TIME_TEXT + 1], counter[24];
		text_put_time(time, receipt->time);
		snprintf(counter, sizeof(counter), "%" PRIu64, receipt->counter);
		ch_csv_row(out, (struct span[COLUMNS]){span_text(time), receipt->time_trusted ? SPAN_LITERAL("trusted") : SPAN_LITERAL("floor"),
						       p->use->seal->id, receipt->device, span_text(counter), p->person, p->name, p->application, p->title,
						       part_of(p->position, false), part_of(p->position, true), span_text(p->place),
						       span_text(p->photo), p->why}, COLUMNS);
	}
}

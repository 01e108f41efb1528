/* The page of a report on seals (sealreport.h). */
#include <inttypes.h>
#include <stdlib.h>

#include "html.h"
#include "match/jpeg.h"
#include "records/content.h"
#include "sealreport.h"

enum { THUMBNAIL_SIDE = 160 };

static const char style[] =
	"body{font:15px/1.45 system-ui,\"Noto Sans\",\"Noto Sans CJK SC\",sans-serif;color:#1d2733;margin:2rem auto;max-width:64rem;padding:0 1.5rem}"
	"h1{font-size:1.5rem;margin:0}h2{font-size:1.1rem;margin:2rem 0 .5rem}p.sub{color:#5c6b7a;margin:.2rem 0 1.5rem}"
	".figures{display:flex;gap:1rem;flex-wrap:wrap}.figures div{background:#f3f6f9;border-radius:8px;padding:.8rem 1.1rem;min-width:6rem}"
	".figures b{display:block;font-size:1.7rem;line-height:1.2}.figures .warn{background:#fdecea;color:#9c2216}"
	".grid{display:grid;grid-template-columns:repeat(auto-fit,minmax(24rem,1fr));gap:0 2rem}"
	"svg.chart{width:100%;height:auto}svg text{font-size:12px;fill:#44515f}svg line{stroke:#cfd8e0}svg .whole{fill:#2f6fb3}svg .part{fill:#d0523f}"
	"table{border-collapse:collapse;width:100%}th{text-align:left;color:#5c6b7a;font-weight:600}"
	"td,th{padding:.4rem .6rem;border-bottom:1px solid #e3e9ee;vertical-align:top}td.n{text-align:right}td.w{white-space:nowrap}"
	"tr.bad td:first-child{border-left:4px solid #d0523f}img{display:block;border-radius:4px;max-height:90px}"
	".key{color:#5c6b7a;font-size:13px}.dot{display:inline-block;width:.8em;height:.8em;border-radius:2px;background:#d0523f}"
	"@media print{body{margin:0;max-width:none}tr{break-inside:avoid}}";

static void
cell(FILE *out, struct span text)
{
	fputs("<td>", out);
	ch_html_text(out, text);
	fputs("</td>", out);
}

/* Somebody's name, and the id below it. */
static void
person_cell(FILE *out, const struct ch_sealreport *r, struct span id)
{
	struct span name = ch_sealreport_name(r, id);

	if (name.len == 0 || span_equal(name, id)) {
		cell(out, id);
		return;
	}
	fputs("<td>", out);
	ch_html_text(out, name);
	fputs("<br><span class=\"key\">", out);
	ch_html_text(out, id);
	fputs("</span></td>", out);
}

static void
figure(FILE *out, uint64_t n, const char *one, const char *many, bool warns)
{
	fprintf(out, "<div%s><b>%" PRIu64 "</b>%s</div>\n", warns && n ? " class=\"warn\"" : "", n, n == 1 ? one : many);
}

static bool
has_photo(const struct ch_use *press)
{
	enum ch_photographed photo = ch_use_photographed(press);

	return photo == CH_PHOTO_ACKNOWLEDGED || photo == CH_PHOTO_LATER;
}

static void
put_head(FILE *out, const struct ch_sealreport *r)
{
	char from[TIME_TEXT + 1], until[TIME_TEXT + 1];
	uint64_t photos = 0;

	for (size_t i = 0; i < r->count; i++)
		photos += has_photo(r->presses[i].use);
	text_put_time(from, r->wish->from);
	text_put_time(until, r->wish->until - 1);
	fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>Use of seals, ", out);
	ch_html_text(out, span_text(r->wish->title));
	fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<h1>Use of seals, ", style);
	ch_html_text(out, span_text(r->wish->title));
	fputs("</h1>\n<p class=\"sub\">", out);
	ch_html_text(out, r->state->name);
	fprintf(out, " &middot; %.10s to %.10s (UTC) &middot; as of page %" PRIu64 " of the register</p>\n<div class=\"figures\">\n", from, until, r->state->seq);
	figure(out, r->count, "press", "presses", false);
	figure(out, photos, "with a photo", "with a photo", false);
	figure(out, r->bad, "to be looked at", "to be looked at", true);
	figure(out, r->people_count, "person", "people", false);
	figure(out, r->seal_count, "seal", "seals", false);
	figure(out, r->place_count, "place", "places", false);
	fputs("</div>\n", out);
}

static void
put_bars(FILE *out, const char *title, const struct ch_bar *bars, size_t count)
{
	fprintf(out, "<div><h2>%s</h2>\n", title);
	ch_chart_bars(out, bars, count, title);
	fputs("</div>\n", out);
}

/* People by their names; ids beside them, as names are not unique. */
static void
put_people(FILE *out, const struct ch_sealreport *r)
{
	struct ch_arena *arena = &r->state->arena;
	struct ch_bar *bars = ch_arena_alloc(arena, (r->people_count + 1) * sizeof(*bars));

	for (size_t i = 0; i < r->people_count; i++) {
		struct span id = r->people[i].name, name = ch_sealreport_name(r, id);
		bars[i] = r->people[i];
		if (name.len && !span_equal(name, id))
			bars[i].name = span_text(ch_arena_format(arena, "%s (%s)", ch_arena_text(arena, name), ch_arena_text(arena, id)));
	}
	put_bars(out, "By person", bars, r->people_count);
}

static void
put_charts(FILE *out, const struct ch_sealreport *r)
{
	fputs("<h2>Presses by day</h2>\n", out);
	ch_chart_columns(out, r->days, r->day_count, "Presses by day");
	fputs("<p class=\"key\"><span class=\"dot\"></span> to be looked at: no photo, outside the place applied for, or not covered by the register</p>\n"
	      "<div class=\"grid\">\n", out);
	put_people(out, r);
	put_bars(out, "By seal", r->seals, r->seal_count);
	put_bars(out, "By place", r->places, r->place_count);
	fputs("</div>\n", out);
}

/* Beside the text of what is in the archive, so that a photo which cannot be shown is still counted. */
static const struct ch_error *
put_photo(bool *shown, FILE *out, const struct ch_sealreport *r, const struct ch_use *use)
{
	const struct ch_error *error;
	struct span jpeg, small;

	*shown = false;
	if ((error = ch_use_photo_read(&jpeg, use, r->state, r->store)))
		return error->class == CH_REFUSED || error->class == CH_UNKNOWN ? NULL : error;
	if (jpeg.len && ch_jpeg_reduce(&small, jpeg, THUMBNAIL_SIDE) == NULL) {
		fputs("<img alt=\"photo\" src=\"data:image/jpeg;base64,", out);
		ch_html_base64(out, small);
		fputs("\">", out);
		free((void *)small.data);
		*shown = true;
	}
	return NULL;
}

static const struct ch_error *
put_press(FILE *out, const struct ch_sealreport *r, const struct ch_report_press *p)
{
	const struct receipt *receipt = &p->use->receipt;
	const struct ch_error *error;
	char time[TIME_TEXT + 1];
	bool shown;

	text_put_time(time, receipt->time);
	fprintf(out, "<tr%s><td class=\"w\">%.10s %.5s%s</td><td class=\"w\">", p->bad ? " class=\"bad\"" : "", time, time + 11, receipt->time_trusted ? "" : " or later");
	ch_html_text(out, p->use->seal->id);
	fprintf(out, "</td><td class=\"n\">%" PRIu64 "</td>", receipt->counter);
	person_cell(out, r, p->person);
	fputs("<td>", out);
	ch_html_text(out, p->title);
	fputs("<br><span class=\"key\">", out);
	ch_html_text(out, p->application);
	if (ch_use_uncovered(p->use, &r->state->arena))
		fprintf(out, "; %s", ch_use_uncovered(p->use, &r->state->arena));
	fputs("</span></td><td>", out);
	ch_html_text(out, span_is(p->position, "none") ? SPAN_LITERAL("not known") : p->position);
	fputs("<br><span class=\"key\">", out);
	ch_html_text(out, span_text(p->place));
	fputs("</span></td><td>", out);
	if ((error = put_photo(&shown, out, r, p->use)))
		return error;
	if (!shown || ch_use_photographed(p->use) != CH_PHOTO_ACKNOWLEDGED)
		ch_html_text(out, span_text(ch_use_photographed(p->use) == CH_NO_PHOTO ? "no photo" : p->photo));
	if (p->why.len) {
		fputs(": ", out);
		ch_html_text(out, p->why);
	}
	fputs("</td></tr>\n", out);
	return NULL;
}

static void
put_unproven(FILE *out, const struct ch_sealreport *r)
{
	if (r->unproven_count == 0)
		return;
	fputs("<h2>Sessions of which no receipt has come</h2>\n<table>\n<tr><th>Signed</th><th>Seal</th><th>Person</th><th>Application</th><th>Presses at most</th></tr>\n",
	      out);
	for (size_t i = 0; i < r->unproven_count; i++) {
		const struct statement *st = &ch_entry_act(r->state, r->unproven[i].session)->statement;
		fputs("<tr class=\"bad\">", out);
		cell(out, st->value[KEY_TIME]);
		cell(out, r->unproven[i].application->seal->id);
		person_cell(out, r, st->value[KEY_ACTOR]);
		cell(out, r->unproven[i].application->subject->name.id);
		fprintf(out, "<td class=\"n\">%" PRIu64 "</td></tr>\n", r->unproven[i].presses);
	}
	fputs("</table>\n", out);
}

const struct ch_error *
ch_sealreport_html(FILE *out, const struct ch_sealreport *r)
{
	const struct ch_error *error = NULL;

	put_head(out, r);
	if (r->count)
		put_charts(out, r);
	fputs("<h2>Presses</h2>\n<table>\n<tr><th>Time</th><th>Seal</th><th>Receipt</th><th>Person</th><th>For</th><th>Where</th><th>Photo</th></tr>\n", out);
	for (size_t i = 0; i < r->count && error == NULL; i++)
		error = put_press(out, r, &r->presses[i]);
	if (r->count == 0)
		fputs("<tr><td colspan=\"7\">none</td></tr>\n", out);
	fputs("</table>\n", out);
	put_unproven(out, r);
	fputs("</body>\n</html>\n", out);
	return error;
}

/*
 * What the tools print: records.
 *
 *	cli_record       an object with --json, columns separated by tabs for programs, and for a person at a terminal a row of a
 *	  keep           table, which is printed when it is complete: cli_flush, or a record with other fields
 *	    print_table
 *	      fit        the widths; what the terminal has no room for is cut short, digests first, or left out from the last column on
 *	    print_alone  a single record that has no room: field by field, nothing cut
 *
 *	cli_live         what goes on, on standard error
 *
 * A table without names is prose: nothing is cut there.
 */
#include <ctype.h>
#include <stdarg.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <unistr.h>
#include <uniwidth.h>

#include "cli.h"

enum { COLUMNS_MAX = 16, ROWS_MAX = 1000, GAP = 2, NARROWEST = 40 };
enum { DIGEST_LEAST = 12, TIME_LEAST = 17 /* to the minute */, OTHER_LEAST = 11 }; /* to what is cut short */

static const char ellipsis[] = "\u2026";

/* Like stdout itself there is one. */
static struct {
	const char *names[COLUMNS_MAX];
	struct span cells[ROWS_MAX][COLUMNS_MAX];
	size_t columns, rows, gap;
	struct ch_arena arena;
	bool another; /* not the first */
} table;

static void
print_json_string(struct span text)
{
	putchar('"');
	for (size_t i = 0; i < text.len; i++) {
		if (text.data[i] == '"' || text.data[i] == '\\')
			printf("\\%c", text.data[i]);
		else if (text.data[i] < 0x20)
			printf("\\u%04x", text.data[i]);
		else
			putchar(text.data[i]);
	}
	putchar('"');
}

static void
print_json(const struct cli_field *fields, size_t count)
{
	putchar('{');
	for (size_t i = 0; i < count; i++) {
		printf("%s\"%s\":", i ? "," : "", fields[i].name);
		print_json_string(fields[i].value);
	}
	puts("}");
}

/* A tab always separates fields. */
static void
print_tabbed(const struct cli_field *fields, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		if (i)
			putchar('\t');
		for (size_t j = 0; j < fields[i].value.len; j++)
			putchar(iscntrl(fields[i].value.data[j]) ? '?' : fields[i].value.data[j]);
	}
	putchar('\n');
}

/* The next character of text, and the cells it takes on the terminal. */
static struct span
next_character(int *cells, struct span *text)
{
	ucs4_t c;
	int len = u8_mbtouc(&c, text->data, text->len);
	struct span character = span_of(text->data, (size_t)len);

	*text = span_skip(*text, (size_t)len);
	*cells = uc_width(c, "UTF-8");
	if (*cells >= 0 && c != 0xfffd)
		return character;
	*cells = 1;
	return SPAN_LITERAL("?");
}

static size_t
width_of(struct span text)
{
	size_t width = 0;
	int cells;

	while (text.len) {
		next_character(&cells, &text);
		width += (size_t)cells;
	}
	return width;
}

/* As much as width has room for, nothing that controls the terminal; returns the cells it takes. */
static size_t
print_cut(FILE *out, struct span text, size_t width)
{
	size_t room = width_of(text) > width ? width - 1 : width, used = 0;
	bool cut = room < width;
	int cells;

	while (text.len) {
		struct span character = next_character(&cells, &text);
		if (used + (size_t)cells > room)
			break;
		fwrite(character.data, 1, character.len, out);
		used += (size_t)cells;
	}
	if (cut)
		fputs(ellipsis, out);
	return used + cut;
}

static void
print_cell(struct span text, size_t width, bool fill)
{
	size_t used = print_cut(stdout, text, width);

	if (fill)
		printf("%*s", (int)(width - used + table.gap), "");
}

static size_t
terminal_width(int fd)
{
	struct winsize size;

	if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return 80;
	return size.ws_col > NARROWEST ? size.ws_col : NARROWEST;
}

static void
measure(size_t widths[COLUMNS_MAX])
{
	for (size_t i = 0; i < table.columns; i++) {
		widths[i] = strlen(table.names[i]);
		for (size_t row = 0; row < table.rows; row++) {
			size_t width = width_of(table.cells[row][i]);
			widths[i] = width > widths[i] ? width : widths[i];
		}
	}
}

static size_t
total(const size_t *widths, size_t columns)
{
	size_t sum = (columns - 1) * table.gap;

	for (size_t i = 0; i < columns; i++)
		sum += widths[i];
	return sum;
}

static bool
is_digest(struct span text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!isxdigit(text.data[i]))
			return false;
	return text.len >= 40;
}

/* The beginning tells digests apart; of a path it is the end that does, so that it is shown whole or not at all. */
static size_t
least(size_t column, size_t width)
{
	struct span text = table.cells[0][column];
	size_t most = OTHER_LEAST;
	int64_t time;

	if (text_get_time(&time, text))
		most = TIME_LEAST;
	else if (is_digest(text))
		most = DIGEST_LEAST;
	else if (memchr(text.data, '/', text.len))
		most = width;
	return most < width ? most : width;
}

/* The column to be narrowed next: a digest, else the widest of those that are wider than need be, else the widest. */
static size_t
next_to_narrow(const size_t *widths, const size_t *leasts, size_t columns)
{
	size_t widest = 0;

	for (size_t i = 0; i < columns; i++)
		if (leasts[i] == DIGEST_LEAST && widths[i] > leasts[i])
			return i;
	for (size_t i = 1; i < columns; i++) {
		bool spare = widths[i] > leasts[i], widest_spare = widths[widest] > leasts[widest];
		if (spare != widest_spare ? spare : widths[i] >= widths[widest])
			widest = i;
	}
	return widest;
}

/* Narrows columns until limit has room; before one is left out they move closer together. Returns how many there are. */
static size_t
fit(size_t widths[COLUMNS_MAX], size_t limit)
{
	size_t columns = table.columns, leasts[COLUMNS_MAX];

	for (size_t i = 0; i < columns; i++)
		leasts[i] = least(i, widths[i]);
	while (columns > 1 && total(leasts, columns) > limit) {
		columns -= table.gap < GAP;
		table.gap = table.gap < GAP ? GAP : GAP - 1;
	}
	while (total(widths, columns) > limit)
		widths[next_to_narrow(widths, leasts, columns)]--;
	return columns;
}

static void
print_header(const size_t *widths, size_t columns)
{
	if (*table.names[0] == '\0')
		return;
	for (size_t i = 0; i < columns; i++) {
		for (const char *at = table.names[i]; *at; at++)
			putchar(toupper((unsigned char)*at));
		if (i + 1 < columns)
			printf("%*s", (int)(widths[i] - strlen(table.names[i]) + table.gap), "");
	}
	putchar('\n');
}

static void
print_table(size_t widths[COLUMNS_MAX], size_t limit)
{
	size_t columns = *table.names[0] ? fit(widths, limit) : table.columns;

	print_header(widths, columns);
	for (size_t row = 0; row < table.rows; row++) {
		for (size_t i = 0; i < columns; i++)
			print_cell(table.cells[row][i], widths[i], i + 1 < columns);
		putchar('\n');
	}
}

static void
print_alone(void)
{
	size_t widest = 0;

	for (size_t i = 0; i < table.columns; i++)
		widest = strlen(table.names[i]) > widest ? strlen(table.names[i]) : widest;
	for (size_t i = 0; i < table.columns; i++) {
		print_cell(span_text(table.names[i]), widest, true);
		print_cell(table.cells[0][i], SIZE_MAX, false);
		putchar('\n');
	}
}

void
cli_flush(void)
{
	size_t widths[COLUMNS_MAX], limit = terminal_width(STDOUT_FILENO);

	table.gap = GAP;
	if (table.rows) {
		if (table.another)
			putchar('\n');
		table.another = true;
		measure(widths);
		if (table.rows == 1 && *table.names[0] && total(widths, table.columns) > limit)
			print_alone();
		else
			print_table(widths, limit);
	}
	table.rows = 0;
	ch_arena_clear(&table.arena);
	fflush(stdout);
}

static bool
same_fields(const struct cli_field *fields, size_t count)
{
	for (size_t i = 0; i < count && i < table.columns; i++)
		if (strcmp(fields[i].name, table.names[i]) != 0)
			return false;
	return count == table.columns;
}

static void
keep(const struct cli_field *fields, size_t count)
{
	if (table.rows == ROWS_MAX || !same_fields(fields, count))
		cli_flush();
	table.columns = count;
	for (size_t i = 0; i < count; i++) {
		table.names[i] = fields[i].name;
		table.cells[table.rows][i] = ch_arena_copy(&table.arena, fields[i].value);
	}
	table.rows++;
}

bool
cli_has_reader(const struct cli *cli)
{
	return !cli->json && isatty(STDOUT_FILENO);
}

void
cli_record(const struct cli *cli, const struct cli_field *fields, size_t count)
{
	if (ch_state_trouble(&cli->state))
		return; /* cli_end() says it */
	if (cli->json)
		print_json(fields, count);
	else if (cli_has_reader(cli) && count <= COLUMNS_MAX)
		keep(fields, count);
	else
		print_tabbed(fields, count);
}

void
cli_live(const char *format, ...)
{
	char text[512];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	fputs("\r\033[K", stderr);
	print_cut(stderr, span_text(text), terminal_width(STDERR_FILENO) - 1);
}

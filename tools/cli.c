#include "cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tell/address.h"
#include "version.h"

enum { OPT_AS = 0x1000, OPT_JSON, OPT_HELP, OPT_VERSION };

static const struct option common[] = {
	{"archive", required_argument, NULL, 'A'}, {"as", required_argument, NULL, OPT_AS},	{"dry-run", no_argument, NULL, 'n'},
	{"quiet", no_argument, NULL, 'q'},	   {"json", no_argument, NULL, OPT_JSON},	{"null", no_argument, NULL, '0'},
	{"help", no_argument, NULL, OPT_HELP},	   {"version", no_argument, NULL, OPT_VERSION}, {0},
};

/* One form of the synopsis, in lines of a terminal; what is in brackets stays together. */
static void
print_form(FILE *to, const char *lead, const char *name, const char *form, size_t len)
{
	int column = fprintf(to, "%-6s %s", lead, name), indent = column;

	for (const char *at = form, *end = form + len; at < end;) {
		const char *stop = at;
		for (int depth = 0; stop < end && (*stop != ' ' || depth); stop++)
			depth += (*stop == '[') - (*stop == ']');
		if (column + 1 + (int)(stop - at) > 79)
			column = fprintf(to, "\n%*s", indent, "") - 1;
		column += fprintf(to, " %.*s", (int)(stop - at), at);
		at = stop + (stop < end);
	}
	fputc('\n', to);
}

static void
print_usage(const struct cli *cli, FILE *to)
{
	const char *lead = "usage:", *at = cli->synopsis;

	do {
		size_t len = strcspn(at, "\n");
		print_form(to, lead, cli->name, at, len);
		at += len + (at[len] == '\n');
		lead = "";
	} while (*at);
}

void
cli_usage(const struct cli *cli, const char *complaint, ...)
{
	va_list args;

	va_start(args, complaint);
	if (*complaint)
		fprintf(stderr, "%s: %s\n", cli->name, ch_fail_with(CH_USAGE, complaint, args)->message);
	va_end(args);
	print_usage(cli, stderr);
	exit(CH_USAGE);
}

static void
merge_options(struct option all[CLI_OPTIONS_MAX + 1], char letters[64], const struct cli *cli)
{
	size_t count = 0;

	for (const struct option *o = common; o->name; o++)
		all[count++] = *o;
	for (const struct option *o = cli->options; o && o->name && count < CLI_OPTIONS_MAX; o++)
		all[count++] = *o;
	all[count] = (struct option){0};
	snprintf(letters, 64, "A:nq0%s", cli->letters ? cli->letters : "");
}

/* True when the option was one that all tools have. */
static bool
take_common(struct cli *cli, int option)
{
	switch (option) {
	case 'A':
		cli->archive = optarg;
		return true;
	case OPT_AS:
		cli->as = optarg;
		return true;
	case 'n':
		return cli->dry_run = true;
	case 'q':
		return cli->quiet = true;
	case OPT_JSON:
		return cli->json = true;
	case '0':
		return cli->null = true;
	case OPT_HELP:
		print_usage(cli, stdout);
		exit(0);
	case OPT_VERSION:
		printf("%s %s\n", cli->name, CHANCERY_VERSION);
		exit(0);
	case '?':
		print_usage(cli, stderr);
		exit(CH_USAGE);
	default:
		return false;
	}
}

int
cli_option(struct cli *cli, int argc, char **argv)
{
	struct option all[CLI_OPTIONS_MAX + 1];
	char letters[64];
	int option;

	merge_options(all, letters, cli);
	do
		option = getopt_long(argc, argv, letters, all, NULL);
	while (option != -1 && take_common(cli, option));
	if (option == -1) {
		cli->operands = argv + optind;
		cli->count = argc - optind;
	}
	return option;
}

uint64_t
cli_number(const struct cli *cli, const char *what, const char *text, uint64_t least, uint64_t most)
{
	uint64_t n;

	if (text_get_number(&n, span_text(text)) && n >= least && n <= most)
		return n;
	if (most == UINT64_MAX)
		cli_usage(cli, "%s wants a number that is at least %" PRIu64 ", not '%s'", what, least, text);
	cli_usage(cli, "%s wants a number from %" PRIu64 " to %" PRIu64 ", not '%s'", what, least, most, text);
}

const char *
cli_text(const struct cli *cli, const char *what, const char *text)
{
	if (!text_is_value(span_text(text)))
		cli_usage(cli, "%s wants one line of 1 to %d bytes, with nothing invisible in it and no blank at its ends", what, VALUE_MAX);
	return text;
}

const char *
cli_mail(const struct cli *cli, const char *text)
{
	if (strcmp(text, "none") != 0 && !ch_address_is(span_text(text)))
		cli_usage(cli, "--mail wants an address like name@example.org, or 'none'");
	return text;
}

static bool
relative_time(int64_t *seconds, const char *text)
{
	static const struct {
		char unit;
		int64_t seconds;
	} units[] = {{'s', 1}, {'m', 60}, {'h', 3600}, {'d', 86400}, {'w', 604800}};
	size_t len = strlen(text);
	uint64_t n;

	if (len < 3 || (text[0] != '+' && text[0] != '-') || !text_get_number(&n, span_of(text + 1, len - 2)) || n > 1000000000)
		return false;
	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (units[i].unit == text[len - 1]) {
			*seconds = time(NULL) + (text[0] == '-' ? -1 : 1) * (int64_t)n * units[i].seconds;
			return true;
		}
	return false;
}

struct span
cli_time(struct cli *cli, const char *what, const char *text)
{
	char *out = ch_arena_alloc(&cli->state.arena, TIME_TEXT + 1), day[TIME_TEXT + 1];
	int64_t seconds;

	snprintf(day, sizeof(day), "%.10sT00:00:00Z", text);
	if (!relative_time(&seconds, text) && !text_get_time(&seconds, span_text(text)) &&
	    !(strlen(text) == 10 && text_get_time(&seconds, span_text(day))))
		cli_usage(cli, "%s wants YYYY-MM-DD, YYYY-MM-DDThh:mm:ssZ, +N[smhdw] or -N[smhdw], not '%s'", what, text);
	text_put_time(out, seconds);
	return span_text(out);
}

static const struct ch_error *
read_all(struct span *content, struct ch_arena *arena, int fd, const char *path, size_t most)
{
	size_t size = 64 * 1024, len = 0;
	uint8_t *bytes = malloc(size);
	const struct ch_error *error = NULL;
	ssize_t got;

	while (bytes && (got = read(fd, bytes + len, size - len)) != 0) {
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			error = ch_fail_errno("cannot read '%s'", path);
			break;
		}
		if ((len += (size_t)got) > most) {
			error = ch_refuse(WIRE_TOO_LONG, "'%s' has more than %zu bytes", path, most);
			break;
		}
		if (len == size)
			bytes = reallocarray(bytes, size *= 2, 1);
	}
	if (bytes == NULL)
		abort();
	if (error == NULL)
		*content = ch_arena_copy(arena, span_of(bytes, len));
	free(bytes);
	return error;
}

const struct ch_error *
cli_read_file(struct span *content, struct cli *cli, const char *path, size_t most)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	const struct ch_error *error;

	if (fd < 0)
		return ch_fail_errno("cannot open '%s'", path);
	error = read_all(content, &cli->state.arena, fd, standard ? "standard input" : path, most);
	if (!standard)
		close(fd);
	return error;
}

void
cli_tell(struct cli *cli, uint64_t count, const char *what)
{
	time_t now = time(NULL);

	if (cli->began == 0)
		cli->began = now;
	if (now <= cli->began + 1 || now == cli->told || cli->quiet || !isatty(STDERR_FILENO))
		return;
	cli->told = now;
	cli_live("%s: %" PRIu64 " %s", cli->name, count, what);
}

void
cli_progress(struct cli *cli, uint64_t pages)
{
	cli_tell(cli, pages, "pages of the register read");
}

void
cli_progress_end(struct cli *cli)
{
	if (cli->told)
		fputs("\r\033[K", stderr);
	cli->began = cli->told = 0;
}

const struct ch_error *
cli_subjects(char ***names, struct cli *cli)
{
	const struct ch_error *error;
	struct span rest;
	size_t count = 0;

	*names = NULL;
	for (int i = 0; i < cli->count; i++) {
		*names = ch_arena_grow(&cli->state.arena, *names, count, sizeof(**names));
		(*names)[count++] = cli->operands[i];
	}
	if (count == 0) {
		if (isatty(STDIN_FILENO))
			cli_usage(cli, "name at least one, as operand or on standard input");
		if ((error = cli_read_file(&rest, cli, "-", SIZE_MAX / 2)))
			return error;
		while (rest.len) {
			struct span name = span_cut(&rest, cli->null ? '\0' : '\n');
			if (name.len == 0)
				continue;
			*names = ch_arena_grow(&cli->state.arena, *names, count, sizeof(**names));
			(*names)[count++] = ch_arena_text(&cli->state.arena, name);
		}
	}
	*names = ch_arena_grow(&cli->state.arena, *names, count, sizeof(**names));
	(*names)[count] = NULL;
	return NULL;
}

const struct ch_error *
cli_application(struct ch_application **application, struct cli *cli, const char *name)
{
	*application = ch_state_application(&cli->state, span_text(name));
	if (*application == NULL)
		return ch_fail(CH_REFUSED, "no application '%s'; seal-list shows them all%s", name, cli->is_clone ? ", chancery-sync brings what is new" : "");
	return NULL;
}

int
cli_end(struct cli *cli, const struct ch_error *error)
{
	int status;

	if (error == NULL)
		error = ch_state_trouble(&cli->state);
	status = error ? (int)error->class : 0;
	cli_progress_end(cli);
	cli_flush();
	if (error)
		fprintf(stderr, "%s: %s\n", cli->name, error->message);
	if ((fflush(stdout) != 0 || ferror(stdout)) && status == 0) {
		fprintf(stderr, "%s: cannot write to standard output\n", cli->name);
		status = CH_IO;
	}
	ch_secret_clear(&cli->registrar);
	ch_secret_clear(&cli->device);
	ch_state_clear(&cli->state);
	ch_arena_clear(&cli->lasting);
	if (cli->opened)
		ch_store_close(&cli->store);
	return status;
}

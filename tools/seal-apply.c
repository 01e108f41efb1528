/* seal-apply: asks for the use of a seal on a document. */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "payload.h"
#include "records/content.h"
#include "records/records.h"

/* Of one file, and of an application: everybody who has the archive has them, and whoever verifies an extract holds it in memory several times. */
enum { DOCUMENT_MAX = 64 << 20, DOCUMENTS_MAX = 128 << 20 };

/* What the options say, as given; an option's value is its place here. */
enum field { TITLE, REASON, DROPPED, PRESSES, PHOTOS, NOT_BEFORE, NOT_AFTER, FRESH, APPROVERS, COPY, PLACE, RADIUS, FIELDS, DOCUMENT = FIELDS };

struct application {
	const char *seal, *text[FIELDS];
	const char *documents[16];
	size_t document_count;
	struct payload payload;
};

static struct span
base_name(const char *path)
{
	const char *slash = strrchr(path, '/');

	return span_text(slash ? slash + 1 : path);
}

static const char *
dropped_path(struct cli *cli, const char *name)
{
	return ch_arena_format(&cli->state.arena, "%s/chancery/drop/documents/%s", cli->store.path, name);
}

/* The documents become attachments; the record names each with size and digest. */
static const struct ch_error *
attach(struct ch_draft_file *file, struct ch_attachment *attachment, struct cli *cli, const char *path)
{
	const struct ch_error *error;

	error = cli_read_file(&file->content, cli, path, DOCUMENT_MAX);
	if (error && error->code == WIRE_TOO_LONG)
		return ch_refuse(WIRE_TOO_LONG, "'%s' has more than %d MiB, and would be in every clone for ever; make it smaller, or apply for a text that names its SHA-256",
				 path, DOCUMENT_MAX >> 20);
	if (error)
		return error;
	attachment->name = base_name(path);
	attachment->size = file->content.len;
	wire_sha256_of(attachment->digest, file->content);
	if (!text_is_name(attachment->name))
		return ch_fail(CH_USAGE, "'%s' is not a name that every office's system can hold; rename it first", path);
	file->path = span_text(ch_arena_format(&cli->state.arena, "attachments/%s", (const char *)attachment->name.data));
	return NULL;
}

static struct span
optional(const char *text)
{
	return text ? span_text(text) : span_of(NULL, 0);
}

static void
fill(struct ch_draft *draft, struct cli *cli, const struct application *a, const struct ch_seal *seal, const struct ch_attachment *document)
{
	uint8_t nonce[NONCE_SIZE];

	wire_random(nonce, sizeof(nonce));
	draft->value[KEY_SEAL] = seal->id;
	draft->value[KEY_DEVICE] = seal->device;
	draft->value[KEY_EPOCH] = ch_arena_number(&cli->state.arena, seal->epoch);
	draft->value[KEY_NONCE] = ch_arena_hex(&cli->state.arena, nonce, sizeof(nonce));
	draft->value[KEY_DOCUMENT_SHA256] = ch_arena_hex(&cli->state.arena, document->digest, SHA256_SIZE);
	draft->value[KEY_PRESSES] = span_text(a->text[PRESSES]);
	draft->value[KEY_PHOTOS] = span_text(a->text[PHOTOS]);
	if (a->text[NOT_BEFORE])
		draft->value[KEY_NOT_BEFORE] = cli_time(cli, "--not-before", a->text[NOT_BEFORE]);
	if (a->text[NOT_AFTER])
		draft->value[KEY_NOT_AFTER] = cli_time(cli, "--not-after", a->text[NOT_AFTER]);
	draft->value[KEY_FRESH] = span_text(a->text[FRESH]);
	draft->value[KEY_APPROVERS] = optional(a->text[APPROVERS]);
	draft->value[KEY_COPY] = optional(a->text[COPY]);
	draft->value[KEY_PLACE] = optional(a->text[PLACE]);
	draft->value[KEY_RADIUS] = optional(a->text[RADIUS]);
}

/* seals/S-0007/applications/2026/0/d1-000001: the number is this device's own and never given out again. */
static const struct ch_error *
allocate(struct span *subject, struct cli *cli, const struct ch_seal *seal)
{
	char *path = ch_arena_alloc(&cli->state.arena, VALUE_MAX), now[TIME_TEXT + 1];
	const struct ch_error *error;
	uint64_t number, year;

	if ((error = ch_local_number(&number, &cli->store, &cli->state, cli->device_id, !cli->dry_run)))
		return error;
	memcpy(now, cli_time(cli, "now", "+0s").data, sizeof(now));
	text_get_number(&year, span_of(now, 4));
	*subject = span_of(path, ch_subject_application(path, VALUE_MAX, seal->id, (unsigned)year, cli->device_id, number));
	return NULL;
}

/* The first document is what is to be sealed. */
static const struct ch_error *
attach_all(struct ch_application_record *record, struct ch_attachment *attachments, struct ch_draft_file *files, struct cli *cli,
	   const struct application *a)
{
	const struct ch_error *error;
	uint64_t size = 0;

	if (a->text[DROPPED] && (error = attach(&files[record->count], &attachments[record->count], cli, dropped_path(cli, a->text[DROPPED]))))
		return error;
	record->count += a->text[DROPPED] != NULL;
	for (size_t i = 0; i < a->document_count; i++, record->count++)
		if ((error = attach(&files[record->count], &attachments[record->count], cli, a->documents[i])))
			return error;
	for (size_t i = 0; i < record->count; i++)
		size += attachments[i].size;
	if (size > DOCUMENTS_MAX)
		return ch_refuse(WIRE_TOO_LONG, "the documents of an application have more than %d MiB together; apply with fewer of them", DOCUMENTS_MAX >> 20);
	record->title = a->text[TITLE] ? span_text(a->text[TITLE]) : attachments[0].name;
	record->reason = span_text(a->text[REASON]);
	return NULL;
}

/* What was dropped stays until it is registered. */
static const struct ch_error *
apply(struct cli *cli, const struct application *a, struct ch_draft *draft, const struct ch_application_record *record)
{
	const struct ch_error *error;

	if (a->payload.file && !cli->dry_run)
		return payload_write(cli, &a->payload, draft, record, cli->signer.actor);
	if ((error = cli_act(cli, draft)))
		return error;
	if (a->text[DROPPED] && !cli->dry_run && unlink(dropped_path(cli, a->text[DROPPED])) != 0)
		return ch_fail_errno("registered, but cannot remove '%s' from the drop folder", a->text[DROPPED]);
	return NULL;
}

static const struct ch_error *
run(struct cli *cli, const struct application *a)
{
	struct ch_attachment attachments[17];
	struct ch_draft_file files[18];
	struct ch_application_record record = {.attachments = attachments};
	struct ch_draft draft = {.kind = ACT_APPLY, .files = files};
	const struct ch_error *error;
	const struct ch_seal *seal;

	if ((error = payload_open(cli, &a->payload)) || (error = cli_need_device(cli)))
		return error;
	if ((seal = ch_state_seal(&cli->state, span_text(a->seal))) == NULL)
		return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; see chancery-status", a->seal);
	if ((error = attach_all(&record, attachments, files + 1, cli, a)))
		return error;
	files[0] = (struct ch_draft_file){SPAN_LITERAL("record"), ch_application_record_write(&record, &cli->state.arena)};
	draft.file_count = 1 + record.count;
	fill(&draft, cli, a, seal, &attachments[0]);
	if ((error = allocate(&draft.subject, cli, seal)))
		return error;
	return apply(cli, a, &draft, &record);
}

/* As a statement has a list: ids with one space between them. */
static void
check_list(const struct cli *cli, const char *what, const char *text)
{
	struct span rest = text ? span_text(text) : span_of(NULL, 0);
	bool more = text != NULL;

	while (more) {
		more = memchr(rest.data, ' ', rest.len) != NULL;
		if (!text_is_id(span_cut(&rest, ' ')))
			cli_usage(cli, "%s wants ids with one space between them, not '%s'", what, text);
	}
}

static void
check_texts(const struct cli *cli, const struct application *a)
{
	cli_text(cli, "--reason", a->text[REASON]);
	if (a->text[TITLE])
		cli_text(cli, "--title", a->text[TITLE]);
	if (a->text[PLACE] && !text_is_position(span_text(a->text[PLACE])))
		cli_usage(cli, "--place wants decimal degrees LAT,LON, not '%s'", a->text[PLACE]);
	if (a->text[RADIUS] && a->text[PLACE] == NULL)
		cli_usage(cli, "--radius wants a --place to be around");
	if (a->text[PLACE] && a->text[RADIUS] == NULL)
		cli_usage(cli, "--place wants a --radius: within how many metres of it");
	check_list(cli, "--approvers", a->text[APPROVERS]);
	check_list(cli, "--copy", a->text[COPY]);
}

static void
check_numbers(const struct cli *cli, struct application *a)
{
	static const struct {
		enum field field;
		const char *name, *otherwise;
		uint64_t least, most;
	} numbers[] = {
		{PRESSES, "--presses", "1", 1, 1000000},
		{PHOTOS, "--photos", NULL, 0, 1000000},
		{FRESH, "--fresh", "0", 0, 31536000},
		{RADIUS, "--radius", NULL, 1, 20000000},
	};

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		const char **text = &a->text[numbers[i].field];
		if (*text)
			cli_number(cli, numbers[i].name, *text, numbers[i].least, numbers[i].most);
		else
			*text = numbers[i].otherwise;
	}
	if (a->text[PHOTOS] == NULL)
		a->text[PHOTOS] = a->text[PRESSES];
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"title", required_argument, NULL, TITLE},	     {"reason", required_argument, NULL, REASON},
		{"dropped", required_argument, NULL, DROPPED},	     {"presses", required_argument, NULL, PRESSES},
		{"photos", required_argument, NULL, PHOTOS},	     {"not-before", required_argument, NULL, NOT_BEFORE},
		{"not-after", required_argument, NULL, NOT_AFTER},   {"fresh", required_argument, NULL, FRESH},
		{"approvers", required_argument, NULL, APPROVERS},   {"copy", required_argument, NULL, COPY},
		{"place", required_argument, NULL, PLACE},	     {"radius", required_argument, NULL, RADIUS},
		{"document", required_argument, NULL, DOCUMENT},     PAYLOAD_OPTIONS,
		{0},
	};
	struct cli cli = {.name = "seal-apply",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--title text] [--presses n] [--photos n] [--not-before time] "
				      "[--not-after time] [--fresh seconds] [--approvers list] [--copy list] [--place position] [--radius metres] "
				      "[--payload file] [--key key] [--dropped name] [--document file] ... --reason text seal",
			  .options = options};
	struct application a = {0};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (payload_option(&a.payload, option))
			continue;
		else if (option != DOCUMENT)
			a.text[option] = optarg;
		else if (a.document_count < sizeof(a.documents) / sizeof(a.documents[0]))
			a.documents[a.document_count++] = optarg;
		else
			cli_usage(&cli, "at most %zu documents", a.document_count);
	if (cli.count != 1 || a.text[REASON] == NULL || (a.text[DROPPED] == NULL && a.document_count == 0))
		cli_usage(&cli, "wants a seal, a --reason, and a --document or --dropped");
	if (a.text[DROPPED] && strchr(a.text[DROPPED], '/'))
		cli_usage(&cli, "--dropped wants a name in the drop folder, not a path");
	check_texts(&cli, &a);
	check_numbers(&cli, &a);
	a.seal = cli.operands[0];
	return cli_end(&cli, run(&cli, &a));
}

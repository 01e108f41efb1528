/* seal-apply: asks for the use of a seal on a document. */
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "cli.h"
#include "content.h"
#include "records.h"

enum { DOCUMENT_MAX = 256 << 20 };

struct application {
	const char *seal, *title, *reason, *dropped, *documents[16];
	size_t document_count;
	const char *presses, *photos, *not_before, *not_after, *fresh, *approvers, *copy, *place, *radius;
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

	if ((error = cli_read_file(&file->content, cli, path, DOCUMENT_MAX)))
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
	draft->value[KEY_PRESSES] = span_text(a->presses);
	draft->value[KEY_PHOTOS] = span_text(a->photos ? a->photos : a->presses);
	if (a->not_before)
		draft->value[KEY_NOT_BEFORE] = cli_time(cli, "--not-before", a->not_before);
	if (a->not_after)
		draft->value[KEY_NOT_AFTER] = cli_time(cli, "--not-after", a->not_after);
	draft->value[KEY_FRESH] = span_text(a->fresh ? a->fresh : "0");
	draft->value[KEY_APPROVERS] = optional(a->approvers);
	draft->value[KEY_COPY] = optional(a->copy);
	draft->value[KEY_PLACE] = optional(a->place);
	draft->value[KEY_RADIUS] = optional(a->radius);
}

/* seals/S-0007/applications/2026/0/d1-000001: the number is this device's own and never given out again. */
static const struct ch_error *
allocate(struct span *subject, struct cli *cli, const struct ch_seal *seal)
{
	char *path = ch_arena_alloc(&cli->state.arena, VALUE_MAX), now[TIME_TEXT + 1];
	const struct ch_error *error;
	uint64_t number, year;

	if ((error = ch_local_number(&number, &cli->store, &cli->state, cli->device_id)))
		return error;
	memcpy(now, cli_time(cli, "now", "+0s").data, sizeof(now));
	text_get_number(&year, span_of(now, 4));
	*subject = span_of(path, ch_subject_application(path, VALUE_MAX, seal->id, (unsigned)year, cli->device_id, number));
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

	if ((error = cli_open_to_act(cli)))
		return error;
	if ((seal = ch_state_seal(&cli->state, span_text(a->seal))) == NULL)
		return ch_refuse(WIRE_NOT_ENROLLED, "there is no seal '%s'; see chancery-status", a->seal);
	if (a->dropped && (error = attach(&files[1 + record.count], &attachments[record.count], cli, dropped_path(cli, a->dropped))))
		return error;
	record.count += a->dropped != NULL;
	for (size_t i = 0; i < a->document_count; i++, record.count++)
		if ((error = attach(&files[1 + record.count], &attachments[record.count], cli, a->documents[i])))
			return error;
	record.title = a->title ? span_text(a->title) : attachments[0].name;
	record.reason = span_text(a->reason);
	files[0] = (struct ch_draft_file){SPAN_LITERAL("record"), ch_application_record_write(&record, &cli->state.arena)};
	draft.file_count = 1 + record.count;
	fill(&draft, cli, a, seal, &attachments[0]);
	if ((error = allocate(&draft.subject, cli, seal)) || (error = cli_act(cli, &draft)))
		return error;
	if (a->dropped && !cli->dry_run && unlink(dropped_path(cli, a->dropped)) != 0)
		return ch_fail_errno("registered, but cannot remove '%s' from the drop folder", a->dropped);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"document", required_argument, NULL, 'd'}, {"dropped", required_argument, NULL, 'D'},	{"title", required_argument, NULL, 't'},
		{"reason", required_argument, NULL, 'r'},   {"presses", required_argument, NULL, 'p'},	{"photos", required_argument, NULL, 'P'},
		{"not-before", required_argument, NULL, 'b'}, {"not-after", required_argument, NULL, 'a'}, {"fresh", required_argument, NULL, 'f'},
		{"approvers", required_argument, NULL, 'o'}, {"copy", required_argument, NULL, 'c'},	{"place", required_argument, NULL, 'l'},
		{"radius", required_argument, NULL, 'R'},   {0},
	};
	struct cli cli = {.name = "seal-apply",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--title text] [--presses n] [--photos n] [--not-before time] "
				      "[--not-after time] [--fresh seconds] [--approvers list] [--copy list] [--place position] [--radius metres] "
				      "[--dropped name] [--document file] ... --reason text seal",
			  .options = options};
	struct application a = {.presses = "1"};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 'd':
			if (a.document_count == sizeof(a.documents) / sizeof(a.documents[0]))
				cli_usage(&cli, "at most %zu documents", a.document_count);
			a.documents[a.document_count++] = optarg;
			break;
		case 'D':
			a.dropped = optarg;
			if (strchr(optarg, '/'))
				cli_usage(&cli, "--dropped wants a name in the drop folder, not a path");
			break;
		case 't':
			a.title = optarg;
			break;
		case 'r':
			a.reason = optarg;
			break;
		case 'p':
			cli_number(&cli, "--presses", a.presses = optarg, 1, 1000000);
			break;
		case 'P':
			cli_number(&cli, "--photos", a.photos = optarg, 0, 1000000);
			break;
		case 'b':
			a.not_before = optarg;
			break;
		case 'a':
			a.not_after = optarg;
			break;
		case 'f':
			cli_number(&cli, "--fresh", a.fresh = optarg, 0, 31536000);
			break;
		case 'o':
			a.approvers = optarg;
			break;
		case 'c':
			a.copy = optarg;
			break;
		case 'l':
			a.place = optarg;
			break;
		case 'R':
			cli_number(&cli, "--radius", a.radius = optarg, 1, 20000000);
			break;
		}
	if (cli.count != 1 || a.reason == NULL || (a.dropped == NULL && a.document_count == 0))
		cli_usage(&cli, "wants a seal, a --reason, and a --document or --dropped");
	a.seal = cli.operands[0];
	return cli_end(&cli, run(&cli, &a));
}

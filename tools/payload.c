/*
 * payload_write, payload_act
 *   write_file          judges, draws up, puts it into the file, durably, or on standard output
 *   tell                what it decides, and how it is signed; on standard error when the payload has the standard output
 */
#include "payload.h"

#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "register/decision.h"
#include "register/payload.h"

enum { FIELDS_MAX = 24 };

bool
payload_option(struct payload *payload, int option)
{
	if (option == PAYLOAD_FILE)
		payload->file = optarg;
	else if (option == PAYLOAD_KEY)
		payload->key = optarg;
	return option == PAYLOAD_FILE || option == PAYLOAD_KEY;
}

const struct ch_error *
payload_open(struct cli *cli, const struct payload *payload)
{
	const char *as = cli_person(cli).value;
	const struct ch_error *error;

	if (payload->key && payload->file == NULL)
		cli_usage(cli, "the key that will sign is for --payload; gpg signs here with the key of yours that the archive knows");
	if (payload->file == NULL)
		return cli_open_to_act(cli);
	if (as == NULL)
		cli_usage(cli, "--payload wants to know who will sign it: --as PERSON");
	if ((error = cli_open_to_register(cli)))
		return error;
	return ch_signer_elsewhere(&cli->signer, &cli->state, span_text(as), span_text(payload->key ? payload->key : ""));
}

static bool
is_directory(const char *path)
{
	struct stat status;

	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

void
payload_check(const struct cli *cli, const struct payload *payload, size_t count)
{
	if (payload->file && count > 1 && !is_directory(payload->file))
		cli_usage(cli, "for several acts --payload wants a directory that is there");
}

/* approve-d1-000001-carol.payload: mail takes it for bytes, not for text. */
static const char *
file_name(struct cli *cli, const struct payload *payload, const struct ch_draft *draft)
{
	const char *subject = ch_arena_text(&cli->state.arena, draft->subject), *slash = strrchr(subject, '/');
	struct span actor = cli->signer.actor;

	if (!is_directory(payload->file))
		return payload->file;
	return ch_arena_format(&cli->state.arena, "%s/%s-%s-%.*s.payload", payload->file, act_kind_name(draft->kind), slash ? slash + 1 : subject, (int)actor.len, (const char *)actor.data);
}

static const struct ch_error *
put(const char *file, struct span payload)
{
	if (strcmp(file, "-") != 0)
		return ch_file_create(file, payload, S_IRUSR | S_IWUSR | S_IRGRP | S_IROTH);
	fwrite(payload.data, 1, payload.len, stdout);
	return fflush(stdout) ? ch_fail_errno("cannot write to standard output") : NULL;
}

/* As a shell reads it, and no program takes it for an option. */
static const char *
quoted(struct cli *cli, const char *file)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789./_-+,:@%";
	const char *before = file[0] == '-' && file[1] ? "./" : "";
	char *out = ch_arena_alloc(&cli->state.arena, 4 * strlen(file) + 1), *at = out;

	if (file[strspn(file, plain)] == '\0')
		return ch_arena_format(&cli->state.arena, "%s%s", before, file);
	for (; *file; file++)
		if (*file == '\'')
			at = stpcpy(at, "'\\''");
		else
			*at++ = *file;
	return ch_arena_format(&cli->state.arena, "'%s%s'", before, out);
}

/* The signer has the file, wherever it was written. */
static const char *
last_part(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

struct telling {
	struct cli *cli;
	struct cli_field field[FIELDS_MAX];
	size_t count;
};

static void
add(struct telling *t, const char *name, struct span value)
{
	t->field[t->count++] = (struct cli_field){name, value};
}

static struct span
named(struct cli *cli, struct span id)
{
	const struct ch_person *person = ch_state_person(&cli->state, id);

	if (person == NULL)
		return id;
	return span_text(ch_arena_format(&cli->state.arena, "%.*s, %.*s", (int)id.len, (const char *)id.data, (int)person->name.len,
					 (const char *)person->name.data));
}

static void
add_decision(struct telling *t, const struct ch_draft *draft, const struct ch_application_record *record, struct span applicant)
{
	const struct ch_attachment *document = &record->attachments[0];
	struct ch_arena *arena = &t->cli->state.arena;
	struct ch_subject_name name;

	add(t, "who", named(t->cli, t->cli->signer.actor));
	add(t, "decides", span_text(ch_arena_format(arena, "%s: %s", act_kind_name(draft->kind), ch_decision_words(draft->value, arena))));
	ch_subject_parse(&name, draft->subject);
	add(t, "seal", name.seal);
	add(t, "application", name.id);
	add(t, "applicant", named(t->cli, applicant));
	add(t, "title", record->title);
	add(t, "for", record->reason);
	add(t, "document", document->name);
	add(t, "document-sha256", ch_arena_hex(arena, document->digest, SHA256_SIZE));
}

static void
add_signing(struct telling *t, const struct ch_draft *draft, struct span payload, const char *file)
{
	struct ch_arena *arena = &t->cli->state.arena;
	struct span key = ch_arena_hex(arena, t->cli->signer.key, FINGERPRINT_SIZE);
	char *until = ch_arena_alloc(arena, TIME_TEXT + 1);
	uint8_t id[SHA256_SIZE];

	wire_sha256_of(id, payload);
	text_put_time(until, draft->time + ch_judge_gap(&t->cli->state));
	add(t, "file", span_text(file));
	add(t, "sha256", ch_arena_hex(arena, id, sizeof(id)));
	add(t, "until", span_text(until));
	add(t, "sign", span_text(ch_arena_format(arena, "gpg --local-user %s! --armor --detach-sign %s", (const char *)key.data,
						quoted(t->cli, last_part(file)))));
	if (strcmp(file, "-") != 0)
		add(t, "submit", span_text(ch_arena_format(arena, "chancery-submit %s %s", quoted(t->cli, file),
							   quoted(t->cli, ch_arena_format(arena, "%s.asc", file)))));
}

static void
tell(const struct telling *t, bool aside)
{
	if (t->cli->json && !aside)
		cli_record(t->cli, t->field, t->count);
	for (size_t i = 0; i < t->count && (aside || !t->cli->json); i++)
		if (aside)
			fprintf(stderr, "%s\t%.*s\n", t->field[i].name, (int)t->field[i].value.len, (const char *)t->field[i].value.data);
		else
			cli_record(t->cli, (struct cli_field[]){{"", span_text(t->field[i].name)}, {"", t->field[i].value}}, 2);
}

/* Draws it up and puts it where it is wanted. */
static const struct ch_error *
write_file(struct span *payload, struct telling *t, const char *file, struct ch_draft *draft, bool after)
{
	struct cli *cli = t->cli;
	const struct ch_error *error;

	if ((error = ch_payload_tidy(&cli->state, &cli->store, time(NULL))) ||
	    (error = ch_payload_draw(payload, draft, &cli->state, &cli->store, &cli->signer, after)))
		return error;
	return put(file, *payload);
}

const struct ch_error *
payload_write(struct cli *cli, const struct payload *options, struct ch_draft *draft, const struct ch_application_record *record, struct span applicant)
{
	const char *file = file_name(cli, options, draft);
	struct telling t = {.cli = cli};
	const struct ch_error *error;
	struct span payload;

	if ((error = write_file(&payload, &t, file, draft, false)) || cli->quiet)
		return error;
	add_decision(&t, draft, record, applicant);
	add_signing(&t, draft, payload, file);
	tell(&t, strcmp(file, "-") == 0);
	return NULL;
}

static void
add_brought(struct telling *t, const struct ch_draft *draft)
{
	struct ch_arena *arena = &t->cli->state.arena;

	for (size_t i = 0; i < draft->file_count && t->count < FIELDS_MAX / 2; i++) {
		const struct ch_draft_file *file = &draft->files[i];
		uint8_t digest[SHA256_SIZE];
		wire_sha256_of(digest, file->content);
		add(t, "brings", span_text(ch_arena_format(arena, "%.*s, sha256 %s", (int)file->path.len, (const char *)file->path.data,
							   (const char *)ch_arena_hex(arena, digest, sizeof(digest)).data)));
	}
}

const struct ch_error *
payload_act(struct cli *cli, const struct payload *options, struct ch_draft *draft, bool after)
{
	struct telling t = {.cli = cli};
	const struct ch_error *error;
	struct span payload;
	const char *file, *words;

	if (options->file == NULL || cli->dry_run)
		return cli_act(cli, draft);
	file = file_name(cli, options, draft);
	if ((error = write_file(&payload, &t, file, draft, after)) || cli->quiet)
		return error;
	words = ch_decision_words(draft->value, &cli->state.arena);
	add(&t, "who", named(cli, cli->signer.actor));
	add(&t, "decides", span_text(ch_arena_format(&cli->state.arena, "%s: %s", act_kind_name(draft->kind), words)));
	add(&t, "subject", draft->subject);
	add_brought(&t, draft);
	add_signing(&t, draft, payload, file);
	tell(&t, strcmp(file, "-") == 0);
	return NULL;
}

/* people-add: describes a person and admits the person's key, both in one step. */
#include <stdlib.h>

#include "certificate.h"
#include "payload.h"
#include "records/records.h"

struct person {
	const char *id, *name, *mail, *key;
	struct span roles[16];
	size_t role_count;
	struct payload payload;
};

static int
by_text(const void *a, const void *b)
{
	return span_compare(*(const struct span *)a, *(const struct span *)b);
}

/* Sorted, each once: one form for one set of roles. */
static struct span
roles_text(struct cli *cli, struct person *p)
{
	const char *text = "";

	qsort(p->roles, p->role_count, sizeof(p->roles[0]), by_text);
	for (size_t i = 0; i < p->role_count; i++)
		if (i == 0 || !span_equal(p->roles[i], p->roles[i - 1]))
			text = ch_arena_format(&cli->state.arena, "%s%s%s", text, *text ? " " : "", (const char *)p->roles[i].data);
	return span_text(text);
}

static void
add_content(struct ch_draft *draft, struct cli *cli, struct ch_draft_file *file, uint64_t version)
{
	uint8_t digest[SHA256_SIZE];

	wire_sha256_of(digest, file->content);
	draft->files = file;
	draft->file_count = 1;
	draft->value[KEY_VERSION] = ch_arena_number(&cli->state.arena, version);
	draft->value[KEY_CONTENT_SHA256] = ch_arena_hex(&cli->state.arena, digest, sizeof(digest));
}

static const struct ch_error *
sign_person(struct ch_oid *commit, struct cli *cli, struct person *p)
{
	const struct ch_person *known = ch_state_person(&cli->state, span_text(p->id));
	struct ch_person_record record = {span_text(p->name), span_text(p->mail), roles_text(cli, p)};
	uint64_t version = known ? known->version + 1 : 1;
	struct ch_draft_file file = {span_text(ch_content_version_name("person", version, &cli->state.arena)),
				     ch_person_record_write(&record, &cli->state.arena)};
	struct ch_draft draft = {.kind = ACT_PERSON};
	char path[VALUE_MAX];

	draft.subject = span_of(path, ch_subject_person(path, sizeof(path), span_text(p->id)));
	add_content(&draft, cli, &file, version);
	if (cli->dry_run || p->payload.file)
		return payload_act(cli, &p->payload, &draft, false);
	return ch_draft_sign(commit, &draft, &cli->state, &cli->store, &cli->signer);
}

/* Not judged before signing: the person whose key it is comes with the same page and is not registered yet. */
static const struct ch_error *
sign_key(struct ch_oid *commit, struct cli *cli, struct person *p, const struct handed *handed)
{
	struct ch_draft_file file[2];
	struct ch_draft draft;
	char path[VALUE_MAX];

	certificate_admit(&draft, cli, handed, span_text(p->id), "decide", path, file);
	if (p->payload.file)
		return payload_act(cli, &p->payload, &draft, true);
	return ch_draft_sign_unjudged(commit, &draft, &cli->state, &cli->store, &cli->signer);
}

static const struct ch_error *
run(struct cli *cli, struct person *p)
{
	struct handed handed = {0};
	const struct ch_error *error;
	struct ch_oid commits[2];
	size_t count = 1;

	if ((error = payload_open(cli, &p->payload)) || (p->key && (error = certificate_read(&handed, cli, p->key))))
		return error;
	if (p->key && ch_state_key(&cli->state, handed.cert.key.fingerprint))
		return ch_refuse(WIRE_CONFLICT, "the key is registered already; leave --key out to describe the person anew");
	if (p->key && (error = certificate_needs_proof(&handed, cli, span_text(p->id), CH_DECIDE)))
		return error;
	if ((error = sign_person(&commits[0], cli, p)) || cli->dry_run)
		return error;
	if (p->key && (error = sign_key(&commits[count++], cli, p, &handed)))
		return error;
	if (p->payload.file)
		return NULL;
	if ((error = cli_register(cli, commits, count)))
		return error;
	if (!cli->quiet)
		cli_record(cli, (struct cli_field[]){{"person", span_text(p->id)}, {"key", p->key ? ch_arena_hex(&cli->state.arena, handed.cert.key.fingerprint, FINGERPRINT_SIZE) : SPAN_LITERAL("none")}}, 2);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"name", required_argument, NULL, 'N'},
						{"mail", required_argument, NULL, 'm'},
						{"role", required_argument, NULL, 'r'},
						{"key", required_argument, NULL, 'k'},
						PAYLOAD_BESIDE,
						{0}};
	struct cli cli = {.name = "people-add",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--name text] [--mail address] [--key key] [--payload file] [--signing-key key] --role role ... person",
			  .options = options};
	struct person p = {.mail = "none"};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 'N':
			p.name = cli_text(&cli, "--name", optarg);
			break;
		case 'm':
			p.mail = cli_mail(&cli, optarg);
			break;
		case 'k':
			p.key = optarg;
			break;
		case 'r':
			if (p.role_count == sizeof(p.roles) / sizeof(p.roles[0]) || !text_is_word(span_text(optarg)))
				cli_usage(&cli, "'%s' is not a role: lower-case letters, digits and '-'", optarg);
			p.roles[p.role_count++] = span_text(optarg);
			break;
		default:
			payload_option(&p.payload, option);
			break;
		}
	if (cli.count != 1 || p.role_count == 0)
		cli_usage(&cli, "wants a person and at least one --role");
	p.id = cli.operands[0];
	if (!text_is_id(span_text(p.id)))
		cli_usage(&cli, "'%s' is not an id: letters, digits and '-'", p.id);
	payload_check(&cli, &p.payload, p.key ? 2 : 1);
	if (p.name == NULL)
		p.name = p.id;
	return cli_end(&cli, run(&cli, &p));
}

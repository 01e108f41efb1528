/*
 * chancery-stamp: has the register's last page stamped by a time-stamping authority (RFC 3161), and brings the token into the archive.
 *
 *	main
 *	  stamp          asks the authority, through a program, and deposits its answer
 *	  write_request  for an authority that is asked by other means
 *	  take_response  what it answered
 *	    deposit      the act, by the registrar's key of this machine or its own
 */
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "base/program.h"
#include "cli.h"
#include "stamp/token.h"

enum { OPT_COMMAND = 0x2000, OPT_REQUEST, OPT_RESPONSE, OPT_AUTHORITY, PATIENCE = 60 };

struct stamping {
	struct cli *cli;
	const char *command, *request, *response, *authority;
	struct ch_trust *trust;
	struct span asked;
};

static const struct ch_error *
open_archive(struct stamping *s)
{
	struct cli *cli = s->cli;
	const struct ch_error *error;
	struct span pem;

	if ((error = cli_open(cli)))
		return error;
	if (s->authority == NULL)
		return NULL;
	if ((error = cli_read_file(&pem, cli, s->authority, TRUST_MAX)))
		return error;
	error = ch_trust_read(&s->trust, pem);
	return error ? ch_fail(error->class, "'%s' %s", s->authority, error->message) : NULL;
}

/* The registrar's key needs nobody's leave. Where it is not, as in an office's copy, this machine's own key deposits, if the policy lets it. */
static const struct ch_error *
choose_signer(struct cli *cli)
{
	const struct ch_error *error;

	if ((error = ch_local_registrar(&cli->registrar, &cli->store)) == NULL) {
		ch_signer_own(&cli->signer, &cli->registrar, SPAN_LITERAL("registrar"));
		return NULL;
	}
	if ((error = ch_local_device(&cli->device, &cli->store)) || (error = ch_local_device_id(&cli->device_id, &cli->device, &cli->state)))
		return error;
	ch_signer_own(&cli->signer, &cli->device, cli->device_id);
	return NULL;
}

/* The page that the token is over. */
static const struct ch_error *
find_page(uint64_t *page, struct cli *cli, const struct ch_token *token)
{
	const struct ch_error *error = ch_page_seq(page, &cli->store, &cli->state.head, token->imprint);

	if (error && error->code == WIRE_LIMIT)
		return ch_refuse(WIRE_WRONG_CONTENT, "the token is over none of the last %d pages of the register", PAGES_BACK_MAX);
	return error;
}

static const struct ch_error *
deposit(struct stamping *s, struct span response)
{
	struct cli *cli = s->cli;
	struct ch_arena *arena = &cli->state.arena;
	struct ch_draft_file file = {.content = response};
	struct ch_draft draft = {.kind = ACT_STAMP, .files = &file, .file_count = 1};
	uint8_t digest[SHA256_SIZE];
	char path[VALUE_MAX];
	const struct ch_error *error;
	struct ch_token token;
	uint64_t page;

	if ((s->asked.len && (error = ch_token_answers(s->asked, response))) || (error = ch_token_read(&token, response, arena)) ||
	    (s->trust && (error = ch_token_check(response, s->trust))) || (error = find_page(&page, cli, &token)) || (error = choose_signer(cli)))
		return error;
	wire_sha256_of(digest, response);
	draft.subject = span_of(path, ch_subject_stamp(path, sizeof(path), page));
	draft.value[KEY_SEQ] = ch_arena_number(arena, page);
	draft.value[KEY_HEAD] = ch_arena_hex(arena, token.imprint, SHA256_SIZE);
	draft.value[KEY_AUTHORITY] = token.authority;
	draft.value[KEY_TOKEN_SHA256] = ch_arena_hex(arena, digest, SHA256_SIZE);
	file.path = span_text(ch_content_token_name(page, arena));
	return cli_act(cli, &draft);
}

/* Through a shell, as a line of the configuration: the request on standard input, the response on standard output. */
static const struct ch_error *
stamp(struct stamping *s)
{
	struct cli *cli = s->cli;
	const char *argv[] = {"/bin/sh", "-c", s->command, NULL};
	const struct ch_program program = {.argv = argv, .environment = environ, .seconds = PATIENCE, .most = CH_TOKEN_MAX};
	const struct ch_error *error;
	struct span response;
	char path[VALUE_MAX];
	size_t len = ch_subject_stamp(path, sizeof(path), cli->state.seq);

	if (ch_state_subject(&cli->state, span_of(path, len)))
		return ch_refuse(WIRE_CONFLICT, "page %" PRIu64 " has a time-stamp already", cli->state.seq);
	if (cli->dry_run) {
		cli_record(cli, (struct cli_field[]){{"page", ch_arena_number(&cli->state.arena, cli->state.seq)},
						     {"head", ch_arena_hex(&cli->state.arena, cli->state.page, SHA256_SIZE)}}, 2);
		return NULL;
	}
	s->asked = ch_token_request(cli->state.page, &cli->state.arena);
	if ((error = ch_program_run(&response, &program, s->asked, &cli->state.arena)))
		return ch_fail(CH_LATER, "the authority does not answer: %s", error->message);
	return deposit(s, response);
}

static const struct ch_error *
write_request(struct stamping *s)
{
	struct span request = ch_token_request(s->cli->state.page, &s->cli->state.arena);
	int fd = open(s->request, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
	bool good = fd >= 0 && write(fd, request.data, request.len) == (ssize_t)request.len && fsync(fd) == 0;

	if (fd >= 0 && close(fd) != 0)
		good = false;
	return good ? NULL : ch_fail_errno("cannot write '%s'", s->request);
}

static const struct ch_error *
take_response(struct stamping *s)
{
	const struct ch_error *error;
	struct span response;

	if ((s->request && (error = cli_read_file(&s->asked, s->cli, s->request, TOKEN_REQUEST_MAX))) ||
	    (error = cli_read_file(&response, s->cli, s->response, CH_TOKEN_MAX)))
		return error;
	return deposit(s, response);
}

static const struct ch_error *
run(struct stamping *s)
{
	const struct ch_error *error = open_archive(s);

	if (error)
		return error;
	if (s->response)
		return take_response(s);
	if (s->request)
		return write_request(s);
	if (s->command == NULL && (s->command = cli_configured(s->cli, "Stamp-Command").value) == NULL && !s->cli->dry_run)
		return ch_fail(CH_USAGE, "which authority? say --command, set 'Stamp-Command:', or use --request and --response");
	return stamp(s);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"command", required_argument, NULL, OPT_COMMAND},
						{"request", required_argument, NULL, OPT_REQUEST},
						{"response", required_argument, NULL, OPT_RESPONSE},
						{"tsa-ca", required_argument, NULL, OPT_AUTHORITY},
						{0}};
	struct cli cli = {.name = "chancery-stamp",
			  .synopsis = "[-nq] [--json] [-A archive] [--tsa-ca file] [--command command]\n"
				      "[-A archive] --request file\n"
				      "[-nq] [--json] [-A archive] [--tsa-ca file] [--request file] --response file",
			  .options = options};
	struct stamping s = {.cli = &cli};
	int option, status;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case OPT_COMMAND:
			s.command = optarg;
			break;
		case OPT_REQUEST:
			s.request = optarg;
			break;
		case OPT_RESPONSE:
			s.response = optarg;
			break;
		case OPT_AUTHORITY:
			s.authority = optarg;
			break;
		}
	if (cli.count)
		cli_usage(&cli, "takes no operands");
	if (s.command && (s.request || s.response))
		cli_usage(&cli, "--command asks by itself; --request and --response are for asking by other means");
	status = cli_end(&cli, run(&s));
	ch_trust_free(s.trust);
	return status;
}

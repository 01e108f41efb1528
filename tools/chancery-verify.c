/*
 * chancery-verify: replays an archive, or an extract of one, and checks every byte of it again; or only who signed the commits of any repository.
 *
 *	main
 *	  verify_archive        a directory: every page of the register, every act, every tree
 *	    see_page, see_act   told of each
 *	  verify_content        whether large content is here, in tools/content.c
 *	  verify_store          --store: and whether the disk still has it, in tools/scrub.c
 *	    verify_accounts     --seals: do presses, receipts and photos agree, in tools/accounts.c
 *	  verify_extract        a file, as chancery-export writes it
 *	  verify_stamps         of either: what time-stamping authorities say, in tools/stamps.c
 *	  verify_signatures     --signatures-only: any repository, in tools/signatures.c
 */
#include <inttypes.h>
#include <sys/stat.h>

#include "accounts.h"
#include "cli.h"
#include "content.h"
#include "extract/extract.h"
#include "intake/promise.h"
#include "register/doubt.h"
#include "scrub.h"
#include "seen.h"
#include "signatures.h"
#include "stamps.h"
#include "store/special.h"

struct audit {
	struct cli *cli;
	bool verbose;
	bool ends;	       /* of an extract, --head: the page and the id of the application's last act */
	uint64_t end_seq;
	uint8_t end[SHA256_SIZE];
	const char *keyring; /* of --signatures-only */
	bool signatures_only;
	bool store; /* its bytes on disk as well */
	bool seals; /* what they have done as well */
	const char *expect; /* a page that must be there: the commit, in hex; its number, 0 when that was not said */
	uint64_t expect_seq;
	bool met;
	const char *promise; /* a file */
	bool chosen; /* large content was looked for only as far as this copy wants it */
	bool alone; /* an extract, and nothing to compare its end with */
	struct ch_oid page; /* the last one begun, and its number */
	uint64_t seq;
	const char *authority; /* whose time-stamps are trusted: a file of certificates */
};

static void
see_page(void *context, const struct ch_page *page)
{
	struct audit *audit = context;
	char hex[2 * OBJECT_ID_SIZE + 1];

	text_put_hex(hex, page->commit.id, OBJECT_ID_SIZE);
	audit->met = audit->met || (audit->expect && strcmp(hex, audit->expect) == 0 && (audit->expect_seq == 0 || audit->expect_seq == page->seq));
	audit->page = page->commit;
	audit->seq = page->seq;
	cli_progress(audit->cli, page->seq);
}

static void
show_act(struct audit *audit, const struct ch_entry *entry, const struct act *act, enum wire_code verdict)
{
	const struct statement *st = &act->statement;
	char id[2 * SHA256_SIZE + 1], seq[21];

	text_put_hex(id, entry->id, SHA256_SIZE);
	cli_record(audit->cli,
		   (struct cli_field[]){{"seq", span_of(seq, text_put_number(seq, entry->seq))},
					{"id", span_text(id)},
					{"verdict", span_text(wire_code_name(verdict))},
					{"actor", st->value[KEY_ACTOR]},
					{"act", span_text(act_kind_name(st->kind))},
					{"subject", st->value[KEY_SUBJECT]}},
		   6);
}

static void
see_act(void *context, const struct ch_entry *entry, const struct act *act, const struct ch_judgement *judgement)
{
	struct audit *audit = context;

	if (audit->verbose)
		show_act(audit, entry, act, judgement->code);
}

/* What was registered and holds, but by a key that turned out later to be in other hands: its acts again, with this verdict. */
static const struct ch_error *
judge_doubt(struct audit *audit, struct ch_state *state)
{
	char id[2 * SHA256_SIZE + 1];
	const struct ch_entry **acts;
	const struct statement *st;
	size_t doubtful = ch_doubtful(&acts, state);

	for (size_t i = 0; i < doubtful && !audit->cli->quiet; i++)
		show_act(audit, acts[i], ch_entry_act(state, acts[i]), WIRE_KEY_COMPROMISED);
	if (doubtful == 0)
		return NULL;
	text_put_hex(id, acts[0]->id, SHA256_SIZE);
	st = &ch_entry_act(state, acts[0])->statement;
	return ch_fail(CH_UNKNOWN, "%s: cannot tell who signed %zu of the acts; the first is '%s' of '%.*s' by '%.*s', act %s on page %" PRIu64,
		       wire_code_name(WIRE_KEY_COMPROMISED), doubtful, act_kind_name(st->kind), (int)st->value[KEY_SUBJECT].len,
		       (const char *)st->value[KEY_SUBJECT].data, (int)st->value[KEY_ACTOR].len, (const char *)st->value[KEY_ACTOR].data, id,
		       acts[0]->seq);
}

/* Its pages' trees, which also have what the view leaves out, are not put together again. */
static const struct ch_error *
judge_part(const struct ch_state *state)
{
	if (state->absent == 0)
		return ch_fail(CH_UNKNOWN, "a partial clone: all acts that the pages name are here and hold; whether their trees have nothing else cannot be told");
	return ch_fail(CH_UNKNOWN, "a partial clone: of %" PRIu64 " acts that the pages name and that are not here nothing can be told; all others hold", state->absent);
}

static const char *
verdict_of(const struct ch_error *error)
{
	if (error == NULL)
		return "good";
	return error->class == CH_REFUSED ? "bad" : "unknown";
}

/* How many pages hold: a page that was begun and did not end is the first bad one. */
static uint64_t
good_pages(const struct audit *audit)
{
	if (audit->seq == 0)
		return audit->cli->state.seq; /* all of them had been verified before */
	return !ch_oid_equal(&audit->page, &audit->cli->state.head) ? audit->seq - 1 : audit->seq;
}

static void
summarise(struct audit *audit, const char *verdict)
{
	struct ch_state *state = &audit->cli->state;
	size_t refused = state->ledger.refused;

	cli_record(audit->cli,
		   (struct cli_field[]){{"verdict", span_text(verdict)},
					{"pages", ch_arena_number(&state->arena, good_pages(audit))},
					{"accepted", ch_arena_number(&state->arena, state->entry_count - refused)},
					{"refused", ch_arena_number(&state->arena, refused)},
					{"head", ch_arena_hex(&state->arena, state->head.id, OBJECT_ID_SIZE)}},
		   5);
}

/* The register names what must be there: an object that cannot be read is as bad as a forged one. */
static const struct ch_error *
found_bad(struct cli *cli, const struct ch_error *error)
{
	const char *message = ch_arena_text(&cli->state.arena, span_text(error->message));

	return error->class == CH_IO ? ch_fail(CH_REFUSED, "%s", message) : error;
}

/* What the registrar signed when he received something, held against what he made of it. */
static const struct ch_error *
verify_promise(struct audit *audit)
{
	struct cli *cli = audit->cli;
	struct ch_promise promise;
	const struct ch_error *error;
	struct span file;

	if ((error = cli_read_file(&file, cli, audit->promise, 2 * RECORD_MAX)) || (error = ch_promise_read(&promise, file, &cli->state.arena)))
		return error;
	return ch_promise_check(&promise, &cli->state, &cli->store);
}

static const struct ch_error *
verify_archive(struct audit *audit, const char *path)
{
	const struct ch_observer observer = {see_page, see_act, audit};
	struct cli *cli = audit->cli;
	const struct ch_error *error, *stamped = NULL, *content;

	if ((error = ch_special_none(path)) || (error = ch_store_open(&cli->store, path)))
		return error;
	cli->opened = true;
	cli->full = cli->full || audit->verbose || audit->expect; /* which ask for every act and page */
	cli_remember(cli);
	error = ch_replay(&cli->state, &cli->store, &observer);
	cli_warn_forgotten(cli);
	if (error)
		error = found_bad(cli, error);
	if (error == NULL && cli->state.seq == 0)
		error = ch_fail(CH_UNKNOWN, "'%s' has not been founded: there is nothing to verify", path);
	if (error == NULL && audit->expect && !audit->met)
		error = ch_fail(CH_REFUSED, "no page of the register is %s: pages have been taken back, or this is a fork", audit->expect);
	if (error == NULL)
		error = cli_seen(cli);
	if (error == NULL && cli->store.partial)
		error = judge_part(&cli->state);
	if (error == NULL)
		error = judge_doubt(audit, &cli->state);
	if (error == NULL)
		stamped = verify_stamps(cli, &cli->state, &cli->store, &(struct stamps_wanted){audit->authority, audit->verbose});
	if (!cli->quiet)
		summarise(audit, verdict_of(error));
	if (error || stamped)
		return error ? error : stamped;
	if (audit->promise && (error = verify_promise(audit)))
		return error;
	content = verify_content(&audit->chosen, cli);
	if (content)
		return content->class == CH_IO ? found_bad(cli, content) : content;
	return audit->seals ? verify_accounts(cli) : NULL;
}

static struct span
registrar_of(const struct ch_state *state, struct ch_arena *arena)
{
	return state->registrar ? ch_arena_hex(arena, state->registrar->key.fingerprint, FINGERPRINT_SIZE) : SPAN_LITERAL("");
}

/* Whose archive it is nobody but the auditor can tell: he has the registrar's fingerprint from elsewhere. */
static void
summarise_extract(struct audit *audit, const struct ch_extract *extract, const char *verdict)
{
	struct ch_arena *arena = &audit->cli->state.arena;

	cli_record(audit->cli,
		   (struct cli_field[]){{"verdict", span_text(verdict)},
					{"subject", extract->manifest.subject},
					{"acts", ch_arena_number(arena, extract->evidence.selection.act_count)},
					{"ground", ch_arena_number(arena, extract->evidence.selection.ground_count)},
					{"pages", ch_arena_number(arena, extract->evidence.selection.page_count)},
					{"presses", ch_arena_number(arena, extract->presses)},
					{"photos", ch_arena_number(arena, extract->photos)},
					{"seq", ch_arena_number(arena, extract->manifest.seq)},
					{"act", ch_arena_hex(arena, extract->manifest.tip, SHA256_SIZE)},
					{"archive", extract->manifest.archive},
					{"registrar", registrar_of(&extract->state, arena)}},
		   11);
}

/* chancery-export's file. Alone it cannot show that nothing newer exists: what the auditor was told from elsewhere does. */
static const struct ch_error *
verify_extract(struct audit *audit, const char *path)
{
	const struct ch_observer observer = {see_page, see_act, audit};
	struct ch_extract extract;
	const struct ch_error *stamped = NULL;
	const struct ch_error *error = ch_extract_verify(&extract, path, cli_temporary(), &observer);

	if (error == NULL && audit->ends)
		error = ch_extract_expect(&extract, audit->end_seq, audit->end);
	if (error == NULL)
		error = judge_doubt(audit, &extract.state);
	if (error == NULL && audit->expect && !audit->met)
		error = ch_fail(CH_UNKNOWN, "the extract does not hold the page %s", audit->expect);
	if (error == NULL)
		stamped = verify_stamps(audit->cli, &extract.state, &extract.store, &(struct stamps_wanted){audit->authority, audit->verbose});
	if (!audit->cli->quiet)
		summarise_extract(audit, &extract, verdict_of(error));
	audit->alone = error == NULL && !audit->ends;
	ch_extract_clear(&extract);
	return error ? error : stamped;
}

/* What the register says first; what the disk has of it also where that does not hold. */
static const struct ch_error *
verify_all(struct audit *audit, const char *path)
{
	struct cli *cli = audit->cli;
	const struct ch_error *error = verify_archive(audit, path), *damage;
	struct ch_error kept;

	if (!cli->opened)
		return error;
	error = ch_error_keep(&kept, error);
	damage = verify_store(cli);
	return error ? ch_error_again(error) : damage;
}

static const struct ch_error *
run(struct audit *audit)
{
	struct cli *cli = audit->cli;
	const char *path = cli->count ? cli->operands[0] : cli_archive(cli).value;
	struct stat st;

	if (audit->signatures_only)
		return verify_signatures(cli, audit->keyring, cli->operands[0], cli->operands + 1, cli->count - 1);
	if (path == NULL)
		return ch_fail(CH_USAGE, "which archive? name a directory or an extract, or set CHANCERY_ARCHIVE");
	if (stat(path, &st) != 0)
		return ch_fail_errno("cannot open '%s'", path);
	if (audit->promise && !S_ISDIR(st.st_mode))
		return ch_fail(CH_USAGE, "a promise is kept by an archive, not by an extract");
	if (audit->seals && !S_ISDIR(st.st_mode))
		return ch_fail(CH_USAGE, "an extract is of one application: --seals is for archives");
	if (audit->store && !S_ISDIR(st.st_mode))
		return ch_fail(CH_USAGE, "an extract has no store: --store is for archives");
	if (audit->store)
		return verify_all(audit, path);
	return S_ISDIR(st.st_mode) ? verify_archive(audit, path) : verify_extract(audit, path);
}

static void
take_expected(struct audit *audit, const char *text)
{
	struct ch_line line = {0};

	audit->expect = cli_line(&line, text) ? strchr(text, ':') + 1 : text;
	audit->expect_seq = line.seq;
}

static void
take_end(struct audit *audit, const char *text)
{
	struct span id = span_text(text), seq = span_cut(&id, ':');

	if (!text_get_number(&audit->end_seq, seq) || !text_get_hex(audit->end, sizeof(audit->end), id))
		cli_usage(audit->cli, "--head wants the number of a page, ':' and the %d hexadecimal digits of an act, not '%s'", 2 * SHA256_SIZE, text);
	audit->ends = true;
}

static void
take_option(struct audit *audit, int option)
{
	switch (option) {
	case 'e':
		take_expected(audit, optarg);
		break;
	case 'h':
		take_end(audit, optarg);
		break;
	case 'p':
		audit->promise = optarg;
		break;
	case 's':
		audit->signatures_only = true;
		break;
	case 'S':
		audit->store = true;
		break;
	case 'a':
		audit->seals = true;
		break;
	case 'f':
		audit->cli->full = true;
		break;
	case 'k':
		audit->keyring = optarg;
		break;
	case 't':
		audit->authority = optarg;
		break;
	default:
		audit->verbose = true;
	}
}

static void
check_options(const struct audit *audit)
{
	const struct cli *cli = audit->cli;
	struct ch_oid expected;

	if (audit->expect && !text_get_hex(expected.id, OBJECT_ID_SIZE, span_text(audit->expect)))
		cli_usage(cli, "--expect wants the %d hexadecimal digits of a commit, the number of its page and ':' before them, not '%s'",
			  2 * OBJECT_ID_SIZE, audit->expect);
	if (audit->signatures_only != (audit->keyring != NULL))
		cli_usage(cli, "--signatures-only and --keyring go together");
	if (audit->signatures_only && (audit->expect || audit->ends || audit->verbose || audit->authority || audit->store || audit->seals))
		cli_usage(cli, "--signatures-only looks at signatures only: no -v, --seals, --store, --expect, --head or --tsa-ca");
	if (audit->signatures_only && cli->count == 0)
		cli_usage(cli, "which repository?");
	if (!audit->signatures_only && cli->count > 1)
		cli_usage(cli, "verifies one archive or extract at a time");
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"verbose", no_argument, NULL, 'v'},
						{"expect", required_argument, NULL, 'e'},
						{"head", required_argument, NULL, 'h'},
						{"promise", required_argument, NULL, 'p'},
						{"signatures-only", no_argument, NULL, 's'},
						{"full", no_argument, NULL, 'f'},
						{"seals", no_argument, NULL, 'a'},
						{"store", no_argument, NULL, 'S'},
						{"keyring", required_argument, NULL, 'k'},
						{"tsa-ca", required_argument, NULL, 't'},
						{0}};
	struct cli cli = {.name = "chancery-verify",
			  .synopsis = "[-qv] [--full] [--seals] [--store] [--json] [--expect [seq:]commit] [--head seq:act] [--promise file] [--tsa-ca file] [-A archive] "
				      "[directory | file]\n"
				      "[-q] [--json] --signatures-only --keyring file repository [revision ...]",
			  .options = options,
			  .letters = "v"};
	struct audit audit = {.cli = &cli};
	int option, status;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		take_option(&audit, option);
	check_options(&audit);
	status = cli_end(&cli, run(&audit));
	if (audit.chosen && !cli.quiet)
		fprintf(stderr, "%s: large content was looked for only as far as this copy wants it, see --content in chancery-clone(1)\n", cli.name);
	if (audit.alone && !cli.quiet)
		fprintf(stderr, "%s: whether something newer has been registered cannot be seen from an extract; compare with --head\n", cli.name);
	return status;
}

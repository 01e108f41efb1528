/*
 * chancery-registrar: what the administrators decide together: who keeps the register, and who they are themselves.
 *
 *	main
 *	  show       registrar, administrators, what has been said and wants more voices
 *	  rotate     a new key for the registrar
 *	  appoint    administrators, their keys, their threshold
 *	  agree      says what another has said
 *	  recover    a new registrar behind the last good page
 */
#include <inttypes.h>
#include <stdlib.h>

#include "certificate.h"
#include "register/charter.h"
#include "register/keylife.h"
#include "store/refs.h"

enum { APPOINTED_MAX = 4 };

struct office {
	struct cli cli;
	const char *threshold, *good;
	uint64_t good_seq; /* `good` as a number */
	struct ch_secret next; /* the key that is to be the registrar's */
};

/* ---- what there is ---- */

static void
show_administrators(struct cli *cli)
{
	struct ch_state *state = &cli->state;

	for (size_t i = 0; i < state->keys.size; i++) {
		const struct ch_key *key = state->keys.slots[i].value;
		if (ch_key_appointed(state, key))
			cli_record(cli,
				   (struct cli_field[]){{"what", SPAN_LITERAL("administrator")},
							{"person", key->owner},
							{"key", ch_arena_hex(&state->arena, key->key.fingerprint, FINGERPRINT_SIZE)}},
				   3);
	}
}

static void
show_proposals(struct cli *cli)
{
	struct ch_state *state = &cli->state;
	const struct ch_entry *entry;

	for (size_t i = 0; (entry = ch_charter_proposal(state, i)); i++) {
		const struct act *act = ch_entry_act(state, entry);
		cli_record(cli,
			   (struct cli_field[]){{"what", SPAN_LITERAL("proposal")},
						{"act", ch_arena_hex(&state->arena, entry->id, SHA256_SIZE)},
						{"kind", span_text(act_kind_name(entry->kind))},
						{"person", act->statement.value[KEY_ACTOR]},
						{"voices", ch_arena_number(&state->arena, ch_charter_votes(state, act, NULL))},
						{"wanted", ch_arena_number(&state->arena, state->threshold)}},
			   6);
	}
}

static const struct ch_error *
show(struct cli *cli)
{
	struct ch_state *state = &cli->state;
	const struct ch_error *error;

	if ((error = cli_open(cli)))
		return error;
	cli_record(cli,
		   (struct cli_field[]){{"what", SPAN_LITERAL("registrar")},
					{"key", ch_arena_hex(&state->arena, state->registrar->key.fingerprint, FINGERPRINT_SIZE)},
					{"epoch", ch_arena_number(&state->arena, state->epoch)},
					{"since", ch_arena_number(&state->arena, state->registrar->admitted)},
					{"threshold", ch_arena_number(&state->arena, state->threshold)}},
		   5);
	show_administrators(cli);
	show_proposals(cli);
	return NULL;
}

/* ---- saying something ---- */

/* After it has been registered: in effect, or how many more are wanted. */
static void
tell(struct cli *cli, const struct ch_oid *commit)
{
	const struct ch_entry *entry = ch_state_commit(&cli->state, commit);
	uint64_t votes;

	if (cli->quiet || entry == NULL) /* a clone has sent it */
		return;
	if (entry == cli->state.charter) {
		cli_record(cli, (struct cli_field[]){{"act", ch_arena_hex(&cli->state.arena, entry->id, SHA256_SIZE)}, {"state", SPAN_LITERAL("in effect")}, {"missing", SPAN_LITERAL("0")}}, 3);
		for (size_t i = 0; i < cli->state.seals.size && entry->kind == ACT_REGISTRAR; i++) {
			const struct ch_seal *seal = cli->state.seals.slots[i].value;
			if (seal)
				fprintf(stderr, "%s: seal '%.*s' goes on accepting the registrar before until it is shown a new table; see seal-table\n",
					cli->name, (int)seal->id.len, (const char *)seal->id.data);
		}
		return;
	}
	votes = ch_charter_votes(&cli->state, ch_entry_act(&cli->state, entry), NULL);
	cli_record(cli,
		   (struct cli_field[]){{"act", ch_arena_hex(&cli->state.arena, entry->id, SHA256_SIZE)},
					{"state", SPAN_LITERAL("waits for other administrators")},
					{"missing", ch_arena_number(&cli->state.arena, cli->state.threshold - votes)}},
		   3);
}

static const struct ch_error *
say(struct cli *cli, struct ch_draft *draft)
{
	const struct ch_error *error;
	struct ch_oid commit;

	draft->subject = SPAN_LITERAL("archive");
	if (cli->dry_run)
		return cli_would(cli, draft);
	if ((error = ch_draft_sign(&commit, draft, &cli->state, &cli->store, &cli->signer)) || (error = cli_register(cli, &commit, 1)))
		return error;
	tell(cli, &commit);
	return NULL;
}

static void
fill_registrar(struct ch_draft *draft, struct ch_draft_file *file, struct office *o)
{
	struct ch_arena *arena = &o->cli.state.arena;
	uint8_t digest[SHA256_SIZE];

	*draft = (struct ch_draft){.kind = ACT_REGISTRAR, .subject = SPAN_LITERAL("archive"), .files = file, .file_count = 1};
	draft->value[KEY_REGISTER_KEY] = ch_arena_hex(arena, o->next.fingerprint, FINGERPRINT_SIZE);
	draft->value[KEY_EPOCH] = ch_arena_number(arena, o->cli.state.epoch + 1);
	*file = (struct ch_draft_file){span_text(ch_content_key_name(draft->value[KEY_REGISTER_KEY], arena)), ch_secret_certificate(&o->next, arena)};
	wire_sha256_of(digest, file->content);
	draft->value[KEY_CONTENT_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
}

/* The next key is made where it will sign; what others have to say to it they can say in their clones. */
static const struct ch_error *
is_kept_elsewhere(const struct cli *cli, const char *instead)
{
	return ch_fail(CH_REFUSED, "'%s' is a clone; the registrar's key is made where the register is kept, '%.*s': run this there%s", cli->archive,
		       (int)cli->origin.url.len, (const char *)cli->origin.url.data, instead);
}

static const struct ch_error *
rotate(struct office *o)
{
	struct ch_draft_file file;
	struct ch_draft draft;
	const struct ch_error *error;

	if ((error = cli_open_to_act(&o->cli)))
		return error;
	if (o->cli.is_clone)
		return is_kept_elsewhere(&o->cli, "; who only agrees does it with 'agree', here as well");
	if ((error = ch_local_next_registrar(&o->next, &o->cli.store, ch_arena_text(&o->cli.state.arena, o->cli.state.id))))
		return error;
	fill_registrar(&draft, &file, o);
	return say(&o->cli, &draft);
}

/* "person", whose present key is meant, or "person=FILE" with a new one. */
static const struct ch_error *
add_administrator(const char **list, struct ch_draft *draft, struct ch_draft_file *files, struct cli *cli, const char *operand)
{
	struct ch_arena *arena = &cli->state.arena;
	struct span file = span_text(operand), id = span_cut(&file, '=');
	const struct ch_key *key = ch_key_valid_of(&cli->state, id);
	const struct ch_error *error;
	struct handed handed;
	struct span fingerprint;

	if (id.len < strlen(operand)) {
		if ((error = certificate_read(&handed, cli, ch_arena_text(arena, file))))
			return error;
		if (draft->file_count == APPOINTED_MAX)
			return ch_fail(CH_USAGE, "more than %d new keys at once", APPOINTED_MAX);
		fingerprint = ch_arena_hex(arena, handed.cert.key.fingerprint, FINGERPRINT_SIZE);
		files[draft->file_count++] = (struct ch_draft_file){span_text(ch_content_key_name(fingerprint, arena)), ch_content_armored(handed.cert.binary, arena)};
	} else if (key && key->scope == CH_DECIDE)
		fingerprint = ch_arena_hex(arena, key->key.fingerprint, FINGERPRINT_SIZE);
	else
		return ch_refuse(WIRE_UNKNOWN_KEY, "'%s' has no valid key; see people-show", operand);
	*list = ch_arena_format(arena, "%s%s%.*s:%s", *list, **list ? " " : "", (int)id.len, (const char *)id.data, (const char *)fingerprint.data);
	return NULL;
}

static const struct ch_error *
appoint(struct office *o)
{
	struct cli *cli = &o->cli;
	struct ch_draft_file files[APPOINTED_MAX];
	struct ch_draft draft = {.kind = ACT_ADMINISTRATORS, .files = files};
	const struct ch_error *error;
	const char *list = "";

	if ((error = cli_open_to_act(cli)))
		return error;
	for (int i = 1; i < cli->count; i++)
		if ((error = add_administrator(&list, &draft, files, cli, cli->operands[i])))
			return error;
	draft.value[KEY_ADMINISTRATORS] = span_text(list);
	draft.value[KEY_THRESHOLD] = o->threshold ? span_text(o->threshold) : ch_arena_number(&cli->state.arena, cli->state.threshold);
	return say(cli, &draft);
}

/* The same words as a proposal has, which has brought its keys along. */
static const struct ch_error *
agree(struct office *o)
{
	struct cli *cli = &o->cli;
	const struct ch_entry *entry = NULL, *at;
	const struct ch_error *error;
	struct ch_draft draft = {0};
	uint8_t id[SHA256_SIZE];

	if (!text_get_hex(id, sizeof(id), span_text(cli->operands[1])))
		cli_usage(cli, "'%s' is not the id of an act; see chancery-registrar show", cli->operands[1]);
	if ((error = cli_open_to_act(cli)))
		return error;
	for (size_t i = 0; (at = ch_charter_proposal(&cli->state, i)); i++)
		if (memcmp(at->id, id, sizeof(id)) == 0)
			entry = at;
	if (entry == NULL)
		return ch_refuse(WIRE_WRONG_PREVIOUS, "'%s' is no proposal that waits; see chancery-registrar show", cli->operands[1]);
	draft.kind = entry->kind;
	memcpy(draft.value, ch_entry_act(&cli->state, entry)->statement.value, sizeof(draft.value));
	return say(cli, &draft);
}

/* ---- recovery ---- */

enum { VOICES_MAX = 31 };
static const char waiting[] = "refs/recovery/";

struct recovery {
	struct office *o;
	struct ch_draft draft;
	struct ch_draft_file file;
	struct ch_oid voices[VOICES_MAX]; /* acts that say the same, one per person */
	size_t count;
};

/* What is behind the good page is not even read: it may be anything. */
static const struct ch_error *
open_at_good(struct recovery *r)
{
	struct cli *cli = &r->o->cli;
	const char *as = cli_person(cli).value;
	const struct ch_error *error;
	struct ch_oid head, page;
	bool exists;

	if ((error = cli_open_store(cli)))
		return error;
	if (cli->is_clone)
		return is_kept_elsewhere(cli, ", and then chancery-sync here: acts behind the good page go out again");
	if ((error = ch_store_head(&head, &exists, &cli->store)))
		return error;
	if (!exists)
		return ch_fail(CH_REFUSED, "'%s' has not been founded", cli->archive);
	if ((error = ch_page_at(&page, &cli->store, &head, r->o->good_seq)) ||
	    (error = ch_replay_to(&cli->state, &cli->store, &page, NULL)))
		return error;
	return ch_signer_person(&cli->signer, &cli->state, span_text(as ? as : ""));
}

/* Somebody else has begun: his words, and the certificate that they name. */
static const struct ch_error *
join(struct recovery *r, const struct act *act)
{
	struct cli *cli = &r->o->cli;
	const char *name = ch_content_key_name(act->statement.value[KEY_REGISTER_KEY], &cli->state.arena);

	r->draft = (struct ch_draft){.kind = ACT_REGISTRAR, .subject = SPAN_LITERAL("archive"), .files = &r->file, .file_count = 1};
	memcpy(r->draft.value, act->statement.value, sizeof(r->draft.value));
	r->file.path = span_text(name);
	return ch_content_file(&r->file.content, &cli->store, act, r->draft.subject, name, &cli->state.arena);
}

static const struct ch_error *
begin(struct recovery *r)
{
	struct ch_state *state = &r->o->cli.state;
	const struct ch_error *error;

	if ((error = ch_local_next_registrar(&r->o->next, &r->o->cli.store, ch_arena_text(&state->arena, state->id))))
		return error;
	fill_registrar(&r->draft, &r->file, r->o);
	r->draft.value[KEY_GOOD_SEQ] = ch_arena_number(&state->arena, state->seq);
	r->draft.value[KEY_GOOD_HEAD] = ch_arena_hex(&state->arena, state->page, SHA256_SIZE);
	return NULL;
}

/* Acts that wait, when they are about this page: others are of an attempt that was given up. */
static const struct ch_error *
collect(struct recovery *r)
{
	struct ch_state *state = &r->o->cli.state;
	const struct ch_error *error;
	struct ch_ref *refs;
	size_t count;

	if ((error = ch_refs(&refs, &count, &r->o->cli.store, waiting, &state->arena)))
		return error;
	for (size_t i = 0; i < count && r->count < VOICES_MAX; i++) {
		const struct act *act;
		uint8_t head[SHA256_SIZE];
		if ((error = ch_state_read_act(&act, state, &r->o->cli.store, &refs[i].id)))
			return error;
		if (!statement_bytes(head, sizeof(head), &act->statement, KEY_GOOD_HEAD) || memcmp(head, state->page, sizeof(head)) != 0)
			continue;
		if (r->count == 0 && (error = join(r, act)))
			return error;
		r->voices[r->count++] = refs[i].id;
	}
	return NULL;
}

static const struct ch_error *
take_over(struct recovery *r)
{
	struct cli *cli = &r->o->cli;
	const struct ch_error *error;
	struct ch_ref *refs;
	size_t count;

	if ((error = ch_local_next_registrar(&r->o->next, &cli->store, ch_arena_text(&cli->state.arena, cli->state.id))) ||
	    (error = ch_register_recovery(&cli->state, &cli->store, &r->o->next, r->voices, r->count)) ||
	    (error = ch_local_registrar_of(&cli->registrar, &cli->store, &cli->state)) || (error = ch_refs(&refs, &count, &cli->store, waiting, &cli->state.arena)))
		return error;
	for (size_t i = 0; i < count; i++)
		if ((error = ch_ref_remove(&cli->store, refs[i].name, &refs[i].id)))
			return error;
	tell(cli, &r->voices[r->count - 1]);
	return NULL;
}

static const struct ch_error *
recover(struct office *o)
{
	struct cli *cli = &o->cli;
	struct recovery r = {.o = o};
	const struct ch_error *error;
	const char *name;

	if ((error = open_at_good(&r)) || (error = collect(&r)) || (r.count == 0 && (error = begin(&r))))
		return error;
	if (cli->dry_run)
		return say(cli, &r.draft);
	if (r.count == VOICES_MAX)
		return ch_fail(CH_USAGE, "more than %d administrators", VOICES_MAX);
	name = ch_arena_format(&cli->state.arena, "%s%.*s", waiting, (int)cli->signer.actor.len, (const char *)cli->signer.actor.data);
	if ((error = ch_draft_sign(&r.voices[r.count], &r.draft, &cli->state, &cli->store, &cli->signer)) ||
	    (error = ch_ref_set(&cli->store, name, &r.voices[r.count])))
		return error;
	if (++r.count >= cli->state.threshold)
		return take_over(&r);
	if (!cli->quiet)
		cli_record(cli, (struct cli_field[]){{"state", SPAN_LITERAL("waits for other administrators")}, {"missing", ch_arena_number(&cli->state.arena, cli->state.threshold - r.count)}}, 2);
	return NULL;
}

/* ---- what is asked for ---- */

static bool
is(const struct office *o, const char *command)
{
	return strcmp(o->cli.count ? o->cli.operands[0] : "show", command) == 0;
}

static void
check_usage(struct office *o)
{
	const struct cli *cli = &o->cli;
	int wanted = is(o, "agree") ? 2 : 1;

	if (!(is(o, "show") || is(o, "rotate") || is(o, "appoint") || is(o, "agree") || is(o, "recover")))
		cli_usage(cli, "wants one of show, rotate, appoint, agree, recover");
	if (is(o, "appoint") ? cli->count < 2 : cli->count > wanted || (wanted == 2 && cli->count < 2))
		cli_usage(cli, "%s", is(o, "appoint") ? "whom? name every administrator there is to be" : is(o, "agree") ? "wants the act id of one proposal" : "takes no further operands");
	if (o->threshold && !is(o, "appoint"))
		cli_usage(cli, "--threshold goes with 'appoint'");
	if ((o->good != NULL) != is(o, "recover"))
		cli_usage(cli, "--good, the number of the last good page, goes with 'recover'");
	if (o->threshold)
		cli_number(cli, "--threshold", o->threshold, 1, 100);
	if (o->good)
		o->good_seq = cli_number(cli, "--good", o->good, 1, UINT64_MAX);
}

static const struct ch_error *
run(struct office *o)
{
	if (is(o, "show"))
		return show(&o->cli);
	if (is(o, "rotate"))
		return rotate(o);
	if (is(o, "appoint"))
		return appoint(o);
	return is(o, "agree") ? agree(o) : recover(o);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"threshold", required_argument, NULL, 't'}, {"good", required_argument, NULL, 'g'}, {0}};
	struct office o = {.cli = {.name = "chancery-registrar",
				   .synopsis = "[--json] [-A archive] [show]\n"
					       "[-nq] [--json] [-A archive] [--as person] rotate\n"
					       "[-nq] [--json] [-A archive] [--as person] [--threshold n] appoint person[=file] ...\n"
					       "[-nq] [--json] [-A archive] [--as person] agree act\n"
					       "[-nq] [--json] [-A archive] [--as person] --good seq recover",
				   .options = options}};
	const struct ch_error *error;
	int option;

	while ((option = cli_option(&o.cli, argc, argv)) != -1)
		*(option == 't' ? &o.threshold : &o.good) = optarg;
	check_usage(&o);
	error = run(&o);
	ch_secret_clear(&o.next);
	return cli_end(&o.cli, error);
}

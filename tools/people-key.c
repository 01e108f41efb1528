/*
 * people-key: the life of keys after people-add.
 *
 *	main
 *	  prove         a certificate with the signature that proves possession, to be handed over
 *	  admit         one more key of a person, or a machine's
 *	  rotate        a new key, and the end of those it replaces
 *	  end           lost, left, compromised
 *	    tell        what is to be looked at now
 */
#include <inttypes.h>
#include <stdlib.h>

#include "certificate.h"
#include "payload.h"
#include "register/charter.h"
#include "register/doubt.h"
#include "register/keylife.h"
#include "seal/affected.h"

enum { ENDS_MAX = 31 };

struct work {
	struct cli cli;
	const char *key, *deposit, *from;
	uint64_t since; /* `from` as a number */
	struct payload payload;
	struct span owner;
	struct ch_oid commits[ENDS_MAX + 1];
	size_t count;
	uint8_t ended[ENDS_MAX][FINGERPRINT_SIZE];
	size_t ended_count;
};

/* ---- what is to be looked at ---- */

static void
tell_line(const struct cli *cli, struct span subject, const char *what)
{
	cli_record(cli, (struct cli_field[]){{"subject", subject}, {"todo", span_text(what)}}, 2);
}

static const struct ch_error *
tell_key(struct cli *cli, const struct ch_key *key)
{
	struct ch_affected affected;
	const struct ch_error *error;

	if ((error = ch_affected_by(&affected, &cli->state, &cli->store, key)))
		return error;
	for (size_t i = 0; i < affected.seal_count; i++)
		tell_line(cli, affected.seals[i]->subject->path, "goes on accepting the key until it is shown a new table; see seal-table");
	for (size_t i = 0; i < affected.application_count; i++)
		tell_line(cli, affected.applications[i]->subject->path, ch_affected_words(affected.applications[i]));
	return NULL;
}

/* Keys that are in doubt because of another: their admission is. */
static void
tell_spread(struct cli *cli, const struct ch_key *key)
{
	const struct ch_key *other;
	char path[VALUE_MAX];

	for (size_t i = 0; i < cli->state.keys.size; i++)
		if ((other = cli->state.keys.slots[i].value) && other != key && other->ended == CH_COMPROMISED && other->end == cli->state.seq)
			tell_line(cli, span_of(path, ch_subject_key(path, sizeof(path), other->key.fingerprint)),
				  ch_arena_format(&cli->state.arena, "of '%.*s', was admitted in that time and is as doubtful: admit another one",
						  (int)other->owner.len, (const char *)other->owner.data));
}

/* What to do about an act that nobody can tell who signed, and that holds until another takes its place; NULL: nothing. */
static const char *
words_of(enum act_kind kind)
{
	switch (kind) {
	case ACT_POLICY:
		return "was put into force in that time and goes on holding: look at it, and put another into force with policy-set";
	case ACT_PERSON:
		return "was described in that time, roles included, and goes on having them: see people-show, and say it anew with people-add";
	case ACT_SEAL_TABLE:
		return "got its table in that time: make another with seal-table and show it to the seal";
	case ACT_SEAL_ENROL:
		return "got its device in that time, which goes on being this seal: see whether it is the right one, or retire it with seal-retire";
	case ACT_SEAL_RESUME:
		return "was put into service again in that time: see where it is, or suspend it with seal-suspend";
	case ACT_REGISTRAR:
	case ACT_ADMINISTRATORS:
		return "who keeps the register, or its administrators, was said in that time, perhaps by too few: see chancery-registrar";
	default:
		return NULL;
	}
}

/* Whether none of its kind has come behind it. */
static bool
is_last(struct cli *cli, const struct ch_entry *entry)
{
	const struct ch_entry *at = ch_subject_tip(ch_entry_subject(&cli->state, entry));

	while (at && at->kind != entry->kind)
		at = ch_entry_before(&cli->state, at);
	return at == entry;
}

static bool
holds_still(struct cli *cli, const struct ch_entry *entry)
{
	const struct ch_seal *seal = ch_state_seal(&cli->state, ch_entry_act(&cli->state, entry)->statement.value[KEY_SEAL]);

	switch (entry->kind) {
	case ACT_REGISTRAR:
	case ACT_ADMINISTRATORS:
		return true; /* one voice of several */
	case ACT_SEAL_TABLE:
		return seal && seal->table == entry;
	case ACT_SEAL_ENROL:
		return seal && seal->enrolled == entry && seal->retired == NULL;
	case ACT_SEAL_RESUME:
		return is_last(cli, entry) && seal && !seal->suspended && seal->retired == NULL;
	default:
		return is_last(cli, entry);
	}
}

/* Nothing is taken back by itself that others have relied on since: who may do what is said anew. */
static void
tell_rules(struct cli *cli)
{
	const struct ch_entry **acts;
	size_t count = ch_doubtful(&acts, &cli->state);

	for (size_t i = 0; i < count; i++) {
		const char *words = words_of((enum act_kind)acts[i]->kind);
		if (words && holds_still(cli, acts[i]))
			tell_line(cli, ch_entry_subject(&cli->state, acts[i])->path, words);
	}
}

/* Keys of administrators that are lost may leave too few of them: that is said while it can still be mended. */
static void
tell_administrators(struct cli *cli)
{
	uint64_t reach = ch_charter_reach(&cli->state, NULL), threshold = cli->state.threshold;
	struct ch_arena *arena = &cli->state.arena;

	if (reach < threshold)
		tell_line(cli, SPAN_LITERAL("archive"),
			  ch_arena_format(arena, "%" PRIu64 " of the administrators that are left have valid keys, and %" PRIu64 " have to agree: nobody can change registrar or administrators any more",
					  reach, threshold));
	else if (reach == threshold)
		tell_line(cli, SPAN_LITERAL("archive"),
			  ch_arena_format(arena, "no more administrators have valid keys than have to agree, %" PRIu64 ": appoint another before one more key is lost; see chancery-registrar",
					  threshold));
}

static const struct ch_error *
tell(struct work *w)
{
	bool appointed = false, compromised = false;
	struct cli *cli = &w->cli;
	const struct ch_error *error;

	for (size_t i = 0; i < w->ended_count && !cli->quiet; i++) {
		const struct ch_key *key = ch_state_key(&cli->state, w->ended[i]);
		char path[VALUE_MAX];
		tell_line(cli, span_of(path, ch_subject_key(path, sizeof(path), w->ended[i])),
			  ch_arena_format(&cli->state.arena, "ended: %s", ch_ended_name(key->ended)));
		if ((error = tell_key(cli, key)))
			return error;
		if (key->ended == CH_COMPROMISED)
			tell_spread(cli, key);
		compromised = compromised || key->ended == CH_COMPROMISED;
		appointed = appointed || (key->appointed && (key->ended == CH_LOST || key->ended == CH_COMPROMISED));
	}
	if (compromised && !cli->quiet)
		tell_rules(cli);
	if (appointed && !cli->quiet)
		tell_administrators(cli);
	return NULL;
}

/* ---- acts ---- */

/* With -n it is judged only. */
static const struct ch_error *
sign(struct work *w, struct ch_draft *draft)
{
	struct cli *cli = &w->cli;

	if (cli->dry_run)
		return cli_would(cli, draft);
	if (w->payload.file)
		return payload_act(cli, &w->payload, draft, false);
	return ch_draft_sign(&w->commits[w->count++], draft, &cli->state, &cli->store, &cli->signer);
}

static const struct ch_error *
finish(struct work *w)
{
	const struct ch_error *error;

	if (w->cli.dry_run || w->payload.file)
		return NULL;
	if ((error = cli_register(&w->cli, w->commits, w->count)))
		return error;
	return tell(w);
}

static const struct ch_error *
end_key(struct work *w, const struct ch_key *key, const char *how)
{
	struct ch_draft draft = {.kind = ACT_KEY_END};
	char path[VALUE_MAX];

	if (w->ended_count == ENDS_MAX)
		return ch_fail(CH_USAGE, "more than %d keys; name them one by one with --key", ENDS_MAX);
	memcpy(w->ended[w->ended_count++], key->key.fingerprint, FINGERPRINT_SIZE);
	draft.subject = span_of(path, ch_subject_key(path, sizeof(path), key->key.fingerprint));
	draft.value[KEY_ENDED] = span_text(how);
	if (strcmp(how, "compromised") == 0)
		draft.value[KEY_EFFECTIVE_SEQ] = span_text(w->from);
	return sign(w, &draft);
}

/* The key that is named; otherwise all that are valid, and of those that the caller signs with his present one last. */
static const struct ch_error *
end_keys(struct work *w, const char *how, const char *named)
{
	struct cli *cli = &w->cli;
	const struct ch_key **keys, *last = NULL;
	const struct ch_error *error = NULL;
	size_t count = ch_keys_of(&keys, &cli->state, w->owner);
	bool again = strcmp(how, "compromised") == 0;

	for (size_t i = 0; i < count && error == NULL; i++) {
		if (named ? !span_is(ch_arena_hex(&cli->state.arena, keys[i]->key.fingerprint, FINGERPRINT_SIZE), named)
			  : keys[i]->ended != CH_VALID && !again)
			continue;
		if (memcmp(keys[i]->key.fingerprint, cli->signer.key, FINGERPRINT_SIZE) == 0)
			last = keys[i];
		else
			error = end_key(w, keys[i], how);
	}
	if (error == NULL && last)
		error = end_key(w, last, how);
	if (error == NULL && w->ended_count == 0)
		return ch_refuse(WIRE_UNKNOWN_KEY, "'%.*s' has no %s; see people-show", (int)w->owner.len, (const char *)w->owner.data,
				 named ? "such key" : count ? "key any more that is valid" : "key");
	return error;
}

static const struct ch_error *
end(struct work *w, const char *how)
{
	struct cli *cli = &w->cli;
	const struct ch_error *error;

	if (ch_state_name(&cli->state, w->owner) == NULL)
		return ch_refuse(WIRE_UNKNOWN_KEY, "there is nobody called '%.*s'; see people-list", (int)w->owner.len, (const char *)w->owner.data);
	if (w->since > cli->state.seq + 1)
		return ch_refuse(WIRE_WRONG_CONTENT, "the register has no page %" PRIu64 " yet: the last one is %" PRIu64, w->since, cli->state.seq);
	error = end_keys(w, how, w->key);
	return error ? error : finish(w);
}

static const struct ch_error *
admit_key(struct work *w, struct handed *handed)
{
	struct ch_draft_file file[2];
	const struct ch_error *error;
	struct ch_draft draft;
	char path[VALUE_MAX];

	if ((error = certificate_read(handed, &w->cli, w->key)))
		return error;
	if (ch_state_key(&w->cli.state, handed->cert.key.fingerprint))
		return ch_refuse(WIRE_CONFLICT, "the key is registered already");
	if ((error = certificate_prove(handed, &w->cli, w->owner)) ||
	    (error = certificate_needs_proof(handed, &w->cli, w->owner, w->deposit ? CH_DEPOSIT : CH_DECIDE)))
		return error;
	certificate_admit(&draft, &w->cli, handed, w->owner, w->deposit ? "deposit" : "decide", path, file);
	return sign(w, &draft);
}

static const struct ch_error *
admit(struct work *w)
{
	const struct ch_error *error;
	struct handed handed;
	char path[VALUE_MAX];

	if ((error = admit_key(w, &handed)) || (error = finish(w)))
		return error;
	if (!w->cli.quiet && !w->cli.dry_run && !w->payload.file)
		tell_line(&w->cli, span_of(path, ch_subject_key(path, sizeof(path), handed.cert.key.fingerprint)), "admitted");
	return NULL;
}

static const struct ch_error *
rotate(struct work *w)
{
	const struct ch_error *error;
	struct handed handed;

	if ((error = admit_key(w, &handed)) || (error = end_keys(w, "superseded", NULL)))
		return error;
	return finish(w);
}

static const struct ch_error *
prove(struct work *w)
{
	struct cli *cli = &w->cli;
	const struct ch_error *error;
	struct handed handed;
	struct span armor;

	if ((error = cli_open(cli)) || (error = certificate_read(&handed, cli, w->key)))
		return error;
	handed.proof = span_of(NULL, 0);
	if ((error = certificate_prove(&handed, cli, w->owner)))
		return error;
	if (handed.proof.len == 0)
		return ch_fail(CH_REFUSED, "the secret key of '%s' is not in your keyring", w->key);
	armor = ch_content_armored(handed.cert.binary, &cli->state.arena);
	fwrite(armor.data, 1, armor.len, stdout);
	fwrite(handed.proof.data, 1, handed.proof.len, stdout);
	return NULL;
}

/* ---- what is asked for ---- */

static bool
is(const struct work *w, const char *command)
{
	return strcmp(w->cli.operands[0], command) == 0;
}

static void
check_usage(struct work *w)
{
	struct cli *cli = &w->cli;
	bool brings = cli->count && (is(w, "prove") || is(w, "admit") || is(w, "rotate"));

	if (cli->count == 0 || !(brings || is(w, "lost") || is(w, "left") || is(w, "compromised")))
		cli_usage(cli, "wants one of prove, admit, rotate, lost, left, compromised");
	if (cli->count > 2)
		cli_usage(cli, "takes one person at a time");
	if (brings && w->key == NULL)
		cli_usage(cli, "which key? say it with --key");
	if ((w->from != NULL) != is(w, "compromised"))
		cli_usage(cli, "--from, the first page of the register that is in doubt, goes with 'compromised'");
	if (w->deposit && (!is(w, "admit") || cli->count == 2))
		cli_usage(cli, "--deposit goes with 'admit', instead of a person");
	if (is(w, "prove") && cli->count != 2)
		cli_usage(cli, "whose key is it to be?");
	payload_check(cli, &w->payload, is(w, "admit") || (w->key && !is(w, "rotate")) ? 1 : 2);
	if (w->from)
		w->since = cli_number(cli, "--from", w->from, 2, UINT64_MAX);
}

static const struct ch_error *
run(struct work *w)
{
	struct cli *cli = &w->cli;
	const struct ch_error *error;

	w->owner = cli->count == 2 ? span_text(cli->operands[1]) : span_of(NULL, 0);
	if (is(w, "prove"))
		return prove(w);
	if ((error = payload_open(cli, &w->payload)))
		return error;
	if (w->deposit)
		w->owner = span_text(w->deposit);
	else if (cli->count < 2)
		w->owner = span_text(ch_arena_text(&cli->state.arena, cli->signer.actor));
	if (is(w, "admit"))
		return admit(w);
	return is(w, "rotate") ? rotate(w) : end(w, cli->operands[0]);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"key", required_argument, NULL, 'k'},
						{"deposit", required_argument, NULL, 'd'},
						{"from", required_argument, NULL, 'f'},
						PAYLOAD_BESIDE,
						{0}};
	struct work w = {.cli = {.name = "people-key",
				 .synopsis = "[-A archive] --key key prove person\n"
					     "[-nq] [--json] [-A archive] [--as person] [--payload file] [--signing-key key] --key key rotate [person]\n"
					     "[-nq] [--json] [-A archive] [--as person] [--payload file] [--signing-key key] --key key admit [--deposit drive | person]\n"
					     "[-nq] [--json] [-A archive] [--as person] [--payload file] [--signing-key key] [--key fingerprint] lost | left [person]\n"
					     "[-nq] [--json] [-A archive] [--as person] [--payload file] [--signing-key key] [--key fingerprint] --from seq compromised [person]",
				 .options = options}};
	int option;

	while ((option = cli_option(&w.cli, argc, argv)) != -1)
		switch (option) {
		case 'k':
			w.key = optarg;
			break;
		case 'd':
			w.deposit = optarg;
			if (!text_is_id(span_text(optarg)))
				cli_usage(&w.cli, "'%s' is not an id: letters, digits and '-'", optarg);
			break;
		case 'f':
			w.from = optarg;
			break;
		default:
			payload_option(&w.payload, option);
			break;
		}
	check_usage(&w);
	return cli_end(&w.cli, run(&w));
}

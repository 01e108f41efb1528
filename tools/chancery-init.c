/*
 * chancery-init: founds an archive.
 *
 *	main
 *	  read_others the keys of the other administrators
 *	  found       our keys, the founding act by the founder's key, page 1 of the register
 *	  admit       the founder as a person, this device's key, and the policy if one is given: page 2
 *	  ch_hooks_install   the hooks, so that others can push
 */
#include <stdlib.h>
#include <unistd.h>

#include "certificate.h"
#include "intake/hooks.h"
#include "records/content.h"
#include "keys/gpg.h"
#include "keys/subkey.h"
#include "records/records.h"

enum { OTHERS_MAX = 8 };

/* An administrator beside the founder: "id=key". */
struct other {
	struct span id;
	const char *key;
	struct handed handed;
};

struct founding {
	struct cli *cli;
	struct other others[OTHERS_MAX];
	size_t other_count;
	const char *threshold;
	const char *directory, *name, *zone, *person, *person_name, *mail, *key, *policy;
	struct span certificate;
	struct pgpkey founder;
	struct span id; /* of the archive */
};

/* Whether all of them are keys of the one certificate: which of these signs, it says itself. */
static bool
are_one(struct span certificate, uint8_t (*keys)[FINGERPRINT_SIZE], size_t count)
{
	struct pgpkey key, primary;
	bool one = true;

	for (size_t i = 0; i < count; i++)
		one = one && pgpkey_read(&primary, certificate) == WIRE_OK &&
		      (memcmp(keys[i], primary.fingerprint, FINGERPRINT_SIZE) == 0 || ch_subkey_read(&key, &primary, certificate, keys[i]) == NULL);
	return one;
}

/* The only one in the keyring. */
static const struct ch_error *
find_key(struct founding *f)
{
	struct ch_arena *arena = &f->cli->state.arena;
	uint8_t(*keys)[FINGERPRINT_SIZE];
	const struct ch_error *error;
	char hex[2 * FINGERPRINT_SIZE + 1];
	size_t count;

	if ((error = ch_gpg_secret_keys(&keys, &count, arena)))
		return error;
	if (count == 0)
		return ch_fail(CH_USAGE, "your keyring has no secret key; make one with gpg --quick-generate-key NAME ed25519 sign");
	text_put_hex(hex, keys[0], FINGERPRINT_SIZE);
	if ((error = ch_gpg_export(&f->certificate, hex, arena)))
		return error;
	return are_one(f->certificate, keys, count) ? NULL : ch_fail(CH_USAGE, "your keyring has %zu secret keys; say which with --key", count);
}

static const struct ch_error *
choose_key(struct founding *f)
{
	const struct ch_error *error = f->key ? ch_gpg_export(&f->certificate, f->key, &f->cli->state.arena) : find_key(f);
	struct pgpkey primary;

	return error ? error : ch_subkey_choose(&f->founder, &primary, f->certificate, f->key);
}

static void
name_signer(struct founding *f)
{
	f->cli->signer = (struct ch_signer){.actor = span_text(f->person)};
	memcpy(f->cli->signer.key, f->founder.fingerprint, FINGERPRINT_SIZE);
}

/* Photos and scans are large, until a policy says otherwise. */
static struct span
record_of(const struct founding *f)
{
	static const char *const large[] = {"*.jpg", "*.jpeg", "*.png", "*.heic", "*.tif", "*.tiff", "*.pdf",
					    "*.JPG", "*.JPEG", "*.PNG", "*.HEIC", "*.TIF", "*.TIFF", "*.PDF"};
	struct ch_archive_record record = {.id = f->id, .name = span_text(f->name), .zone = span_text(f->zone)};

	for (size_t i = 0; i < sizeof(large) / sizeof(large[0]); i++)
		ch_patterns_add(&record.large, span_text(large[i]));
	return ch_archive_record_write(&record, &f->cli->state.arena);
}

static const struct ch_error *
read_others(struct founding *f)
{
	const struct ch_error *error;

	for (size_t i = 0; i < f->other_count; i++)
		if ((error = certificate_read(&f->others[i].handed, f->cli, f->others[i].key)))
			return error;
	return NULL;
}

/* "alice:<fingerprint> carol:<fingerprint>", and where their certificates lie in the founding act. */
static struct span
name_administrators(struct ch_draft *draft, struct ch_draft_file *files, struct founding *f, struct span founder)
{
	struct ch_arena *arena = &f->cli->state.arena;
	const char *list = ch_arena_format(arena, "%s:%.*s", f->person, (int)founder.len, (const char *)founder.data);

	for (size_t i = 0; i < f->other_count; i++) {
		const struct other *other = &f->others[i];
		struct span key = ch_arena_hex(arena, other->handed.cert.key.fingerprint, FINGERPRINT_SIZE);
		list = ch_arena_format(arena, "%s %.*s:%s", list, (int)other->id.len, (const char *)other->id.data, (const char *)key.data);
		files[draft->file_count++] = (struct ch_draft_file){span_text(ch_content_key_name(key, arena)), ch_content_armored(other->handed.cert.binary, arena)};
	}
	return span_text(list);
}

static const struct ch_error *
found(struct founding *f)
{
	struct cli *cli = f->cli;
	struct ch_arena *arena = &cli->state.arena;
	struct span founder = ch_arena_hex(arena, f->founder.fingerprint, FINGERPRINT_SIZE);
	struct span registrar = ch_arena_hex(arena, cli->registrar.fingerprint, FINGERPRINT_SIZE);
	struct ch_draft_file files[3 + OTHERS_MAX] = {
		{SPAN_LITERAL("record"), record_of(f)},
		{span_text(ch_content_key_name(registrar, arena)), ch_secret_certificate(&cli->registrar, arena)},
		{span_text(ch_content_key_name(founder, arena)), ch_content_armored(f->certificate, arena)},
	};
	struct ch_draft draft = {.kind = ACT_FOUND, .subject = SPAN_LITERAL("archive"), .files = files, .file_count = 3};
	const struct ch_error *error;
	struct ch_oid commit;

	draft.value[KEY_ARCHIVE] = f->id;
	draft.value[KEY_REGISTER_KEY] = registrar;
	draft.value[KEY_ADMINISTRATORS] = name_administrators(&draft, files, f, founder);
	draft.value[KEY_THRESHOLD] = span_text(f->threshold);
	name_signer(f);
	if ((error = ch_draft_sign_unjudged(&commit, &draft, &cli->state, &cli->store, &cli->signer)))
		return error;
	return ch_register(&cli->state, &cli->store, &cli->registrar, &commit, 1, true);
}

static const struct ch_error *
sign_content(struct ch_oid *commit, struct founding *f, struct ch_draft *draft, const char *file, struct span content)
{
	const struct ch_draft_file files[] = {{span_text(file), content}};
	uint8_t digest[SHA256_SIZE];

	wire_sha256_of(digest, content);
	draft->files = files;
	draft->file_count = 1;
	draft->value[KEY_VERSION] = SPAN_LITERAL("1");
	draft->value[KEY_CONTENT_SHA256] = ch_arena_hex(&f->cli->state.arena, digest, sizeof(digest));
	return ch_draft_sign(commit, draft, &f->cli->state, &f->cli->store, &f->cli->signer);
}

static const struct ch_error *
admit(struct founding *f, struct span policy)
{
	struct cli *cli = f->cli;
	struct ch_arena *arena = &cli->state.arena;
	char person[VALUE_MAX], key[VALUE_MAX];
	struct ch_person_record record = {span_text(f->person_name), span_text(f->mail), SPAN_LITERAL("administrator")};
	struct ch_draft describe = {.kind = ACT_PERSON}, device = {.kind = ACT_KEY}, rules = {.kind = ACT_POLICY, .subject = SPAN_LITERAL("policy")};
	const struct ch_error *error;
	struct ch_oid commits[3];
	size_t count = 2;

	describe.subject = span_of(person, ch_subject_person(person, sizeof(person), span_text(f->person)));
	device.subject = span_of(key, ch_subject_key(key, sizeof(key), cli->device.fingerprint));
	device.value[KEY_TO] = SPAN_LITERAL("d1");
	device.value[KEY_SCOPE] = SPAN_LITERAL("deposit");
	if ((error = sign_content(&commits[0], f, &describe, "person.1", ch_person_record_write(&record, arena))) ||
	    (error = sign_content(&commits[1], f, &device, "key.asc", ch_secret_certificate(&cli->device, arena))))
		return error;
	if (policy.len && (error = sign_content(&commits[count++], f, &rules, "rules.1", policy)))
		return error;
	return ch_register(&cli->state, &cli->store, &cli->registrar, commits, count, true);
}

/* What is there already would be in the way of the next attempt. */
static const struct ch_error *
half_founded(const struct founding *f, const struct ch_error *error)
{
	const char *message = ch_arena_text(&f->cli->state.arena, span_text(error->message));

	return ch_fail(error->class, "%s; remove '%s' and begin again", message, f->directory);
}

static const struct ch_error *
run(struct founding *f)
{
	struct cli *cli = f->cli;
	uint8_t id[ARCHIVE_ID_SIZE];
	const struct ch_error *error;
	struct span policy = {0};
	struct ch_policy parsed;
	const char *tools;

	wire_random(id, sizeof(id));
	f->id = ch_arena_hex(&f->cli->state.arena, id, sizeof(id));
	if (f->policy && ((error = cli_read_file(&policy, cli, f->policy, RECORD_MAX)) ||
			  (error = ch_policy_read(&parsed, policy, &cli->state.arena))))
		return error;
	if ((error = choose_key(f)) || (error = read_others(f)) || cli->dry_run)
		return error;
	if ((error = ch_store_create(&cli->store, f->directory)))
		return error;
	cli->opened = true;
	if ((error = ch_local_create_keys(&cli->registrar, &cli->device, &cli->store, (const char *)f->id.data)) || (error = found(f)) ||
	    (error = admit(f, policy)) || (error = cli_tools(&tools, cli)) || (error = ch_hooks_install(&cli->store, tools)))
		return half_founded(f, error);
	if (!cli->quiet)
		cli_record(cli, (struct cli_field[]){{"archive", f->id}, {"directory", span_text(f->directory)}}, 2);
	return NULL;
}

static void
add_other(struct founding *f, char *text)
{
	char *key = strchr(text, '=');

	if (f->other_count == OTHERS_MAX)
		cli_usage(f->cli, "at most %d times --administrator", OTHERS_MAX);
	if (key == NULL || !text_is_id(span_of(text, (size_t)(key - text))))
		cli_usage(f->cli, "--administrator wants person=key, not '%s'", text);
	f->others[f->other_count++] = (struct other){.id = span_of(text, (size_t)(key - text)), .key = key + 1};
}

/* As the judge will ask it, but before anything is made. */
static void
check_administrators(const struct founding *f)
{
	size_t list = strlen(f->person) + 1 + 2 * FINGERPRINT_SIZE;

	for (size_t i = 0; i < f->other_count; i++) {
		list += f->others[i].id.len + 2 + 2 * FINGERPRINT_SIZE;
		for (size_t k = i + 1; k <= f->other_count; k++)
			if (span_equal(f->others[i].id, k < f->other_count ? f->others[k].id : span_text(f->person)))
				cli_usage(f->cli, "'%.*s' is named twice among the administrators", (int)f->others[i].id.len, (const char *)f->others[i].id.data);
	}
	if (list > VALUE_MAX)
		cli_usage(f->cli, "so many administrators do not fit; appoint the others with chancery-registrar");
	cli_number(f->cli, "--threshold", f->threshold, 1, f->other_count + 1);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"name", required_argument, NULL, 'N'}, {"zone", required_argument, NULL, 'z'},	 {"person-name", required_argument, NULL, 'P'},
		{"mail", required_argument, NULL, 'm'}, {"key", required_argument, NULL, 'k'}, {"policy", required_argument, NULL, 'p'},
		{"administrator", required_argument, NULL, 'a'}, {"threshold", required_argument, NULL, 't'}, {0},
	};
	struct cli cli = {.name = "chancery-init",
			  .synopsis = "[-nq] [--json] [--name text] [--zone zone] [--key key] [--person-name text] [--mail address] [--policy file] "
				      "[--administrator person=key ...] [--threshold n] directory person",
			  .options = options};
	struct founding f = {.cli = &cli, .name = "Archive", .zone = "UTC", .mail = "none", .threshold = "1"};
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		switch (option) {
		case 'N':
			f.name = cli_text(&cli, "--name", optarg);
			break;
		case 'z':
			f.zone = cli_text(&cli, "--zone", optarg);
			break;
		case 'P':
			f.person_name = cli_text(&cli, "--person-name", optarg);
			break;
		case 'm':
			f.mail = cli_mail(&cli, optarg);
			break;
		case 'k':
			f.key = optarg;
			break;
		case 'p':
			f.policy = optarg;
			break;
		case 'a':
			add_other(&f, optarg);
			break;
		case 't':
			f.threshold = optarg;
			break;
		}
	if (cli.count != 2)
		cli_usage(&cli, "wants a directory and the id of the person who founds it");
	f.directory = cli.operands[0];
	f.person = cli.operands[1];
	if (!text_is_id(span_text(f.person)))
		cli_usage(&cli, "'%s' is not an id: letters, digits and '-'", f.person);
	if (f.person_name == NULL)
		f.person_name = f.person;
	check_administrators(&f);
	return cli_end(&cli, run(&f));
}

/*
 * forge: acts and pages as somebody would make them who has keys and cheats. Nothing is judged before it is signed. Works on $CHANCERY_ARCHIVE.
 *
 *	forge act [-d | -r | -k fingerprint] [-t tree] [-p commit | -p none] [-f name=file]... [-o file] kind subject [Key=Value]...
 *		an act by the caller, by the device's key (-d), by the registrar's (-r) or by a key that has ended (-k); prints its commit. What is not said is as an honest tool
 *		would have it. -o: only writes the bytes to be signed.
 *	forge commit payload armor	puts a signature made elsewhere into a payload; prints the commit
 *	forge register commit...	brings acts to the honest register; prints of each the code and the reason
 *	forge page [-t tree] [-p commit]... [-a commit]... [-x commit=CODE]... [Key=Value]...
 *		a page by a registrar who cheats: accepts (-a) and refuses (-x) what he likes, with these tips (-p, else those acts), and moves main
 *	forge id commit			the id of an act
 *	forge promise			signs the text on standard input with the registrar's key; prints both
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"
#include "register/draft.h"
#include "register/local.h"
#include "register/page.h"
#include "store/treeedit.h"
#include "wire/grammar.h"

enum { LIST_MAX = 40, TEXT_MAX = 65536, CONTENT_MAX = 2 * TEXT_MAX };

struct forge {
	struct ch_store store;
	struct ch_state state;
	struct ch_signer signer;
	struct ch_secret registrar, device;
	const struct ch_oid *tree; /* -t */
	struct ch_oid tree_said;
	struct ch_oid parent[COMMIT_PARENTS_MAX]; /* -p */
	unsigned parents;
	bool parents_said;
	struct ch_draft_file file[LIST_MAX]; /* -f */
	size_t files;
	const char *output; /* -o */
	struct ch_oid named[LIST_MAX]; /* -a, -x */
	const char *verdict[LIST_MAX]; /* NULL: accepted */
	size_t nameds;
};

static void
print_oid(const struct ch_oid *id)
{
	char hex[2 * OBJECT_ID_SIZE + 1];

	text_put_hex(hex, id->id, sizeof(id->id));
	puts(hex);
}

static struct span
read_file(struct forge *f, const char *path)
{
	uint8_t *bytes = ch_arena_alloc(&f->state.arena, CONTENT_MAX);
	FILE *file = fopen(path, "r");
	size_t len;

	if (file == NULL)
		err(74, "cannot open '%s'", path);
	len = fread(bytes, 1, CONTENT_MAX, file);
	fclose(file);
	return span_of(bytes, len);
}

static void
open_archive(struct forge *f)
{
	const char *path = getenv("CHANCERY_ARCHIVE");

	must(ch_store_open(&f->store, path ? path : "."));
	must(ch_replay(&f->state, &f->store, NULL));
	must(ch_local_registrar(&f->registrar, &f->store));
	must(ch_local_device(&f->device, &f->store));
}

/* ---- acts ---- */

/* "Key=Value" over what is there; "Key=" is none. */
static void
override(struct span value[KEYS], char *const *settings)
{
	for (; *settings; settings++) {
		struct span rest = span_text(*settings), name = span_cut(&rest, '=');
		enum key key = 0;
		while (key < KEYS && !span_is(name, key_name(key)))
			key++;
		if (key == KEYS)
			errx(2, "'%s': no such key", *settings);
		value[key] = rest;
	}
}

/* Not statement_write(), which writes only what would be read. */
static struct span
write_statement(struct forge *f, enum act_kind kind, const struct span value[KEYS], struct span verdicts)
{
	char *text = ch_arena_alloc(&f->state.arena, TEXT_MAX);
	size_t len = 0;

	for (size_t i = 0; kind_key(kind, i) < KEYS; i++) {
		struct span said = value[kind_key(kind, i)];
		len += (size_t)snprintf(text + len, TEXT_MAX - len, "%s: %.*s\n", key_name(kind_key(kind, i)), said.len ? (int)said.len : 4,
					said.len ? (const char *)said.data : "none");
	}
	if (!text_append(text, TEXT_MAX, &len, verdicts))
		errx(2, "statement too long");
	return span_of(text, len);
}

/* approve.1.carol, or with the first number behind it that is free. */
static const char *
statement_file(struct forge *f, const struct span value[KEYS], const struct ch_oid *tree)
{
	struct span level = value[KEY_LEVEL].len	  ? value[KEY_LEVEL]
			    : value[KEY_VERSION].len	  ? value[KEY_VERSION]
			    : value[KEY_TOKEN_SHA256].len ? value[KEY_SEQ]
							  : SPAN_LITERAL("0");
	const char *first = ch_arena_format(&f->state.arena, "%.*s.%.*s.%.*s", (int)value[KEY_ACT].len, (const char *)value[KEY_ACT].data,
					    (int)level.len, (const char *)level.data, (int)value[KEY_ACTOR].len, (const char *)value[KEY_ACTOR].data);
	const char *name = first;
	struct span subject = value[KEY_SUBJECT];
	bool found = tree != NULL;
	struct ch_node node;

	for (unsigned n = 2; found; n++) {
		const char *path = ch_arena_format(&f->state.arena, "%.*s/%s", (int)subject.len, (const char *)subject.data, name);
		must(ch_tree_find(&node, &found, &f->store, tree, span_text(path), &f->state.arena));
		if (found)
			name = ch_arena_format(&f->state.arena, "%s.%u", first, n);
	}
	return name;
}

static void
put_file(struct forge *f, struct ch_oid *tree, bool *any, struct span subject, const char *name, struct span content)
{
	const char *path = ch_arena_format(&f->state.arena, "%.*s/%s", (int)subject.len, (const char *)subject.data, name);
	struct ch_node node = {.directory = false};

	must(ch_store_write(&node.id, &f->store, CH_BLOB, content));
	must(ch_tree_set(tree, &f->store, *any ? tree : NULL, span_text(path), &node, &f->state.arena));
	*any = true;
}

static const struct act *
read_act(struct forge *f, const struct ch_oid *commit)
{
	const struct act *act;

	must(ch_state_read_act(&act, &f->state, &f->store, commit));
	return act;
}

static struct ch_oid
build_tree(struct forge *f, const struct ch_draft *draft, struct span text)
{
	bool any = f->parents > 0;
	struct ch_oid tree = {{0}};

	if (f->tree)
		return *f->tree;
	if (any)
		memcpy(tree.id, read_act(f, &f->parent[0])->commit.tree, sizeof(tree.id));
	put_file(f, &tree, &any, draft->subject, statement_file(f, draft->value, any ? &tree : NULL), text);
	for (size_t i = 0; i < f->files; i++)
		put_file(f, &tree, &any, draft->subject, ch_arena_text(&f->state.arena, f->file[i].path), f->file[i].content);
	return tree;
}

static struct span
write_payload(struct forge *f, const struct span value[KEYS], struct span statement, const struct ch_oid *tree, const char *summary)
{
	char *payload = ch_arena_alloc(&f->state.arena, TEXT_MAX);
	struct commit c = {.parents = f->parents, .actor = value[KEY_ACTOR], .archive = value[KEY_ARCHIVE], .summary = span_text(summary)};

	c.statement = statement;
	if (!text_get_time(&c.time, value[KEY_TIME]))
		c.time = time(NULL);
	memcpy(c.tree, tree->id, sizeof(c.tree));
	memcpy(c.parent, f->parent, f->parents * sizeof(f->parent[0]));
	return span_of(payload, commit_write_payload(payload, TEXT_MAX, &c));
}

/* As an honest tool would do it; what it would not sign is filled in all the same. */
static void
begin_act(struct forge *f, struct ch_draft *draft)
{
	const struct ch_entry *tip = ch_subject_tip(ch_state_subject(&f->state, draft->subject));
	struct ch_judgement judgement;

	if (act_saves(draft->kind))
		draft->value[KEY_BASE] = ch_arena_number(&f->state.arena, f->state.whole);
	ch_draft_judge(&judgement, draft, &f->state, &f->signer);
	if (!f->parents_said) {
		f->parents = tip != NULL;
		if (tip)
			f->parent[0] = tip->commit;
	}
	for (size_t i = 0; i < f->files; i++) {
		uint8_t digest[SHA256_SIZE];
		wire_sha256_of(digest, f->file[i].content);
		draft->value[KEY_CONTENT_SHA256] = draft->value[KEY_TABLE_SHA256] = ch_arena_hex(&f->state.arena, digest, sizeof(digest));
	}
}

/* False when the register has this very act, made in the same second: whoever asks for it means another one. */
static bool
sign_act(struct forge *f, const struct ch_draft *draft, bool last)
{
	const char *summary = ch_arena_format(&f->state.arena, "%.*s %s %.*s", (int)draft->value[KEY_ACTOR].len,
					      (const char *)draft->value[KEY_ACTOR].data, kind_verb(draft->kind), (int)draft->value[KEY_SUBJECT].len,
					      (const char *)draft->value[KEY_SUBJECT].data);
	struct span text = write_statement(f, draft->kind, draft->value, span_of(NULL, 0)), payload, raw;
	struct ch_oid tree = build_tree(f, draft, text), commit;
	uint8_t id[SHA256_SIZE];
	FILE *file;

	payload = write_payload(f, draft->value, text, &tree, summary);
	wire_sha256_of(id, payload);
	if (!last && ch_state_act(&f->state, id))
		return false;
	if (f->output) {
		if ((file = fopen(f->output, "w")) == NULL || fwrite(payload.data, 1, payload.len, file) != payload.len || fclose(file) != 0)
			err(74, "cannot write '%s'", f->output);
		return true;
	}
	must(ch_signer_commit(&raw, &f->signer, payload, &f->state.arena));
	must(ch_store_write(&commit, &f->store, CH_COMMIT, raw));
	print_oid(&commit);
	return true;
}

static void
await_next_second(void)
{
	for (time_t now = time(NULL); time(NULL) == now;)
		nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
}

static void
forge_act(struct forge *f, char **operands)
{
	struct ch_draft draft = {.files = f->file, .file_count = f->files};

	if (operands[0] == NULL || operands[1] == NULL || !act_kind_from_name(&draft.kind, span_text(operands[0])))
		errx(2, "act wants a kind and a subject");
	draft.subject = span_text(operands[1]);
	override(draft.value, operands + 2);
	if (f->signer.actor.len == 0)
		must(ch_signer_person(&f->signer, &f->state, span_of(NULL, 0)));
	for (unsigned tries = 0; tries < 2; tries++) {
		if (tries)
			await_next_second();
		draft.time = 0;
		begin_act(f, &draft);
		override(draft.value, operands + 2);
		if (sign_act(f, &draft, tries == 1))
			return;
	}
}

static void
forge_commit(struct forge *f, char **operands)
{
	char *raw = ch_arena_alloc(&f->state.arena, TEXT_MAX);
	struct ch_oid commit;
	size_t len;

	if (operands[0] == NULL || operands[1] == NULL)
		errx(2, "commit wants a payload and an armor");
	len = commit_write_signed(raw, TEXT_MAX, read_file(f, operands[0]), read_file(f, operands[1]));
	must(ch_store_write(&commit, &f->store, CH_COMMIT, span_of(raw, len)));
	print_oid(&commit);
}

static void
forge_register(struct forge *f, char **operands)
{
	for (; *operands; operands++) {
		struct ch_oid commit = oid_of(*operands);
		const struct act *act = read_act(f, &commit);
		struct ch_judgement judgement;
		must(ch_judge(&judgement, &f->state, &f->store, act, time(NULL)));
		must(ch_register(&f->state, &f->store, &f->registrar, &commit, 1, false));
		printf("%s\t%s\n", wire_code_name(judgement.code), judgement.code ? judgement.reason : "accepted");
	}
}

/* ---- pages ---- */

/* What an act adds to its parent's tree, put into main's. */
static void
add_changes(struct forge *f, struct ch_oid *tree, const struct act *act)
{
	struct ch_oid before, after;
	struct ch_changes changes;

	memcpy(after.id, act->commit.tree, sizeof(after.id));
	if (act->commit.parents) {
		struct ch_oid parent;
		memcpy(parent.id, act->commit.parent[0], sizeof(parent.id));
		memcpy(before.id, read_act(f, &parent)->commit.tree, sizeof(before.id));
	}
	must(ch_tree_changes(&changes, &f->store, act->commit.parents ? &before : NULL, &after, &f->state.arena));
	for (size_t i = 0; i < changes.count; i++) {
		struct ch_node node = {.id = changes.list[i].new};
		must(ch_tree_set(tree, &f->store, tree, changes.list[i].path, changes.list[i].has ? &node : NULL, &f->state.arena));
	}
}

/* The id of what may not even be readable as an act. */
static void
act_id(uint8_t id[SHA256_SIZE], const struct act **act, struct forge *f, const struct ch_oid *commit)
{
	struct span raw;

	*act = NULL;
	if (ch_state_read_act(act, &f->state, &f->store, commit) == NULL) {
		memcpy(id, (*act)->id, SHA256_SIZE);
		return;
	}
	if (ch_store_read(&raw, &f->store, CH_COMMIT, commit, &f->state.arena) == NULL)
		wire_sha256_of(id, raw);
}

static struct span
write_verdicts(struct forge *f, struct ch_oid *tree)
{
	const char *text = "";

	for (size_t i = 0; i < f->nameds; i++) {
		uint8_t id[SHA256_SIZE] = {0};
		const struct act *act;
		act_id(id, &act, f, &f->named[i]);
		text = ch_arena_format(&f->state.arena, "%s%s: %s%s%s\n", text, f->verdict[i] ? "Refused" : "Accepted",
				       (const char *)ch_arena_hex(&f->state.arena, id, sizeof(id)).data, f->verdict[i] ? " " : "",
				       f->verdict[i] ? f->verdict[i] : "");
		if (f->verdict[i] == NULL && act && f->tree == NULL)
			add_changes(f, tree, act);
		if (!f->parents_said)
			f->parent[f->parents++] = f->named[i];
	}
	return span_text(text);
}

static void
fill_page(struct forge *f, struct span value[KEYS])
{
	char *now = ch_arena_alloc(&f->state.arena, TIME_TEXT + 1);
	struct ch_arena *arena = &f->state.arena;

	text_put_time(now, time(NULL));
	value[KEY_FORMAT] = SPAN_LITERAL("1");
	value[KEY_ACT] = SPAN_LITERAL("register");
	value[KEY_ARCHIVE] = f->state.id;
	value[KEY_ACTOR] = f->signer.actor;
	value[KEY_KEY] = ch_arena_hex(arena, f->signer.key, FINGERPRINT_SIZE);
	value[KEY_PREVIOUS_SHA256] = ch_arena_hex(arena, f->state.page, SHA256_SIZE);
	if (f->state.policy)
		value[KEY_POLICY_SHA256] = ch_arena_hex(arena, f->state.policy->digest, SHA256_SIZE);
	value[KEY_TIME] = value[KEY_RECEIVED] = span_text(now);
	value[KEY_SEQ] = ch_arena_number(arena, f->state.seq + 1);
}

static void
forge_page(struct forge *f, char **settings)
{
	struct span value[KEYS] = {{0}}, verdicts, text, payload, raw;
	struct ch_oid tree = f->state.tree, page;

	if (f->signer.actor.len == 0)
		ch_signer_own(&f->signer, &f->registrar, SPAN_LITERAL("registrar"));
	if (!f->parents_said)
		f->parent[f->parents++] = f->state.head;
	verdicts = write_verdicts(f, &tree);
	fill_page(f, value);
	override(value, settings);
	text = write_statement(f, ACT_REGISTER, value, verdicts);
	payload = write_payload(f, value, text, f->tree ? f->tree : &tree,
				ch_arena_format(&f->state.arena, "%.*s registers %.*s", (int)value[KEY_ACTOR].len, (const char *)value[KEY_ACTOR].data,
						(int)value[KEY_SEQ].len, (const char *)value[KEY_SEQ].data));
	must(ch_signer_commit(&raw, &f->signer, payload, &f->state.arena));
	must(ch_store_write(&page, &f->store, CH_COMMIT, raw));
	must(ch_store_advance(&f->store, &f->state.head, &page));
	print_oid(&page);
}

static void
forge_id(struct forge *f, char **operands)
{
	struct ch_oid commit = oid_of(operands[0]);

	puts((const char *)ch_arena_hex(&f->state.arena, read_act(f, &commit)->id, SHA256_SIZE).data);
}

/* ---- options ---- */

static void
take_named(struct forge *f, char *text, bool refused)
{
	char *code = refused ? strchr(text, '=') : NULL;

	if (f->nameds == LIST_MAX || (refused && code == NULL))
		errx(2, "at most %d acts; -x wants commit=CODE", LIST_MAX);
	if (code)
		*code++ = '\0';
	f->verdict[f->nameds] = code;
	f->named[f->nameds++] = oid_of(text);
}

static void
take_file(struct forge *f, char *text)
{
	char *path = strchr(text, '=');

	if (f->files == LIST_MAX || path == NULL)
		errx(2, "at most %d files; -f wants name=file", LIST_MAX);
	*path++ = '\0';
	f->file[f->files++] = (struct ch_draft_file){span_text(text), read_file(f, path)};
}

/* One of the caller's keyring that an honest tool would not sign with any more. */
static void
take_key(struct forge *f, const char *fingerprint)
{
	const struct ch_key *key;

	if (!text_get_hex(f->signer.key, FINGERPRINT_SIZE, span_text(fingerprint)) || (key = ch_state_key(&f->state, f->signer.key)) == NULL)
		errx(2, "-k wants the fingerprint of a key that is registered");
	f->signer.actor = key->owner;
}

static void
take_option(struct forge *f, int option)
{
	switch (option) {
	case 'd':
		ch_signer_own(&f->signer, &f->device, SPAN_LITERAL("d1"));
		break;
	case 'r':
		ch_signer_own(&f->signer, &f->registrar, SPAN_LITERAL("registrar"));
		break;
	case 'k':
		take_key(f, optarg);
		break;
	case 't':
		f->tree_said = oid_of(optarg);
		f->tree = &f->tree_said;
		break;
	case 'p':
		f->parents_said = true;
		if (strcmp(optarg, "none") != 0 && f->parents < COMMIT_PARENTS_MAX)
			f->parent[f->parents++] = oid_of(optarg);
		break;
	case 'f':
		take_file(f, optarg);
		break;
	case 'o':
		f->output = optarg;
		break;
	case 'a':
	case 'x':
		take_named(f, optarg, option == 'x');
		break;
	default:
		errx(2, "see the head of tests/helpers/forge.c");
	}
}

static void
forge_promise(struct forge *f, char **operands)
{
	struct span text = read_file(f, "/dev/stdin"), armor;
	struct ch_signer registrar;

	(void)operands;
	ch_signer_own(&registrar, &f->registrar, SPAN_LITERAL("registrar"));
	must(ch_signer_text(&armor, &registrar, text, &f->state.arena));
	printf("%.*s%.*s", (int)text.len, (const char *)text.data, (int)armor.len, (const char *)armor.data);
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		void (*run)(struct forge *f, char **operands);
	} commands[] = {{"act", forge_act}, {"commit", forge_commit}, {"register", forge_register}, {"page", forge_page}, {"id", forge_id},
							       {"promise", forge_promise}};
	struct forge f = {0};
	int option;

	if (argc < 2)
		errx(2, "see the head of tests/helpers/forge.c");
	open_archive(&f);
	while ((option = getopt(argc - 1, argv + 1, "drk:t:p:f:o:a:x:")) != -1)
		take_option(&f, option);
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++)
		if (strcmp(commands[i].name, argv[1]) == 0)
			commands[i].run(&f, argv + 1 + optind);
	must(ch_store_flush(&f.store)); /* for who registers it later */
	ch_secret_clear(&f.registrar);
	ch_secret_clear(&f.device);
	ch_state_clear(&f.state);
	ch_store_close(&f.store);
	return 0;
}

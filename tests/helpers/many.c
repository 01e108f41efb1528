/*
 * many DIRECTORY N [BATCH]: founds an archive in which N applications for one seal have each been approved twice: 3 N acts. All keys are ours, so that no
 * gpg-agent stands in the way; apart from that everything is as the tools make it. With BATCH that many applications are registered
 * together, 32 acts on a page, instead of each act on a page of its own. An archive that is there gets N more. For measuring growth.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "helper.h"
#include "records/content.h"
#include "register/draft.h"
#include "register/local.h"
#include "register/page.h"
#include "records/records.h"

static const char policy[] = "Format: 1\nGap: 604800\n"
			     "Allow: administrator person people/**\nAllow: administrator key keys/**\nAllow: administrator seal-enrol seals/*\n"
			     "Allow: employee apply seals/*/applications/**\nLevel: S-0001 1 manager 1 9\nLevel: S-0001 2 director 1 9\n";

struct office {
	struct ch_store store;
	struct ch_state state;
	struct ch_secret registrar, device, seal, alice, bob, carol, dave;
	struct ch_oid *waiting; /* signed, to be registered together; NULL: each by itself */
	size_t count;
};

static struct ch_signer
signer(const struct ch_secret *secret, const char *actor)
{
	struct ch_signer s;

	ch_signer_own(&s, secret, span_text(actor));
	return s;
}

static void
act(struct office *o, const struct ch_secret *secret, const char *actor, struct ch_draft *draft)
{
	struct ch_signer s = signer(secret, actor);
	struct ch_oid commit;

	must(ch_draft_sign_unjudged(&commit, draft, &o->state, &o->store, &s));
	if (o->waiting)
		o->waiting[o->count++] = commit;
	else
		must(ch_register(&o->state, &o->store, &o->registrar, &commit, 1, true));
}

static struct span
digest_of(struct office *o, struct span content)
{
	uint8_t digest[SHA256_SIZE];

	wire_sha256_of(digest, content);
	return ch_arena_hex(&o->state.arena, digest, sizeof(digest));
}

static void
bring(struct office *o, enum act_kind kind, const char *subject, const char *file, struct span content, const char *to, const char *scope)
{
	const struct ch_draft_file files[] = {{span_text(file), content}};
	struct ch_draft draft = {.kind = kind, .subject = span_text(subject), .files = files, .file_count = 1};

	draft.value[KEY_VERSION] = SPAN_LITERAL("1");
	draft.value[KEY_CONTENT_SHA256] = digest_of(o, content);
	draft.value[KEY_TO] = span_text(to);
	draft.value[KEY_SCOPE] = span_text(scope);
	act(o, &o->alice, "alice", &draft);
}

static void
admit_drive(struct office *o)
{
	char path[VALUE_MAX];

	ch_subject_key(path, sizeof(path), o->device.fingerprint);
	bring(o, ACT_KEY, path, "key.asc", ch_secret_certificate(&o->device, &o->state.arena), "d1", "deposit");
}

static void
admit(struct office *o, const char *id, const char *role, const struct ch_secret *key)
{
	struct ch_person_record record = {span_text(id), SPAN_LITERAL("none"), span_text(role)};
	char path[VALUE_MAX];

	ch_subject_person(path, sizeof(path), span_text(id));
	bring(o, ACT_PERSON, path, "person.1", ch_person_record_write(&record, &o->state.arena), "", "");
	ch_subject_key(path, sizeof(path), key->fingerprint);
	bring(o, ACT_KEY, path, "key.asc", ch_secret_certificate(key, &o->state.arena), id, "decide");
}

static void
found(struct office *o, const char *directory)
{
	struct ch_arena *arena = &o->state.arena;
	struct ch_archive_record record = {.id = SPAN_LITERAL("0123456789abcdef0123456789abcdef"), .name = SPAN_LITERAL("Many"), .zone = SPAN_LITERAL("UTC")};
	struct span admin, registrar;
	struct ch_draft draft = {.kind = ACT_FOUND, .subject = SPAN_LITERAL("archive")};

	must(ch_store_create(&o->store, directory));
	must(ch_local_create_keys(&o->registrar, &o->device, &o->store, (const char *)record.id.data));
	admin = ch_arena_hex(arena, o->alice.fingerprint, FINGERPRINT_SIZE);
	registrar = ch_arena_hex(arena, o->registrar.fingerprint, FINGERPRINT_SIZE);
	draft.files = (struct ch_draft_file[]){
		{SPAN_LITERAL("record"), ch_archive_record_write(&record, arena)},
		{span_text(ch_content_key_name(registrar, arena)), ch_secret_certificate(&o->registrar, arena)},
		{span_text(ch_content_key_name(admin, arena)), ch_secret_certificate(&o->alice, arena)},
	};
	draft.file_count = 3;
	draft.value[KEY_ARCHIVE] = record.id;
	draft.value[KEY_REGISTER_KEY] = registrar;
	draft.value[KEY_ADMINISTRATORS] = span_text(ch_arena_format(arena, "alice:%s", (const char *)admin.data));
	draft.value[KEY_THRESHOLD] = SPAN_LITERAL("1");
	act(o, &o->alice, "alice", &draft);
}

static void
enrol(struct office *o)
{
	const struct ch_draft_file files[] = {{SPAN_LITERAL("device.1.asc"), ch_secret_certificate(&o->seal, &o->state.arena)}};
	struct ch_draft draft = {.kind = ACT_SEAL_ENROL, .subject = SPAN_LITERAL("seals/S-0001"), .files = files, .file_count = 1};

	draft.value[KEY_SEAL] = SPAN_LITERAL("S-0001");
	draft.value[KEY_DEVICE] = SPAN_LITERAL("seal-1");
	draft.value[KEY_EPOCH] = SPAN_LITERAL("1");
	draft.value[KEY_DEVICE_KEY] = ch_arena_hex(&o->state.arena, o->seal.fingerprint, FINGERPRINT_SIZE);
	draft.value[KEY_BOARD] = SPAN_LITERAL("none");
	draft.value[KEY_IMAGE_SHA256] = digest_of(o, SPAN_LITERAL(""));
	draft.value[KEY_COUNTER] = SPAN_LITERAL("0");
	act(o, &o->alice, "alice", &draft);
}

static void
apply(struct office *o, const char *path, uint64_t number)
{
	struct span document = span_text(ch_arena_format(&o->state.arena, "document %" PRIu64 "\n", number));
	struct ch_attachment attachment = {.size = document.len, .name = SPAN_LITERAL("document.txt")};
	struct ch_application_record record = {SPAN_LITERAL("Document"), SPAN_LITERAL("to be sealed"), &attachment, 1};
	struct ch_draft draft = {.kind = ACT_APPLY, .subject = span_text(path)};
	uint8_t nonce[NONCE_SIZE];

	wire_sha256_of(attachment.digest, document);
	wire_random(nonce, sizeof(nonce));
	draft.files = (struct ch_draft_file[]){{SPAN_LITERAL("record"), ch_application_record_write(&record, &o->state.arena)},
					       {SPAN_LITERAL("attachments/document.txt"), document}};
	draft.file_count = 2;
	draft.value[KEY_SEAL] = SPAN_LITERAL("S-0001");
	draft.value[KEY_DEVICE] = SPAN_LITERAL("seal-1");
	draft.value[KEY_EPOCH] = SPAN_LITERAL("1");
	draft.value[KEY_NONCE] = ch_arena_hex(&o->state.arena, nonce, sizeof(nonce));
	draft.value[KEY_DOCUMENT_SHA256] = digest_of(o, document);
	draft.value[KEY_PRESSES] = draft.value[KEY_PHOTOS] = SPAN_LITERAL("1");
	draft.value[KEY_FRESH] = SPAN_LITERAL("0");
	act(o, &o->bob, "bob", &draft);
}

static void
approve(struct office *o, const struct ch_secret *key, const char *actor, const char *path, const char *level, const char *role)
{
	struct ch_draft draft = {.kind = ACT_APPROVE, .subject = span_text(path)};

	draft.value[KEY_LEVEL] = span_text(level);
	draft.value[KEY_ROLE] = span_text(role);
	draft.value[KEY_PRESSES] = SPAN_LITERAL("1");
	act(o, key, actor, &draft);
}

static void
make_key(struct ch_secret *secret, const char *directory, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s.%s", directory, name);
	must(ch_secret_create(secret, path, span_text(name)));
}

static void
path_of(char path[VALUE_MAX], uint64_t number)
{
	ch_subject_application(path, VALUE_MAX, SPAN_LITERAL("S-0001"), 2026, SPAN_LITERAL("d1"), number);
}

static void
register_waiting(struct office *o)
{
	must(ch_register(&o->state, &o->store, &o->registrar, o->waiting, o->count, true));
	o->count = 0;
}

/* Decisions name what has been registered, so that each step of all applications is registered before the next one. */
static void
batch(struct office *o, uint64_t from, uint64_t to)
{
	char path[VALUE_MAX];

	for (uint64_t i = from; i < to; i++) {
		path_of(path, i);
		apply(o, path, i);
	}
	register_waiting(o);
	for (uint64_t i = from; i < to; i++) {
		path_of(path, i);
		approve(o, &o->carol, "carol", path, "1", "manager");
	}
	register_waiting(o);
	for (uint64_t i = from; i < to; i++) {
		path_of(path, i);
		approve(o, &o->dave, "dave", path, "2", "director");
	}
	register_waiting(o);
}

/* Begins anew with what is registered: a state that has registered much has much that it does not need any more. */
static void
reopen(struct office *o, const char *directory)
{
	ch_state_clear(&o->state);
	ch_store_close(&o->store);
	must(ch_store_open(&o->store, directory));
	ch_local_remember(&o->store);
	must(ch_replay(&o->state, &o->store, NULL));
}

static void
by_batches(struct office *o, const char *directory, uint64_t from, uint64_t to, uint64_t size)
{
	o->waiting = calloc(size, sizeof(*o->waiting));
	if (o->waiting == NULL)
		exit(1);
	for (; from < to; from += size) {
		batch(o, from, from + size < to ? from + size : to);
		reopen(o, directory);
	}
	free(o->waiting);
}

static void
one_by_one(struct office *o, uint64_t from, uint64_t to)
{
	char path[VALUE_MAX];

	for (uint64_t i = from; i < to; i++) {
		path_of(path, i);
		apply(o, path, i);
		approve(o, &o->carol, "carol", path, "1", "manager");
		approve(o, &o->dave, "dave", path, "2", "director");
	}
}

static void
load_key(struct ch_secret *secret, const char *directory, const char *name)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s.%s", directory, name);
	must(ch_secret_load(secret, path));
}

/* The number behind the last application. */
static uint64_t
go_on(struct office *o, const char *directory)
{
	load_key(&o->bob, directory, "bob");
	load_key(&o->carol, directory, "carol");
	load_key(&o->dave, directory, "dave");
	must(ch_store_open(&o->store, directory));
	must(ch_local_registrar(&o->registrar, &o->store));
	reopen(o, directory);
	return ch_state_name(&o->state, SPAN_LITERAL("d1"))->number + 1;
}

static uint64_t
begin(struct office *o, const char *directory)
{
	make_key(&o->alice, directory, "alice");
	make_key(&o->bob, directory, "bob");
	make_key(&o->carol, directory, "carol");
	make_key(&o->dave, directory, "dave");
	make_key(&o->seal, directory, "seal");
	found(o, directory);
	admit_drive(o);
	admit(o, "bob", "employee", &o->bob);
	admit(o, "carol", "manager", &o->carol);
	admit(o, "dave", "director", &o->dave);
	bring(o, ACT_POLICY, "policy", "rules.1", span_text(policy), "", "");
	enrol(o);
	return 1;
}

int
main(int argc, char **argv)
{
	struct office o = {0};
	uint64_t n, size = 0, from;

	if (argc < 3 || argc > 4 || !text_get_number(&n, span_text(argv[2])) || (argc == 4 && !text_get_number(&size, span_text(argv[3]))))
		return 2;
	from = access(argv[1], F_OK) == 0 ? go_on(&o, argv[1]) : begin(&o, argv[1]);
	if (size)
		by_batches(&o, argv[1], from, from + n, size);
	else
		one_by_one(&o, from, from + n);
	printf("%" PRIu64 " acts, %zu entries\n", 3 * n, o.state.entry_count);
	ch_state_clear(&o.state);
	ch_store_close(&o.store);
	return 0;
}

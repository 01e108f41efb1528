/*
 * many DIRECTORY N: founds an archive in which N applications for one seal have each been approved twice: 3 N acts and pages. All keys are
 * ours, so that no gpg-agent stands in the way; apart from that everything is as the tools make it. For measuring growth.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

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
	struct ch_archive_record record = {SPAN_LITERAL("0123456789abcdef0123456789abcdef"), SPAN_LITERAL("Many"), SPAN_LITERAL("UTC")};
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

int
main(int argc, char **argv)
{
	struct office o = {0};
	uint64_t n;

	if (argc != 3 || !text_get_number(&n, span_text(argv[2])))
		return 2;
	make_key(&o.alice, argv[1], "alice");
	make_key(&o.bob, argv[1], "bob");
	make_key(&o.carol, argv[1], "carol");
	make_key(&o.dave, argv[1], "dave");
	make_key(&o.seal, argv[1], "seal");
	found(&o, argv[1]);
	admit_drive(&o);
	admit(&o, "bob", "employee", &o.bob);
	admit(&o, "carol", "manager", &o.carol);
	admit(&o, "dave", "director", &o.dave);
	bring(&o, ACT_POLICY, "policy", "rules.1", span_text(policy), "", "");
	enrol(&o);
	for (uint64_t i = 1; i <= n; i++) {
		char path[VALUE_MAX];
		ch_subject_application(path, sizeof(path), SPAN_LITERAL("S-0001"), 2026, SPAN_LITERAL("d1"), i);
		apply(&o, path, i);
		approve(&o, &o.carol, "carol", path, "1", "manager");
		approve(&o, &o.dave, "dave", path, "2", "director");
	}
	printf("%" PRIu64 " acts, %zu entries\n", 3 * n, o.state.entry_count);
	ch_state_clear(&o.state);
	ch_store_close(&o.store);
	return 0;
}

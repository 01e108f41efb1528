/*
 * paper-seal: a seal without a housing, for tests of what the office makes of receipts: composes and signs them, judges nothing. Works on
 * $CHANCERY_ARCHIVE; KEY is the file of the device's key, KEY.receipts what it has not reported yet.
 *
 *	paper-seal enrol KEY seal device			makes the key; the caller enrols the seal, or replaces its device
 *	paper-seal session application presses position		seal-state and seal-session by the caller
 *	paper-seal press KEY application presses photos		one arm receipt, then presses, the first ones with photos
 *	paper-seal record KEY application			registers what has not been reported yet, by this machine's key
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "helper.h"
#include "records/content.h"
#include "register/local.h"
#include "register/page.h"
#include "records/records.h"
#include "register/standing.h"
#include "seal/shown.h"
#include "wire/armor.h"

enum { PENDING_MAX = 1 << 20, FILES_MAX = 64 };

struct desk {
	struct ch_store store;
	struct ch_state state;
	struct ch_secret registrar, drive, device;
	struct ch_signer person;
};

/* The end of the chain of receipts, reported or not. */
struct chain {
	uint64_t counter;
	uint8_t head[SHA256_SIZE];
};

static void
open_archive(struct desk *d)
{
	must(ch_store_open(&d->store, getenv("CHANCERY_ARCHIVE")));
	must(ch_replay(&d->state, &d->store, NULL));
	must(ch_local_registrar(&d->registrar, &d->store));
	must(ch_local_device(&d->drive, &d->store));
}

static struct ch_application *
application_named(struct desk *d, const char *name)
{
	struct ch_application *application = ch_state_application(&d->state, span_text(name));

	if (application == NULL)
		errx(2, "no application '%s'", name);
	return application;
}

static void
sign_and_register(struct desk *d, struct ch_draft *draft, const struct ch_signer *signer)
{
	struct ch_oid commit;

	must(ch_draft_sign(&commit, draft, &d->state, &d->store, signer));
	must(ch_register(&d->state, &d->store, &d->registrar, &commit, 1, true));
}

static void
enrol(struct desk *d, char **operands)
{
	struct ch_arena *arena = &d->state.arena;
	const struct ch_seal *before = ch_state_seal(&d->state, span_text(operands[1]));
	uint64_t epoch = before ? before->epoch + 1 : 1;
	struct ch_draft_file file = {span_text(ch_content_device_name(epoch, arena)), {0}};
	struct ch_draft draft = {.kind = ACT_SEAL_ENROL, .files = &file, .file_count = 1};
	char path[VALUE_MAX];

	must(ch_secret_create(&d->device, operands[0], span_text(operands[2])));
	file.content = ch_secret_certificate(&d->device, arena);
	draft.subject = span_of(path, ch_subject_seal(path, sizeof(path), span_text(operands[1])));
	draft.value[KEY_SEAL] = span_text(operands[1]);
	draft.value[KEY_DEVICE] = span_text(operands[2]);
	draft.value[KEY_EPOCH] = ch_arena_number(arena, epoch);
	if (before)
		draft.value[KEY_PREDECESSOR] = before->device;
	draft.value[KEY_DEVICE_KEY] = ch_arena_hex(arena, d->device.fingerprint, FINGERPRINT_SIZE);
	draft.value[KEY_BOARD] = SPAN_LITERAL("paper");
	draft.value[KEY_IMAGE_SHA256] = ch_arena_hex(arena, (const uint8_t[SHA256_SIZE]){0}, SHA256_SIZE);
	draft.value[KEY_COUNTER] = SPAN_LITERAL("0");
	must(ch_signer_person(&d->person, &d->state, span_of(NULL, 0)));
	sign_and_register(d, &draft, &d->person);
}

static void
session(struct desk *d, char **operands)
{
	struct ch_session_wish wish = {.photo_mode = SPAN_LITERAL("automatic")};
	uint8_t nonce[NONCE_SIZE];
	struct ch_signer registrar;
	struct ch_draft draft;

	text_get_number(&wish.presses, span_text(operands[1]));
	wish.position = span_text(operands[2]);
	wire_random(nonce, sizeof(nonce));
	ch_signer_own(&registrar, &d->registrar, SPAN_LITERAL("registrar"));
	must(ch_signer_person(&d->person, &d->state, span_of(NULL, 0)));
	draft = ch_draft_seal_state(&d->state, application_named(d, operands[0]), nonce);
	sign_and_register(d, &draft, &registrar);
	draft = ch_draft_seal_session(&d->state, application_named(d, operands[0]), nonce, &wish);
	sign_and_register(d, &draft, &d->person);
}

/* ---- receipts ---- */

static const char *
pending_path(struct desk *d, const char *key)
{
	return ch_arena_format(&d->state.arena, "%s.receipts", key);
}

static struct span
read_pending(struct desk *d, const char *key)
{
	uint8_t *bytes = ch_arena_alloc(&d->state.arena, PENDING_MAX);
	FILE *file = fopen(pending_path(d, key), "r");
	size_t len = file ? fread(bytes, 1, PENDING_MAX, file) : 0;

	if (file)
		fclose(file);
	return span_of(bytes, len);
}

static struct chain
end_of_chain(struct desk *d, const struct ch_seal *seal, const char *key)
{
	struct chain chain = {.counter = seal->counter};
	struct span rest = read_pending(d, key);
	struct ch_signed_receipt r;
	enum wire_code code;

	memcpy(chain.head, seal->head, sizeof(chain.head));
	while (ch_receipts_next(&r, &rest, &code)) {
		chain.counter = r.receipt.counter;
		wire_sha256_of(chain.head, r.text);
	}
	return chain;
}

static void
issue(struct desk *d, struct chain *chain, struct receipt *r, FILE *to)
{
	char text[RECEIPT_MAX], armor[COMMIT_SIGNATURE_MAX];
	uint8_t packet[PGPSIG_ED25519_MAX];
	struct span said;
	size_t len;

	r->boot = 1;
	r->counter = ++chain->counter;
	r->time = time(NULL);
	r->time_trusted = r->has_subject = r->has_bundle = true;
	memcpy(r->previous, chain->head, sizeof(r->previous));
	said = span_of(text, receipt_write(text, sizeof(text), r));
	wire_sha256_of(chain->head, said);
	len = pgpsig_write(packet, sizeof(packet), PGPSIG_BINARY, said, span_of(NULL, 0), d->device.seed, d->device.fingerprint, r->time,
			   span_of(NULL, 0));
	len = armor_write(armor, sizeof(armor), ARMOR_SIGNATURE, span_of(packet, len));
	fwrite(said.data, 1, said.len, to);
	fwrite(armor, 1, len, to);
}

/* Bundle-SHA256, as a seal would have it that was shown everything but tables. */
static void
bundle_digest(uint8_t digest[SHA256_SIZE], struct desk *d, const struct ch_application *application)
{
	struct ch_bundle bundle;
	struct wire_sha256 ids;

	must(ch_bundle_collect(&bundle, &d->state, &d->store, application));
	wire_sha256_init(&ids);
	for (size_t i = 0; i < bundle.count; i++) {
		struct act act;
		if (act_read(&act, bundle.act[i]) != WIRE_OK)
			errx(1, "the bundle holds what is no act");
		wire_sha256_update(&ids, span_of(act.id, SHA256_SIZE));
	}
	wire_sha256_final(&ids, digest);
}

/* The photo is a file that says which code it shows; the real thing is a JPEG. */
static const char *
photo_text(struct desk *d, const struct receipt *r)
{
	return ch_arena_format(&d->state.arena, "photo of %s\n", (const char *)ch_arena_hex(&d->state.arena, r->code, NONCE_SIZE).data);
}

static void
press(struct desk *d, char **operands)
{
	const struct ch_application *application = application_named(d, operands[1]);
	struct receipt r = {.device = application->seal->device, .epoch = application->seal->epoch, .kind = RECEIPT_ARM};
	struct chain chain;
	uint64_t presses = 0, photos = 0;
	FILE *to;

	must(ch_secret_load(&d->device, operands[0]));
	text_get_number(&presses, span_text(operands[2]));
	text_get_number(&photos, span_text(operands[3]));
	chain = end_of_chain(d, application->seal, operands[0]);
	memcpy(r.subject, application->permit.digest, SHA256_SIZE);
	bundle_digest(r.bundle, d, application);
	if ((to = fopen(pending_path(d, operands[0]), "a")) == NULL)
		err(74, "cannot write the receipts of '%s'", operands[0]);
	issue(d, &chain, &r, to);
	for (uint64_t i = 0; i < presses; i++) {
		r = (struct receipt){.device = r.device, .epoch = r.epoch, .kind = RECEIPT_PRESS, .has_code = true, .watched = true};
		memcpy(r.subject, application->permit.digest, SHA256_SIZE);
		bundle_digest(r.bundle, d, application);
		wire_random(r.code, sizeof(r.code));
		issue(d, &chain, &r, to);
		if (i >= photos)
			continue;
		r.kind = RECEIPT_PHOTO;
		r.has_photo = true;
		wire_sha256_of(r.photo, span_text(photo_text(d, &r)));
		issue(d, &chain, &r, to);
	}
	fclose(to);
}

/* ---- the record ---- */

struct recording {
	struct ch_draft_file files[FILES_MAX];
	size_t count;
	struct wire_sha256 photos;
	uint64_t first, last;
};

static void
add_photo(struct recording *r, struct desk *d, const struct receipt *receipt)
{
	struct ch_arena *arena = &d->state.arena;
	const char *line = ch_arena_format(arena, "%" PRIu64 " %s\n", receipt->counter,
					   (const char *)ch_arena_hex(arena, receipt->photo, SHA256_SIZE).data);

	if (r->count == FILES_MAX)
		errx(2, "too many photos");
	r->files[r->count++] = (struct ch_draft_file){span_text(ch_content_photo_name(receipt->counter, arena)), span_text(photo_text(d, receipt))};
	wire_sha256_update(&r->photos, span_text(line));
}

static void
collect(struct recording *r, struct desk *d, struct span pending)
{
	struct ch_signed_receipt signed_receipt;
	struct span rest = pending;
	enum wire_code code;

	r->files[r->count++].content = pending;
	wire_sha256_init(&r->photos);
	while (ch_receipts_next(&signed_receipt, &rest, &code)) {
		r->last = signed_receipt.receipt.counter;
		if (r->first == 0)
			r->first = r->last;
		if (signed_receipt.receipt.kind == RECEIPT_PHOTO)
			add_photo(r, d, &signed_receipt.receipt);
	}
	r->files[0].path = span_text(ch_content_receipts_name(r->first, &d->state.arena));
}

static const struct ch_entry *
latest_session(const struct ch_subject *subject)
{
	for (size_t i = subject->count; i-- > 0;)
		if (ch_subject_entry(subject, i)->kind == ACT_SEAL_SESSION)
			return ch_subject_entry(subject, i);
	errx(2, "no session yet");
}

static void
record(struct desk *d, char **operands)
{
	const struct ch_application *application = application_named(d, operands[1]);
	struct ch_draft draft = {.kind = ACT_SEAL_RECORD, .subject = application->subject->path};
	struct ch_arena *arena = &d->state.arena;
	struct recording r = {.count = 0};
	uint8_t digest[SHA256_SIZE];
	struct ch_signer drive;

	collect(&r, d, read_pending(d, operands[0]));
	draft.files = r.files;
	draft.file_count = r.count;
	draft.value[KEY_SESSION] = ch_arena_hex(arena, latest_session(application->subject)->id, SHA256_SIZE);
	draft.value[KEY_FIRST_COUNTER] = ch_arena_number(arena, r.first);
	draft.value[KEY_LAST_COUNTER] = ch_arena_number(arena, r.last);
	wire_sha256_of(digest, r.files[0].content);
	draft.value[KEY_RECEIPTS_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
	wire_sha256_final(&r.photos, digest);
	if (r.count > 1)
		draft.value[KEY_PHOTOS_SHA256] = ch_arena_hex(arena, digest, sizeof(digest));
	ch_signer_own(&drive, &d->drive, SPAN_LITERAL("d1"));
	sign_and_register(d, &draft, &drive);
	unlink(pending_path(d, operands[0]));
}

int
main(int argc, char **argv)
{
	static const struct {
		const char *name;
		int operands;
		void (*run)(struct desk *d, char **operands);
	} commands[] = {{"enrol", 3, enrol}, {"session", 3, session}, {"press", 4, press}, {"record", 2, record}};
	struct desk d = {0};
	bool known = false;

	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (argc != commands[i].operands + 2 || strcmp(argv[1], commands[i].name) != 0)
			continue;
		open_archive(&d);
		commands[i].run(&d, argv + 2);
		known = true;
	}
	ch_secret_clear(&d.device);
	ch_secret_clear(&d.registrar);
	ch_secret_clear(&d.drive);
	ch_state_clear(&d.state);
	ch_store_close(&d.store);
	if (!known)
		errx(2, "see the head of tests/helpers/paper-seal.c");
	return 0;
}

/*
 * seal-photo: photos of presses, taken afterwards (the manual mode), or why there is none.
 *
 *	main
 *	  list_due        without photos: the presses that have none
 *	  bring
 *	    read_photo    a whole picture; its code, and what the camera says
 *	    assign        by its code, by --press, else to the oldest that has none
 *	    act           one seal-photo act for each, all or none
 */
#include <inttypes.h>
#include <stdlib.h>

#include "cli.h"
#include "match/camera.h"
#include "match/exif.h"
#include "records/content.h"
#include "seal/usage.h"

enum { PHOTOS_MAX = 64 };
enum said { APPLICATION, PRESS, TIME, PHOTO, CODE, TAKEN, POSITION, SAID };

struct picture {
	const char *file;
	struct span jpeg;
	bool has_code;
	uint8_t code[NONCE_SIZE], digest[SHA256_SIZE];
	struct ch_exif exif;
	struct ch_use *press;
	struct span said[SAID]; /* of it, when it is on record */
};

struct photographing {
	struct cli *cli;
	const char *reason; /* --void */
	uint64_t press;	    /* --press; 0: none */
	struct ch_application *application;
	struct ch_use *uses;
	size_t use_count;
	struct picture picture[PHOTOS_MAX];
	size_t count;
	struct ch_arena arena; /* of what is said, which outlives the state */
};

/* ---- presses ---- */

static bool
is_press(const struct photographing *p, const struct ch_use *use)
{
	return use->receipt.kind == RECEIPT_PRESS && use->application == p->application && use->seal == p->application->seal;
}

static bool
is_promised(const struct photographing *p, const struct ch_use *use)
{
	for (size_t i = 0; i < p->count; i++)
		if (p->picture[i].press == use)
			return true;
	return false;
}

static bool
is_due(const struct photographing *p, const struct ch_use *use)
{
	return is_press(p, use) && ch_use_photographed(use) == CH_NO_PHOTO && !is_promised(p, use);
}

static struct ch_use *
oldest_due(const struct photographing *p)
{
	for (size_t i = 0; i < p->use_count; i++)
		if (is_due(p, &p->uses[i]))
			return &p->uses[i];
	return NULL;
}

static struct ch_use *
press_named(const struct photographing *p, uint64_t counter)
{
	for (size_t i = 0; i < p->use_count; i++)
		if (is_press(p, &p->uses[i]) && p->uses[i].receipt.counter == counter)
			return &p->uses[i];
	return NULL;
}

static struct span
time_of(struct photographing *p, const struct ch_use *use)
{
	char *text = ch_arena_alloc(&p->cli->state.arena, TIME_TEXT + 1);

	text_put_time(text, use->receipt.time);
	return span_text(text);
}

static void
list_due(struct photographing *p)
{
	for (size_t i = 0; i < p->use_count; i++)
		if (is_due(p, &p->uses[i]))
			cli_record(p->cli,
				   (struct cli_field[]){{"application", p->application->subject->name.id},
							{"press", ch_arena_number(&p->cli->state.arena, p->uses[i].receipt.counter)},
							{"time", time_of(p, &p->uses[i])},
							{"photo", SPAN_LITERAL("due")}}, 4);
}

/* ---- photos ---- */

static const struct ch_error *
read_photo(struct photographing *p, const char *file)
{
	struct picture *out = &p->picture[p->count];
	const struct ch_error *error;
	struct ch_photo photo = {0};

	*out = (struct picture){.file = file};
	if ((error = cli_read_file(&out->jpeg, p->cli, file, CAMERA_BYTES_MAX)))
		return error;
	if ((error = ch_photo_read(&photo, out->jpeg)))
		error = ch_fail(CH_REFUSED, "'%s': %s", file, error->message);
	out->has_code = photo.has_code;
	memcpy(out->code, photo.code, NONCE_SIZE);
	ch_photo_free(&photo);
	wire_sha256_of(out->digest, out->jpeg);
	ch_exif_read(&out->exif, out->jpeg);
	return error;
}

/* A photo is of one press, whoever brought it and how. */
static const struct ch_error *
check_new(struct photographing *p, const struct picture *picture)
{
	const struct ch_use *use;

	for (size_t i = 0; i < p->count; i++)
		if (memcmp(p->picture[i].digest, picture->digest, SHA256_SIZE) == 0)
			return ch_fail(CH_REFUSED, "'%s' is the same photo as '%s'", picture->file, p->picture[i].file);
	if ((use = ch_usage_of_photo(p->uses, p->use_count, &p->cli->state, picture->digest)))
		return ch_fail(CH_REFUSED, "'%s' is in the archive already, of another press (receipt %" PRIu64 ")", picture->file, use->receipt.counter);
	return NULL;
}

/* The press whose code the photo shows. */
static const struct ch_error *
by_code(struct ch_use **press, struct photographing *p, const struct picture *picture)
{
	*press = NULL;
	for (size_t i = 0; i < p->use_count && picture->has_code; i++) {
		if (p->uses[i].receipt.kind != RECEIPT_PRESS || memcmp(p->uses[i].receipt.code, picture->code, NONCE_SIZE) != 0)
			continue;
		if (!is_press(p, &p->uses[i]))
			return ch_fail(CH_REFUSED, "'%s' shows the code of a press that was for another application", picture->file);
		*press = &p->uses[i];
	}
	return NULL;
}

static const struct ch_error *
check_open(const struct ch_use *press)
{
	if (press->photo == NULL && (press->taken == NULL || press->voided))
		return NULL;
	return ch_fail(CH_REFUSED, "press %" PRIu64 " has a photo already", press->receipt.counter);
}

static const struct ch_error *
assign(struct photographing *p, struct picture *picture)
{
	const struct ch_error *error;
	struct ch_use *shown;

	if ((error = check_new(p, picture)) || (error = by_code(&shown, p, picture)))
		return error;
	picture->press = p->press ? press_named(p, p->press) : shown ? shown : oldest_due(p);
	if (picture->press == NULL && p->press)
		return ch_fail(CH_REFUSED, "the application has no press %" PRIu64 " on record; see seal-photo without a photo", p->press);
	if (picture->press == NULL)
		return ch_fail(CH_REFUSED, "no photo is due of '%.*s'; see seal-log", (int)p->application->subject->name.id.len,
			       (const char *)p->application->subject->name.id.data);
	if (shown && shown != picture->press)
		return ch_fail(CH_REFUSED, "'%s' shows the code of press %" PRIu64, picture->file, shown->receipt.counter);
	return check_open(picture->press);
}

/* ---- acts ---- */

static struct ch_draft
draft_of(struct photographing *p, const struct picture *picture, struct ch_draft_file *file)
{
	struct ch_arena *arena = &p->cli->state.arena;
	struct ch_draft draft = {.kind = ACT_SEAL_PHOTO, .subject = p->application->subject->path};

	draft.value[KEY_PRESS] = ch_arena_number(arena, picture->press->receipt.counter);
	if (p->reason) {
		draft.value[KEY_VOID] = span_text(p->reason);
		return draft;
	}
	draft.value[KEY_PHOTO_SHA256] = ch_arena_hex(arena, picture->digest, SHA256_SIZE);
	*file = (struct ch_draft_file){span_text(ch_content_press_photo_name(picture->press->receipt.counter, arena)), picture->jpeg};
	draft.files = file;
	draft.file_count = 1;
	return draft;
}

/* Of the state as it is now: registering reads it again. */
static void
describe(struct photographing *p, struct picture *picture)
{
	const char *taken = p->reason ? p->reason : *picture->exif.time ? picture->exif.time : "none";

	picture->said[APPLICATION] = p->application->subject->name.id;
	picture->said[PRESS] = ch_arena_number(&p->arena, picture->press->receipt.counter);
	picture->said[TIME] = time_of(p, picture->press);
	picture->said[PHOTO] = p->reason ? SPAN_LITERAL("void") : SPAN_LITERAL("later");
	picture->said[CODE] = picture->has_code ? SPAN_LITERAL("yes") : SPAN_LITERAL("no");
	picture->said[TAKEN] = span_text(taken);
	picture->said[POSITION] = *picture->exif.position ? span_text(picture->exif.position) : SPAN_LITERAL("none");
	for (size_t i = 0; i < SAID; i++)
		picture->said[i] = ch_arena_copy(&p->arena, picture->said[i]);
}

static void
tell(const struct photographing *p)
{
	static const char *const names[SAID] = {"application", "press", "time", "photo", "code", "taken", "position"};
	struct cli_field fields[SAID];

	for (size_t i = 0; i < p->count && !p->cli->quiet; i++) {
		for (size_t k = 0; k < SAID; k++)
			fields[k] = (struct cli_field){names[k], p->picture[i].said[k]};
		cli_record(p->cli, fields, SAID);
	}
	cli_flush();
}

/* Each stands on the one before: the state counts it as soon as it is signed. */
static const struct ch_error *
sign(struct ch_oid *commit, struct photographing *p, const struct picture *picture)
{
	struct cli *cli = p->cli;
	struct ch_draft_file file;
	struct ch_draft draft = draft_of(p, picture, &file);
	struct ch_judgement judgement;
	const struct ch_error *error;

	if ((error = ch_draft_judge(&judgement, &draft, &cli->state, &cli->signer)))
		return error;
	if (judgement.code != WIRE_OK)
		return ch_refuse(judgement.code, "%s", judgement.reason);
	if (cli->dry_run)
		return NULL;
	if ((error = ch_draft_sign(commit, &draft, &cli->state, &cli->store, &cli->signer)))
		return error;
	return ch_expect(&cli->state, &cli->store, commit);
}

static const struct ch_error *
act(struct photographing *p)
{
	const struct ch_error *error = NULL;
	struct ch_oid commits[PHOTOS_MAX];

	for (size_t i = 0; i < p->count && error == NULL; i++)
		error = sign(&commits[i], p, &p->picture[i]);
	for (size_t i = 0; i < p->count && error == NULL; i++)
		describe(p, &p->picture[i]);
	if (error || (!p->cli->dry_run && ((error = cli_reload(p->cli)) || (error = cli_register(p->cli, commits, p->count)))))
		return error;
	tell(p);
	return NULL;
}

static const struct ch_error *
bring(struct photographing *p)
{
	const struct ch_error *error;

	for (int i = 1; i < p->cli->count; i++) {
		if ((error = read_photo(p, p->cli->operands[i])) || (error = assign(p, &p->picture[p->count])))
			return error;
		p->count++;
	}
	return act(p);
}

static const struct ch_error *
void_press(struct photographing *p)
{
	struct picture *picture = &p->picture[0];
	const struct ch_error *error;

	picture->press = p->press ? press_named(p, p->press) : oldest_due(p);
	if (picture->press == NULL)
		return ch_fail(CH_REFUSED, "there is no such press without a photo; see seal-photo without a photo");
	if ((error = check_open(picture->press)))
		return error;
	p->count = 1;
	if (!p->press && oldest_due(p))
		return ch_fail(CH_USAGE, "several presses have no photo; say --press N");
	return act(p);
}

static const struct ch_error *
run(struct photographing *p)
{
	struct cli *cli = p->cli;
	const struct ch_error *error;
	bool acts = cli->count > 1 || p->reason;

	if ((error = acts ? cli_open_to_act(cli) : cli_open(cli)) || (error = cli_application(&p->application, cli, cli->operands[0])) ||
	    (error = ch_usage_read(&p->uses, &p->use_count, &cli->state, &cli->store)))
		return error;
	if (p->reason)
		return void_press(p);
	if (acts)
		return bring(p);
	list_due(p);
	return NULL;
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {{"press", required_argument, NULL, 'p'}, {"void", required_argument, NULL, 'v'}, {0}};
	struct cli cli = {.name = "seal-photo",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--press n] application [photo ...]\n"
				      "[-nq] [--json] [-A archive] [--as person] [--press n] --void reason application",
			  .options = options};
	struct photographing p = {.cli = &cli};
	const struct ch_error *error;
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (option == 'p')
			p.press = cli_number(&cli, "--press", optarg, 1, UINT64_MAX);
		else
			p.reason = cli_text(&cli, "--void", optarg);
	if (cli.count < 1 || cli.count > PHOTOS_MAX + 1 || (p.reason && cli.count != 1))
		cli_usage(&cli, p.reason ? "wants one application" : "wants an application and at most %d photos", PHOTOS_MAX);
	if (p.press && cli.count > 2)
		cli_usage(&cli, "--press is for one photo");
	error = run(&p);
	ch_arena_clear(&p.arena);
	return cli_end(&cli, error);
}

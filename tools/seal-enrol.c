/*
 * seal-enrol: gives a blank seal its archive.
 *
 *	main
 *	  read_device   who is on the cable: identity and certificate agree
 *	  enrol         the seal-enrol act by the administrator, registered; or with --payload for him to sign elsewhere, and that is all for now
 *	  hand_over     act, administrator and registrar to the seal, which believes nobody else from then on
 */
#include <stdlib.h>

#include "payload.h"
#include "records/content.h"
#include "link/session.h"

struct enrolment {
	const char *seal, *device, *board, *image, *cable;
	struct ch_link *link;
	struct payload payload;
	struct frame_identity identity;
	struct ch_certificate certificate;
};

static const struct ch_error *
read_device(struct enrolment *e, struct cli *cli)
{
	const struct ch_error *error;

	if ((error = ch_link_open(&e->link, e->cable)) || (error = ch_session_hello(&e->identity, e->link)) ||
	    (error = ch_session_certificate(&e->certificate.binary, e->link, &cli->state.arena)))
		return error;
	if (pgpkey_read(&e->certificate.key, e->certificate.binary) != WIRE_OK ||
	    memcmp(e->certificate.key.fingerprint, e->identity.key, FINGERPRINT_SIZE) != 0 ||
	    memcmp(e->certificate.key.point, e->identity.point, ED25519_POINT_SIZE) != 0)
		return ch_refuse(WIRE_MALFORMED_KEY, "the seal's certificate is not that of its key");
	if (*e->identity.seal)
		return ch_refuse(WIRE_ENROLLED, "the attached seal is '%s' already, device '%s'", e->identity.seal, e->identity.device);
	return NULL;
}

static const struct ch_error *
enrol(struct enrolment *e, struct cli *cli)
{
	struct ch_arena *arena = &cli->state.arena;
	const struct ch_seal *before = ch_state_seal(&cli->state, span_text(e->seal)); /* retired, or it is refused */
	uint64_t epoch = before ? before->epoch + 1 : 1;
	struct ch_draft_file file = {.content = ch_content_armored(e->certificate.binary, arena)};
	struct ch_draft draft = {.kind = ACT_SEAL_ENROL, .files = &file, .file_count = 1};
	char path[VALUE_MAX];

	draft.subject = span_of(path, ch_subject_seal(path, sizeof(path), span_text(e->seal)));
	draft.value[KEY_SEAL] = span_text(e->seal);
	draft.value[KEY_DEVICE] = span_text(e->device);
	draft.value[KEY_EPOCH] = ch_arena_number(arena, epoch);
	if (before)
		draft.value[KEY_PREDECESSOR] = before->device;
	draft.value[KEY_DEVICE_KEY] = ch_arena_hex(arena, e->identity.key, FINGERPRINT_SIZE);
	draft.value[KEY_BOARD] = span_text(e->board);
	draft.value[KEY_IMAGE_SHA256] = span_text(e->image);
	draft.value[KEY_COUNTER] = ch_arena_number(arena, e->identity.counter);
	file.path = span_text(ch_content_device_name(epoch, arena));
	return payload_act(cli, &e->payload, &draft, false);
}

/* Whether an earlier attempt has been registered and did not reach this very device. */
static bool
registered(const struct enrolment *e, const struct ch_seal *seal)
{
	return seal && span_is(seal->device, e->device) && memcmp(seal->key.fingerprint, e->identity.key, FINGERPRINT_SIZE) == 0;
}

static const struct ch_error *
hand_over(struct enrolment *e, struct cli *cli)
{
	const struct ch_entry *act = ch_state_seal(&cli->state, span_text(e->seal))->enrolled;
	const struct ch_key *administrator = ch_state_key(&cli->state, ch_entry_act(&cli->state, act)->key);
	const struct ch_error *error;
	struct ch_trust trust;
	struct span raw;

	memcpy(trust.administrator, administrator->key.point, ED25519_POINT_SIZE);
	memcpy(trust.registrar, cli->state.registrar->key.fingerprint, FINGERPRINT_SIZE);
	memcpy(trust.registrar_point, cli->state.registrar->key.point, ED25519_POINT_SIZE);
	if ((error = ch_store_read(&raw, &cli->store, CH_COMMIT, &act->commit, &cli->state.arena)))
		return error;
	return ch_session_enrol(e->link, &trust, raw);
}

static void
show(const struct cli *cli, const struct enrolment *e)
{
	char fingerprint[2 * FINGERPRINT_SIZE + 1];

	text_put_hex(fingerprint, e->identity.key, FINGERPRINT_SIZE);
	if (!cli->quiet)
		fprintf(stderr, "%s: key of the attached seal: %s\n", cli->name, fingerprint);
}

static const struct ch_error *
run(struct cli *cli, struct enrolment *e)
{
	const struct ch_error *error;

	if ((error = payload_open(cli, &e->payload)) || (error = read_device(e, cli)))
		return error;
	show(cli, e);
	if (ch_state_key(&cli->state, cli->signer.key)->key.algorithm != PGP_EDDSA)
		return ch_refuse(WIRE_MALFORMED_KEY, "a seal reads Ed25519 keys only; have an administrator enrol it who has one");
	if (!registered(e, ch_state_seal(&cli->state, span_text(e->seal))) && (error = enrol(e, cli)))
		return error;
	return cli->dry_run || !registered(e, ch_state_seal(&cli->state, span_text(e->seal))) ? NULL : hand_over(e, cli);
}

int
main(int argc, char **argv)
{
	static const struct option options[] = {
		{"board", required_argument, NULL, 'b'}, {"image-sha256", required_argument, NULL, 'i'},
						{"device", required_argument, NULL, 'd'}, PAYLOAD_OPTIONS, {0}};
	struct cli cli = {.name = "seal-enrol",
			  .synopsis = "[-nq] [--json] [-A archive] [--as person] [--board text] [--image-sha256 digest] [--device device] [--payload file] [--key key] seal device",
			  .options = options};
	struct enrolment e = {.cable = getenv("CHANCERY_SEAL"), .board = "unknown", .image = "0000000000000000000000000000000000000000000000000000000000000000"};
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];
	int option;

	while ((option = cli_option(&cli, argc, argv)) != -1)
		if (!payload_option(&e.payload, option))
			*(option == 'b' ? &e.board : option == 'd' ? &e.cable : &e.image) = optarg;
	if (cli.count != 2 || !text_is_id(span_text(cli.operands[0])) || !text_is_id(span_text(cli.operands[1])))
		cli_usage(&cli, "wants the id of the seal and that of the device");
	if (!text_get_hex(digest, sizeof(digest), span_text(e.image)))
		cli_usage(&cli, "--image-sha256 wants 64 lower-case hex digits");
	e.seal = cli.operands[0];
	e.device = cli.operands[1];
	error = run(&cli, &e);
	ch_link_close(e.link);
	return cli_end(&cli, error);
}

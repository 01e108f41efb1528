/*
 * recover_sessions
 *   read           the receipts after the last recorded one
 *   find_session   of each that opened the seal: the session among the acts that it keeps
 *     hand_in      one that the register does not know
 *   respool        each receipt into the spool of its session
 */
#include "recovery.h"

#include "register/payload.h"

enum { NOBODY = -1 };

struct found {
	struct ch_device_receipt receipt;
	int session; /* index, or NOBODY */
};

struct recovery {
	struct homecoming *home;
	struct ch_link *link;
	struct found *found;
	size_t count;
};

static const struct ch_error *
read(struct recovery *r, uint64_t counter)
{
	const struct ch_error *error;
	struct frame_identity seal;
	struct found found = {.session = NOBODY};

	if ((error = ch_session_hello(&seal, r->link)))
		return error;
	while (counter < seal.counter) {
		if ((error = ch_session_receipt(&found.receipt, r->link, ++counter, r->home->arena)))
			return error;
		r->found = ch_arena_grow(r->home->arena, r->found, r->count, sizeof(found));
		r->found[r->count++] = found;
	}
	return NULL;
}

/* The applicant has signed it, and it never came: now it does, if the register still takes it. Else its receipts go with the session that follows. */
static const struct ch_error *
hand_in(bool *known, struct recovery *r, struct span raw)
{
	struct cli *cli = r->home->cli;
	struct ch_judgement judgement;
	const struct ch_error *error;
	const struct act *act;
	struct ch_oid commit;

	*known = false;
	error = ch_payload_restore(&commit, &act, raw, &cli->state, &cli->store);
	if (error == NULL)
		error = ch_payload_judge(&judgement, &cli->state, &cli->store, act, time(NULL));
	if (error)
		return error->class == CH_REFUSED ? NULL : error;
	if (judgement.code != WIRE_OK) {
		fprintf(stderr, "%s: the seal was opened with a session that the register refuses: %s\n", cli->name, judgement.reason);
		return NULL;
	}
	cli->kept = false;
	if ((error = cli_register(cli, &commit, 1)) && !cli->kept)
		return error;
	r->home->kept = r->home->kept || error;
	*known = true;
	return NULL;
}

static int
number_of(struct homecoming *home, const uint8_t id[SHA256_SIZE])
{
	for (size_t i = 0; i < home->left_count; i++)
		if (memcmp(home->left_behind[i], id, SHA256_SIZE) == 0)
			return (int)i;
	home->left_behind = ch_arena_grow(home->arena, home->left_behind, home->left_count, SHA256_SIZE);
	memcpy(home->left_behind[home->left_count], id, SHA256_SIZE);
	return (int)home->left_count++;
}

static const struct ch_error *
find_session(int *session, struct recovery *r, const uint8_t bundle[SHA256_SIZE])
{
	struct act *act = ch_arena_alloc(r->home->arena, sizeof(*act));
	struct span acts[BUNDLE_ACTS_MAX];
	const struct ch_error *error;
	bool known;
	size_t count;

	if ((error = ch_session_evidence(acts, &count, r->link, bundle, r->home->arena)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if (act_read(act, acts[i]) != WIRE_OK || act->statement.kind != ACT_SEAL_SESSION)
			continue;
		known = ch_state_act(&r->home->cli->state, act->id) != NULL;
		if (!known && (error = hand_in(&known, r, acts[i])))
			return error;
		if (known)
			*session = number_of(r->home, act->id);
	}
	return NULL;
}

/* Receipts go in their order: those before the first opening to its session, those behind one to it. */
static const struct ch_error *
find_sessions(struct recovery *r)
{
	const struct ch_error *error;
	int session = NOBODY;

	for (size_t i = 0; i < r->count; i++) {
		const struct receipt *receipt = &r->found[i].receipt.receipt;
		if (receipt->kind == RECEIPT_ARM && receipt->has_bundle && (error = find_session(&session, r, receipt->bundle)))
			return error;
		r->found[i].session = session;
	}
	for (size_t i = 0; i < r->count && r->home->left_count; i++)
		if (r->found[i].session == NOBODY)
			r->found[i].session = 0;
	return NULL;
}

static const struct ch_error *
respool(struct recovery *r, size_t session)
{
	const struct ch_error *error;
	struct ch_spool spool;

	error = ch_spool_open(&spool, &r->home->cli->store, r->home->left_behind[session]);
	for (size_t i = 0; i < r->count && error == NULL; i++)
		if (r->found[i].session == (int)session)
			error = ch_spool_put_receipt(&spool, r->found[i].receipt.receipt.counter, r->found[i].receipt.text, r->found[i].receipt.packet);
	ch_spool_close(&spool);
	return error;
}

const struct ch_error *
recover_sessions(struct homecoming *home, struct ch_link *link, struct span seal)
{
	struct recovery r = {.home = home, .link = link};
	const struct ch_error *error;

	home->left_behind = NULL;
	home->left_count = 0;
	if ((error = read(&r, ch_state_seal(&home->cli->state, seal)->counter)) || (error = find_sessions(&r)))
		return error;
	for (size_t i = 0; i < home->left_count; i++)
		if ((error = respool(&r, i)))
			return error;
	if (home->left_count && !home->cli->quiet)
		fprintf(stderr, "%s: the seal has receipts of %zu session%s whose spool is gone; they are brought in\n", home->cli->name, home->left_count,
			home->left_count == 1 ? "" : "s");
	return NULL;
}

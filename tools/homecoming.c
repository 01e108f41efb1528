#include "homecoming.h"

#include <inttypes.h>

#include "deposit.h"
#include "seal/sealrecord.h"
#include "seal/usage.h"

static bool
is_of(const struct ch_state *state, const struct ch_entry *session, const struct ch_seal *seal)
{
	const struct ch_subject *subject = session ? ch_entry_about(state, session) : NULL;
	const struct ch_application *application = ch_application_of(subject);

	return application && (seal == NULL || application->seal == seal);
}

const struct ch_error *
home_find_left(struct homecoming *home, const struct ch_seal *seal)
{
	const struct ch_state *state = &home->cli->state;
	uint8_t(*sessions)[SHA256_SIZE];
	const struct ch_error *error;
	size_t count;

	if ((error = ch_spool_sessions(&sessions, &count, &home->cli->store, home->arena)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if (!is_of(state, ch_state_act(state, sessions[i]), seal))
			continue;
		home->left_behind = ch_arena_grow(home->arena, home->left_behind, home->left_count, SHA256_SIZE);
		memcpy(home->left_behind[home->left_count++], sessions[i], SHA256_SIZE);
	}
	return NULL;
}

/* What is kept in the outbox is no failure: it is where the spool was. */
static const struct ch_error *
deposit(struct homecoming *home, struct ch_draft *draft)
{
	const struct ch_error *error;

	home->cli->kept = false;
	error = cli_deposit(home->cli, draft);
	if (error == NULL || !home->cli->kept)
		return error;
	home->kept = true;
	return NULL;
}

void
home_tell_left(const struct cli *cli, const struct ch_spool *spool, uint64_t press)
{
	const struct ch_state *state = &cli->state;
	struct span application = ch_entry_about(state, ch_state_act(state, spool->session))->name.id;
	char session[2 * SHA256_SIZE + 1];

	text_put_hex(session, spool->session, SHA256_SIZE);
	fprintf(stderr, "%s: the photo of press %" PRIu64 " is not on record, since what the seal reported of it came from elsewhere; bring it with\n"
			"  seal-photo --press %" PRIu64 " %.*s %s/chancery/spool/%s/%" PRIu64 ".jpg\n", cli->name, press, press, (int)application.len,
		(const char *)application.data, cli->store.path, session, press);
}

/* Whether a photo in the spool is in no record: told to the seal too late, or lost by whoever brought its receipt. */
static const struct ch_error *
find_left(bool *left, struct homecoming *home, struct ch_spool *spool, const uint64_t *presses, size_t count)
{
	struct cli *cli = home->cli;
	const struct ch_error *error;
	uint8_t digest[SHA256_SIZE];
	struct ch_use *uses;
	size_t use_count;
	struct span jpeg;

	*left = false;
	if ((error = ch_usage_read(&uses, &use_count, &cli->state, &cli->store)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if ((error = ch_spool_photo(&jpeg, spool, presses[i], home->arena)))
			return error;
		wire_sha256_of(digest, jpeg);
		if (ch_usage_of_photo(uses, use_count, &cli->state, digest))
			continue;
		*left = true;
		if (!home->silent)
			home_tell_left(cli, spool, presses[i]);
	}
	return NULL;
}

/* `brought`: photos that the record has taken along, all of them when no more are here. */
static const struct ch_error *
finish(struct homecoming *home, struct ch_spool *spool, size_t brought)
{
	const struct ch_error *error;
	uint64_t *presses;
	bool left = false;
	size_t count;

	if ((error = ch_spool_photos(&presses, &count, spool, home->arena)) || (count > brought && (error = find_left(&left, home, spool, presses, count))))
		return error;
	return left ? NULL : ch_spool_remove(spool, &home->cli->store);
}

/* All that is in it was recorded by somebody else: nothing of the session is with the seal any more. */
static const struct ch_error *
find_settled(bool *settled, struct homecoming *home, struct ch_spool *spool, uint64_t recorded)
{
	struct ch_spool_survey survey;
	const struct ch_error *error;
	uint64_t *presses;
	size_t count;

	if ((error = ch_spool_survey(&survey, spool, recorded, home->arena)) || (error = ch_spool_photos(&presses, &count, spool, home->arena)))
		return error;
	*settled = count > 0 && survey.receipts == 0 && !survey.owes_photo;
	return NULL;
}

const struct ch_error *
home_bring(struct homecoming *home, struct ch_spool *spool)
{
	struct ch_state *state = &home->cli->state;
	const struct ch_entry *session = ch_state_act(state, spool->session);
	const struct ch_application *application = ch_application_of(ch_entry_about(state, session));
	const struct ch_error *error;
	uint64_t receipts;
	struct ch_draft draft;
	bool settled;

	if ((error = find_settled(&settled, home, spool, application->seal->counter)) || settled)
		return error ? error : finish(home, spool, 0);
	if ((home->fetch && (error = home->fetch(home->context, spool, application->seal->counter))) ||
	    (error = ch_draft_seal_record(&draft, &receipts, state, spool, session, home->photos_lost)) || (receipts && (error = deposit(home, &draft))))
		return error;
	return finish(home, spool, receipts ? draft.file_count - 1 : 0);
}

const struct ch_error *
home_bring_left(struct homecoming *home)
{
	const struct ch_error *error = NULL;
	struct ch_spool spool;

	for (size_t i = 0; i < home->left_count && error == NULL; i++) {
		if ((error = ch_spool_open(&spool, &home->cli->store, home->left_behind[i])) == NULL)
			error = home_bring(home, &spool);
		ch_spool_close(&spool);
	}
	return error;
}

/* False: it has to wait, for its seal, for whoever works on it, or for somebody who may bring it. */
static const struct ch_error *
bring_alone(bool *brought, struct homecoming *home, const uint8_t session[SHA256_SIZE])
{
	const struct ch_state *state = &home->cli->state;
	uint64_t recorded = ch_application_of(ch_entry_about(state, ch_state_act(state, session)))->seal->counter;
	struct ch_spool_survey survey;
	struct ch_spool spool;
	const struct ch_error *error;

	*brought = false;
	if ((error = ch_spool_open(&spool, &home->cli->store, session)) == NULL &&
	    (error = ch_spool_survey(&survey, &spool, recorded, home->arena)) == NULL && !survey.owes_photo) {
		error = home_bring(home, &spool);
		*brought = error == NULL;
	}
	ch_spool_close(&spool);
	return error && error->class != CH_IO ? NULL : error;
}

const struct ch_error *
home_bring_all(size_t *waiting, struct homecoming *home)
{
	const struct ch_error *error;
	bool brought;

	*waiting = 0;
	for (size_t i = 0; i < home->left_count; i++) {
		if ((error = bring_alone(&brought, home, home->left_behind[i])))
			return error;
		*waiting += !brought;
	}
	return NULL;
}

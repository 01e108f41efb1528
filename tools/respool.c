#include "respool.h"

#include "homecoming.h"
#include "large/depot.h"
#include "records/content.h"
#include "register/acts.h"
#include "seal/usage.h"
#include "sync/outbox.h"

struct respooling {
	struct cli *cli;
	struct ch_use *uses; /* once they have been read */
	size_t use_count;
	const struct act *act; /* the record */
	struct loose {
		uint64_t press;
		struct span jpeg;
	} *loose; /* photos of it that are on no record */
	size_t count;
};

static const struct ch_error *
content(struct span *out, const struct respooling *r, const char *name)
{
	return ch_content_file(out, &r->cli->store, r->act, r->act->statement.value[KEY_SUBJECT], name, &r->cli->lasting);
}

static const struct ch_error *
add_loose(struct respooling *r, const struct receipt *photo, uint64_t press)
{
	struct ch_arena *arena = &r->cli->lasting;
	const char *name = ch_content_photo_name(photo->counter, arena);
	struct loose loose = {.press = press};
	const struct ch_error *error;
	bool there;

	if (ch_usage_of_photo(r->uses, r->use_count, &r->cli->state, photo->photo))
		return NULL;
	if ((error = ch_content_has(&there, &r->cli->store, r->act, r->act->statement.value[KEY_SUBJECT], name, arena)) || !there)
		return error;
	if ((error = content(&loose.jpeg, r, name)) || (error = ch_depot_follow(&loose.jpeg, r->cli->store.path, arena)))
		return error;
	r->loose = ch_arena_grow(arena, r->loose, r->count, sizeof(loose));
	r->loose[r->count++] = loose;
	return NULL;
}

/* The seal acknowledges a photo behind its press, whose code the receipt has. */
static const struct ch_error *
find_loose(struct respooling *r)
{
	const struct ch_error *error;
	struct ch_signed_receipt s;
	struct receipt press = {0};
	enum wire_code code = WIRE_OK;
	uint64_t first = 0;
	struct span text;

	r->count = 0;
	statement_number(&first, &r->act->statement, KEY_FIRST_COUNTER);
	if ((error = content(&text, r, ch_content_receipts_name(first, &r->cli->lasting))))
		return error;
	while (ch_receipts_next(&s, &text, &code)) {
		if (s.receipt.kind == RECEIPT_PRESS)
			press = s.receipt;
		if (s.receipt.kind == RECEIPT_PHOTO && press.has_code && memcmp(press.code, s.receipt.code, NONCE_SIZE) == 0 &&
		    (error = add_loose(r, &s.receipt, press.counter)))
			return error;
	}
	return NULL;
}

static const struct ch_error *
put_back(struct respooling *r, struct ch_spool *spool)
{
	const struct ch_error *error;
	struct span there;

	for (size_t i = 0; i < r->count; i++) {
		if ((error = ch_spool_photo(&there, spool, r->loose[i].press, &r->cli->lasting)))
			return error;
		if (there.len)
			continue;
		if ((error = ch_spool_put_photo(spool, r->loose[i].press, r->loose[i].jpeg)))
			return error;
		if (!r->cli->quiet)
			home_tell_left(r->cli, spool, r->loose[i].press);
	}
	return NULL;
}

static const struct ch_error *
respool(struct respooling *r)
{
	struct cli *cli = r->cli;
	const struct ch_error *error;
	uint8_t session[SHA256_SIZE];
	struct ch_spool spool;

	if (!statement_bytes(session, sizeof(session), &r->act->statement, KEY_SESSION) || ch_state_act(&cli->state, session) == NULL)
		return NULL;
	if (r->uses == NULL && (error = ch_usage_read(&r->uses, &r->use_count, &cli->state, &cli->store)))
		return error;
	if ((error = find_loose(r)) || r->count == 0)
		return error;
	if ((error = ch_spool_open(&spool, &cli->store, session)) == NULL)
		error = put_back(r, &spool);
	ch_spool_close(&spool);
	return error && error->class == CH_LATER ? NULL : error; /* another program works on it */
}

const struct ch_error *
respool_refused(struct cli *cli)
{
	struct respooling r = {.cli = cli};
	const struct ch_error *error;
	struct ch_refused *refused;
	size_t count;

	if ((error = ch_refused_list(&refused, &count, &cli->store, cli->origin.client, &cli->lasting)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if (!span_is(refused[i].kind, act_kind_name(ACT_SEAL_RECORD)))
			continue;
		if ((error = ch_act_read(&r.act, &cli->store, &refused[i].commit, &cli->lasting)) || (error = respool(&r)))
			return error;
	}
	return NULL;
}

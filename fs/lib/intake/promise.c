#include "promise.h"

#include <inttypes.h>

#include "records/records.h"
#include "register/charter.h"
#include "wire/armor.h"

static bool
take_acts(struct ch_promise *promise, struct span *rest, struct ch_arena *arena)
{
	struct span value;

	while (rest->len) {
		promise->acts = ch_arena_grow(arena, promise->acts, promise->count, sizeof(*promise->acts));
		if (!record_take(&value, rest, "Act") || !text_get_hex(promise->acts[promise->count++], SHA256_SIZE, value))
			return false;
	}
	return promise->count > 0;
}

static bool
read_text(struct ch_promise *p, struct span rest, struct ch_arena *arena)
{
	uint8_t id[ARCHIVE_ID_SIZE];
	struct span value;

	return record_take(&value, &rest, "Format") && span_is(value, "1") && record_take(&value, &rest, "Kind") && span_is(value, "promise") &&
	       record_take(&p->archive, &rest, "Archive") && text_get_hex(id, sizeof(id), p->archive) && record_take(&value, &rest, "Time") &&
	       text_get_time(&p->time, value) && record_take(&value, &rest, "Seq") && text_get_number(&p->seq, value) && record_take(&value, &rest, "Head") &&
	       text_get_hex(p->head.id, OBJECT_ID_SIZE, value) && take_acts(p, &rest, arena);
}

const struct ch_error *
ch_promise_read(struct ch_promise *promise, struct span file, struct ch_arena *arena)
{
	struct span rest = file;

	*promise = (struct ch_promise){0};
	if (!ch_signed_text(&promise->text, &promise->armor, &rest) || rest.len || !read_text(promise, promise->text, arena))
		return ch_refuse(WIRE_MALFORMED_RECORD, "not a promise of format 1; see chancery-promise(5)");
	return NULL;
}

static size_t
write_text(char *out, size_t size, const struct ch_promise *p, struct ch_arena *arena)
{
	char time[TIME_TEXT + 1];
	size_t at = 0;
	bool fits;

	text_put_time(time, p->time);
	fits = record_put(out, size, &at, "Format", SPAN_LITERAL("1")) && record_put(out, size, &at, "Kind", SPAN_LITERAL("promise")) &&
	       record_put(out, size, &at, "Archive", p->archive) && record_put(out, size, &at, "Time", span_text(time)) &&
	       record_put(out, size, &at, "Seq", ch_arena_number(arena, p->seq)) &&
	       record_put(out, size, &at, "Head", ch_arena_hex(arena, p->head.id, OBJECT_ID_SIZE));
	for (size_t i = 0; fits && i < p->count; i++)
		fits = record_put(out, size, &at, "Act", ch_arena_hex(arena, p->acts[i], SHA256_SIZE));
	return fits ? at : 0;
}

const struct ch_error *
ch_promise_write(struct span *file, const struct ch_promise *promise, const struct ch_secret *registrar, struct ch_arena *arena)
{
	char *text = ch_arena_alloc(arena, RECORD_MAX + COMMIT_SIGNATURE_MAX);
	size_t len = write_text(text, RECORD_MAX, promise, arena);
	const struct ch_error *error;
	struct ch_signer signer;
	struct span armor;

	if (len == 0)
		return ch_refuse(WIRE_TOO_LONG, "too many acts for one promise");
	ch_signer_own(&signer, registrar, SPAN_LITERAL("registrar"));
	if ((error = ch_signer_text(&armor, &signer, span_of(text, len), arena)))
		return error;
	memcpy(text + len, armor.data, armor.len);
	*file = span_of(text, len + armor.len);
	return NULL;
}

/* *registrar: the key that made it. */
static const struct ch_error *
check_signature(const struct ch_key **registrar, const struct ch_promise *promise, const struct ch_state *state)
{
	uint8_t packet[PGPSIG_MAX];
	size_t len = armor_read(packet, sizeof(packet), ARMOR_SIGNATURE, promise->armor);
	const struct ch_key *key;
	struct pgpsig sig;

	if (len == 0 || pgpsig_read(&sig, span_of(packet, len)) != WIRE_OK)
		return ch_refuse(WIRE_MALFORMED_SIGNATURE, "%s", wire_code_sentence(WIRE_MALFORMED_SIGNATURE));
	if (!span_equal(promise->archive, state->id))
		return ch_refuse(WIRE_WRONG_ARCHIVE, "a promise of archive %.*s", (int)promise->archive.len, (const char *)promise->archive.data);
	key = ch_state_key(state, sig.issuer);
	if (key == NULL || key->scope != CH_REGISTER)
		return ch_refuse(WIRE_WRONG_KEY, "not signed by the registrar: nobody has promised anything");
	if (sig.type != PGPSIG_BINARY || pgpsig_verify(&sig, promise->text, span_of(NULL, 0), key->key.point) != WIRE_OK)
		return ch_refuse(WIRE_BAD_SIGNATURE, "nobody has promised anything: %s", wire_code_sentence(WIRE_BAD_SIGNATURE));
	*registrar = key;
	return NULL;
}

/* Was the register where it is said to have been? Back along main, all of which has been verified. */
static const struct ch_error *
check_head(const struct ch_promise *promise, struct ch_state *state, struct ch_store *store)
{
	uint64_t seq = state->seq;
	struct ch_oid at = state->head;
	const struct ch_error *error;
	const struct act *page;

	if (promise->seq > seq)
		return ch_refuse(WIRE_WRONG_PREVIOUS, "the register had %" PRIu64 " pages and has %" PRIu64 ": pages have been taken back", promise->seq, seq);
	for (; seq > promise->seq; seq--) {
		if ((error = ch_state_read_act(&page, state, store, &at)))
			return error;
		if (page->commit.parents == 0)
			break;
		memcpy(at.id, page->commit.parent[0], sizeof(at.id));
	}
	if (!ch_oid_equal(&at, &promise->head))
		return ch_refuse(WIRE_WRONG_PREVIOUS, "page %" PRIu64 " of the register was another one: this is a fork", promise->seq);
	return NULL;
}

static const struct ch_error *
check_act(const struct ch_promise *promise, const struct ch_state *state, const uint8_t act[SHA256_SIZE])
{
	char hex[2 * SHA256_SIZE + 1];

	if (ch_state_act(state, act))
		return NULL;
	text_put_hex(hex, act, SHA256_SIZE);
	if (state->received <= promise->time + PROMISE_WITHIN)
		return ch_fail(CH_UNKNOWN, "act %s is not on a page yet; it must be on one a day after the promise", hex);
	return ch_fail(CH_REFUSED, "act %s was promised and is on no page: the promise has not been kept", hex);
}

const struct ch_error *
ch_promise_check(const struct ch_promise *promise, struct ch_state *state, struct ch_store *store)
{
	const struct ch_error *error;
	const struct ch_key *registrar;

	if ((error = check_signature(&registrar, promise, state)) || (error = check_head(promise, state, store)))
		return error;
	for (size_t i = 0; i < promise->count; i++)
		if ((error = check_act(promise, state, promise->acts[i])))
			return error;
	return NULL;
}

bool
ch_promise_overtaken(const struct ch_promise *promise, const struct ch_state *state)
{
	const struct ch_key *registrar;

	return check_signature(&registrar, promise, state) == NULL && ch_charter_recovered(state, ch_charter_epoch(state, registrar)) != 0;
}

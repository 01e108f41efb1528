#include "act.h"

#include "armor.h"

/* docs/formats/1, section 3: the register's commits alone have more than one parent, and always tips beside the one before. */
static bool
has_parents_of_kind(const struct act *act)
{
	unsigned before = statement_has(&act->statement, KEY_PREVIOUS_SHA256) ? 1 : 0;

	if (act->statement.kind != ACT_REGISTER)
		return act->commit.parents <= 1;
	return act->commit.parents > before && act->commit.parents < COMMIT_PARENTS_MAX + before;
}

/* What git log shows must be what the statement says. */
static bool
shows_its_statement(const struct act *act)
{
	const struct statement *st = &act->statement;
	char summary[SUMMARY_MAX];
	int64_t time;

	return span_equal(act->commit.actor, st->value[KEY_ACTOR]) && span_equal(act->commit.archive, st->value[KEY_ARCHIVE]) &&
	       statement_time(&time, st, KEY_TIME) && act->commit.time == time &&
	       span_equal(act->commit.summary, span_of(summary, statement_summary(summary, sizeof(summary), st)));
}

static enum wire_code
read_signature(struct act *act)
{
	char armor[COMMIT_SIGNATURE_MAX + 1];
	size_t armor_len = commit_signature_armor(armor, sizeof(armor), &act->commit);

	act->packet_len = armor_read(act->packet, sizeof(act->packet), ARMOR_SIGNATURE, span_of(armor, armor_len));
	if (act->packet_len == 0 || pgpsig_read(&act->signature, span_of(act->packet, act->packet_len)) != WIRE_OK)
		return WIRE_MALFORMED_SIGNATURE;
	return act->signature.type == PGPSIG_BINARY ? WIRE_OK : WIRE_MALFORMED_SIGNATURE;
}

static enum wire_code
compare_parts(struct act *act)
{
	if (!has_parents_of_kind(act) || !shows_its_statement(act))
		return WIRE_MALFORMED_COMMIT;
	statement_bytes(act->key, FINGERPRINT_SIZE, &act->statement, KEY_KEY);
	if (memcmp(act->key, act->signature.issuer, FINGERPRINT_SIZE) != 0)
		return WIRE_WRONG_KEY;
	return act->signature.created >= act->commit.time ? WIRE_OK : WIRE_WRONG_TIME;
}

/* The id is a digest of the payload, and what was signed one of the payload and something behind it: the payload is read once for both. */
static void
digest_payload(struct act *act)
{
	struct wire_sha256 payload, more;

	wire_sha256_init(&payload);
	wire_sha256_update(&payload, act->commit.head);
	wire_sha256_update(&payload, act->commit.tail);
	more = payload;
	wire_sha256_final(&payload, act->id);
	if (act->signature.hash == PGP_SHA256)
		pgpsig_finish(act->digest, &act->signature, &more);
}

enum wire_code
act_read(struct act *act, struct span raw)
{
	enum wire_code code;

	memset(act, 0, offsetof(struct act, packet)); /* what is behind it packet_len says */
	act->packet_len = 0;
	if ((code = commit_read(&act->commit, raw)) != WIRE_OK)
		return code;
	if ((code = statement_read(&act->statement, act->commit.statement)) != WIRE_OK)
		return code;
	if (act->statement.kind != ACT_REGISTER && raw.len > ACT_MAX)
		return WIRE_TOO_LONG;
	if ((code = read_signature(act)) != WIRE_OK || (code = compare_parts(act)) != WIRE_OK)
		return code;
	digest_payload(act);
	return WIRE_OK;
}

enum wire_code
act_verify(const struct act *act, const uint8_t point[ED25519_POINT_SIZE])
{
	if (act->signature.hash == PGP_SHA256)
		return pgpsig_verify_digest(&act->signature, span_of(act->digest, SHA256_SIZE), point);
	return pgpsig_verify(&act->signature, act->commit.head, act->commit.tail, point);
}

static struct span
level_of(const struct statement *st)
{
	if (st->kind == ACT_STAMP)
		return st->value[KEY_SEQ];
	if (statement_has(st, KEY_LEVEL))
		return st->value[KEY_LEVEL];
	return statement_has(st, KEY_VERSION) ? st->value[KEY_VERSION] : SPAN_LITERAL("0");
}

size_t
act_file_name(char *out, size_t size, const struct statement *st, unsigned n)
{
	size_t len = 0;
	char number[21];

	if (!text_append(out, size, &len, st->value[KEY_ACT]) || !text_append(out, size, &len, SPAN_LITERAL(".")) ||
		!text_append(out, size, &len, level_of(st)) || !text_append(out, size, &len, SPAN_LITERAL(".")) ||
		!text_append(out, size, &len, st->value[KEY_ACTOR]))
		return 0;
	text_put_number(number, n);
	if (n > 1 && (!text_append(out, size, &len, SPAN_LITERAL(".")) || !text_append(out, size, &len, span_text(number))))
		return 0;
	if (len == size)
		return 0;
	out[len] = '\0';
	return len;
}

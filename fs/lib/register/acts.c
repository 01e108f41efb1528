#include "acts.h"

#include "base/nfc.h"
#include "store/object.h"

const struct ch_error *
ch_act_raw(struct span *raw, struct ch_store *store, const struct ch_oid *commit, struct ch_arena *arena)
{
	char hex[2 * OBJECT_ID_SIZE + 1];
	const struct ch_error *error;
	bool within;

	if ((error = ch_object_commit_raw(raw, &within, store, commit, COMMIT_MAX, arena)) || within)
		return error;
	text_put_hex(hex, commit->id, sizeof(commit->id));
	return ch_refuse(WIRE_TOO_LONG, "commit %s: %s", hex, wire_code_sentence(WIRE_TOO_LONG));
}

const struct ch_error *
ch_act_read(const struct act **out, struct ch_store *store, const struct ch_oid *commit, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span raw;

	if ((error = ch_act_raw(&raw, store, commit, arena)))
		return error;
	return ch_act_parse(out, raw, commit, arena);
}

const struct ch_error *
ch_act_parse(const struct act **out, struct span raw, const struct ch_oid *commit, struct ch_arena *arena)
{
	struct act *act = ch_arena_alloc(arena, sizeof(*act));
	char hex[2 * OBJECT_ID_SIZE + 1];
	enum wire_code code;

	text_put_hex(hex, commit->id, sizeof(commit->id));
	if ((code = act_read(act, raw)) != WIRE_OK)
		return ch_refuse(code, "commit %s: %s", hex, wire_code_sentence(code));
	if (!ch_nfc(act->statement.text))
		return ch_refuse(WIRE_MALFORMED_STATEMENT, "commit %s: text is not in Unicode normal form C", hex);
	*out = act;
	return NULL;
}

#include "payload.h"

#include <inttypes.h>
#include <stdio.h>

#include "store/object.h"
#include "store/refs.h"

static const char kept[] = "refs/payloads/";
static const char altered[] = "the file is not as --payload wrote it; draw it up again, and send it as an attachment";

/* Of a ref's name: when it may go, and whose. */
struct name {
	uint64_t until;
	uint8_t act[SHA256_SIZE];
};

static bool
read_name(struct name *name, const char *ref)
{
	struct span rest = span_text(ref + strlen(kept));

	return text_get_number(&name->until, span_cut(&rest, '/')) && text_get_hex(name->act, sizeof(name->act), rest);
}

const struct ch_error *
ch_payload_tidy(struct ch_state *state, struct ch_store *store, int64_t now)
{
	const struct ch_error *error;
	struct ch_ref *refs;
	struct name name;
	size_t count;

	if ((error = ch_refs(&refs, &count, store, kept, &state->arena)))
		return error;
	for (size_t i = 0; i < count; i++)
		if (read_name(&name, refs[i].name) && ((int64_t)name.until < now || ch_state_act(state, name.act)) &&
		    (error = ch_ref_remove(store, refs[i].name, &refs[i].id)))
			return error;
	return NULL;
}

/* The objects are there until they are registered or cannot be any more. */
static const struct ch_error *
keep(const struct ch_draft *draft, struct span payload, const struct ch_oid *tree, struct ch_state *state, struct ch_store *store)
{
	uint8_t id[SHA256_SIZE];

	wire_sha256_of(id, payload);
	return ch_ref_set(store,
			  ch_arena_format(&state->arena, "%s%" PRId64 "/%s", kept, draft->time + ch_judge_gap(state),
					  (const char *)ch_arena_hex(&state->arena, id, sizeof(id)).data),
			  tree);
}

const struct ch_error *
ch_payload_draw(struct span *payload, struct ch_draft *draft, struct ch_state *state, struct ch_store *store, const struct ch_signer *signer, bool unjudged)
{
	struct ch_judgement judgement = {0};
	const struct ch_error *error;
	struct ch_oid tree;

	if (!unjudged && (error = ch_draft_judge(&judgement, draft, state, signer)))
		return error;
	if (judgement.code != WIRE_OK)
		return ch_refuse(judgement.code, "%s", judgement.reason);
	if ((error = ch_draft_payload(payload, &tree, draft, state, store, signer)) || draft->file_count == 0)
		return error;
	return keep(draft, *payload, &tree, state, store);
}

/* RFC 4880 4.2: a signature packet of the old format, of any form of length, or of the new one. */
static bool
is_signature(struct span file)
{
	return span_starts(file, SPAN_LITERAL("-----BEGIN PGP")) || (file.len && ((file.data[0] & 0xfc) == 0x88 || file.data[0] == 0xc2));
}

const struct ch_error *
ch_payload_check(struct span payload)
{
	if (is_signature(payload))
		return ch_refuse(WIRE_MALFORMED_COMMIT, "the first file is a signature; say the file that was signed first, then the signature");
	if (!span_starts(payload, SPAN_LITERAL("tree ")))
		return ch_refuse(WIRE_MALFORMED_COMMIT, "the file is not one that --payload wrote, or it was changed; send it as an attachment, and sign what arrives");
	if (memchr(payload.data, '\r', payload.len))
		return ch_refuse(WIRE_MALFORMED_COMMIT, "the lines of the file end in CR LF: an editor or a mail program has changed it; send it as an attachment, "
							"and sign what arrives");
	if (memmem(payload.data, payload.len, "\n\n", 2) == NULL)
		return ch_refuse(WIRE_MALFORMED_COMMIT, "%s", altered);
	return NULL;
}

static const struct ch_error *
explain(enum wire_code code, struct span packet)
{
	char issuer[2 * FINGERPRINT_SIZE + 1] = "", when[TIME_TEXT + 1] = "";
	struct pgpsig sig;

	if (pgpsig_read(&sig, packet) == WIRE_OK) {
		text_put_hex(issuer, sig.issuer, FINGERPRINT_SIZE);
		text_put_time(when, sig.created);
	}
	if (code == WIRE_WRONG_KEY)
		return ch_refuse(code, "signed by %s, which is not the key on the line 'Key:' of the file; say it with --local-user, ending in '!'", issuer);
	if (code == WIRE_WRONG_TIME)
		return ch_refuse(code, "signed at %s, before the file was drawn up; is the clock right where it was signed?", when);
	return ch_refuse(code, "%s", altered);
}

/* The tree that its bytes name, as far as it follows from them: put together here, among the objects of the store. */
static const struct ch_error *
build_tree(const struct act *act, struct ch_state *state, struct ch_store *store)
{
	const struct ch_draft draft = {.subject = act->statement.value[KEY_SUBJECT]};
	const struct ch_entry *parent = NULL;
	struct ch_oid tree;

	if (act->commit.parents) {
		memcpy(tree.id, act->commit.parent[0], sizeof(tree.id));
		if ((parent = ch_state_commit(state, &tree)) == NULL)
			return ch_refuse(WIRE_WRONG_PREVIOUS, "the act that it follows is not in the register");
	}
	return ch_draft_tree(&tree, &draft, &act->statement, parent, state, store);
}

const struct ch_error *
ch_payload_complete(struct ch_oid *commit, const struct act **out, struct span payload, struct span packet, struct ch_state *state, struct ch_store *store)
{
	struct act *act = ch_arena_alloc(&state->arena, sizeof(*act));
	const struct ch_error *error;
	enum wire_code code;
	struct span raw;

	if ((error = ch_payload_check(payload)) || (error = ch_signer_put(&raw, payload, packet, &state->arena)))
		return error;
	if ((code = act_read(act, raw)) != WIRE_OK)
		return explain(code, packet);
	if (!span_equal(act->statement.value[KEY_ARCHIVE], state->id))
		return ch_refuse(WIRE_WRONG_ARCHIVE, "drawn up for archive %.*s, and this is %.*s", (int)act->statement.value[KEY_ARCHIVE].len,
				 (const char *)act->statement.value[KEY_ARCHIVE].data, (int)state->id.len, (const char *)state->id.data);
	if (act->statement.kind == ACT_REGISTER)
		return ch_refuse(WIRE_WRONG_SUBJECT, "a page of the register is no act to be registered");
	if ((error = build_tree(act, state, store)) || (error = ch_store_write(commit, store, CH_COMMIT, raw)))
		return error;
	return ch_state_read_act(out, state, store, commit);
}

const struct ch_error *
ch_payload_restore(struct ch_oid *commit, const struct act **out, struct span raw, struct ch_state *state, struct ch_store *store)
{
	struct act *act = ch_arena_alloc(&state->arena, sizeof(*act));
	const struct ch_error *error;
	enum wire_code code;

	if ((code = act_read(act, raw)) != WIRE_OK)
		return ch_refuse(code, "%s", wire_code_sentence(code));
	if ((error = build_tree(act, state, store)) || (error = ch_store_write(commit, store, CH_COMMIT, raw)))
		return error;
	return ch_state_read_act(out, state, store, commit);
}

static bool
brings_files(enum act_kind kind)
{
	return kind != ACT_APPROVE && kind != ACT_REJECT && kind != ACT_TRANSFER && kind != ACT_WITHDRAW && kind != ACT_CANCEL;
}

const struct ch_error *
ch_payload_judge(struct ch_judgement *out, struct ch_state *state, struct ch_store *store, const struct act *act, int64_t received)
{
	const struct ch_error *error;
	struct ch_oid tree;
	bool there;
	uint64_t size;

	memcpy(tree.id, act->commit.tree, sizeof(tree.id));
	there = ch_object_size(&size, store, &tree) == NULL;
	error = ch_judge(out, state, store, act, received);
	if (there || !out->said || error == NULL)
		return error;
	out->code = WIRE_WRONG_CONTENT;
	snprintf(out->reason, sizeof(out->reason), "%s",
		 brings_files(act->statement.kind)
			 ? "the files that it brings are not kept here (any more); hand it in where it was drawn up, or draw it up again"
			 : "the tree that it names does not hold what it says; draw it up again");
	return NULL;
}

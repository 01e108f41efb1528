/*
 * ch_door
 *   check_form    a new reference of refs/acts/, all of one client
 *   ch_parcel_add whole, canonical, within bounds
 *   check_pointers   the content of large files is here, and whoever pushes has had it
 *   check_said    signed by the owner of its key, for this archive
 *     admit       rules, persons and keys count for what follows them in the push
 *   check_plain   a save brings no file as it is that has to be a pointer
 */
#include "door.h"

#include <time.h>

#include "parcel.h"
#include "records/subject.h"
#include "register/judge.h"
#include "register/plain.h"
#include "store/object.h"

struct door {
	struct ch_push *push;
	struct ch_parcel parcel;
	size_t *ref_of_tip;
};

static bool
is_zero(const struct ch_oid *id)
{
	static const struct ch_oid zero;

	return ch_oid_equal(id, &zero);
}

static void
check_form(struct ch_push_ref *ref, const struct ch_push *push)
{
	if (span_is(ref->name, "refs/heads/main"))
		ch_push_refuse(ref, WIRE_NOT_ALLOWED, "only the register moves main; push acts as refs/acts/<client>/<name>");
	else if (ref->client.len == 0)
		ch_push_refuse(ref, WIRE_NOT_ALLOWED, "nothing but acts may be pushed; push them as refs/acts/<client>/<name>");
	else if (is_zero(&ref->new))
		ch_push_refuse(ref, WIRE_NOT_ALLOWED, "what was received is not deleted; the register takes it when it has registered it");
	else if (!is_zero(&ref->old))
		ch_push_refuse(ref, WIRE_NOT_ALLOWED, "it is there already and waits for the register; push under another name");
	else if (!span_equal(ref->client, push->refs[0].client))
		ch_push_refuse(ref, WIRE_NOT_ALLOWED, "acts of two clients in one push; push them one after the other");
}

/* What somebody can do about it. */
static const char *
remedy(enum wire_code code)
{
	switch (code) {
	case WIRE_UNKNOWN_KEY:
		return "; an administrator admits the key with people-add";
	case WIRE_KEY_OWNER:
	case WIRE_WRONG_KEY:
		return "; sign it with a key of the person or device that acts";
	case WIRE_BAD_SIGNATURE:
		return "; sign these bytes again";
	case WIRE_WRONG_ARCHIVE:
		return "; push it to the archive that it was made for";
	case WIRE_MALFORMED_COMMIT:
	case WIRE_MALFORMED_STATEMENT:
	case WIRE_MALFORMED_SIGNATURE:
		return "; see chancery-statement(5), or let a tool draw it up";
	case WIRE_MALFORMED_TREE:
		return "; names, order and modes are those of chancery-archive(5)";
	default:
		return "";
	}
}

/* The code stands in front of what ch_refuse() makes; whoever prints the refusal does that himself. */
static const char *
reason_of(struct ch_arena *arena, enum wire_code code, const char *message)
{
	struct span said = span_text(message), name = span_text(wire_code_name(code));

	if (span_starts(said, name) && span_starts(span_skip(said, name.len), SPAN_LITERAL(": ")))
		said = span_skip(said, name.len + 2);
	return ch_arena_format(arena, "%.*s%s", (int)said.len, (const char *)said.data, remedy(code));
}

static const struct ch_error *
add_tip(struct door *d, size_t i)
{
	struct ch_push_ref *ref = &d->push->refs[i];
	const struct ch_error *error = ch_parcel_add(&d->parcel, &ref->new);

	if (error == NULL) {
		d->ref_of_tip[d->parcel.tips - 1] = i;
		return NULL;
	}
	if (error->class != CH_REFUSED)
		return error;
	ch_push_refuse(ref, error->code ? error->code : WIRE_MALFORMED_TREE, reason_of(&d->parcel.state->arena, error->code, error->message));
	return NULL;
}

static void
refuse_pointer(struct door *d, const struct ch_parcel_pointer *p, enum wire_code code, const char *what)
{
	char hex[HEX_DIGEST + 1];

	text_put_hex(hex, p->pointer.digest, SHA256_SIZE);
	ch_push_refuse(&d->push->refs[d->ref_of_tip[p->tip]], code, ch_arena_format(&d->parcel.state->arena, "content %s %s", hex, what));
}

/*
 * `archive` is the store without what is pushed. What it has a pointer to is somebody's already: then only his own bytes are proof that the sender had them, and
 * a note of who has hashed them says that they came. What nobody has named yet he may also have put there himself, as git-lfs does.
 */
static const struct ch_error *
check_pointer(struct door *d, const struct ch_parcel_pointer *p, struct ch_store *archive)
{
	const struct ch_error *error;
	enum ch_object type;
	uint64_t size;
	bool has, known;

	if ((error = ch_depot_has(&has, archive->path, &p->pointer)) || (error = ch_object_header(&known, &type, &size, archive, &p->blob)))
		return error;
	if (!has)
		refuse_pointer(d, p, WIRE_WRONG_CONTENT, "is not here; send it first, as chancery-sync and git lfs push do");
	else if (ch_possession_noted(archive->path, d->push->visitor, &p->pointer))
		return NULL;
	else if (known || !ch_possession_owned(archive->path, d->push->visitor, &p->pointer))
		refuse_pointer(d, p, WIRE_NOT_ALLOWED, "is somebody's already, and was not sent by you; send it, too, as chancery-sync and git lfs push do");
	else if ((error = ch_depot_settle(archive->path, &p->pointer)) && error->class == CH_REFUSED)
		refuse_pointer(d, p, WIRE_WRONG_CONTENT, "is damaged; send it again");
	else
		return error;
	return NULL;
}

static const struct ch_error *
check_pointers(struct door *d)
{
	struct ch_store archive = {.lock = -1};
	const struct ch_error *error;

	if (d->parcel.pointer_count == 0)
		return NULL;
	error = ch_store_look(&archive, d->parcel.store->path, NULL);
	for (size_t i = 0; error == NULL && i < d->parcel.pointer_count; i++)
		error = check_pointer(d, &d->parcel.pointers[i], &archive);
	ch_store_close(&archive);
	return error;
}

/* What has been used is used: another act needs the bytes once more. */
static void
forget_sent(const struct door *d)
{
	for (size_t i = 0; i < d->push->count; i++)
		if (d->push->refs[i].code != WIRE_OK)
			return;
	for (size_t i = 0; i < d->parcel.pointer_count; i++)
		ch_possession_forget(d->parcel.store->path, d->push->visitor, &d->parcel.pointers[i].pointer);
}

static bool
is_rule(const struct act *act)
{
	enum ch_subject_kind kind;

	return ch_subject_of_act(&kind, act->statement.kind) && (kind == CH_POLICY || kind == CH_PERSON || kind == CH_KEY);
}

static const struct ch_error *
admit(struct door *d, const struct ch_parcel_act *item)
{
	struct ch_state *state = d->parcel.state;
	const struct ch_error *error;
	struct ch_judgement judgement;
	const struct ch_entry *entry;

	if ((error = ch_judge_admit(&judgement, state, d->parcel.store, item->act, time(NULL))) || judgement.code != WIRE_OK)
		return error;
	return ch_state_take(&entry, state, d->parcel.store, item->act, &item->commit, WIRE_OK, time(NULL));
}

static const struct ch_error *
check_said(struct door *d, const struct ch_parcel_act *item)
{
	struct ch_state *state = d->parcel.state;
	struct ch_judgement judgement;
	const struct ch_error *error;
	const char *reason;

	if ((error = ch_judge_said(&judgement, state, d->parcel.store, item->act)))
		return error;
	if (judgement.said)
		return is_rule(item->act) ? admit(d, item) : NULL;
	reason = ch_arena_format(&state->arena, "%s%s", judgement.reason, remedy(judgement.code));
	ch_push_refuse(&d->push->refs[d->ref_of_tip[item->tip]], judgement.code, reason);
	return NULL;
}

/* The judge would refuse it, too; but then its bytes are here for good. */
static const struct ch_error *
check_plain(struct door *d, const struct ch_parcel_act *item)
{
	const struct ch_error *error;

	if (!act_saves(item->act->statement.kind) || (error = ch_plain_refuse_act(d->parcel.state, d->parcel.store, item->act)) == NULL)
		return NULL;
	if (error->class != CH_REFUSED)
		return error;
	ch_push_refuse(&d->push->refs[d->ref_of_tip[item->tip]], error->code, reason_of(&d->parcel.state->arena, error->code, error->message));
	return NULL;
}

static const struct ch_error *
check_all(struct door *d)
{
	struct ch_push *push = d->push;
	const struct ch_error *error;

	for (size_t i = 0; i < push->count; i++) {
		check_form(&push->refs[i], push);
		if (push->refs[i].code == WIRE_OK && (error = add_tip(d, i)))
			return error;
	}
	if ((error = check_pointers(d)))
		return error;
	ch_parcel_sort(&d->parcel);
	for (size_t i = 0; i < d->parcel.count; i++)
		if ((error = check_said(d, &d->parcel.acts[i])) || (error = check_plain(d, &d->parcel.acts[i])))
			return error;
	forget_sent(d);
	return NULL;
}

const struct ch_error *
ch_door(struct ch_push *push, size_t *acts, struct ch_state *state, struct ch_store *store)
{
	struct door d = {.push = push, .parcel = {.state = state, .store = store, .most = PUSH_ACTS_MAX, .collects = true}};
	const struct ch_error *error;

	d.ref_of_tip = ch_arena_alloc(&state->arena, (push->count + 1) * sizeof(*d.ref_of_tip));
	error = check_all(&d);
	*acts = d.parcel.count;
	ch_parcel_clear(&d.parcel);
	return error;
}

/* Who may do what about a seal itself: enrol it, equip it, suspend it, replace its device (docs/formats/1 section 8). */
#include <inttypes.h>

#include "judge_case.h"

/* The statement names the seal's device as it is enrolled. */
bool
case_names_device(struct judge_case *c, const struct ch_seal *seal)
{
	uint64_t epoch = 0;

	if (!span_equal(c->st->value[KEY_DEVICE], seal->device))
		return case_refuse(c, WIRE_WRONG_DEVICE, "the device of seal '%.*s' is '%.*s'", (int)seal->id.len, (const char *)seal->id.data,
				   (int)seal->device.len, (const char *)seal->device.data);
	statement_number(&epoch, c->st, KEY_EPOCH);
	if (epoch != seal->epoch)
		return case_refuse(c, WIRE_WRONG_EPOCH, "the epoch of seal '%.*s' is %" PRIu64, (int)seal->id.len, (const char *)seal->id.data,
				   seal->epoch);
	return true;
}

bool
case_in_service(struct judge_case *c, const struct ch_seal *seal)
{
	return seal->retired == NULL || case_refuse(c, WIRE_RETIRED, "device '%.*s' of seal '%.*s' was retired", (int)seal->device.len,
						    (const char *)seal->device.data, (int)seal->id.len, (const char *)seal->id.data);
}

/* The device of a seal that has had one before. */
static bool
replaces(struct judge_case *c, const struct ch_seal *before, uint64_t epoch)
{
	if (before->retired == NULL)
		return case_refuse(c, WIRE_CONFLICT, "seal '%.*s' is enrolled already", (int)c->name.id.len, (const char *)c->name.id.data);
	if (epoch != before->epoch + 1)
		return case_refuse(c, WIRE_WRONG_EPOCH, "epoch %" PRIu64 " comes next", before->epoch + 1);
	return span_equal(c->st->value[KEY_PREDECESSOR], before->device) ||
	       case_refuse(c, WIRE_WRONG_DEVICE, "Predecessor is not '%.*s'", (int)before->device.len, (const char *)before->device.data);
}

static bool
begins(struct judge_case *c, uint64_t epoch)
{
	if (epoch != 1)
		return case_refuse(c, WIRE_WRONG_EPOCH, "a new seal begins with epoch 1");
	return !statement_has(c->st, KEY_PREDECESSOR) || case_refuse(c, WIRE_WRONG_CONTENT, "a new seal has no predecessor");
}

static bool
enrol(struct judge_case *c, const struct ch_seal *before)
{
	uint64_t epoch = 0, counter = 0;

	statement_number(&epoch, c->st, KEY_EPOCH);
	statement_number(&counter, c->st, KEY_COUNTER);
	if (!(before ? replaces(c, before, epoch) : begins(c, epoch)))
		return false;
	if (counter != 0)
		return case_refuse(c, WIRE_WRONG_CONTENT, "a new device begins with counter 0");
	return case_may_be_named(c, c->st->value[KEY_DEVICE], CH_A_SEAL) && case_allowed(c);
}

/* The policy in force, and beside it none that has never been. */
static bool
accepts_policies(struct judge_case *c)
{
	struct span list = c->st->value[KEY_ACCEPTS_POLICY];
	uint8_t digest[SHA256_SIZE];
	bool in_force = false;

	while (list.len) {
		if (!text_get_hex(digest, sizeof(digest), span_cut(&list, ' ')) || !ch_map_get(&c->state->policies, span_of(digest, sizeof(digest))))
			return case_refuse(c, WIRE_WRONG_POLICY, "Accepts-Policy names a policy that has never been in force here");
		in_force = in_force || memcmp(digest, c->state->policy->digest, sizeof(digest)) == 0;
	}
	return in_force || case_refuse(c, WIRE_WRONG_POLICY, "Accepts-Policy does not name the policy in force");
}

static bool
table(struct judge_case *c, const struct ch_seal *seal)
{
	return case_names_device(c, seal) && case_in_service(c, seal) && case_next_version(c, seal->table_version) && case_allowed(c) && accepts_policies(c);
}

/* Of the two that lift each other the device takes the later, whatever it is shown first. */
static bool
suspend(struct judge_case *c, const struct ch_seal *seal)
{
	if (seal->suspended != (c->st->kind == ACT_SEAL_RESUME))
		return case_refuse(c, WIRE_OUT_OF_ORDER, "seal '%.*s' is %s", (int)seal->id.len, (const char *)seal->id.data,
				   seal->suspended ? "suspended already" : "not suspended");
	return case_next_version(c, seal->suspensions) && case_allowed(c);
}

static bool
retire(struct judge_case *c, const struct ch_seal *seal)
{
	uint64_t counter = 0;

	statement_number(&counter, c->st, KEY_COUNTER);
	if (counter != seal->counter && !(c->state->extract && counter > seal->counter)) /* an extract lacks other applications' records */
		return case_refuse(c, WIRE_WRONG_CONTENT, "the last receipt that is recorded is %" PRIu64, seal->counter);
	return case_allowed(c);
}

static bool
release(struct judge_case *c)
{
	if (!statement_has(c->st, KEY_NONCE))
		return case_refuse(c, WIRE_WRONG_NONCE, "a release is for the session of the device whose nonce it names");
	return case_allowed(c);
}

bool
judge_seal(struct judge_case *c)
{
	const struct ch_seal *seal = ch_state_seal(c->state, c->name.id);

	if (!span_equal(c->st->value[KEY_SEAL], c->name.id))
		return case_refuse(c, WIRE_WRONG_SEAL, "Seal and Subject differ");
	if (c->st->kind == ACT_SEAL_ENROL)
		return enrol(c, seal);
	if (seal == NULL)
		return case_refuse(c, WIRE_NOT_ENROLLED, "seal '%.*s' is not enrolled", (int)c->name.id.len, (const char *)c->name.id.data);
	if (c->st->kind == ACT_SEAL_TABLE)
		return table(c, seal);
	if (!case_names_device(c, seal) || !case_in_service(c, seal))
		return false;
	switch (c->st->kind) {
	case ACT_SEAL_SUSPEND:
	case ACT_SEAL_RESUME:
		return suspend(c, seal);
	case ACT_SEAL_RETIRE:
		return retire(c, seal);
	case ACT_SEAL_CLOCK:
		return case_allowed(c);
	default:
		return release(c);
	}
}

#include "visit.h"

#include <inttypes.h>

const struct ch_error *
ch_visit(struct ch_link **link, struct frame_identity *seal, const struct ch_state *state, const struct ch_seal *wanted, const char *device)
{
	const struct ch_error *error;
	char archive[2 * ARCHIVE_ID_SIZE + 1];

	if ((error = ch_link_open(link, device)) || (error = ch_session_hello(seal, *link)))
		return error;
	text_put_hex(archive, seal->archive, ARCHIVE_ID_SIZE);
	if (*seal->seal == '\0')
		return ch_refuse(WIRE_NOT_ENROLLED, "the attached seal belongs to no archive yet; see seal-enrol");
	if (!span_is(state->id, archive))
		return ch_refuse(WIRE_WRONG_ARCHIVE, "the attached seal belongs to archive %s", archive);
	if (!span_is(wanted->id, seal->seal))
		return ch_refuse(WIRE_WRONG_SEAL, "the attached seal is '%s'; the application is for '%.*s'", seal->seal, (int)wanted->id.len,
				 (const char *)wanted->id.data);
	if (memcmp(wanted->key.fingerprint, seal->key, FINGERPRINT_SIZE) != 0)
		return ch_refuse(WIRE_WRONG_DEVICE, "the attached device '%s' is not the one that is enrolled as '%s'", seal->device, seal->seal);
	if (seal->acknowledged > wanted->counter)
		return ch_refuse(WIRE_STALE_STATE, "the seal has handed in receipts up to %" PRIu64 "; this archive has them up to %" PRIu64
				 " and is an older copy of another", seal->acknowledged, wanted->counter);
	return NULL;
}

/* The seal takes no text before it has seen who signed it. */
static const struct ch_error *
show_table(struct ch_link *link, const struct ch_equipment *table)
{
	const struct ch_error *error;

	if ((error = ch_session_show(link, table->act)) || (error = ch_session_table(link, table->text)))
		return error;
	return ch_session_show(link, table->act);
}

const struct ch_error *
ch_visit_equip(struct ch_link *link, struct frame_identity *seal, struct ch_state *state, struct ch_store *store, const struct ch_seal *wanted)
{
	struct ch_equipment *tables;
	const struct ch_error *error;
	size_t count;

	if ((error = ch_equipment_since(&tables, &count, state, store, wanted, seal->table_version)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if ((error = ch_session_begin(seal, link)))
			return error;
		error = show_table(link, &tables[i]);
		if (error && !(error->code == WIRE_EXPIRED && i + 1 < count))
			return error;
	}
	return NULL;
}

static const struct ch_error *
show_order(struct ch_link *link, struct ch_state *state, struct ch_store *store, const struct ch_entry *entry)
{
	struct frame_identity seal;
	const struct ch_error *error;
	struct span raw;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, &entry->commit, &state->arena)) || (error = ch_session_begin(&seal, link)))
		return error;
	error = ch_session_show(link, raw);
	return error && error->class != CH_REFUSED ? error : NULL;
}

const struct ch_error *
ch_visit_orders(struct ch_link *link, struct ch_state *state, struct ch_store *store, const struct ch_seal *wanted)
{
	const struct ch_entry *last = NULL;
	const struct ch_error *error;
	uint64_t epoch = 0;

	for (size_t i = 0; i < wanted->subject->count; i++) {
		const struct ch_entry *entry = ch_subject_entry(wanted->subject, i);
		if ((entry->kind == ACT_SEAL_SUSPEND || entry->kind == ACT_SEAL_RESUME) &&
		    statement_number(&epoch, &ch_entry_act(state, entry)->statement, KEY_EPOCH) && epoch == wanted->epoch)
			last = entry;
	}
	if (last && (error = show_order(link, state, store, last)))
		return error;
	return wanted->retired ? show_order(link, state, store, wanted->retired) : NULL;
}

const struct ch_error *
ch_visit_open(struct ch_link *link, struct ch_state *state, struct ch_store *store, const struct ch_application *application, uint64_t presses)
{
	const struct ch_error *error;
	struct ch_bundle bundle;
	uint64_t granted = 0;

	if ((error = ch_bundle_collect(&bundle, state, store, application)))
		return error;
	for (size_t i = 0; i < bundle.count; i++)
		if ((error = ch_session_show(link, bundle.act[i])))
			return error;
	if ((error = ch_session_open(&granted, link)))
		return error;
	return granted == presses ? NULL : ch_fail(CH_IO, "the seal has opened for another number of presses than it was asked for");
}

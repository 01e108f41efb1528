#include "visit.h"

#include <inttypes.h>

const struct ch_error *
ch_visit(struct ch_link **link, struct frame_identity *seal, const struct ch_state *state, const struct ch_seal *wanted)
{
	const struct ch_error *error;
	char archive[2 * ARCHIVE_ID_SIZE + 1];

	if ((error = ch_link_open(link)) || (error = ch_session_hello(seal, *link)))
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

const struct ch_error *
ch_visit_equip(struct ch_link *link, struct frame_identity *seal, struct ch_state *state, struct ch_store *store, const struct ch_seal *wanted)
{
	struct ch_equipment *tables;
	const struct ch_error *error;
	size_t count;

	if ((error = ch_equipment_since(&tables, &count, state, store, wanted, seal->table_version)))
		return error;
	for (size_t i = 0; i < count; i++) {
		if ((error = ch_session_begin(seal, link)) || (error = ch_session_table(link, tables[i].text)))
			return error;
		error = ch_session_show(link, tables[i].act);
		if (error && !(error->code == WIRE_EXPIRED && i + 1 < count))
			return error;
	}
	return NULL;
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

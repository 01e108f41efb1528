#include "answered.h"

#include "application.h"
#include "records/content.h"
#include "records/records.h"

struct search {
	struct ch_state *state;
	struct ch_store *store;
	const struct ch_application *application;
	uint64_t press;
	bool has_code, answered;
	uint8_t code[NONCE_SIZE]; /* of the press */
};

static bool
said_by_person(const struct search *s, const struct ch_entry *entry)
{
	uint64_t press = 0;

	for (entry = ch_entry_before(s->state, entry); entry; entry = ch_entry_before(s->state, entry))
		if (entry->kind == ACT_SEAL_PHOTO && entry->code == WIRE_OK && statement_number(&press, &ch_entry_act(s->state, entry)->statement, KEY_PRESS) &&
		    press == s->press)
			return true;
	return false;
}

/* A photo receipt has the code of its press; it may have come with a later record. One whose photo is lost is none. */
static const struct ch_error *
look_in(struct search *s, const struct ch_entry *record)
{
	const struct act *act = ch_entry_act(s->state, record);
	struct ch_arena *arena = ch_state_scratch(s->state);
	const struct ch_error *error;
	struct ch_signed_receipt r;
	enum wire_code code = WIRE_OK;
	struct span text;
	uint64_t first = 0;

	statement_number(&first, &act->statement, KEY_FIRST_COUNTER);
	if ((error = ch_content_file(&text, s->store, act, s->application->subject->path, ch_content_receipts_name(first, arena), arena)))
		return error;
	while (!s->answered && ch_receipts_next(&r, &text, &code)) {
		if (r.receipt.kind == RECEIPT_PRESS && r.receipt.counter == s->press) {
			memcpy(s->code, r.receipt.code, NONCE_SIZE);
			s->has_code = true;
		}
		if (r.receipt.kind == RECEIPT_PHOTO && s->has_code && memcmp(r.receipt.code, s->code, NONCE_SIZE) == 0 &&
		    (error = ch_content_has(&s->answered, s->store, act, s->application->subject->path, ch_content_photo_name(r.receipt.counter, arena), arena)))
			return error;
	}
	return NULL;
}

const struct ch_error *
ch_press_answered(bool *answered, struct ch_state *state, struct ch_store *store, const struct ch_application *application, const struct ch_entry *entry,
		  uint64_t press)
{
	struct search s = {.state = state, .store = store, .application = application, .press = press};
	const struct ch_error *error = NULL;

	s.answered = said_by_person(&s, entry);
	for (size_t i = 0; i < application->record_count && !s.answered && error == NULL; i++)
		error = look_in(&s, application->records[i].entry);
	*answered = s.answered;
	return error;
}

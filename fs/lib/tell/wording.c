/*
 * ch_notice_letter
 *   subject_of
 *   happened              who did what, in one sentence
 *   put_application       what it is about
 *   put_next              the commands
 *   put_person            of a person's record or key
 */
#include "wording.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "register/application.h"

enum { BODY_SIZE = 16384 };

struct wording {
	struct ch_letter *letter;
	const struct ch_notice *notice;
	struct ch_state *state;
	struct ch_store *store;
	const struct statement *st;
	const struct ch_subject *subject;
	struct ch_application_record record;
	char body[BODY_SIZE];
	size_t len;
};

static const struct ch_application *
application_of(const struct wording *w)
{
	return ch_application_of(w->subject);
}

static void __attribute__((format(printf, 2, 3)))
put(struct wording *w, const char *format, ...)
{
	int room = (int)(BODY_SIZE - w->len);
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(w->body + w->len, (size_t)room, format, args);
	va_end(args);
	if (n > 0)
		w->len += n < room ? (size_t)n : (size_t)room - 1;
}

/* "Bob Li (bob)" */
static const char *
name_of(const struct wording *w, struct span id)
{
	const struct ch_person *person = ch_state_person(w->state, id);

	if (person == NULL || span_equal(person->name, id))
		return ch_arena_text(&w->state->arena, id);
	return ch_arena_format(&w->state->arena, "%.*s (%.*s)", (int)person->name.len, (const char *)person->name.data, (int)id.len, (const char *)id.data);
}

static const char *
text_of(const struct wording *w, enum key key)
{
	return ch_arena_text(&w->state->arena, w->st->value[key]);
}

/* Who opened the seal for what a record tells. */
static struct span
user_of(const struct wording *w)
{
	uint8_t session[SHA256_SIZE];
	const struct ch_entry *entry;

	if (statement_bytes(session, sizeof(session), w->st, KEY_SESSION) && (entry = ch_state_act(w->state, session)))
		return ch_entry_act(w->state, entry)->statement.value[KEY_ACTOR];
	return span_text(application_of(w)->permit.applicant);
}

static const char *
done(const struct wording *w)
{
	struct ch_arena *arena = &w->state->arena;

	switch (w->st->kind) {
	case ACT_APPLY:
		return ch_arena_format(arena, "applied for seal %s", text_of(w, KEY_SEAL));
	case ACT_APPROVE:
		return ch_arena_format(arena, "approved at level %s", text_of(w, KEY_LEVEL));
	case ACT_REJECT:
		return ch_arena_format(arena, "rejected it at level %s, and says '%s'", text_of(w, KEY_LEVEL), text_of(w, KEY_REASON));
	case ACT_TRANSFER:
		return ch_arena_format(arena, "transferred the decision at level %s to %s", text_of(w, KEY_LEVEL), name_of(w, w->st->value[KEY_TO]));
	case ACT_WITHDRAW:
		return ch_arena_format(arena, "withdrew presses: %s in all remain allowed", text_of(w, KEY_CAP));
	case ACT_CANCEL:
		return ch_arena_format(arena, "cancelled it, and says '%s'", text_of(w, KEY_REASON));
	case ACT_SEAL_RECORD:
		return ch_arena_format(arena, "recorded its use by %s: %s", name_of(w, user_of(w)), ch_record_words(ch_application_use(application_of(w), w->notice->entry), arena));
	default:
		return ch_arena_format(arena, "registered '%s'", act_kind_name(w->st->kind));
	}
}

static void
happened(struct wording *w)
{
	char time_text[TIME_TEXT + 1];

	text_put_time(time_text, w->notice->entry->received);
	put(w, "%s %s.\nRegistered at %s, on page %" PRIu64 ".\n", name_of(w, w->st->value[KEY_ACTOR]), done(w), time_text, w->notice->entry->seq);
	if (w->notice->what == CH_NOTICE_REMIND)
		put(w, "Since then it has been waiting for your decision.\n");
	if (w->notice->what == CH_NOTICE_ESCALATE)
		put(w, "Since then it has been waiting; the policy wants you to know.\n");
}

/* ---- applications ---- */

/* The application's own id where that is enough. */
static const char *
short_name(const struct wording *w)
{
	const struct ch_subject *subject = w->subject;
	bool enough = ch_state_application(w->state, subject->name.id) == application_of(w);

	return ch_arena_text(&w->state->arena, enough ? subject->name.id : subject->path);
}

static const char *
wanted(const struct wording *w)
{
	static const char *const changed[ACT_KINDS] = {
		[ACT_APPLY] = "Applied",	  [ACT_APPROVE] = "Approved at a level", [ACT_REJECT] = "Rejected",   [ACT_TRANSFER] = "Transferred",
		[ACT_WITHDRAW] = "Presses withdrawn", [ACT_CANCEL] = "Cancelled",	     [ACT_SEAL_RECORD] = "Used, please review",
	};

	switch (w->notice->what) {
	case CH_NOTICE_DECIDE:
		return "Please decide";
	case CH_NOTICE_REMIND:
		return "Reminder, please decide";
	case CH_NOTICE_ESCALATE:
		return "Still waiting";
	case CH_NOTICE_APPROVED:
		return "Approved, the seal may be used";
	default:
		return changed[w->st->kind] ? changed[w->st->kind] : "Changed";
	}
}

static void
put_field(struct wording *w, const char *name, struct span value)
{
	put(w, "%s: %.*s\n", name, (int)value.len, (const char *)value.data);
}

static void
put_application(struct wording *w)
{
	const struct ch_subject *subject = w->subject;
	const struct statement *apply = &ch_entry_act(w->state, application_of(w)->apply)->statement;
	static const enum key asked[] = {KEY_SEAL, KEY_PRESSES, KEY_NOT_BEFORE, KEY_NOT_AFTER, KEY_COPY};
	struct ch_arena *arena = &w->state->arena;

	put(w, "\n");
	put_field(w, "Application", subject->path);
	put(w, "Applicant: %s\n", name_of(w, apply->value[KEY_ACTOR]));
	put_field(w, "Title", w->record.title);
	put_field(w, "Reason", w->record.reason);
	put_field(w, "Document", w->record.attachments[0].name);
	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		if (statement_has(apply, asked[i]))
			put_field(w, key_name(asked[i]), apply->value[asked[i]]);
	for (size_t i = 0; i < subject->count; i++)
		if (ch_application_decided(w->state, ch_subject_entry(subject, i), arena))
			put(w, "Decided: %s\n", ch_application_decided(w->state, ch_subject_entry(subject, i), arena));
	put(w, "Missing: %s\n", ch_application_missing(application_of(w), arena));
}

static void
put_next(struct wording *w)
{
	const char *name = short_name(w);

	put(w, "\nTo look at it, and at the document:\n\n  seal-show %s\n", name);
	if (w->notice->what == CH_NOTICE_DECIDE || w->notice->what == CH_NOTICE_REMIND)
		put(w, "\nThen one of these:\n\n  seal-approve %s\n  seal-reject --reason TEXT %s\n  seal-transfer --to PERSON %s\n", name, name, name);
	if (w->notice->what == CH_NOTICE_APPROVED)
		put(w, "\nTo use the seal:\n\n  seal-unlock %s\n", name);
	if (w->st->kind == ACT_SEAL_RECORD && span_is(w->notice->person->id, application_of(w)->permit.applicant) &&
	    ch_application_photos_due(application_of(w)))
		put(w, "\nPhotos due of what was pressed: %" PRIu64 ". To bring them, or to say why there is none:\n\n  seal-photo %s PHOTO...\n"
		       "  seal-photo --void REASON %s\n", ch_application_photos_due(application_of(w)), name, name);
	if (w->st->kind == ACT_REJECT && span_is(w->notice->person->id, application_of(w)->permit.applicant))
		put(w, "\nIt has ended; with what was missing you may apply again:\n\n  seal-apply\n");
}

static const struct ch_error *
word_application(struct wording *w)
{
	const struct ch_subject *subject = w->subject;
	struct ch_arena *arena = &w->state->arena;
	const struct ch_error *error;

	if ((error = ch_application_record(&w->record, application_of(w), w->store, arena)))
		return error;
	w->letter->thread = span_text(ch_arena_format(arena, "%s.application", (const char *)ch_arena_hex(arena, application_of(w)->apply->id, SHA256_SIZE).data));
	w->letter->subject = span_text(ch_arena_format(arena, "%s: %.*s (%.*s)", wanted(w), (int)w->record.title.len, (const char *)w->record.title.data,
						       (int)subject->name.seal.len, (const char *)subject->name.seal.data));
	happened(w);
	put_application(w);
	put_next(w);
	return NULL;
}

/* ---- people ---- */

static void
word_person(struct wording *w)
{
	bool key = w->subject->name.kind == CH_KEY;
	struct ch_arena *arena = &w->state->arena;
	struct span path = w->subject->path, name = w->state->name;
	char summary[SUMMARY_MAX], time_text[TIME_TEXT + 1];

	statement_summary(summary, sizeof(summary), w->st);
	text_put_time(time_text, w->notice->entry->received);
	w->letter->subject = span_text(ch_arena_format(arena, "%s in the archive of %.*s", key ? "A key of yours" : "Your record", (int)name.len,
						       (const char *)name.data));
	put(w, "%s\nRegistered at %s, on page %" PRIu64 ".\n\n", summary, time_text, w->notice->entry->seq);
	put(w, "This is about %s. It is so from now on:\n\n", key ? "a key that signs for you" : "who you are and what you may do");
	if (!key) {
		put_field(w, "Name", w->notice->person->name);
		put_field(w, "Mail", w->notice->person->mail);
		put_field(w, "Roles", w->notice->person->roles);
	} else {
		put_field(w, "Key", w->subject->name.id);
	}
	put(w, "\nIf you know nothing of it, tell an administrator at once. To look at it:\n\n  people-list\n  git log -p main -- %.*s\n", (int)path.len,
	    (const char *)path.data);
}

const struct ch_error *
ch_notice_letter(struct ch_letter *letter, const struct ch_notice *notice, struct ch_state *state, struct ch_store *store)
{
	struct wording *w = ch_arena_alloc(&state->arena, sizeof(*w));
	const struct ch_error *error = NULL;

	w->letter = letter;
	w->notice = notice;
	w->state = state;
	w->store = store;
	w->st = &ch_entry_act(state, notice->entry)->statement;
	w->subject = ch_entry_subject(state, notice->entry);
	*letter = (struct ch_letter){.to = notice->mail, .from_name = state->name, .id = notice->id, .domain = state->id, .date = notice->date};
	if (notice->what == CH_NOTICE_PERSON)
		word_person(w);
	else
		error = word_application(w);
	put(w, "\n-- \nThis mail proves nothing, the register does: chancery-inbox and seal-show say what is so.\n");
	letter->body = span_of(w->body, w->len);
	return error ? error : ch_state_trouble(state);
}

/* An application as people and seals are told about it. */
#ifndef CH_APPLICATION_H
#define CH_APPLICATION_H

#include "records/records.h"
#include "state.h"

/* What its applicant wrote of it. Spans live in `arena`. */
const struct ch_error *ch_application_record(struct ch_application_record *record, const struct ch_application *application, struct ch_store *store,
					     struct ch_arena *arena);

/* "open", "approved", "rejected", "cancelled", "doubtful". */
const char *ch_application_status(const struct ch_application *application);

/* The same, but "suspended" while its seal is, or when that was retired: Status of a seal-state. */
const char *ch_application_standing(const struct ch_application *application);

/* As permit_left(), and of what would be open WIRE_RETIRED, WIRE_SUSPENDED when that is what its seal is. */
enum wire_code ch_application_left(uint64_t *left, const struct ch_application *application);

/* Of the photos that were promised, those of presses that are done and have neither a photo nor a reason why there is none. */
uint64_t ch_application_photos_due(const struct ch_application *application);

/* What a seal-record tells of the use of the seal; NULL: nothing, as when the seal was started, or refused to open. */
const struct ch_record *ch_application_use(const struct ch_application *application, const struct ch_entry *entry);

/* "2 presses, 1 photo" */
const char *ch_record_words(const struct ch_record *record, struct ch_arena *arena);

/* Presses in all that may be done, used ones included; 0 unless approved: Cap of a seal-state. */
uint64_t ch_application_cap(const struct ch_application *application);

/* Its period has ended by `now`: no press can be done any more, whatever was approved. */
bool ch_application_is_over(const struct ch_application *application, int64_t now);

/* Whether the person could decide now: holds the role of the present level and has neither applied, decided nor transferred. */
bool ch_application_waits_for(const struct ch_application *application, const struct ch_person *person);

/* Whether the person, or a substitute for him, has approved, or transferred the decision of the present level. */
bool ch_application_has_decided(const struct ch_application *application, struct span person);

/* All applications, in order of registration; count of them. The array is in the state's arena. */
size_t ch_applications(struct ch_application ***out, struct ch_state *state);

/* What a person has to do at `now`, also as somebody's substitute, as one line for the inbox; NULL: nothing. In the state's arena. */
const char *ch_application_task(struct ch_state *state, const struct ch_application *application, const struct ch_person *person, int64_t now);

/*
 * What is missing before it can go on, for people: "level 2 wants 1 more 'director'", "nothing; 2 of 3 presses are left", ...
 */
const char *ch_application_missing(const struct ch_application *application, struct ch_arena *arena);

/* The same at `now`: what was not decided, or approved and not used, while there was time is not left any more. */
const char *ch_application_missing_at(const struct ch_application *application, int64_t now, struct ch_arena *arena);

/* A decision on one, for people: "approve carol 2026-11-22T07:00:00Z"; NULL when the act is none. */
const char *ch_application_decided(const struct ch_state *state, const struct ch_entry *entry, struct ch_arena *arena);

#endif

/*
 * Notices: who is to be told what, derived from the register alone. Of what an act did to an application, the next approvers, the applicant, those
 * in copy, and of a record of use those who approved; of a change to a person's record or keys, that person; of what stands still, whom the policy
 * says. Nobody is told of an application of which he is none of these, nor of what he has done to one himself; nobody without a mail address is told anything.
 *
 * What waits for somebody is looked up in the state as it is now: what has gone on meanwhile asks nobody any more.
 */
#ifndef CH_NOTICE_H
#define CH_NOTICE_H

#include "register/state.h"

enum ch_notice_what {
	CH_NOTICE_DECIDE,   /* to a next approver */
	CH_NOTICE_REMIND,   /* the same again, when it has stood still */
	CH_NOTICE_ESCALATE, /* to whom the policy names for that */
	CH_NOTICE_APPROVED, /* to the applicant: by all levels */
	CH_NOTICE_CHANGED,  /* to the applicant, those in copy, and of use those who approved: the act itself */
	CH_NOTICE_PERSON,   /* to a person: your record, your keys */
};

struct ch_notice {
	enum ch_notice_what what;
	const struct ch_entry *entry; /* the act */
	const struct ch_person *person;
	struct span mail;	      /* as the archive has it, not checked; the person's, or the one before when it has changed */
	struct span id;		      /* unique, the same whenever this notice is derived; safe as a file name */
	int64_t date;		      /* when it was registered, or due */
};

/* Up to where people have been told. */
struct ch_told {
	uint64_t seq; /* of the register */
	int64_t time; /* of reminders */
};

struct ch_telling {
	struct ch_notice *notices; /* in order of registration, reminders behind */
	size_t count;
	int64_t next; /* when the next reminder will be due; INT64_MAX: none that is known now */
};

/* What follows from the state behind `told`, and what is due at `now`. All in the state's arena; errors are those of reading. */
const struct ch_error *ch_notices(struct ch_telling *out, struct ch_state *state, struct ch_store *store, const struct ch_told *told, int64_t now);

#endif

/*
 * The state of an archive: what its registered acts add up to, derived by replaying the register (page.h). People, keys, policies and seals are few and
 * lie here in full; of acts, subjects and applications, which are many, the ledger keeps what cannot be read again, and what is asked for
 * is read again. Spans and pointers are valid until ch_state_clear(), those that an observer of a replay gets until the page ends.
 */
#ifndef CH_STATE_H
#define CH_STATE_H

#include "base/map.h"
#include "ledger.h"
#include "records/policy.h"
#include "store/livetree.h"
#include "store/store.h"
#include "records/subject.h"
#include "wire/act.h"
#include "wire/delegation.h"
#include "wire/permit.h"
#include "wire/pgpkey.h"

struct ch_ahead;
struct ch_prefix;
struct ch_subject;

/* One subject's chain: ch_subject_entry() and its like. */
struct ch_subject {
	struct span path;
	struct ch_subject_name name;
	size_t count; /* of accepted acts */
	struct ch_subject *saved_next; /* spaces: space.h */

	/* state_view.c only */
	const struct ch_state *state;
	uint32_t chain;
	const struct ch_entry **entries;
	size_t entry_count; /* as many of them as are in `entries` */
	struct ch_application *application;
};

struct ch_person {
	struct span id, name, mail, roles; /* roles: words separated by single spaces */
	uint64_t version;		   /* 0: known from the founding only */
	bool founder;
	bool administrator; /* of those whose threshold decides about registrar and administrators: charter.h */
	uint64_t delegations; /* Version of the last `delegate` */
};

/* Somebody lets another decide in his place: delegation.h. */
struct ch_delegation {
	struct delegation delegation; /* spans into its own texts */
	const struct ch_entry *entry;
	bool ended; /* by a later one to the same person, or without roles */
};

/* One id names one thing. */
enum ch_named { CH_A_PERSON, CH_A_DRIVE, CH_A_SEAL, CH_THE_REGISTRAR };

struct ch_name {
	struct span id;
	enum ch_named use;
	uint64_t number; /* of drives: the highest they gave to an application */
};

enum ch_scope { CH_DECIDE, CH_DEPOSIT, CH_REGISTER };

/* Ended keys sign nothing that is registered later. Of a compromised one nobody can tell who signed what was registered from `doubtful` on. */
enum ch_ended { CH_VALID, CH_SUPERSEDED, CH_LEFT, CH_LOST, CH_COMPROMISED };

struct ch_key {
	struct pgpkey key;
	struct span certificate; /* binary */
	struct span owner;	 /* id of the person or device */
	enum ch_scope scope;
	struct span behalf;	 /* deposit keys: the person who admitted it, on whose behalf it deposits */
	uint8_t admitter[FINGERPRINT_SIZE]; /* the key that signed the act which brought it, */
	uint64_t admitted;		    /* and the page of that */
	size_t order;			    /* of admission, among all keys */
	bool appointed; /* an administrator's, named by who appointed him or his own successor to one that was */
	enum ch_ended ended;
	uint64_t end;	   /* the page of its end */
	const struct ch_entry *known; /* CH_COMPROMISED: the act that said so, */
	uint64_t doubtful;	      /* and the first page that is in doubt */
};

/* A seal as one device keeps it. When that is retired another takes its place, with the next epoch. */
struct ch_seal {
	struct span id, device;
	uint64_t epoch;
	struct ch_seal *before; /* the seal as the device before this one has kept it; NULL: this is the first */
	const struct ch_entry *enrolled, *retired; /* retired: NULL while it is in service */
	struct ch_subject *subject;
	struct pgpkey key;	      /* made on the device */
	uint64_t table_version;	      /* of the last one, perhaps for the device before; 0: none yet */
	const struct ch_entry *table; /* the seal-table act in force; NULL: none yet */
	uint64_t suspensions;	      /* and ends of them: Version of the last */
	bool suspended;
	uint64_t counter;	      /* of the last receipt recorded, 0: none */
	uint8_t head[SHA256_SIZE];    /* its digest */
};

/* What a seal-record brought in, of one session. */
struct ch_record {
	const struct ch_entry *entry;
	uint64_t presses, photos;
};

struct ch_application {
	struct ch_subject *subject;
	const struct ch_entry *apply;
	const struct ch_seal *seal;
	struct permit permit;
	uint64_t used; /* presses that recorded receipts prove */
	uint64_t photos, voids; /* of presses: by the seal's receipts or by seal-photo; and reasons why there is none */
	struct ch_record *records;
	size_t record_count;
};

/* Of which part of an archive a state is (partial.h), and what brought it there. */
struct ch_part {
	uint8_t only[SHA256_SIZE]; /* digest of the patterns; zero: it is of the whole archive */
	struct ch_oid view;	   /* whose acts have all been taken; zero: none yet */
	bool unsettled;		   /* there are acts in it that the view may never bring */
};

struct ch_state {
	struct ch_arena arena;

	/* the archive */
	struct span id, name; /* id: 32 hex digits */
	const struct act *found;
	struct ch_key *registrar;
	uint64_t epoch;		       /* of the registrar, from 1 */
	uint64_t threshold;	       /* of administrators */
	const struct ch_entry *charter; /* the last act about the archive that took effect; behind it is what has not */
	uint64_t recovered;	       /* the page that a new registrar signs himself, 0: none */

	/* the register */
	struct ch_oid head; /* of main; meaningful when seq > 0 */
	struct ch_oid tree; /* of main, as of its last page */
	const struct ch_patterns *founded_large; /* what the archive's record says of large files */
	const struct ch_patterns *large; /* what the act just taken says of large files; NULL: nothing. In force is what main's tree has */
	struct ch_livetree *main; /* the same, with what has been accepted since; NULL in extracts and before the founding */
	uint8_t page[SHA256_SIZE]; /* act id of the last register commit */
	uint64_t seq;		   /* 0: not founded yet */
	uint64_t whole;		   /* the last page that is complete: `seq`, but while the next one is judged */
	int64_t received;

	struct ch_policy *policy; /* in force; NULL before the first */
	uint64_t policy_version;
	struct ch_map policies;	  /* digest -> struct ch_policy, all that were ever in force */
	struct ch_policy **versions; /* the same by version, from 1 */
	size_t version_count;
	struct ch_map people;	  /* id -> struct ch_person */
	struct ch_map keys;	  /* fingerprint -> struct ch_key */
	struct ch_map secrets;	  /* material of every key, of seals' devices too -> not NULL: no two have the same */
	struct ch_map holders;	  /* material of the primary keys of all certificates -> struct span, id of whose keys are in it */
	struct ch_map names;	  /* ids of persons and devices, case folded -> struct ch_name */
	struct ch_delegation **delegations; /* in order of registration, ended ones as well */
	size_t delegation_count;
	struct ch_map seals;	  /* id -> struct ch_seal */
	struct ch_subject **spaces; /* in order of their first acts */
	size_t space_count;
	struct ch_subject *saved; /* spaces that the page being judged has saved (space.h) */
	uint64_t first_year, last_year; /* of applications; 0: none yet */

	struct ch_ledger ledger; /* acts, subjects, applications: to be asked for below */
	size_t entry_count;
	struct ch_views *views; /* what has been read again of them */
	struct ch_store *store; /* where from */

	struct ch_ahead *ahead; /* while pages are replayed: acts that have been read already */
	struct ch_prefix *prefix; /* that it began with (prefix.h); NULL: with the founding */
	const char *forgotten;	  /* why what was remembered has not been used, for people; NULL: there was no reason */
	bool extract; /* replayed from an extract: `tree` is not that of main */
	struct ch_part part;
	uint64_t absent; /* acts that pages name and that are not in the extract, or the partial archive */
};

/* Zeroed is a valid empty state. It must not be moved, and its store must outlive it. */
void ch_state_clear(struct ch_state *state);

struct ch_subject *ch_state_subject(const struct ch_state *state, struct span path);
const struct ch_entry *ch_state_act(const struct ch_state *state, const uint8_t id[SHA256_SIZE]);
const struct ch_entry *ch_state_commit(const struct ch_state *state, const struct ch_oid *commit);
struct ch_person *ch_state_person(const struct ch_state *state, struct span id);
struct ch_key *ch_state_key(const struct ch_state *state, const uint8_t fingerprint[FINGERPRINT_SIZE]);
struct ch_seal *ch_state_seal(const struct ch_state *state, struct span id); /* as its newest device keeps it */
struct ch_seal *ch_state_seal_at(const struct ch_state *state, struct span id, uint64_t epoch);

/* What has this id, or one that differs in case only; NULL: nothing. */
const struct ch_name *ch_state_name(const struct ch_state *state, struct span id);

/* All acts that the register has named, in its order: i from 0, below state->entry_count. */
const struct ch_entry *ch_state_entry(const struct ch_state *state, size_t i);

/*
 * What an act says, read again from its commit if need be. Never NULL: an act that cannot be read any more is one of no kind that says nothing, and
 * the state is in trouble. An observer of a replay may keep it until the page ends; everybody else until the state is cleared.
 */
const struct act *ch_entry_act(const struct ch_state *state, const struct ch_entry *entry);

/* The subject in whose chain an accepted act is; NULL: it was refused. And the application that this subject is; NULL: none. */
struct ch_subject *ch_entry_subject(const struct ch_state *state, const struct ch_entry *entry);
struct ch_application *ch_entry_application(const struct ch_state *state, const struct ch_entry *entry);

/* The subject that an act names, also of one that was refused; NULL: no act about it was accepted. */
struct ch_subject *ch_entry_about(const struct ch_state *state, const struct ch_entry *entry);

/* The accepted act of the same subject that was registered before this accepted one; NULL: it is the first. */
const struct ch_entry *ch_entry_before(const struct ch_state *state, const struct ch_entry *entry);

/* Whether the register has one act before another: page by page, and in the order inside a page. */
bool ch_entry_precedes(const struct ch_state *state, const struct ch_entry *entry, const struct ch_entry *other);

/* The ends of a subject's chain; NULL for a subject that is not there yet (subject may be NULL). */
const struct ch_entry *ch_subject_first(const struct ch_subject *subject);
const struct ch_entry *ch_subject_tip(const struct ch_subject *subject);

/* Its accepted acts in order: i from 0, below subject->count. Spaces have very many: go back from the tip with ch_entry_before(). */
const struct ch_entry *ch_subject_entry(const struct ch_subject *subject, size_t i);

/* Of a subject that is one; NULL: it is none, or not there yet (subject may be NULL). */
struct ch_application *ch_application_of(const struct ch_subject *subject);

/* What could not be read after all; NULL: nothing. Asked before anything is made of what was said: a verdict, a page, a printed line. */
const struct ch_error *ch_state_trouble(const struct ch_state *state);

/* An application by full path or by its own id ("d1-000042"); NULL: none, or not unique. */
struct ch_application *ch_state_application(const struct ch_state *state, struct span name);

/* The one whose apply statement has this digest: Subject-SHA256 of decisions and receipts. */
struct ch_application *ch_state_application_of(const struct ch_state *state, const uint8_t digest[SHA256_SIZE]);

/*
 * Memory for what is needed no longer than an act is judged: what has been read again lives there, too. When it has grown it is cleared by ch_state_forget():
 * between pages while a register is replayed, and by whoever keeps a state for long, when he holds nothing of it; otherwise with the state.
 */
struct ch_arena *ch_state_scratch(const struct ch_state *state);
void ch_state_forget(struct ch_state *state);

/* Reads the commit of an act into the scratch arena, or has it read ahead. Refuses with act_read's reason. */
const struct ch_error *ch_state_read_act(const struct act **act, const struct ch_state *state, struct ch_store *store, const struct ch_oid *commit);

/* Adds an act that has been judged; lets it count when `code` is WIRE_OK. */
const struct ch_error *ch_state_take(const struct ch_entry **entry, struct ch_state *state, struct ch_store *store, const struct act *act,
				     const struct ch_oid *commit, enum wire_code code, int64_t received);

#endif

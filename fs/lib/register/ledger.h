/*
 * The ledger: everything that a state keeps of its acts, subjects and applications, in flat arrays (base/flat.h) with 32-bit links, some hundred and
 * forty bytes for an act. A state is built on it (state.h), which reads from the acts themselves what is not here; the memory of a verified register
 * (prefix.h) is these arrays in a file. Plain bookkeeping: it judges nothing.
 */
#ifndef CH_LEDGER_H
#define CH_LEDGER_H

#include "base/index.h"
#include "store/store.h"
#include "wire/statement.h"

/* An act that the register has named, accepted or refused. */
struct ch_entry {
	uint8_t id[SHA256_SIZE];
	struct ch_oid commit;
	uint32_t chain; /* of the subject that it names */
	uint64_t seq;	/* of the register commit, and when it was received */
	int64_t received;
	uint32_t before; /* accepted: the one before it in that chain; CH_NONE: it is the first */
	uint16_t code;	 /* enum wire_code; WIRE_OK: accepted */
	uint8_t kind;	 /* enum act_kind */
};

/* A subject. */
struct ch_chain {
	uint32_t path;	      /* where in `texts` */
	uint16_t path_len;
	uint32_t first, last; /* entries */
	uint32_t count;
	uint32_t detail;      /* of an application its grant, of a space its saves; CH_NONE: of neither */
};

/* An application, as far as its chain does not say it. */
struct ch_grant {
	uint8_t digest[SHA256_SIZE]; /* of the apply statement */
	uint32_t chain, entry;
	uint32_t policy; /* version of the policy under which it was registered */
	uint32_t used;	 /* presses that recorded receipts prove */
	uint32_t photos, voids; /* of presses, and reasons why there is none */
	uint32_t record; /* the latest; CH_NONE: none */
};

/* What a seal-record brought in. */
struct ch_proof {
	uint32_t entry, before; /* before: the one before it of the same application */
	uint32_t presses, photos;
};

/* A space: what its directory was (register/space.h), and how far its journals have been saved, each the latest first. */
struct ch_saves {
	uint32_t chain;
	uint32_t version, journal; /* CH_NONE: none yet */
};

struct ch_space_version {
	uint64_t seq;	    /* from the end of this page on */
	struct ch_oid tip;  /* commit of its latest accepted act then */
	struct ch_oid tree; /* of files/<space> in main; meaningful when `any` */
	bool any;	    /* it holds files */
	uint32_t before;
};

enum { CH_SPACE_JOURNAL_SIZE = 16 };

struct ch_space_journal {
	uint8_t id[CH_SPACE_JOURNAL_SIZE];
	uint64_t sequence; /* the highest that an accepted save names */
	struct ch_oid act; /* commit of that save */
	uint32_t before;
};

struct ch_ledger {
	struct ch_flat entries, chains, texts, grants, proofs, saves, versions, journals;
	struct ch_flat ground; /* uint32_t: accepted entries of kinds that are no saves and not about applications */
	struct ch_index acts, commits, paths, digests; /* entries by id and by commit, chains by path, grants by digest */
	uint32_t refused;
};

enum { LEDGER_FLATS = 13, LEDGER_FIRST_INDEX = 9 }; /* the last four are the slots of its indexes */

/* All that it is kept in. */
void ch_ledger_flats(struct ch_flat *out[LEDGER_FLATS], struct ch_ledger *ledger);

void ch_ledger_begin(struct ch_ledger *ledger); /* the indexes know where it is: it must not be moved */
void ch_ledger_clear(struct ch_ledger *ledger); /* accepts a zeroed one */

struct ch_entry *ch_ledger_entry(const struct ch_ledger *ledger, uint32_t number); /* NULL for CH_NONE; so the others */
struct ch_chain *ch_ledger_chain(const struct ch_ledger *ledger, uint32_t number);
struct ch_grant *ch_ledger_grant(const struct ch_ledger *ledger, uint32_t number);
struct ch_proof *ch_ledger_proof(const struct ch_ledger *ledger, uint32_t number);
struct span ch_ledger_path(const struct ch_ledger *ledger, const struct ch_chain *chain); /* good until it is cleared */

/* The chain of a subject, new if need be. */
uint32_t ch_ledger_open_chain(struct ch_ledger *ledger, struct span path);

/* Adds an act; `entry` has id, commit, seq, received, code, kind, and the chain it is about. An accepted one becomes the last of its chain. */
uint32_t ch_ledger_add(struct ch_ledger *ledger, const struct ch_entry *entry);

uint32_t ch_ledger_add_grant(struct ch_ledger *ledger, const struct ch_grant *grant);
void ch_ledger_add_proof(struct ch_ledger *ledger, uint32_t grant, const struct ch_proof *proof);

/* What is kept of a space, new if need be; the chain must be that of a space. And what is kept of its versions and journals, by number. */
struct ch_saves *ch_ledger_saves(struct ch_ledger *ledger, uint32_t chain);
struct ch_space_version *ch_ledger_version(const struct ch_ledger *ledger, uint32_t number);
struct ch_space_journal *ch_ledger_journal(const struct ch_ledger *ledger, uint32_t number);

/* Whether an accepted act of this kind is kept as ground. */
bool ch_ledger_is_ground(enum act_kind kind);

#endif

/*
 * The memory of a verified register: the ledger of a state as a file, so that the next replay begins where this one ended. It saves work and proves
 * nothing: without it everything is verified from the founding on, with the same result, and it may be removed at any time.
 *
 *	head      what it is of: archive, last page, versions; how many records of each array; MAC
 *	chunks    of each array in turn, each followed by its MAC
 *
 * What has changed since is in a file beside it (prefix_delta.h), until it is so much that this one is written anew.
 *
 * Bound to the archive, or a part of it, the page (Seq and commit) up to which it reaches, and the judge that verified that. MACs (BLAKE2b, with a key that only this
 * user has) bind each chunk to its place and to this file; one is checked when its chunk is first asked for, on the copy that is then used. What
 * does not fit brings the state into trouble for good (ch_state_trouble), and the file is removed.
 */
#ifndef CH_PREFIX_H
#define CH_PREFIX_H

#include "state.h"

struct ch_prefix;

/*
 * Puts a state that has begun and is otherwise empty where the memory of its store ends. *loaded is false, and the state as it was, when there is no
 * memory, or none of this part of the archive, this judge and this kind of machine. CH_LATER: it has been changed; the state is then good for nothing but clearing.
 */
const struct ch_error *ch_prefix_load(bool *loaded, struct ch_state *state);

/*
 * Remembers a state that is where main is, if enough has come since it was last done, or little that was `dear`: a few acts may change very many files. That
 * it could not, for whatever reason, is no error.
 */
void ch_prefix_save(struct ch_state *state, bool dear);

/* Forgets what is remembered of this archive. */
void ch_prefix_remove(const struct ch_store *store);

/* The page up to which it reaches. */
uint64_t ch_prefix_seq(const struct ch_prefix *memory);

void ch_prefix_free(struct ch_prefix *memory); /* accepts NULL */

/*
 * The head of such a file, as its first PREFIX_HEAD_SIZE bytes have it. A pure function; it says nothing about the MAC, which is the last field.
 */
enum { PREFIX_HEAD_SIZE = 1024, PREFIX_MAC_SIZE = 32, PREFIX_KEY_SIZE = 32, PREFIX_FLATS = 15, PREFIX_INDEXES = 4 };

struct prefix_head {
	uint8_t nonce[PREFIX_MAC_SIZE]; /* drawn for this file */
	uint8_t archive[32];		/* id, hex digits */
	uint64_t seq, first_year, last_year, refused;
	int64_t received;
	struct ch_oid head, tree;
	uint8_t page[SHA256_SIZE];
	uint32_t count[PREFIX_FLATS];
	uint32_t index_bits[PREFIX_INDEXES], index_count[PREFIX_INDEXES];
	struct ch_oid view; /* of a part of an archive (struct ch_part) */
	uint8_t only[SHA256_SIZE];
	uint64_t absent;
};

bool prefix_head_read(struct prefix_head *head, struct span bytes);
void prefix_head_write(uint8_t out[PREFIX_HEAD_SIZE], const struct prefix_head *head); /* without the MAC */

#endif

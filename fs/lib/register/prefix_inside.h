/* Shared by prefix*.c only. */
#ifndef CH_PREFIX_INSIDE_H
#define CH_PREFIX_INSIDE_H

#include "prefix_delta.h"

#include <limits.h>

#include "judge.h"

/* What the register has said of drives and seals in acts that are not taken again. */
struct prefix_drive {
	uint64_t number;
	char id[ID_MAX + 1];
};

struct prefix_seal { /* as one device keeps it */
	uint64_t epoch, counter;
	uint8_t head[SHA256_SIZE];
	char id[ID_MAX + 1];
};

/* The arrays in the order of the file: the ledger's, drives, seals. */
enum { PREFIX_DRIVES = LEDGER_FLATS, PREFIX_SEALS };

/* Where an array lies in the file, and how much of it. */
struct prefix_place {
	struct ch_prefix *memory;
	uint32_t flat, chunks;
	off_t at;
};

struct ch_prefix {
	int fd;
	uint8_t key[PREFIX_KEY_SIZE];
	struct prefix_head head; /* of the file, or of what has changed since */
	struct prefix_place places[PREFIX_FLATS];
	off_t size;
	struct prefix_delta delta;
	struct ch_flat drives, seals;
	const struct ch_state *state;
};

/* The memory of its store, for a state that stays where it is. *out is NULL when there is none, or none of use to it; CH_LATER: it has been changed. */
const struct ch_error *prefix_open(struct ch_prefix **out, const struct ch_state *state);

/* The memory that was just written to a file, which it closes. NULL: it is not that. */
struct ch_prefix *prefix_of(int fd, const uint8_t key[PREFIX_KEY_SIZE], const struct prefix_head *head, const struct ch_state *state);

/* From now on it is, with these changes, what this head says. */
void prefix_takes(struct ch_prefix *memory, const struct prefix_head *head, struct span patches);

/* Whether others still find this file. */
bool prefix_is_there(const struct ch_prefix *memory);

/* A chunk as it is in the file; zeros beyond its end. False: it has been changed. */
bool prefix_written(const struct prefix_place *place, uint32_t chunk, void *out, size_t size);

/* The file of what has changed since. False: there is no room for such a name. */
bool prefix_delta_path(char path[PATH_MAX], const char *memory);

/* The most bytes that such a file has: more are written as a memory of their own. */
off_t prefix_delta_room(const struct ch_prefix *memory);

size_t prefix_record_size(unsigned flat);

/* Those of a ledger. */
void prefix_indexes(struct ch_index *out[PREFIX_INDEXES], struct ch_ledger *ledger);

void prefix_head_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], const uint8_t head[PREFIX_HEAD_SIZE]);
void prefix_chunk_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], const uint8_t nonce[PREFIX_MAC_SIZE], uint32_t flat,
		      uint32_t chunk, struct span bytes);

void prefix_delta_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], struct span head, struct span patches);

/* The key of whoever remembers, made when there is none; false: there is none, and it cannot be made, or others may read it. */
bool prefix_key(uint8_t key[PREFIX_KEY_SIZE], const char *path, bool make);

/* A file of this user that nobody else may read. */
bool prefix_is_private(int fd);

#endif

/* Shared by memory*.c only. */
#ifndef CH_PREFIX_INSIDE_H
#define CH_PREFIX_INSIDE_H

#include "prefix.h"

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

/* The arrays in the order of the file: the ledger's, the slots of its indexes from this one on, drives, seals. */
enum { PREFIX_FIRST_INDEX = 9, PREFIX_DRIVES = 13, PREFIX_SEALS = 14 };

size_t prefix_record_size(unsigned flat);

/* Those of a ledger. */
void prefix_flats(struct ch_flat *out[PREFIX_DRIVES], struct ch_ledger *ledger);
void prefix_indexes(struct ch_index *out[PREFIX_INDEXES], struct ch_ledger *ledger);

void prefix_head_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], const uint8_t head[PREFIX_HEAD_SIZE]);
void prefix_chunk_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], const uint8_t nonce[PREFIX_MAC_SIZE], uint32_t flat,
		      uint32_t chunk, struct span bytes);

/* The key of whoever remembers, made when there is none; false: there is none, and it cannot be made, or others may read it. */
bool prefix_key(uint8_t key[PREFIX_KEY_SIZE], const char *path, bool make);

#endif

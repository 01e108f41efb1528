/*
 * Packets as git has them (gitprotocol-common(5)): four hex digits, the length with these four, then that many bytes less four; 0000 ends a message (flush),
 * 0001 divides it (delimiter). Pure functions over bytes that anybody may have sent.
 */
#ifndef CH_PKTLINE_H
#define CH_PKTLINE_H

#include "wire/span.h"

enum { PKT_HEAD = 4, PKT_MAX = 65520, PKT_DATA_MAX = PKT_MAX - PKT_HEAD };

enum ch_pkt { CH_PKT_DATA, CH_PKT_FLUSH, CH_PKT_DELIMITER, CH_PKT_BAD };

/* What the head says; *len is how many bytes follow it. */
enum ch_pkt ch_pkt_head(size_t *len, const uint8_t head[PKT_HEAD]);

/* Takes the next whole packet off *rest: its data, without the newline at its end. CH_PKT_BAD when there is none. */
enum ch_pkt ch_pkt_next_text(struct span *text, struct span *rest);

/* Writes the head of a packet with so many bytes of data, at most PKT_DATA_MAX. */
void ch_pkt_put_head(uint8_t head[PKT_HEAD], size_t len);

#endif

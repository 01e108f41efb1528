/* Bends the bytes of signature, armor and commit when all is signed: anybody can. */
#ifndef TESTS_HELPERS_MUTATIONS_BYTES_H
#define TESTS_HELPERS_MUTATIONS_BYTES_H

#include "mutants.h"

/* ---- the packet, of whatever key ---- */

static void
packet_number_bit(struct mutant *m)
{
	size_t at = mutant_numbers_at(m) + 2;
	mutant_flip(m, m->packet + at, m->packet_len - at);
}
static void
packet_bit(struct mutant *m)
{
	mutant_flip(m, m->packet, m->packet_len);
}
static void
packet_cut(struct mutant *m)
{
	m->packet_len -= 1 + mutant_below(m, m->packet_len - 3);
}

static void
set_packet_length(struct mutant *m, size_t len)
{
	if (m->packet[0] == 0x88)
		m->packet[1] = (uint8_t)len;
	else
		put16(m->packet + 1, (uint16_t)len);
}

static void
packet_cut_well(struct mutant *m)
{
	packet_cut(m);
	set_packet_length(m, m->packet_len - (m->packet[0] == 0x88 ? 2 : 3));
}

static void
packet_twice(struct mutant *m)
{
	memcpy(m->packet + m->packet_len, m->packet, m->packet_len);
	m->packet_len *= 2;
}

/* The body under another head. */
static void
packet_head(struct mutant *m, const uint8_t *head, size_t head_len)
{
	size_t old = m->packet[0] == 0x88 ? 2 : 3;

	memmove(m->packet + head_len, m->packet + old, m->packet_len - old);
	memcpy(m->packet, head, head_len);
	m->packet_len += head_len - old;
}

static size_t
body_length(const struct mutant *m)
{
	return m->packet_len - (m->packet[0] == 0x88 ? 2 : 3);
}

static void
packet_long(struct mutant *m)
{
	uint8_t head[5] = {0x8a};

	put32(head + 1, (uint32_t)body_length(m));
	packet_head(m, head, sizeof(head));
}

static void
packet_new(struct mutant *m)
{
	uint8_t head[6] = {0xc2, 0xff};

	put32(head + 2, (uint32_t)body_length(m));
	packet_head(m, head, sizeof(head));
}

static void
packet_endless(struct mutant *m)
{
	packet_head(m, (const uint8_t[]){0x8b}, 1);
}

static void
packet_other_tag(struct mutant *m)
{
	m->packet[0] = (uint8_t)(m->packet[0] ^ 4 << mutant_below(m, 4));
}

static void
packet_of_another(struct mutant *m)
{
	static uint8_t last[MUTANT_MAX];
	static size_t last_len;
	static struct mutant other;

	if (last_len == 0) {
		other = (struct mutant){.random = m->random};
		mutant_write_act(&other, mutant_key(0)->fingerprint);
		mutant_sign(&other, NULL);
		memcpy(last, other.packet, last_len = other.packet_len);
	}
	memcpy(other.packet, m->packet, other.packet_len = m->packet_len);
	memcpy(m->packet, last, m->packet_len = last_len);
	memcpy(last, other.packet, last_len = other.packet_len);
}

static void
packet_none(struct mutant *m)
{
	m->packet_len = 1 + mutant_below(m, 20);
}

/* ---- the armor, of whatever key ---- */

static void
armor_comment(struct mutant *m)
{
	mutant_insert(m->armor, &m->armor_len, 30, "Comment: x\n", 11);
}
static void
armor_version(struct mutant *m)
{
	mutant_insert(m->armor, &m->armor_len, 30, "Version: GnuPG v2\n", 18);
}
static void
armor_behind(struct mutant *m)
{
	mutant_insert(m->armor, &m->armor_len, m->armor_len, "more\n", 5);
}
static void
armor_before(struct mutant *m)
{
	mutant_insert(m->armor, &m->armor_len, 0, "more\n", 5);
}
static void
armor_blank(struct mutant *m)
{
	mutant_insert(m->armor, &m->armor_len, 95, " ", 1);
}
static void
armor_wrapped(struct mutant *m)
{
	mutant_insert(m->armor, &m->armor_len, 60, "\n", 1);
}

static void
armor_cr(struct mutant *m)
{
	for (size_t i = 0; i < m->armor_len; i++)
		if (m->armor[i] == '\n')
			mutant_insert(m->armor, &m->armor_len, i++, "\r", 1);
}

static void
armor_without_crc(struct mutant *m)
{
	char *crc = memmem(m->armor, m->armor_len, "\n=", 2);

	memmove(crc, crc + 6, m->armor_len - (size_t)(crc + 6 - m->armor));
	m->armor_len -= 6;
}

static void
armor_wrong_crc(struct mutant *m)
{
	char *crc = memmem(m->armor, m->armor_len, "\n=", 2);

	crc[3] = crc[3] == 'A' ? 'B' : 'A';
}

static void
armor_byte(struct mutant *m)
{
	char *at = &m->armor[32 + mutant_below(m, m->armor_len - 32 - 34)];

	*at = (char)(' ' + (*at - ' ' + 1 + (int)mutant_below(m, 94)) % 95);
}

static void
armor_twice(struct mutant *m)
{
	memcpy(m->armor + m->armor_len, m->armor, m->armor_len);
	m->armor_len *= 2;
}

/* ---- the commit, when all is signed ---- */

static void
raw_bit(struct mutant *m)
{
	size_t tail = m->raw_len - m->tail_len, at = mutant_below(m, m->head_len + m->tail_len);

	m->raw[at < m->head_len ? at : tail + at - m->head_len] ^= (char)(1 << mutant_below(m, 8));
}

static void
raw_byte_more(struct mutant *m)
{
	mutant_insert(m->raw, &m->raw_len, m->raw_len - mutant_below(m, m->tail_len - 1), "x", 1);
}

static void
raw_byte_less(struct mutant *m)
{
	size_t at = m->raw_len - 1 - mutant_below(m, m->tail_len - 2);

	memmove(m->raw + at, m->raw + at + 1, m->raw_len - at - 1);
	m->raw_len--;
}

static void
raw_cut(struct mutant *m)
{
	m->raw_len -= 1 + mutant_below(m, m->tail_len - 2);
}
static void
raw_nul(struct mutant *m)
{
	mutant_insert(m->raw, &m->raw_len, m->raw_len, "\0more\n", 6);
}
static void
raw_other_signature(struct mutant *m)
{
	mutant_insert_before(m->raw, &m->raw_len, "gpgsig ", "gpgsig-sha256 rubbish\n");
}
static void
raw_other_behind(struct mutant *m)
{
	mutant_insert_before(m->raw, &m->raw_len, "\n\nalice", "\ngpgsig-sha256 a\n b");
}
static void
raw_encoding(struct mutant *m)
{
	mutant_insert_before(m->raw, &m->raw_len, "gpgsig ", "encoding latin-1\n");
}
static void
raw_parent(struct mutant *m)
{
	mutant_insert(m->raw, &m->raw_len, 46, m->raw + 46, 48);
}

/* The whole header once more; and at another place. */
static size_t
signature_header(const struct mutant *m, char header[MUTANT_MAX])
{
	size_t len = m->raw_len - m->head_len - m->tail_len;

	memcpy(header, m->raw + m->head_len, len);
	return len;
}

static void
raw_signature_twice(struct mutant *m)
{
	static char header[MUTANT_MAX];

	mutant_insert(m->raw, &m->raw_len, m->head_len, header, signature_header(m, header));
}

static void
raw_signature_first(struct mutant *m)
{
	static char header[MUTANT_MAX];
	size_t len = signature_header(m, header);

	memmove(m->raw + m->head_len, m->raw + m->head_len + len, m->tail_len);
	m->raw_len -= len;
	mutant_insert(m->raw, &m->raw_len, 46, header, len);
}

#endif

#include "pktline.h"

#include "wire/text.h"

enum ch_pkt
ch_pkt_head(size_t *len, const uint8_t head[PKT_HEAD])
{
	uint8_t bytes[2];
	size_t all;

	*len = 0;
	if (!text_get_hex(bytes, sizeof(bytes), span_of(head, PKT_HEAD)))
		return CH_PKT_BAD;
	all = get16(bytes);
	if (all < 2)
		return all == 0 ? CH_PKT_FLUSH : CH_PKT_DELIMITER;
	if (all < PKT_HEAD || all > PKT_MAX)
		return CH_PKT_BAD;
	*len = all - PKT_HEAD;
	return CH_PKT_DATA;
}

enum ch_pkt
ch_pkt_next_text(struct span *text, struct span *rest)
{
	enum ch_pkt kind;
	size_t len;

	*text = span_of(NULL, 0);
	if (rest->len < PKT_HEAD || (kind = ch_pkt_head(&len, rest->data)) == CH_PKT_BAD || rest->len - PKT_HEAD < len)
		return CH_PKT_BAD;
	*text = span_of(rest->data + PKT_HEAD, len);
	*rest = span_skip(*rest, PKT_HEAD + len);
	text->len -= span_ends(*text, SPAN_LITERAL("\n"));
	return kind;
}

void
ch_pkt_put_head(uint8_t head[PKT_HEAD], size_t len)
{
	uint8_t bytes[2];
	char hex[2 * sizeof(bytes) + 1];

	put16(bytes, (uint16_t)(len + PKT_HEAD));
	text_put_hex(hex, bytes, sizeof(bytes));
	memcpy(head, hex, PKT_HEAD);
}

#include "pgppacket.h"

bool
pgp_take(struct span *part, struct span *rest, size_t len)
{
	if (rest->len < len)
		return false;
	*part = span_of(rest->data, len);
	*rest = span_skip(*rest, len);
	return true;
}

/* RFC 4880 4.2.1: one, two or four octets; packets of no stated length are not for certificates. */
static bool
take_old_length(size_t *len, struct span *rest, unsigned form)
{
	struct span count;

	if (form == 3 || !pgp_take(&count, rest, (size_t)1 << form))
		return false;
	*len = form == 0 ? count.data[0] : form == 1 ? get16(count.data) : get32(count.data);
	return true;
}

/* RFC 4880 4.2.2; no partial lengths. gpg writes user attributes this way. */
static bool
take_new_length(size_t *len, struct span *rest)
{
	struct span first, more;

	if (!pgp_take(&first, rest, 1))
		return false;
	*len = first.data[0];
	if (*len < 192)
		return true;
	if (*len < 224 && pgp_take(&more, rest, 1)) {
		*len = (*len - 192) * 256 + more.data[0] + 192;
		return true;
	}
	if (*len == 255 && pgp_take(&more, rest, 4)) {
		*len = get32(more.data);
		return true;
	}
	return false;
}

bool
pgp_take_packet(struct pgp_packet *packet, struct span *rest)
{
	struct span head;
	size_t len;

	if (!pgp_take(&head, rest, 1) || (head.data[0] & 0x80) == 0)
		return false;
	if (head.data[0] & 0x40) {
		packet->tag = head.data[0] & 0x3f;
		return take_new_length(&len, rest) && pgp_take(&packet->body, rest, len);
	}
	packet->tag = head.data[0] / 4 & 0x0f;
	return take_old_length(&len, rest, head.data[0] & 3) && pgp_take(&packet->body, rest, len);
}

/* RFC 4880 5.2.3.1: lengths as packets of the new format have them, except that there are no partial ones and so more of two octets. */
static bool
take_subpacket_length(size_t *len, struct span *rest)
{
	struct span more;

	if (rest->len > 0 && rest->data[0] >= 192 && rest->data[0] < 255) {
		if (!pgp_take(&more, rest, 2))
			return false;
		*len = ((size_t)more.data[0] - 192) * 256 + more.data[1] + 192;
		return true;
	}
	return take_new_length(len, rest);
}

bool
pgp_take_subpacket(struct pgp_subpacket *subpacket, struct span *rest)
{
	size_t len;

	if (!take_subpacket_length(&len, rest) || len == 0 || !pgp_take(&subpacket->body, rest, len))
		return false;
	subpacket->type = subpacket->body.data[0] & 0x7f;
	subpacket->critical = subpacket->body.data[0] & 0x80;
	subpacket->body = span_skip(subpacket->body, 1);
	return true;
}

static size_t
bits_of(struct span number)
{
	size_t bits = 8 * (number.len - 1);

	for (unsigned first = number.data[0]; first != 0; first /= 2)
		bits++;
	return bits;
}

bool
pgp_take_number(struct span *number, struct span *rest)
{
	size_t bits, len;

	if (rest->len < 2)
		return false;
	bits = get16(rest->data);
	len = (bits + 7) / 8;
	if (bits == 0 || rest->len - 2 < len)
		return false;
	*number = span_of(rest->data + 2, len);
	*rest = span_skip(*rest, 2 + len);
	return bits_of(*number) == bits;
}

size_t
pgp_put_number(uint8_t *out, struct span number)
{
	while (number.len > 1 && number.data[0] == 0)
		number = span_skip(number, 1);
	put16(out, (uint16_t)bits_of(number));
	memcpy(out + 2, number.data, number.len);
	return 2 + number.len;
}

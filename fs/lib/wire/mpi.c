#include "mpi.h"

static size_t
bits_of(struct span number)
{
	size_t bits = 8 * (number.len - 1);

	for (unsigned first = number.data[0]; first != 0; first /= 2)
		bits++;
	return bits;
}

bool
mpi_read(struct span *number, struct span *rest)
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
mpi_write(uint8_t *out, struct span number)
{
	while (number.len > 1 && number.data[0] == 0)
		number = span_skip(number, 1);
	put16(out, (uint16_t)bits_of(number));
	memcpy(out + 2, number.data, number.len);
	return 2 + number.len;
}

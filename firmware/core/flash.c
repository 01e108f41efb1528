#include "port.h"

/* Four bits at a time. */
uint32_t
flash_crc(uint32_t crc, const uint8_t *bytes, size_t len)
{
	static const uint32_t table[16] = {
		0x00000000, 0x1db71064, 0x3b6e20c8, 0x26d930ac, 0x76dc4190, 0x6b6b51f4, 0x4db26158, 0x5005713c,
		0xedb88320, 0xf00f9344, 0xd6d6a3e8, 0xcb61b38c, 0x9b64c2b0, 0x86d3d2d4, 0xa00ae278, 0xbdbdf21c,
	};

	crc = ~crc;
	for (size_t i = 0; i < len; i++) {
		crc = crc >> 4 ^ table[(crc ^ bytes[i]) & 15];
		crc = crc >> 4 ^ table[(crc ^ bytes[i] >> 4) & 15];
	}
	return ~crc;
}

static bool
write_word(const struct port *port, uint32_t at, const uint8_t word[FLASH_WORD])
{
	return port->program(port->board, at, word) && get64(port->flash + at) == get64(word);
}

bool
flash_write(const struct port *port, uint32_t at, struct span bytes)
{
	uint8_t last[FLASH_WORD] = {0};

	for (; bytes.len >= FLASH_WORD; at += FLASH_WORD, bytes = span_skip(bytes, FLASH_WORD))
		if (!write_word(port, at, bytes.data))
			return false;
	if (bytes.len == 0)
		return true;
	memcpy(last, bytes.data, bytes.len);
	return write_word(port, at, last);
}

bool
flash_is_erased(const struct port *port, uint32_t at, uint32_t len)
{
	const uint8_t *byte = port->flash + at;

	for (uint32_t word; len >= sizeof(word); len -= (uint32_t)sizeof(word), byte += sizeof(word)) {
		memcpy(&word, byte, sizeof(word));
		if (word != UINT32_MAX)
			return false;
	}
	for (; len > 0; len--)
		if (*byte++ != 0xff)
			return false;
	return true;
}

bool
flash_clear(const struct port *port, uint32_t at, uint32_t len)
{
	for (uint32_t end = at + len; at < end; at += port->flash_page)
		if (!flash_is_erased(port, at, port->flash_page) && !port->erase(port->board, at))
			return false;
	return true;
}

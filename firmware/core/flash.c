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
	return port->program(port->board, at, word) && memcmp(port->flash + at, word, FLASH_WORD) == 0;
}

bool
flash_write(const struct port *port, uint32_t at, struct span bytes)
{
	for (; bytes.len > 0; at += FLASH_WORD) {
		size_t len = bytes.len < FLASH_WORD ? bytes.len : FLASH_WORD;
		uint8_t word[FLASH_WORD] = {0};

		memcpy(word, bytes.data, len);
		if (!write_word(port, at, word))
			return false;
		bytes = span_skip(bytes, len);
	}
	return true;
}

bool
flash_is_erased(const struct port *port, uint32_t at, uint32_t len)
{
	for (const uint8_t *byte = port->flash + at; len > 0; len--)
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

#include "port.h"

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

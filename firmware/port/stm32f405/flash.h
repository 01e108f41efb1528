/*
 * The chip's own flash (RM0090, 3): programmed a word of 32 bits at a time, erased by the sector, most of them of 128 KiB. The processor stands still meanwhile, for up to two
 * seconds when a sector is erased; USB makes the host wait.
 */
#ifndef STM32F405_FLASH_H
#define STM32F405_FLASH_H

#include <stdbool.h>
#include <stdint.h>

enum { FLASH_BEGIN = 0x08000000, FLASH_SIZE = 1024 * 1024, FLASH_SECTOR = 128 * 1024 /* those of 5 to 11 */, FLASH_SMALL_SECTOR = 16 * 1024 /* 0 to 3 */ };
enum { FLASH_SECTOR_FIRST = 2 }; /* the boot stage's are before; 4, of another size, is not used */

/* `address` is a multiple of 4 in one of those sectors. False when the controller reports a failure, or is asked for another place; locked again either way. */
bool flash_program_word(uint32_t address, uint32_t word);
bool flash_erase_sector(uint32_t address);

#endif

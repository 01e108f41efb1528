/* The small peripherals of the STM32F405 against a chip of registers: flash, coils, chance, battery, watchdog, and what each does when the chip says no. */
#include <setjmp.h>
#include <stdlib.h>

#include "arm/board.h"
#include "stm32f405/battery.h"
#include "stm32f405/chance.h"
#include "stm32f405/coil.h"
#include "stm32f405/fence.h"
#include "stm32f405/flash.h"
#include "stm32f405/panel.h"
#include "stm32f405/registers.h"
#include "stm32f405/watchdog.h"

#include "test.h"

/* ---- the chip ---- */

enum { WORDS = 256, FLASH_KEYR = 0x40023c04, FLASH_SR = 0x40023c0c, FLASH_CR = 0x40023c10, RNG_SR = 0x50060804, RNG_DR = 0x50060808, ADC_SR = 0x40012000,
       ADC_CR2 = 0x40012008, ADC_SQR3 = 0x40012034, ADC_DR = 0x4001204c, SPI_SR = 0x40013008, SPI_DR = 0x4001300c, IWDG_KEY = 0x40003000,
       GPIOA = 0x40020000, GPIOB = 0x40020400, IN = 0x10, SET_RESET = 0x18, TIM3 = 0x40000400 };
enum { CR_PROGRAM = 1 << 0, CR_ERASE = 1 << 1, CR_START = 1 << 16, SR_PROTECTED = 1 << 4, ADC_START = 1 << 30, ADC_DONE = 1 << 1, OUT_SIZE = 16384 };

#define LOCKED (1u << 31)

static struct {
	struct {
		uint32_t address, value;
	} word[WORDS];
	unsigned words;

	uint8_t flash[FLASH_SIZE];
	unsigned keys, programmed, erased;
	bool refuses; /* the flash controller reports a protection error */

	uint32_t chance, chance_step, chance_error;
	uint32_t volts[18]; /* by channel of the ADC */
	bool no_conversion;

	uint8_t out[OUT_SIZE]; /* over SPI while selected */
	size_t out_len;
	bool selected;
	unsigned feeds;
} chip;

static jmp_buf halted;

_Noreturn void
board_halt(void)
{
	longjmp(halted, 1);
}

static uint32_t *
word_at(uint32_t address)
{
	for (unsigned i = 0; i < chip.words; i++)
		if (chip.word[i].address == address)
			return &chip.word[i].value;
	if (chip.words == WORDS)
		abort();
	chip.word[chip.words].address = address;
	return &chip.word[chip.words++].value;
}

uint32_t
register_get(uint32_t address)
{
	switch (address) {
	case RNG_SR:
		return chip.chance_error | 1;
	case RNG_DR:
		return chip.chance += chip.chance_step;
	case SPI_SR:
		return 1 << 1;
	case ADC_SR:
		return chip.no_conversion ? 0 : ADC_DONE;
	case ADC_DR:
		return chip.volts[*word_at(ADC_SQR3) % 18];
	default:
		return *word_at(address);
	}
}

static void
key(uint32_t value)
{
	chip.keys = value == 0x45670123 ? 1 : chip.keys == 1 && value == 0xcdef89ab ? 2 : 0;
	if (chip.keys == 2)
		*word_at(FLASH_CR) &= ~LOCKED;
}

static void
flash_control(uint32_t value)
{
	uint32_t *control = word_at(FLASH_CR), sector = value >> 3 & 0xf;

	if (*control & LOCKED)
		return;
	*control = value;
	if (!(value & CR_START))
		return;
	CHECK(value & CR_ERASE && sector >= 2 && sector <= 11 && sector != 4);
	chip.erased++;
	if (sector < 4)
		memset(chip.flash + sector * FLASH_SMALL_SECTOR, 0xff, FLASH_SMALL_SECTOR);
	else
		memset(chip.flash + (sector - 4) * FLASH_SECTOR, 0xff, FLASH_SECTOR);
	*control &= ~(uint32_t)CR_START;
	if (chip.refuses)
		*word_at(FLASH_SR) |= SR_PROTECTED;
}

static void
store(uint32_t address, uint32_t value)
{
	uint32_t at = address - FLASH_BEGIN, before;
	uint8_t *place = chip.flash + at;

	CHECK(at < sizeof(chip.flash) && !(*word_at(FLASH_CR) & LOCKED) && *word_at(FLASH_CR) & CR_PROGRAM);
	CHECK_EQUAL(*word_at(FLASH_CR) >> 8 & 3, 2); /* by the word */
	memcpy(&before, place, 4);
	before &= value;
	memcpy(place, &before, 4);
	chip.programmed++;
	if (chip.refuses)
		*word_at(FLASH_SR) |= SR_PROTECTED;
}

void
register_set(uint32_t address, uint32_t value)
{
	if (address == FLASH_KEYR)
		key(value);
	else if (address == FLASH_CR)
		flash_control(value);
	else if (address == FLASH_SR)
		*word_at(FLASH_SR) &= ~value;
	else if (address >= 0x08000000 && address < 0x08100000)
		store(address, value);
	else if (address == SPI_DR && chip.selected && chip.out_len < OUT_SIZE)
		chip.out[chip.out_len++] = (uint8_t)value;
	else if (address == IWDG_KEY)
		chip.feeds += value == 0xaaaa;
	else
		*word_at(address) = value;
	if (address == GPIOA + SET_RESET && value & (1 << 4 | 1 << 20))
		chip.selected = value & 1 << 4;
	if (address == GPIOB + SET_RESET)
		*word_at(GPIOB + IN) = (*word_at(GPIOB + IN) & ~(value >> 16)) | (value & 0xffff);
}

const uint8_t *
memory_at(uint32_t address)
{
	return chip.flash + (address - FLASH_BEGIN);
}

static void
power_on(void)
{
	memset(&chip, 0, sizeof(chip));
	memset(chip.flash, 0xff, sizeof(chip.flash));
	*word_at(FLASH_CR) = LOCKED;
	chip.chance_step = 0x9e3779b9;
}

/* ---- flash ---- */

static void
test_flash(void)
{
	uint32_t word;

	power_on();
	CHECK(flash_program_word(0x08080008, 0x12345678));
	memcpy(&word, memory_at(0x08080008), 4);
	CHECK_EQUAL(word, 0x12345678);
	CHECK(*word_at(FLASH_CR) & LOCKED);
	CHECK(flash_erase_sector(0x08080000));
	CHECK(memory_at(0x08080008)[0] == 0xff && chip.erased == 1);
	CHECK(*word_at(FLASH_CR) & LOCKED);

	/* Never the boot code, never behind the end, never half a word. */
	CHECK(!flash_program_word(0x08000100, 0) && !flash_program_word(0x08007ffc, 0) && !flash_erase_sector(0x08004000));
	CHECK(!flash_program_word(0x0801fffc, 0) && !flash_program_word(0x08100000, 0) && !flash_program_word(0x08080002, 0));
	CHECK(!flash_erase_sector(0x08000000) && !flash_erase_sector(0x08100000));
	CHECK(chip.programmed == 1 && chip.erased == 1);

	/* What the boot stage remembers lies in small sectors. */
	CHECK(flash_program_word(0x0800bffc, 0) && flash_program_word(0x0800c000, 0) && flash_erase_sector(0x08008000));
	CHECK(memory_at(0x0800bffc)[0] == 0xff && memory_at(0x0800c000)[0] == 0);
	CHECK(flash_erase_sector(0x0800c000) && memory_at(0x0800c000)[0] == 0xff);

	chip.refuses = true;
	CHECK(!flash_program_word(0x08080010, 0));
	CHECK(!flash_erase_sector(0x080a0000));
	CHECK(*word_at(FLASH_CR) & LOCKED);
	chip.refuses = false;
	CHECK(flash_program_word(0x08080018, 0));
}

/* ---- coils ---- */

/* The supply is a square wave of the timer's on PA6, and nothing else is. */
static bool
pumped(void)
{
	return (*word_at(GPIOA) >> 12 & 3) == 2 && (*word_at(GPIOA + 0x20) >> 24 & 0xf) == 2 && *word_at(TIM3) & 1 && *word_at(TIM3 + 0x20) & 1 &&
	       *word_at(TIM3 + 0x34) > 0 && *word_at(TIM3 + 0x34) < *word_at(TIM3 + 0x2c);
}

static bool
gated(void)
{
	return *word_at(GPIOB + IN) >> 1 & 1;
}

static void
test_coil(void)
{
	power_on();
	coil_start();
	CHECK(!pumped() && !gated());
	coil_supply(true);
	CHECK(pumped() && !gated());
	coil_gate(true);
	CHECK(pumped() && gated());
	coil_die(true);
	CHECK(*word_at(GPIOB + IN) >> 2 & 1);
	coil_gate(false);
	CHECK(pumped() && !gated());
	coil_supply(false);
	coil_die(false);
	CHECK(!pumped() && !gated() && (*word_at(GPIOB + IN) & 6) == 0);
	CHECK_EQUAL(*word_at(GPIOA) >> 12 & 3, 1); /* a low output, not a pin that floats */
}

/* A gate that was left open, whichever: its lock would give way as soon as there is a supply. */
static void
test_open_gate(void)
{
	power_on();
	coil_start();
	coil_gate(true);
	coil_supply(true);
	CHECK(!pumped() && gated());
	coil_gate(false);
	coil_die(true);
	coil_supply(true);
	CHECK(!pumped());
	coil_die(false);
	coil_supply(true);
	CHECK(pumped());
}

/* ---- what is executed ---- */

enum { MPU = 0xe000ed90, MPU_CONTROL = 0x04, MPU_BASE = 0x0c, MPU_REGIONS = 4 };

/* ARMv7-M, B3.5: of the regions that an address is in, the one with the highest number; NULL: in none. */
static const uint32_t *
region_of(uint32_t address)
{
	const uint32_t *found = NULL;

	for (uint32_t i = 0; i < MPU_REGIONS; i++) {
		const uint32_t *base = word_at(MPU + MPU_BASE + 8 * i), *size = word_at(MPU + MPU_BASE + 8 * i + 4);
		uint32_t mask = (uint32_t)(UINT64_C(1) << ((*size >> 1 & 0x1f) + 1)) - 1;

		CHECK((*base & 0x10) != 0 && (*base & 0xf) == i && (*base & ~0x1fu & mask) == 0);
		if ((*size & 1) != 0 && (address & ~mask) == (*base & ~0x1fu))
			found = size;
	}
	return found;
}

static bool
may(uint32_t address, uint32_t access, bool execute)
{
	const uint32_t *region = region_of(address);

	return region != NULL && (*region >> 24 & 7) == access && ((*region >> 28 & 1) == 0) == execute;
}

static void
test_fence(void)
{
	enum { NONE = 0, WRITTEN = 3, READ = 6 };

	power_on();
	fence_start(0x08040000);
	CHECK_EQUAL(*word_at(MPU + MPU_CONTROL), 1 << 0 | 1 << 2); /* on; where there is no region, as without it */
	CHECK(may(0x08040000, READ, true) && may(0x0805fffc, READ, true));
	CHECK(may(0x08020000, WRITTEN, false) && may(0x0803fffc, WRITTEN, false) && may(0x08060000, WRITTEN, false));
	CHECK(may(0x08000000, WRITTEN, false) && may(0x08080000, WRITTEN, false) && may(0x080ffffc, WRITTEN, false));
	CHECK(may(0x20000000, WRITTEN, false) && may(0x2001fffc, WRITTEN, false));
	CHECK(may(0, NONE, false) && may(0x000ffffc, NONE, false));
	CHECK(region_of(0x40020000) == NULL && region_of(0x50000000) == NULL && region_of(0x1fff7a10) == NULL);
}

/* ---- chance ---- */

static bool
halts(void (*what)(void))
{
	if (setjmp(halted) != 0)
		return true;
	what();
	return false;
}

static void
draw_some(void)
{
	uint8_t bytes[32];

	chance_fill(bytes, sizeof(bytes));
}

static void
test_chance(void)
{
	uint8_t a[7], b[7];

	power_on();
	chance_start();
	chance_fill(a, sizeof(a));
	chance_fill(b, sizeof(b));
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	CHECK(!halts(draw_some));
	chip.chance_error = 1 << 2;
	CHECK(halts(draw_some));
	chip.chance_error = 1 << 1;
	CHECK(halts(draw_some));
	chip.chance_error = 0;
	CHECK(!halts(draw_some));
	chip.chance_step = 0; /* the same word again and again */
	CHECK(halts(draw_some));
}

/* ---- battery, watchdog ---- */

static void
test_battery(void)
{
	power_on();
	battery_start();
	chip.volts[17] = 1502; /* 1.21 V of 3.3 V */
	chip.volts[0] = 2482;  /* 2.0 V: half a cell of 4.0 V */
	CHECK(battery_millivolts() >= 3990 && battery_millivolts() <= 4010);
	chip.volts[0] = 0;
	CHECK_EQUAL(battery_millivolts(), 0);
	chip.volts[17] = 0;
	CHECK_EQUAL(battery_millivolts(), 0);
	chip.volts[17] = 1502;
	chip.no_conversion = true;
	CHECK_EQUAL(battery_millivolts(), 0);
}

static void
test_watchdog(void)
{
	power_on();
	watchdog_start();
	CHECK_EQUAL(*word_at(0x40003004), 4);
	CHECK_EQUAL(*word_at(0x40003008), 4000);
	CHECK_EQUAL(chip.feeds, 1);
	watchdog_feed();
	CHECK_EQUAL(chip.feeds, 2);
}

/* ---- the panel ---- */

/* What the panel shows at a pixel, after all of it was sent. */
static bool
dark_at(int x, int y)
{
	size_t at = 0, lines = 0;

	while (at < chip.out_len) {
		CHECK_EQUAL(chip.out[at] & 1, 1);
		for (at++; at < chip.out_len && chip.out[at] != 0; at += 52, lines++)
			if (chip.out[at] == y + 1)
				return !(chip.out[at + 1 + (size_t)x / 8] >> x % 8 & 1);
		at++;
	}
	CHECK(false); /* the line was never sent */
	return false;
}

static void
test_panel(void)
{
	static const uint8_t code[NONCE_SIZE] = {0x12, 0x34};
	struct display display;
	unsigned steps = 0, dark = 0;

	power_on();
	panel_start();
	CHECK(chip.out_len == 2 && chip.out[0] == 1 << 2);
	chip.out_len = 0;
	panel_step();
	CHECK_EQUAL(chip.out_len, 0); /* nothing to show */
	display_code(&display, code);
	panel_show(&display);
	CHECK_EQUAL(chip.out_len, 0);
	for (size_t before = 1; before != chip.out_len; steps++) {
		before = chip.out_len;
		panel_step();
	}
	CHECK_EQUAL(steps, 240 / 4 + 1);
	for (int row = 0; row < DISPLAY_SIDE; row++)
		for (int column = 0; column < DISPLAY_SIDE; column++) {
			int x = (400 - 33 * 7) / 2 + column * 7, y = (240 - 33 * 7) / 2 + row * 7;

			dark += display.dark[row][column];
			CHECK(dark_at(x, y) == display.dark[row][column] && dark_at(x + 6, y + 6) == display.dark[row][column]);
		}
	CHECK(dark > 200);
	display_clear(&display);
	chip.out_len = 0;
	panel_show(&display);
	CHECK(chip.out_len == 2 && chip.out[0] == 1 << 2);
	panel_step();
	CHECK_EQUAL(chip.out_len, 2);
}

int
main(void)
{
	test_flash();
	test_coil();
	test_open_gate();
	test_fence();
	test_chance();
	test_battery();
	test_watchdog();
	test_panel();
	return test_result();
}

/*
 * What of an STM32F405 an image sees, for imageskip.c: a small struct that is kept and put back in one piece. It forgives what the fakes of tests/unit/otg.c and
 * stm32f405.c do not, as the chip does: what is left out may be anything. Clocks run, conversions end and the bus is idle at once.
 */
#ifndef TESTS_HELPERS_IMAGECHIP_H
#define TESTS_HELPERS_IMAGECHIP_H

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum { CHIP_FLASH = 0x08000000, CHIP_FLASH_SIZE = 1 << 20, CHIP_RAM = 0x20000000, CHIP_RAM_SIZE = 128 << 10, CHIP_UNIQUE = 0x1fff7000 };

enum { CHIP_PORTS = 3, CHIP_PORT_WORDS = 10, CHIP_TIMER_WORDS = 16, CHIP_PACKET = 64, CHIP_ENDPOINTS = 2, CHIP_QUEUE = 8, CHIP_FIFO = 512 };

struct chip {
	uint32_t port[CHIP_PORTS][CHIP_PORT_WORDS]; /* GPIOA to C */
	uint32_t timer[CHIP_TIMER_WORDS];	    /* TIM3 */
	uint32_t chance, channel, flash_keys, flash_control;

	/* OTG_FS: by endpoint, what the image has set; packets to it, and from it */
	uint32_t events, in_control[CHIP_ENDPOINTS], in_size[CHIP_ENDPOINTS], in_event[CHIP_ENDPOINTS], out_control[CHIP_ENDPOINTS];
	uint32_t status[CHIP_QUEUE], first, last;
	uint8_t fifo[CHIP_FIFO];
	uint32_t read, filled;
	uint8_t sending[CHIP_ENDPOINTS][CHIP_PACKET];
	uint32_t sent[CHIP_ENDPOINTS];
	bool waiting[CHIP_ENDPOINTS];

	bool stamp_down, tampered; /* the world */
	bool coil, die;		   /* energised */
	uint32_t strokes, releases;
	uint64_t flash; /* what it holds: the sum of how its words have changed, mixed with their addresses */
};

/* Mixes a word into what is known. */
static inline uint64_t
chip_fold(uint64_t known, uint64_t word)
{
	known = (known ^ word) * 0x9e3779b97f4a7c15;
	return known ^ known >> 29;
}

/* ---- pins and coils ---- */

enum { GPIO = 0x40020000, GPIO_APART = 0x400, GPIO_MODE = 0x00, GPIO_IN = 0x10, GPIO_OUT = 0x14, GPIO_SET_RESET = 0x18, GPIO_FUNCTION = 0x20, TIM3 = 0x40000400,
       TIM3_CR1 = 0x00, TIM3_CCER = 0x20, TIM3_PERIOD = 0x2c, TIM3_COMPARE = 0x34 };

/* The supply is pumped by the timer's square wave on PA6, and by nothing else (coil.c). */
static inline bool
chip_pumped(const struct chip *chip)
{
	const uint32_t *a = chip->port[0], *timer = chip->timer;

	return (a[GPIO_MODE / 4] >> 12 & 3) == 2 && (a[GPIO_FUNCTION / 4] >> 24 & 0xf) == 2 && (timer[TIM3_CR1 / 4] & 1) != 0 && (timer[TIM3_CCER / 4] & 1) != 0 &&
	       timer[TIM3_COMPARE / 4] > 0 && timer[TIM3_COMPARE / 4] <= timer[TIM3_PERIOD / 4];
}

static inline bool
chip_drives(const struct chip *chip, unsigned pin_of_b)
{
	return (chip->port[1][GPIO_MODE / 4] >> 2 * pin_of_b & 3) == 1 && (chip->port[1][GPIO_OUT / 4] >> pin_of_b & 1) != 0;
}

static inline void
chip_follow_coils(struct chip *chip)
{
	bool coil = chip_pumped(chip) && chip_drives(chip, 1), die = chip_pumped(chip) && chip_drives(chip, 2);

	chip->strokes += coil && !chip->coil;
	chip->releases += die && !chip->die;
	chip->coil = coil;
	chip->die = die;
}

static inline uint32_t
chip_pins(const struct chip *chip, uint32_t which)
{
	return which == 2 ? (uint32_t)!chip->stamp_down | (uint32_t)chip->tampered << 13 : chip->port[which][GPIO_OUT / 4];
}

static inline void
chip_set_pin(struct chip *chip, uint32_t which, uint32_t offset, uint32_t value)
{
	uint32_t *out = &chip->port[which][GPIO_OUT / 4];

	if (offset == GPIO_SET_RESET)
		*out = (*out & ~(value >> 16)) | (value & 0xffff);
	else if (offset / 4 < CHIP_PORT_WORDS)
		chip->port[which][offset / 4] = value;
	chip_follow_coils(chip);
}

/* ---- the bus ---- */

enum { OTG = 0x50000000, GRSTCTL = 0x10, GINTSTS = 0x14, GRXSTSP = 0x20, DIEPCTL = 0x900, DIEPINT = 0x908, DIEPTSIZ = 0x910, DTXFSTS = 0x918, DOEPCTL = 0xb00,
       ENDPOINT_APART = 0x20, FIFO_AT = 0x1000, FIFO_END = 0x3000 };
enum { EVENT_RECEIVE = 1 << 4, EVENT_RESET = 1 << 12, EVENT_ENUMERATED = 1 << 13, ENDPOINT_STALLED = 1 << 21, ENDPOINT_DISABLE = 1 << 30, ENDPOINT_KEPT = 0x003fffff };

#define ENDPOINT_ENABLED (1u << 31)

static inline uint32_t
otg_read(struct chip *chip, uint32_t offset)
{
	uint32_t word = 0, endpoint = (offset & ENDPOINT_APART) / ENDPOINT_APART;

	if (offset >= FIFO_AT) {
		if (offset < FIFO_END && chip->read + 4 <= CHIP_FIFO)
			memcpy(&word, chip->fifo + chip->read, 4), chip->read += 4;
		return word;
	}
	if (offset == GRXSTSP) {
		word = chip->first < chip->last ? chip->status[chip->first++] : 0;
		chip->events &= chip->first < chip->last ? UINT32_MAX : ~(uint32_t)EVENT_RECEIVE;
		return word;
	}
	switch (offset & ~(uint32_t)ENDPOINT_APART) {
	case GRSTCTL & ~ENDPOINT_APART:
		return offset == GRSTCTL ? 1u << 31 : 0;
	case GINTSTS & ~ENDPOINT_APART:
		return offset == GINTSTS ? chip->events : 0;
	case DIEPCTL:
		return chip->in_control[endpoint];
	case DIEPINT:
		return chip->in_event[endpoint];
	case DTXFSTS:
		return CHIP_PACKET;
	case DOEPCTL:
		return chip->out_control[endpoint];
	default:
		return 0;
	}
}

static inline void
otg_control(struct chip *chip, bool in, uint32_t endpoint, uint32_t value)
{
	uint32_t *control = in ? &chip->in_control[endpoint] : &chip->out_control[endpoint];

	if (in && (value & ENDPOINT_ENABLED) != 0 && (*control & ENDPOINT_ENABLED) == 0) {
		chip->sent[endpoint] = 0;
		chip->waiting[endpoint] = true;
	}
	*control = (value & (ENDPOINT_KEPT | ENDPOINT_ENABLED)) | (*control & ENDPOINT_ENABLED);
	if ((value & ENDPOINT_DISABLE) == 0)
		return;
	*control &= ~ENDPOINT_ENABLED;
	if (in)
		chip->waiting[endpoint] = false;
}

static inline void
otg_write(struct chip *chip, uint32_t offset, uint32_t value)
{
	uint32_t endpoint = (offset & ENDPOINT_APART) / ENDPOINT_APART;

	if (offset >= FIFO_AT) {
		endpoint = (offset - FIFO_AT) / FIFO_AT;
		if (endpoint < CHIP_ENDPOINTS && chip->sent[endpoint] + 4 <= CHIP_PACKET)
			memcpy(chip->sending[endpoint] + chip->sent[endpoint], &value, 4), chip->sent[endpoint] += 4;
		return;
	}
	if (offset == GINTSTS)
		chip->events &= ~value | EVENT_RECEIVE;
	switch (offset & ~(uint32_t)ENDPOINT_APART) {
	case DIEPCTL:
		otg_control(chip, true, endpoint, value);
		break;
	case DIEPINT:
		chip->in_event[endpoint] &= ~value;
		break;
	case DIEPTSIZ:
		chip->in_size[endpoint] = value & 0x7f;
		break;
	case DOEPCTL:
		otg_control(chip, false, endpoint, value);
		break;
	default:
		break;
	}
}

/* ---- what a host does at the other end ---- */

enum { RECEIVED_DATA = 2, RECEIVED_DONE = 3, RECEIVED_SETUP_DONE = 4, RECEIVED_SETUP = 6 };

static inline void
chip_receive(struct chip *chip, uint32_t endpoint, uint32_t kind, const uint8_t *bytes, uint32_t len)
{
	if (chip->first == chip->last) {
		chip->first = chip->last = chip->read = chip->filled = 0;
		memset(chip->status, 0, sizeof(chip->status));
		memset(chip->fifo, 0, sizeof(chip->fifo));
	}
	if (chip->last == CHIP_QUEUE || chip->filled + CHIP_PACKET > CHIP_FIFO)
		return;
	memset(chip->fifo + chip->filled, 0, CHIP_PACKET);
	memcpy(chip->fifo + chip->filled, bytes, len);
	chip->filled += (len + 3) / 4 * 4;
	chip->status[chip->last++] = endpoint | len << 4 | kind << 17;
	chip->events |= EVENT_RECEIVE;
}

static inline void
chip_setup(struct chip *chip, const uint8_t setup[8])
{
	chip->in_control[0] &= ~(uint32_t)ENDPOINT_STALLED;
	chip->out_control[0] &= ~(uint32_t)ENDPOINT_STALLED;
	chip_receive(chip, 0, RECEIVED_SETUP, setup, 8);
	chip_receive(chip, 0, RECEIVED_SETUP_DONE, setup, 0);
}

/* False: the device says wait. */
static inline bool
chip_give(struct chip *chip, const uint8_t *bytes, uint32_t len)
{
	if ((chip->out_control[1] & ENDPOINT_ENABLED) == 0 || (chip->out_control[1] & ENDPOINT_STALLED) != 0 || chip->last > CHIP_QUEUE - 2)
		return false;
	chip_receive(chip, 1, RECEIVED_DATA, bytes, len);
	chip_receive(chip, 1, RECEIVED_DONE, bytes, 0);
	chip->out_control[1] &= ~ENDPOINT_ENABLED;
	return true;
}

/* The length of the packet that waits there, which is taken; -1: none. */
static inline int
chip_take(struct chip *chip, uint8_t out[CHIP_PACKET], uint32_t endpoint)
{
	uint32_t len = chip->in_size[endpoint] < CHIP_PACKET ? chip->in_size[endpoint] : CHIP_PACKET;

	if (!chip->waiting[endpoint] || (chip->in_control[endpoint] & ENDPOINT_STALLED) != 0)
		return -1;
	memcpy(out, chip->sending[endpoint], len);
	memset(chip->sending[endpoint], 0, CHIP_PACKET);
	chip->waiting[endpoint] = false;
	chip->in_control[endpoint] &= ~ENDPOINT_ENABLED;
	chip->in_event[endpoint] |= 1;
	return (int)len;
}

/* ---- everything else ---- */

enum { RCC_CR = 0x40023800, RCC_CFGR = 0x40023808, FLASH_KEYR = 0x40023c04, FLASH_CR = 0x40023c10, RNG_SR = 0x50060804, RNG_DR = 0x50060808, ADC_SR = 0x40012000,
       ADC_SQR3 = 0x40012034, ADC_DR = 0x4001204c, SPI_SR = 0x40013008 };
enum { FLASH_PROGRAM = 1 << 0, FLASH_ERASE = 1 << 1, FLASH_START = 1 << 16 };

#define FLASH_LOCKED (1u << 31)

static inline uint32_t
chip_draw(struct chip *chip)
{
	chip->chance ^= chip->chance << 13;
	chip->chance ^= chip->chance >> 17;
	return chip->chance ^= chip->chance << 5;
}

static inline uint32_t
chip_read(struct chip *chip, uint32_t address)
{
	uint32_t offset = address % GPIO_APART;

	switch (address) {
	case RCC_CR:
		return 1 << 17 | 1 << 25;
	case RCC_CFGR:
		return 2 << 2;
	case RNG_SR:
		return 1;
	case RNG_DR:
		return chip_draw(chip);
	case ADC_SR:
		return 1 << 1;
	case ADC_DR:
		return chip->channel == 17 ? 1502 : 2482; /* 1.21 V of 3.3 V; half of a cell's 4.0 V */
	case SPI_SR:
		return 1 << 1;
	case FLASH_CR:
		return chip->flash_control;
	default:
		break;
	}
	if (address >= GPIO && address < GPIO + CHIP_PORTS * GPIO_APART)
		return offset == GPIO_IN ? chip_pins(chip, (address - GPIO) / GPIO_APART) :
		       offset / 4 < CHIP_PORT_WORDS ? chip->port[(address - GPIO) / GPIO_APART][offset / 4] : 0;
	if (address >= TIM3 && address < TIM3 + 4 * CHIP_TIMER_WORDS)
		return chip->timer[(address - TIM3) / 4];
	return address >= OTG && address < OTG + FIFO_END ? otg_read(chip, address - OTG) : 0;
}

/* The sector that is to be erased now, 0: none. */
static inline uint32_t
chip_flash_control(struct chip *chip, uint32_t value)
{
	if ((chip->flash_control & FLASH_LOCKED) != 0)
		return 0;
	chip->flash_control = value & ~(uint32_t)FLASH_START;
	return (value & FLASH_START) != 0 && (value & FLASH_ERASE) != 0 ? value >> 3 & 0xf : 0;
}

/* Returns as chip_flash_control(). */
static inline uint32_t
chip_write(struct chip *chip, uint32_t address, uint32_t value)
{
	if (address == FLASH_CR)
		return chip_flash_control(chip, value);
	if (address == FLASH_KEYR) {
		chip->flash_keys = value == 0x45670123 ? 1 : chip->flash_keys == 1 && value == 0xcdef89ab ? 2 : 0;
		if (chip->flash_keys == 2)
			chip->flash_control &= ~FLASH_LOCKED;
	} else if (address == ADC_SQR3) {
		chip->channel = value;
	} else if (address >= GPIO && address < GPIO + CHIP_PORTS * GPIO_APART) {
		chip_set_pin(chip, (address - GPIO) / GPIO_APART, address % GPIO_APART, value);
	} else if (address >= TIM3 && address < TIM3 + 4 * CHIP_TIMER_WORDS) {
		chip->timer[(address - TIM3) / 4] = value;
		chip_follow_coils(chip);
	} else if (address >= OTG && address < OTG + FIFO_END) {
		otg_write(chip, address - OTG, value);
	}
	return 0;
}

static inline void
chip_changes(struct chip *chip, uint32_t address, uint32_t was, uint32_t becomes)
{
	chip->flash += chip_fold(chip_fold(0, address), becomes) - chip_fold(chip_fold(0, address), was);
}

/* What a word of flash becomes that is written to. */
static inline uint32_t
chip_program(struct chip *chip, uint32_t address, uint32_t was, uint32_t value)
{
	if ((chip->flash_control & (FLASH_LOCKED | FLASH_PROGRAM)) != FLASH_PROGRAM)
		return was;
	chip_changes(chip, address, was, was & value);
	return was & value;
}

static inline void
chip_power_on(struct chip *chip)
{
	struct chip was = *chip;

	*chip = (struct chip){.chance = was.chance, .tampered = was.tampered, .strokes = was.strokes, .releases = was.releases, .flash = was.flash};
	chip->flash_control = FLASH_LOCKED;
}

#endif

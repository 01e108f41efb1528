/*
 * An STM32F405 with the seal's image in it, for imageskip.c. The library's functions are the host's, and what draws the code on the display is left aside. What is
 * remembered of images has four places, not a thousand, to be read in time. Memory is executed as fence.c says.
 */
#ifndef TESTS_HELPERS_IMAGEMACHINE_H
#define TESTS_HELPERS_IMAGEMACHINE_H

#include "imagelibrary.h"
#include "unit/sealbench.h"
#include "unit/slotbench.h"

enum { SLOT_A = 0x08020000, SLOT_B = 0x08040000, LOG_A = 0x08008000, LOG_B = 0x0800c000, LOG_SIZE = 16 << 10, LOG_SIZE_AT = 40, MPU_CONTROL = 0xd94, NOWHERE = 0xfffffff0,
       PATIENCE = 30000000 /* octets; the watchdog has longer */, PATIENCE_ALONE = 1 << 30, DIRTY_MAX = 4096, SECTOR_SIZE = 128 << 10 };

/* What a host at the other end of the cable is about to do; kept with the machine. */
struct host {
	uint32_t step, stage; /* of the scenario, of the step */
	uint32_t len, given, idle;
	uint8_t request[FRAME_MAX];
	uint32_t got;
	uint8_t answer[FRAME_MAX + CHIP_PACKET];
	bool answered;
	bool by_itself; /* the library is the image's own in this step, which takes longer */
	uint8_t nonce[NONCE_SIZE], camera[NONCE_SIZE], point[ED25519_POINT_SIZE];
};

/*
 * It comes to where the rehearsal was; the scenario is over; halted, in a fault, in a loop that the watchdog ends, or it restarts; no run before was where it is
 * at the beginning of a step.
 */
enum end { GOES_ON, ALIKE, OVER, ENDED, UNKNOWN };

static struct machine {
	uc_engine *cpu, *fast, *telling; /* one of the other two; the second tells what it reads */
	uint8_t *ram, *flash;
	struct chip chip;
	struct host host;

	enum end end;
	bool fenced;
	bool begins;	/* at a turn, where it was stopped */
	uint32_t spent; /* octets executed since the last turn */

	/* imagealike.h */
	uint32_t anchor, anchored, anchor_looks; /* where a loop would come back to, when that was kept, how often it came there */
	uint64_t anchor_likeness, host_likeness;
	bool host_is_known;
	unsigned blocks, next_look; /* of code that were begun; when to look next */

	uint32_t dirty[DIRTY_MAX], dirty_count; /* words of its flash that have changed since they were last the same as the other's */
	uint32_t sectors;			/* a bit for each large sector likewise */
} leader, trial;

static struct elf boot, image;
static struct instructions instructions; /* of the slot */
static uint32_t at_boot, at_set, at_slots, at_turn, at_halt, at_restart, at_ticks, at_library[LIBRARY_FUNCTIONS], ram_used;
static uint32_t always; /* left out of the image */

static void
note_dirty(struct machine *m, uint32_t address)
{
	if (m->dirty_count < DIRTY_MAX)
		m->dirty[m->dirty_count++] = address - CHIP_FLASH;
	else
		m->sectors |= 1u << (address - CHIP_FLASH) / SECTOR_SIZE;
}

static void
finish(struct machine *m, enum end end)
{
	m->end = end;
	uc_emu_stop(m->cpu);
}

static void
erase(struct machine *m, uint32_t sector)
{
	uint32_t size = sector < 4 ? LOG_SIZE : SECTOR_SIZE, at = sector < 4 ? sector * LOG_SIZE : (sector - 4) * SECTOR_SIZE, was;

	if (sector < 2 || sector == 4 || sector >= 12)
		return;
	if (CHIP_FLASH + at == SLOT_A) { /* itself */
		finish(m, ENDED);
		return;
	}
	touch_memory(CHIP_FLASH + at, size, WRITTEN);
	for (uint32_t word = at; word < at + size; word += 4) {
		memcpy(&was, m->flash + word, 4);
		chip_changes(&m->chip, CHIP_FLASH + word, was, UINT32_MAX);
	}
	memset(m->flash + at, 0xff, size);
	m->sectors |= 1u << (sector < 4 ? 0 : sector - 4);
}

static uint64_t
on_read(uc_engine *cpu, uint64_t offset, unsigned size, void *context)
{
	struct machine *m = context;

	(void)cpu, (void)size;
	return chip_read(&m->chip, (uint32_t)offset + 0x40000000);
}

static void
on_write(uc_engine *cpu, uint64_t offset, unsigned size, uint64_t value, void *context)
{
	struct machine *m = context;
	uint32_t sector;

	(void)cpu, (void)size;
	if ((sector = chip_write(&m->chip, (uint32_t)offset + 0x40000000, (uint32_t)value)) != 0)
		erase(m, sector);
}

static uint64_t
on_system_read(uc_engine *cpu, uint64_t offset, unsigned size, void *context)
{
	(void)cpu, (void)offset, (void)size, (void)context;
	return 0;
}

/* What it executes is as fence.c has it, once that is on. */
static void
on_system_write(uc_engine *cpu, uint64_t offset, unsigned size, uint64_t value, void *context)
{
	struct machine *m = context;

	(void)cpu, (void)size;
	m->fenced = m->fenced || (offset == MPU_CONTROL && (value & 1) != 0);
}

/* registers.c is the way to flash as well; its word is stored here. */
static void
on_register_set(uc_engine *cpu, uint64_t at, uint32_t size, void *context)
{
	struct machine *m = context;
	uint32_t address = cortex_get(cpu, UC_ARM_REG_R0), offset = address - CHIP_FLASH, was;

	(void)at, (void)size;
	if (offset >= CHIP_FLASH_SIZE || address % 4 != 0)
		return;
	if (address - SLOT_A < SECTOR_SIZE) { /* fence.c */
		finish(m, ENDED);
		return;
	}
	touch_memory(address, 4, READ_FIRST);
	touch_memory(address, 4, WRITTEN);
	memcpy(&was, m->flash + offset, 4);
	was = chip_program(&m->chip, address, was, cortex_get(cpu, UC_ARM_REG_R1));
	memcpy(m->flash + offset, &was, 4);
	note_dirty(m, address);
	cortex_return(cpu, 0);
}

static void
on_memory(uc_engine *cpu, uc_mem_type type, uint64_t address, int size, int64_t value, void *context)
{
	(void)cpu, (void)value, (void)context;
	touch_memory((uint32_t)address, (unsigned)size, type == UC_MEM_READ ? READ_FIRST : WRITTEN);
}

static void
on_exception(uc_engine *cpu, uint32_t number, void *context)
{
	(void)cpu, (void)number;
	finish(context, ENDED);
}

static void
on_end(uc_engine *cpu, uint64_t address, uint32_t size, void *context)
{
	(void)cpu, (void)address, (void)size;
	finish(context, ENDED);
}

/* What a camera sees; the display gets it as it is. */
static void
on_display(uc_engine *cpu, uint64_t address, uint32_t size, void *context)
{
	struct machine *m = context;
	struct display display = {.lit = true};

	(void)address, (void)size;
	m->host_is_known = false;
	library_read(cpu, cortex_get(cpu, UC_ARM_REG_R1), m->host.camera, NONCE_SIZE);
	memcpy(display.dark, m->host.camera, NONCE_SIZE);
	if (!library_write(cpu, cortex_get(cpu, UC_ARM_REG_R0), &display, sizeof(display)))
		finish(m, ENDED);
	else
		cortex_return(cpu, 0);
}

static void
on_drawing(uc_engine *cpu, uint64_t address, uint32_t size, void *context)
{
	(void)address, (void)size, (void)context;
	cortex_return(cpu, 0);
}

static void
on_boot(uc_engine *cpu, uint64_t address, uint32_t size, void *context)
{
	uint32_t log_size = SLOTBENCH_LOG;

	(void)address, (void)size, (void)context;
	library_write(cpu, at_slots + LOG_SIZE_AT, &log_size, sizeof(log_size));
}

static void
on_library(uc_engine *cpu, uint64_t address, uint32_t size, void *context)
{
	struct machine *m = context;

	(void)size;
	if (m->host.by_itself)
		return;
	for (unsigned i = 0; i < LIBRARY_FUNCTIONS; i++)
		if (at_library[i] == address && !library[i].function(cpu))
			finish(m, ENDED);
}

/* ---- running ---- */

static void
run(struct machine *m)
{
	m->end = GOES_ON;
	m->spent = 0;
	if (uc_emu_start(m->cpu, cortex_get(m->cpu, UC_ARM_REG_PC) | 1, NOWHERE, 0, 0) != UC_ERR_OK || m->end == GOES_ON)
		m->end = ENDED;
}

/* RAM keeps what was in it. */
static void
power(struct machine *m)
{
	static const int general[] = {UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R4, UC_ARM_REG_R5, UC_ARM_REG_R6, UC_ARM_REG_R7,
		UC_ARM_REG_R8, UC_ARM_REG_R9, UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12};

	chip_power_on(&m->chip);
	for (unsigned i = 0; i < sizeof(general) / sizeof(general[0]); i++)
		cortex_set(m->cpu, general[i], 0);
	cortex_set(m->cpu, UC_ARM_REG_CPSR, 1 << 24 | 0x1f);
	cortex_set(m->cpu, UC_ARM_REG_SP, cortex_vector(m->flash + SLOT_A - CHIP_FLASH + IMAGE_HEAD, 0));
	cortex_set(m->cpu, UC_ARM_REG_LR, UINT32_MAX);
	cortex_set(m->cpu, UC_ARM_REG_PC, cortex_vector(m->flash + SLOT_A - CHIP_FLASH + IMAGE_HEAD, 1));
	m->begins = false;
}

#endif

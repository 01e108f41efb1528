/*
 * Leaves out each instruction of the boot stage once, as it is flashed, on a Cortex-M4 (libunicorn), while what lies in the slots must not start, and sees
 * whether anything does.
 *
 *	bootskip STAGE.elf INSTRUCTIONS STRIDE [ALWAYS]
 *
 * STAGE: of the STM32F405. INSTRUCTIONS: lines `<address, hex> <length>` of what decides in it; of each STRIDE of them that are executed one is tried. Prints per scenario how many
 * were executed and tried; exits 1 when something started. ALWAYS: the address of an instruction of two octets that is left out each time, for a stage that is too weak. The library's verdict on a signature is the host's, and what is remembered has four places, not a thousand, to be read in time.
 */
#include "cortex.h"
#include "unit/slotbench.h"

enum { FLASH = 0x08000000, FLASH_SIZE = 1 << 20, RAM = 0x20000000, RAM_SIZE = 128 << 10, DEVICES = 0x40000000, DEVICES_SIZE = 2 * RAM_SIZE, SYSTEM = 0xe000e000,
	SYSTEM_SIZE = 1 << 12, LOG_A = 0x08008000, LOG_B = 0x0800c000, LOG_SIZE = 16 << 10, SLOT_A = 0x08020000, SLOT_B = 0x08040000, LOG_SIZE_AT = 40, STAGE_MAX = 32 << 10 };
enum { PATIENCE = 2000000, SHOWN = 20, THUMB = 1 << 5 };

static struct slotbench bench;
static struct elf elf;
static uint8_t stage[STAGE_MAX];
static struct instructions instructions;
static uint32_t at_set, at_verify, at_start, at_halt, at_slots;
static uc_engine *cpu;
static uc_context *reset; /* its registers, as they are when the power comes */

/* ---- a run ---- */

static struct run {
	unsigned long executed, leave_out; /* the one with this number, from 1; 0: none */
	uint32_t left_out;		   /* its address */
	bool halted;
} run;

static void
on_code(uc_engine *uc, uint64_t address, uint32_t size, void *context)
{
	uint32_t at = (uint32_t)address;

	(void)uc, (void)size, (void)context;
	if (at - FLASH >= STAGE_MAX || instructions.length[at - FLASH] == 0)
		return;
	if (++run.executed == run.leave_out) {
		run.left_out = at;
		cortex_leave_out(cpu, &instructions, FLASH, at - FLASH);
	} else if (at == at_halt) {
		run.halted = true;
		uc_emu_stop(cpu);
	}
}

/* The log becomes as short as the bench's. */
static void
on_start(uc_engine *uc, uint64_t address, uint32_t size, void *context)
{
	uint32_t log_size = SLOTBENCH_LOG;

	(void)address, (void)size, (void)context;
	uc_mem_write(uc, at_slots + LOG_SIZE_AT, &log_size, sizeof(log_size));
}

/* What is programmed clears bits, and sets none. */
static void
on_register_set(uc_engine *uc, uint64_t at, uint32_t size, void *context)
{
	uint32_t address = cortex_get(cpu, UC_ARM_REG_R0), was;

	(void)at, (void)size, (void)context;
	if (address < LOG_A || address >= LOG_B + LOG_SIZE || uc_mem_read(uc, address, &was, sizeof(was)) != UC_ERR_OK)
		return;
	was &= cortex_get(cpu, UC_ARM_REG_R1);
	uc_mem_write(uc, address, &was, sizeof(was));
	cortex_return(cpu, 0);
}

static void
on_verify(uc_engine *uc, uint64_t address, uint32_t size, void *context)
{
	uint8_t signature[ED25519_SIGNATURE_SIZE], point[ED25519_POINT_SIZE], message[IMAGE_SIGNED];
	uint32_t len = cortex_get(cpu, UC_ARM_REG_R2);
	bool good = len == IMAGE_SIGNED && uc_mem_read(uc, cortex_get(cpu, UC_ARM_REG_R0), signature, sizeof(signature)) == UC_ERR_OK &&
		uc_mem_read(uc, cortex_get(cpu, UC_ARM_REG_R1), message, len) == UC_ERR_OK && uc_mem_read(uc, cortex_get(cpu, UC_ARM_REG_R3), point, sizeof(point)) == UC_ERR_OK &&
		wire_ed25519_verify(signature, span_of(message, len), point);

	(void)address, (void)size, (void)context;
	cortex_return(cpu, good);
}

static void
on_exception(uc_engine *uc, uint32_t number, void *context)
{
	(void)number, (void)context;
	uc_emu_stop(uc);
}

static void
write_memory(void)
{
	static const uint32_t log[SLOTS] = {LOG_A, LOG_B}, slot[SLOTS] = {SLOT_A, SLOT_B};
	static const uint8_t zeros[RAM_SIZE];
	uint8_t erased[LOG_SIZE];

	memset(erased, 0xff, sizeof(erased));
	uc_mem_write(cpu, RAM, zeros, RAM_SIZE);
	uc_mem_write(cpu, DEVICES, zeros, RAM_SIZE);
	uc_mem_write(cpu, DEVICES + RAM_SIZE, zeros, RAM_SIZE);
	uc_mem_write(cpu, SYSTEM, zeros, SYSTEM_SIZE);
	for (unsigned i = 0; i < SLOTS; i++) {
		uc_mem_write(cpu, log[i], erased, sizeof(erased));
		uc_mem_write(cpu, log[i], bench.log[i], SLOTBENCH_LOG);
		uc_mem_write(cpu, slot[i], bench.slot[i], IMAGE_HEAD + SLOTBENCH_CODE);
	}
}

static bool
is_in_image(uint32_t pc)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (pc == (cortex_vector(bench.slot[i] + IMAGE_HEAD, 1) & ~1u)) /* where nothing is: it ends there */
			return true;
	return pc >= SLOT_A && pc < SLOT_B + IMAGE_SLOT;
}

/* Whether an image was jumped to. */
static bool
starts(unsigned long leave_out)
{
	run = (struct run){.leave_out = leave_out};
	uc_context_restore(cpu, reset);
	write_memory();
	cortex_set(cpu, UC_ARM_REG_CPSR, 1 << 24 | 0x1f);
	cortex_set(cpu, UC_ARM_REG_SP, cortex_vector(stage, 0));
	cortex_set(cpu, UC_ARM_REG_LR, UINT32_MAX);
	uc_emu_start(cpu, cortex_vector(stage, 1) | 1, 0, 0, PATIENCE);
	return !run.halted && is_in_image(cortex_get(cpu, UC_ARM_REG_PC)) && (cortex_get(cpu, UC_ARM_REG_CPSR) & THUMB) != 0; /* without it a Cortex-M faults */
}

/* ---- what must not start ---- */

static void
put(uint32_t version, unsigned which)
{
	slotbench_put(&bench, "stm32f405", version, which);
}

static void
empty(void)
{
}

static void
one_signature(void)
{
	put(3, 0);
	memset(bench.slot[0] + IMAGE_SIGNED, 0, ED25519_SIGNATURE_SIZE);
}

static void
bad_signature(void)
{
	put(3, 0);
	bench.slot[0][IMAGE_SIGNED] ^= 1;
}

static void
same_key_twice(void)
{
	put(3, 0);
	memcpy(bench.slot[0] + IMAGE_SIGNED + ED25519_SIGNATURE_SIZE, bench.slot[0] + IMAGE_SIGNED, ED25519_SIGNATURE_SIZE);
}

static void
other_code(void)
{
	put(3, 0);
	bench.slot[0][IMAGE_HEAD + SLOTBENCH_CODE - 1] ^= 1;
}

static void
other_board(void)
{
	slotbench_put(&bench, "mps2-an386", 3, 0);
}

static void
other_place(void)
{
	put(3, 0);
	memcpy(bench.slot[1], bench.slot[0], IMAGE_HEAD + SLOTBENCH_CODE);
	memset(bench.slot[0], 0xff, IMAGE_HEAD);
}

/* Version 5 was in force; 3, which two have signed, is in its place, and in the other one on trial. */
static void
older(void)
{
	put(5, 0);
	CHECK_EQUAL(slots_confirm(&bench.slots, 0), WIRE_OK);
	put(7, 1);
	CHECK_EQUAL(slots_try(&bench.slots, 0), WIRE_OK);
	put(3, 0);
	put(3, 1);
}

static void
no_keys(void)
{
	put(3, 0);
	memset(&bench.keys, 0, sizeof(bench.keys));
}

static const struct scenario {
	const char *name;
	void (*prepare)(void);
} scenarios[] = {
	{"empty", empty},	      {"one-signature", one_signature}, {"bad-signature", bad_signature}, {"same-key-twice", same_key_twice},
	{"other-code", other_code},   {"other-board", other_board},	{"other-place", other_place},	  {"older", older},
	{"no-keys", no_keys},
};

static void
set_up(void (*prepare)(void))
{
	slotbench_new(&bench);
	bench.slots.name = "stm32f405";
	prepare();
	uc_mem_write(cpu, FLASH, stage, STAGE_MAX);
	uc_mem_write(cpu, FLASH + BOOT_KEYS_AT + offsetof(struct boot_keys, keys), &bench.keys, sizeof(bench.keys));
}

static void
control(void)
{
	put(3, 0);
}

static bool
try_all(const struct scenario *s, unsigned long stride)
{
	unsigned long executed, tried = 0, started = 0, halted = 0;

	set_up(s->prepare);
	if (starts(0) || !run.halted || (executed = run.executed) < 500) {
		printf("%s: with every instruction in its place it does not end as it should, at 0x%x after %lu\n", s->name, cortex_get(cpu, UC_ARM_REG_PC), run.executed);
		return false;
	}
	for (unsigned long n = 1; n <= executed; n += stride, tried++)
		if (starts(n)) {
			if (started++ < SHOWN)
				printf("  started without the instruction at 0x%x\n", run.left_out);
		} else {
			halted += run.halted;
		}
	printf("%-16s %8lu instructions executed, %8lu left out: %8lu halted, %7lu ended in a fault, %lu started\n", s->name, executed, tried, halted,
		tried - halted - started, started);
	return started == 0 && tried == (executed + stride - 1) / stride;
}

/* ---- an image that did not confirm itself ---- */

static void
not_confirmed(void)
{
	put(5, 0);
	CHECK_EQUAL(slots_confirm(&bench.slots, 0), WIRE_OK);
	put(7, 1);
	CHECK_EQUAL(slots_try(&bench.slots, 0), WIRE_OK);
	CHECK_EQUAL(slots_choose(&bench.slots), 1);
}

static bool
is_in_trial(uint32_t pc)
{
	return pc == (cortex_vector(bench.slot[1] + IMAGE_HEAD, 1) & ~1u) || (pc >= SLOT_B && pc < SLOT_B + IMAGE_SLOT);
}

/* What is remembered after the stage has run: the other image is in force, the counter is where it was, and the next start, or that behind one more trial, goes back. */
static bool
goes_back(const struct slotbench *before)
{
	struct slots_state state;
	bool good;

	uc_mem_read(cpu, LOG_A, bench.log[0], SLOTBENCH_LOG);
	uc_mem_read(cpu, LOG_B, bench.log[1], SLOTBENCH_LOG);
	good = slots_read(&state, &bench.slots) && state.active == 0 && state.counter == 5 &&
	       (slots_choose(&bench.slots) == 0 || slots_choose(&bench.slots) == 0);
	memcpy(bench.log, before->log, sizeof(bench.log));
	return good;
}

/* One start more of an image that two have signed is no harm; that it stays would be. */
static bool
try_not_confirmed(unsigned long stride)
{
	static struct slotbench before;
	unsigned long executed, tried = 0, again = 0, stayed = 0;

	set_up(not_confirmed);
	before = bench;
	if (!starts(0) || is_in_trial(cortex_get(cpu, UC_ARM_REG_PC)) || !goes_back(&before)) {
		printf("not-confirmed: with every instruction in its place it does not go back, but to 0x%x\n", cortex_get(cpu, UC_ARM_REG_PC));
		return false;
	}
	executed = run.executed;
	for (unsigned long n = 1; n <= executed; n += stride, tried++) {
		again += starts(n) && is_in_trial(cortex_get(cpu, UC_ARM_REG_PC));
		if (!goes_back(&before) && stayed++ < SHOWN)
			printf("  stayed without the instruction at 0x%x\n", run.left_out);
	}
	printf("%-16s %8lu instructions executed, %8lu left out: %8lu started it once more, %lu left it in force\n", "not-confirmed", executed, tried, again, stayed);
	return stayed == 0 && tried == (executed + stride - 1) / stride;
}

/* ---- the program ---- */

static bool
read_stage(const char *name)
{
	if (!elf_read(&elf, name))
		return false;
	elf_load(&elf, stage, FLASH, STAGE_MAX);
	at_set = elf_find(&elf, "register_set");
	at_verify = elf_find(&elf, "wire_ed25519_verify");
	at_start = elf_find(&elf, "boot_start");
	at_halt = elf_find(&elf, "board_halt");
	at_slots = elf_find(&elf, "slots");
	return at_set != 0 && at_verify != 0 && at_start != 0 && at_halt != 0 && at_slots != 0;
}

static bool
make_processor(void)
{
	if ((cpu = cortex_new()) == NULL)
		return false;
	uc_mem_map(cpu, FLASH, STAGE_MAX, UC_PROT_READ | UC_PROT_EXEC);
	uc_mem_map(cpu, FLASH + STAGE_MAX, FLASH_SIZE - STAGE_MAX, UC_PROT_ALL);
	uc_mem_map(cpu, RAM, RAM_SIZE, UC_PROT_ALL);
	uc_mem_map(cpu, DEVICES, DEVICES_SIZE, UC_PROT_READ | UC_PROT_WRITE);
	uc_mem_map(cpu, SYSTEM, SYSTEM_SIZE, UC_PROT_READ | UC_PROT_WRITE);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_code, NULL, FLASH, FLASH + STAGE_MAX);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_start, NULL, at_start, at_start);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_register_set, NULL, at_set, at_set);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_verify, NULL, at_verify, at_verify);
	cortex_hook(cpu, UC_HOOK_INTR, (void *)on_exception, NULL, 1, 0);
	return uc_context_alloc(cpu, &reset) == UC_ERR_OK && uc_context_save(cpu, reset) == UC_ERR_OK;
}

/* NOP. */
static void
weaken(const char *address)
{
	uint32_t at = (uint32_t)strtoul(address, NULL, 16) - FLASH;

	if (at < STAGE_MAX - 2)
		memcpy(stage + at, (const uint8_t[]){0x00, 0xbf}, 2);
}

int
main(int argc, char **argv)
{
	bool good = true;

	if (argc != 4 && argc != 5) {
		fputs("usage: bootskip STAGE.elf INSTRUCTIONS STRIDE [ALWAYS]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!read_stage(argv[1]) || !instructions_read(&instructions, stage, FLASH, STAGE_MAX, argv[2]) || !make_processor()) {
		fputs("bootskip: no boot stage, no list of its instructions, or no processor for it\n", stderr);
		return 2;
	}
	if (argc == 5)
		weaken(argv[4]);
	set_up(control);
	if (!starts(0)) {
		printf("control: what may start does not; it stops at 0x%x\n", cortex_get(cpu, UC_ARM_REG_PC));
		return 1;
	}
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		good = try_all(&scenarios[i], strtoul(argv[3], NULL, 10)) && good;
	good = try_not_confirmed(strtoul(argv[3], NULL, 10)) && good;
	return good && test_result() == 0 ? 0 : 1;
}

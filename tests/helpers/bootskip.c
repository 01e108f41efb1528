/*
 * Leaves out each instruction of the boot stage once, as it is flashed, on a Cortex-M4 (libunicorn), while what lies in the slots must not start, and sees
 * whether anything does.
 *
 *	bootskip STAGE.elf INSTRUCTIONS STRIDE [ALWAYS]
 *
 * STAGE: of the STM32F405. INSTRUCTIONS: lines `<address, hex> <length>` of what decides in it; of each STRIDE of them that are executed one is tried. Prints per scenario how many
 * were executed and tried; exits 1 when something started. ALWAYS: the address of an instruction of two octets that is left out each time, for a stage that is too weak. The library's verdict on a signature is the host's, and what is remembered has four places, not a thousand, to be read in time.
 */
#include <elf.h>
#include <stdlib.h>
#include <unicorn/unicorn.h>

#include "unit/slotbench.h"

enum { FLASH = 0x08000000, FLASH_SIZE = 1 << 20, RAM = 0x20000000, RAM_SIZE = 128 << 10, DEVICES = 0x40000000, DEVICES_SIZE = 2 * RAM_SIZE, SYSTEM = 0xe000e000,
	SYSTEM_SIZE = 1 << 12, LOG_A = 0x08008000, LOG_B = 0x0800c000, LOG_SIZE = 16 << 10, SLOT_A = 0x08020000, SLOT_B = 0x08040000, LOG_SIZE_AT = 40, STAGE_MAX = 32 << 10 };
enum { PATIENCE = 2000000, SHOWN = 20, THUMB = 1 << 5 };

static struct slotbench bench;
static uint8_t stage[STAGE_MAX], length_of[STAGE_MAX];
static uint32_t at_verify, at_start, at_halt, at_slots;
static uc_engine *cpu;
static uc_context *reset; /* its registers, as they are when the power comes */

/* ---- a run ---- */

static struct run {
	unsigned long executed, leave_out; /* the one with this number, from 1; 0: none */
	uint32_t left_out;		   /* its address */
	bool halted;
} run;

static uint32_t
get(int which)
{
	uint32_t value = 0;

	uc_reg_read(cpu, which, &value);
	return value;
}

static void
set(int which, uint32_t value)
{
	uc_reg_write(cpu, which, &value);
}

/* What is in an IT block belongs to its place in it: the state moves on with the instruction that is left out (ARMv7-M, A7.3.2). */
static void
go_on_behind(uint32_t address)
{
	uint32_t psr = get(UC_ARM_REG_CPSR), it = (psr >> 25 & 3) | (psr >> 8 & 0xfc);

	it = (it & 7) == 0 ? 0 : (it & 0xe0) | (it << 1 & 0x1f);
	set(UC_ARM_REG_CPSR, (psr & ~0x0600fc00u) | (it & 3) << 25 | (it & 0xfc) << 8);
	set(UC_ARM_REG_PC, (address + length_of[address - FLASH]) | 1);
}

static void
on_code(uc_engine *uc, uint64_t address, uint32_t size, void *context)
{
	uint32_t at = (uint32_t)address;

	(void)uc, (void)size, (void)context;
	if (at - FLASH >= STAGE_MAX || length_of[at - FLASH] == 0)
		return;
	if (++run.executed == run.leave_out) {
		run.left_out = at;
		go_on_behind(at);
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

static void
on_verify(uc_engine *uc, uint64_t address, uint32_t size, void *context)
{
	uint8_t signature[ED25519_SIGNATURE_SIZE], point[ED25519_POINT_SIZE], message[IMAGE_SIGNED];
	uint32_t len = get(UC_ARM_REG_R2);
	bool good = len == IMAGE_SIGNED && uc_mem_read(uc, get(UC_ARM_REG_R0), signature, sizeof(signature)) == UC_ERR_OK &&
		uc_mem_read(uc, get(UC_ARM_REG_R1), message, len) == UC_ERR_OK && uc_mem_read(uc, get(UC_ARM_REG_R3), point, sizeof(point)) == UC_ERR_OK &&
		wire_ed25519_verify(signature, span_of(message, len), point);

	(void)address, (void)size, (void)context;
	set(UC_ARM_REG_R0, good);
	set(UC_ARM_REG_PC, get(UC_ARM_REG_LR));
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

/* The vectors of what lies at `code`: its stack, where it begins. On both processors the lowest octet is first. */
static uint32_t
vector_of(const uint8_t *code, unsigned which)
{
	uint32_t vector;

	memcpy(&vector, code + which * sizeof(vector), sizeof(vector));
	return vector;
}

static bool
is_in_image(uint32_t pc)
{
	for (unsigned i = 0; i < SLOTS; i++)
		if (pc == (vector_of(bench.slot[i] + IMAGE_HEAD, 1) & ~1u)) /* where nothing is: it ends there */
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
	set(UC_ARM_REG_CPSR, 1 << 24 | 0x1f);
	set(UC_ARM_REG_SP, vector_of(stage, 0));
	set(UC_ARM_REG_LR, UINT32_MAX);
	uc_emu_start(cpu, vector_of(stage, 1) | 1, 0, 0, PATIENCE);
	return !run.halted && is_in_image(get(UC_ARM_REG_PC)) && (get(UC_ARM_REG_CPSR) & THUMB) != 0; /* without it a Cortex-M faults */
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
		printf("%s: with every instruction in its place it does not end as it should, at 0x%x after %lu\n", s->name, get(UC_ARM_REG_PC), run.executed);
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

/* ---- the program ---- */

static uint8_t file[4 << 20];

static void
take_symbols(const Elf32_Ehdr *head, const Elf32_Shdr *table)
{
	const Elf32_Shdr *names = (const void *)(file + head->e_shoff + table->sh_link * head->e_shentsize);

	for (uint32_t at = 0; at < table->sh_size; at += sizeof(Elf32_Sym)) {
		const Elf32_Sym *symbol = (const void *)(file + table->sh_offset + at);
		const char *name = (const char *)file + names->sh_offset + symbol->st_name;
		uint32_t value = symbol->st_value & ~1u;

		if (strcmp(name, "wire_ed25519_verify") == 0)
			at_verify = value;
		else if (strcmp(name, "boot_start") == 0)
			at_start = value;
		else if (strcmp(name, "board_halt") == 0)
			at_halt = value;
		else if (ELF32_ST_TYPE(symbol->st_info) == STT_OBJECT && strncmp(name, "slots.", 6) == 0)
			at_slots = value;
	}
}

static bool
read_stage(const char *name)
{
	FILE *f = fopen(name, "rb");
	const Elf32_Ehdr *head = (const void *)file;

	if (f == NULL || fread(file, 1, sizeof(file), f) < sizeof(*head))
		return false;
	fclose(f);
	for (unsigned i = 0; i < head->e_phnum; i++) {
		const Elf32_Phdr *part = (const void *)(file + head->e_phoff + i * head->e_phentsize);

		if (part->p_type == PT_LOAD && part->p_filesz > 0 && part->p_paddr - FLASH < STAGE_MAX)
			memcpy(stage + part->p_paddr - FLASH, file + part->p_offset, part->p_filesz);
	}
	for (unsigned i = 0; i < head->e_shnum; i++) {
		const Elf32_Shdr *section = (const void *)(file + head->e_shoff + i * head->e_shentsize);

		if (section->sh_type == SHT_SYMTAB)
			take_symbols(head, section);
	}
	return at_verify != 0 && at_start != 0 && at_halt != 0 && at_slots != 0;
}

static bool
read_instructions(const char *name)
{
	FILE *f = fopen(name, "r");
	unsigned long address;
	unsigned length;

	if (f == NULL)
		return false;
	while (fscanf(f, "%lx %u", &address, &length) == 2)
		if (address - FLASH < STAGE_MAX)
			length_of[address - FLASH] = (uint8_t)length;
	fclose(f);
	return true;
}

static void
hook(int type, void *function, uint32_t begin, uint32_t end)
{
	uc_hook unused;

	uc_hook_add(cpu, &unused, type, function, NULL, begin, end);
}

static bool
make_processor(void)
{
	if (uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &cpu) != UC_ERR_OK || uc_ctl_set_cpu_model(cpu, UC_CPU_ARM_CORTEX_M4) != UC_ERR_OK)
		return false;
	uc_mem_map(cpu, FLASH, STAGE_MAX, UC_PROT_READ | UC_PROT_EXEC);
	uc_mem_map(cpu, FLASH + STAGE_MAX, FLASH_SIZE - STAGE_MAX, UC_PROT_ALL);
	uc_mem_map(cpu, RAM, RAM_SIZE, UC_PROT_ALL);
	uc_mem_map(cpu, DEVICES, DEVICES_SIZE, UC_PROT_READ | UC_PROT_WRITE);
	uc_mem_map(cpu, SYSTEM, SYSTEM_SIZE, UC_PROT_READ | UC_PROT_WRITE);
	hook(UC_HOOK_CODE, (void *)on_code, FLASH, FLASH + STAGE_MAX);
	hook(UC_HOOK_CODE, (void *)on_start, at_start, at_start);
	hook(UC_HOOK_CODE, (void *)on_verify, at_verify, at_verify);
	hook(UC_HOOK_INTR, (void *)on_exception, 1, 0);
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
	if (!read_stage(argv[1]) || !read_instructions(argv[2]) || !make_processor()) {
		fputs("bootskip: no boot stage, no list of its instructions, or no processor for it\n", stderr);
		return 2;
	}
	if (argc == 5)
		weaken(argv[4]);
	set_up(control);
	if (!starts(0)) {
		printf("control: what may start does not; it stops at 0x%x\n", get(UC_ARM_REG_PC));
		return 1;
	}
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		good = try_all(&scenarios[i], strtoul(argv[3], NULL, 10)) && good;
	return good && test_result() == 0 ? 0 : 1;
}

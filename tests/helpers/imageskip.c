/*
 * Leaves out each instruction of the seal's image once, as it is flashed and on its own processor (libunicorn), while a host shows it over USB what it must
 * refuse, and sees whether a coil moves.
 *
 *	imageskip BOOT.elf IMAGE.elf INSTRUCTIONS STRIDE WHOLE ALWAYS [SCENARIO...]
 *
 * BOOT, IMAGE: of the STM32F405, its slot A. INSTRUCTIONS: lines `<address, hex> <length>` of what is to be left out; of each STRIDE of them that are executed
 * one is. A run ends when it is known what it comes to (imagealike.h); of each WHOLE of them one is gone through to the scenario's end, too, as is each that comes
 * to what must not be. ALWAYS: the address (hex) of an instruction of two octets that is never executed, for an image that is too weak; 0: none. Prints per
 * scenario how many were executed and left out; exits 1 when a coil moved once too often, or what must not be remembered was, or a run that is gone through whole
 * comes to something else.
 *
 * Map:
 *	get_ready	a seal with its archive and table
 *	rehearse	the scenario as it should be
 *	perform		once more, stopping before each instruction
 *	  try_without	a second machine takes all that there is and goes on without it
 *
 * imagemachine.h: a machine; imagehost.h: what a host does, and the scenarios; imagealike.h, imagereads.h: when a run can end; imagechip.h, imagelibrary.h,
 * cortex.h: what a machine is made of.
 */
#include "imagealike.h"

enum { CONTROL_EVERY = 5003, SHOWN = 20 };

static unsigned long stride, whole;
static enum end rehearsed; /* what the scenario comes to */

/* ---- two machines ---- */

static void
copy_flash(void)
{
	for (unsigned i = 0; i < leader.dirty_count; i++)
		memcpy(trial.flash + leader.dirty[i], leader.flash + leader.dirty[i], 4);
	for (unsigned i = 0; i < trial.dirty_count; i++)
		memcpy(trial.flash + trial.dirty[i], leader.flash + trial.dirty[i], 4);
	for (unsigned i = 0; i < CHIP_FLASH_SIZE / SECTOR_SIZE; i++)
		if ((leader.sectors | trial.sectors) >> i & 1)
			memcpy(trial.flash + i * SECTOR_SIZE, leader.flash + i * SECTOR_SIZE, SECTOR_SIZE);
	leader.dirty_count = trial.dirty_count = leader.sectors = trial.sectors = 0;
}

static void
copy_machine(void)
{
	uint32_t registers[CORTEX_REGISTERS];

	copy_flash();
	memcpy(trial.ram, leader.ram, CHIP_RAM_SIZE);
	trial.chip = leader.chip;
	trial.host = leader.host;
	trial.begins = false;
	trial.host_is_known = false;
	trial.cpu = trial.fast;
	cortex_get_all(leader.cpu, registers);
	cortex_set_all(trial.cpu, registers);
}

/* ---- what must not be ---- */

/* What the boot stage would find. */
static struct slots
slots_of(const struct machine *m, struct boot_keys *keys)
{
	const uint8_t *flash = m->flash;

	memcpy(keys, flash + BOOT_KEYS_AT, sizeof(*keys));
	return (struct slots){NULL, "stm32f405", &keys->keys, {flash + SLOT_A - CHIP_FLASH, flash + SLOT_B - CHIP_FLASH}, {SLOT_A, SLOT_B}, IMAGE_SLOT,
		{flash + LOG_A - CHIP_FLASH, flash + LOG_B - CHIP_FLASH}, SLOTBENCH_LOG, NULL, NULL};
}

static bool
is_confirmed(const struct machine *m)
{
	struct boot_keys keys;
	struct slots slots = slots_of(m, &keys);
	struct slots_state state;

	return !slots_read(&state, &slots) || state.active != 1 || state.counter != 1;
}

static bool
has_gone_wrong(const struct machine *m)
{
	return m->chip.strokes > scenario->allowed || m->chip.releases > 0 || (scenario->on_trial && is_confirmed(m));
}

/* ---- one scenario ---- */

static struct {
	unsigned long executed, tried, whole, same, ended, wrong;
} count;

/* Between two rounds of its main loop. */
static void
on_turn(uc_engine *cpu, uint64_t address, uint32_t size, void *context)
{
	struct machine *m = context;
	uint32_t step = m->host.step;

	(void)cpu, (void)address, (void)size;
	if (m->begins) {
		m->begins = false;
		return;
	}
	m->spent = m->anchor = m->anchored = 0;
	m->host_is_known = false;
	if (!turn(m))
		finish(m, OVER);
	else if (watching != ALONE && m == &trial && m->host.step != step)
		at_step(m);
}

/* From where it was UNKNOWN. */
static void
tell_what_it_reads(struct machine *m)
{
	reads_begin();
	outside_at[0] = at_step_outside;
	sp_at[0] = at_step_registers[CORTEX_SP];
	step_at[0] = m->host.step;
	m->begins = scenario->steps[m->host.step].deed != POWER;
	m->cpu = m->telling;
	cortex_set_all(m->cpu, at_step_registers);
}

static enum end
play(struct machine *m)
{
	m->blocks = m->next_look = m->anchor = m->anchored = 0;
	matched = NULL;
	reads.on = watching == REHEARSAL;
	run(m);
	if (m->end == UNKNOWN) {
		tell_what_it_reads(m);
		run(m);
	}
	return m->end;
}

static void
go_without(uint32_t address)
{
	copy_machine();
	cortex_leave_out(trial.cpu, &instructions, SLOT_A, address - SLOT_A);
}

/* The run does not end early: it must come to the same. */
static void
try_to_the_end(uint32_t address, enum end end, bool was_wrong)
{
	enum end other;

	go_without(address);
	watching = ALONE;
	other = play(&trial);
	watching = TRIAL;
	count.whole++;
	if ((end == ALIKE ? rehearsed : end) == other && has_gone_wrong(&trial) == was_wrong)
		return;
	printf("  without the instruction at 0x%x it does not come to what it was said to come to\n", address);
	count.wrong++;
}

static void
try_without(uint32_t address)
{
	enum end end;
	bool is_wrong;

	go_without(address);
	end = play(&trial);
	is_wrong = has_gone_wrong(&trial);
	if (reads.on && !is_wrong)
		learn(end);
	count.same += end == ALIKE;
	count.ended += end == ENDED;
	if (is_wrong && count.wrong++ < SHOWN)
		printf("  %s without the instruction at 0x%x\n", scenario->on_trial ? "confirmed" : "energised", address);
	if (count.tried++ % whole == 0 || is_wrong)
		try_to_the_end(address, end, is_wrong);
}

/* Control: what goes on from here with every instruction in its place is alike. */
static void
try_with_all(uint32_t address)
{
	copy_machine();
	cortex_go_on(trial.cpu, address, instructions.it[address - SLOT_A]);
	if (play(&trial) == ALIKE)
		return;
	printf("  not alike with the instruction at 0x%x\n", address);
	count.wrong++;
}

/* Before each instruction of the leader's. */
static void
on_code(uc_engine *cpu, uint64_t at, uint32_t size, void *context)
{
	uint32_t address = (uint32_t)at;

	(void)cpu, (void)size, (void)context;
	if (address - SLOT_A >= SECTOR_SIZE || instructions.length[address - SLOT_A] == 0 || (address == at_turn && leader.begins) || leader.end != GOES_ON)
		return;
	if (scenario->by_itself && !leader.host.by_itself)
		return;
	if (count.executed % CONTROL_EVERY == 0)
		try_with_all(address);
	if (count.executed++ % stride == 0)
		try_without(address);
}

static uint8_t ready_ram[CHIP_RAM_SIZE], ready_flash[CHIP_FLASH_SIZE];
static struct chip ready_chip;
static uint32_t ready_registers[16];

/* Image A is on trial behind one in the other slot, which was in force. */
static void
put_on_trial(struct machine *m)
{
	struct slots_state state = {.sequence = 1, .counter = 1, .active = 1, .trial = TRIAL_RUNNING};
	uint8_t *record = m->flash + LOG_A - CHIP_FLASH;

	memset(m->flash + LOG_A - CHIP_FLASH, 0xff, 2 * LOG_SIZE);
	memset(record, 0, 2 * SLOT_WORD);
	put32(record, state.sequence);
	put32(record + 4, state.counter);
	record[8] = (uint8_t)state.active;
	record[9] = (uint8_t)state.trial;
	put32(record + 12, flash_crc(0, record, 12));
}

static void
set_up(struct machine *m)
{
	memcpy(m->ram, ready_ram, CHIP_RAM_SIZE);
	memcpy(m->flash, ready_flash, CHIP_FLASH_SIZE);
	m->chip = ready_chip;
	memset(&m->host, 0, sizeof(m->host));
	m->dirty_count = m->sectors = 0;
	m->begins = true;
	m->host_is_known = false;
	cortex_set(m->cpu, UC_ARM_REG_CPSR, 1 << 24 | 0x1f);
	for (unsigned i = 0; i < 16; i++)
		cortex_set(m->cpu, i < 13 ? UC_ARM_REG_R0 + (int)i : i == 13 ? UC_ARM_REG_SP : i == 14 ? UC_ARM_REG_LR : UC_ARM_REG_PC, ready_registers[i]);
	if (scenario->on_trial)
		put_on_trial(m);
	begin(m, scenario->steps);
}

static bool
rehearse(void)
{
	enum end end;

	forget_all();
	watching = REHEARSAL;
	trial.cpu = trial.telling;
	set_up(&trial);
	reads_begin();
	outside_at[0] = 0;
	end = play(&trial);
	learn(ALIKE);
	watching = TRIAL;
	rehearsed = end;
	if (end == (scenario->on_trial ? ENDED : OVER) && trial.chip.strokes == scenario->allowed && !has_gone_wrong(&trial))
		return true;
	printf("%s: with every instruction in its place it ends in step %u, at 0x%x, after %u strokes\n", scenario->name, trial.host.step,
		cortex_get(trial.cpu, UC_ARM_REG_PC), trial.chip.strokes);
	return false;
}

static bool
perform(void)
{
	memset(&count, 0, sizeof(count));
	if (!rehearse())
		return false;
	set_up(&leader);
	set_up(&trial);
	play(&leader);
	printf("%-16s %9lu instructions executed, %9lu left out: %9lu went on as before, %8lu refused, %8lu halted or ended in a fault, %lu %s; %lu gone through whole\n",
		scenario->name, count.executed, count.tried, count.same, count.tried - count.same - count.ended, count.ended, count.wrong,
		scenario->on_trial ? "confirmed an image" : "energised a coil", count.whole);
	return count.executed > 1000 && count.wrong == 0 && count.tried == (count.executed + stride - 1) / stride;
}

/* ---- a seal that is ready ---- */

static const struct scenario getting_ready = {"ready", .spoilt = PARTS, .steps = {{POWER, 0}, {PLUG, 0}, {SAY, FRAME_HELLO}}};

static void
talk(enum frame_type type, struct span payload)
{
	static const struct scenario one = {"one", .spoilt = PARTS, .steps = {{WAIT, 0}}};

	scenario = &one;
	trial.host.step = 0;
	begin(&trial, scenario->steps);
	ask(&trial.host, type, payload);
	trial.begins = true;
	play(&trial);
}

/* Its boot stage, its keys and its image, as they are flashed. */
static void
flash_all(struct machine *m)
{
	struct image head = {.board = "stm32f405", .version = 2, .address = SLOT_A};
	struct boot_keys *keys = (void *)(m->flash + BOOT_KEYS_AT);
	uint8_t seed[ED25519_SEED_SIZE], signature[ED25519_SIGNATURE_SIZE], *slot = m->flash + SLOT_A - CHIP_FLASH;

	memset(m->flash, 0xff, CHIP_FLASH_SIZE);
	elf_load(&boot, m->flash, CHIP_FLASH, CHIP_FLASH_SIZE);
	elf_load(&image, m->flash, CHIP_FLASH, CHIP_FLASH_SIZE);
	if (always != 0)
		memcpy(m->flash + always - CHIP_FLASH, (const uint8_t[]){0x00, 0xbf}, 2); /* NOP */
	for (unsigned key = 0; key < IMAGE_KEYS; key++) {
		slotbench_seed(seed, key);
		wire_ed25519_point(keys->keys.point[key], seed);
	}
	head.code = span_of(slot + IMAGE_HEAD, 64 << 10);
	CHECK(image_write_head(slot, &head));
	for (unsigned key = 0; key < IMAGE_SIGNERS; key++) {
		slotbench_seed(seed, key);
		wire_ed25519_sign(signature, span_of(slot, IMAGE_SIGNED), seed);
		image_sign(slot, key, signature);
	}
}

static void
enrol(void)
{
	static struct draft d;
	struct person administrator = person_named("alma"), registrar = person_named("registrar");
	uint8_t payload[FRAME_PAYLOAD_MAX];

	memcpy(bench.seal.memory.seed, library_seed, ED25519_SEED_SIZE);
	draft_enrolment(&d, &bench);
	draft_sign(&d);
	memcpy(payload, administrator.point, ED25519_POINT_SIZE);
	memcpy(payload + 32, registrar.key, FINGERPRINT_SIZE);
	memcpy(payload + 52, registrar.point, ED25519_POINT_SIZE);
	memcpy(payload + 84, d.raw, d.len);
	talk(FRAME_ENROL, span_of(payload, 84 + d.len));
}

static void
equip(void)
{
	static struct draft d;
	char text[2048];
	struct span table = span_of(text, bench_table(text, sizeof(text), "1"));
	uint8_t payload[4 + FRAME_TABLE_CHUNK];

	draft_table(&d, "1", table);
	draft_sign(&d);
	talk(FRAME_BEGIN, (struct span){0});
	talk(FRAME_ACT, draft_raw(&d));
	for (size_t at = 0; at < table.len; at += FRAME_TABLE_CHUNK) {
		size_t len = table.len - at < FRAME_TABLE_CHUNK ? table.len - at : FRAME_TABLE_CHUNK;

		put32(payload, (uint32_t)at);
		memcpy(payload + 4, table.data + at, len);
		talk(FRAME_TABLE, span_of(payload, 4 + len));
	}
	talk(FRAME_ACT, draft_raw(&d));
	talk(FRAME_CLOSE, (struct span){0});
}

static bool
get_ready(void)
{
	scenario = &getting_ready;
	trial.chip.chance = 0x9e3779b9;
	begin(&trial, scenario->steps);
	if (play(&trial) != OVER)
		return false;
	enrol();
	equip();
	memcpy(ready_ram, trial.ram, CHIP_RAM_SIZE);
	memcpy(ready_flash, trial.flash, CHIP_FLASH_SIZE);
	ready_chip = trial.chip;
	for (unsigned i = 0; i < 16; i++)
		ready_registers[i] = cortex_get(trial.cpu, i < 13 ? UC_ARM_REG_R0 + (int)i : i == 13 ? UC_ARM_REG_SP : i == 14 ? UC_ARM_REG_LR : UC_ARM_REG_PC);
	return trial.end == OVER && trial.fenced;
}

/* ---- the program ---- */

static uc_engine *
make_processor(struct machine *m)
{
	static const char *const drawing[] = {"panel_show", "panel_step", "panel_keep"};
	uc_engine *cpu = cortex_new();

	if (cpu == NULL)
		return NULL;
	uc_mem_map_ptr(cpu, CHIP_FLASH, SLOT_A - CHIP_FLASH, UC_PROT_READ, m->flash);
	uc_mem_map_ptr(cpu, SLOT_A, SLOT_B - SLOT_A, UC_PROT_READ | UC_PROT_EXEC, m->flash + SLOT_A - CHIP_FLASH);
	uc_mem_map_ptr(cpu, SLOT_B, CHIP_FLASH + CHIP_FLASH_SIZE - SLOT_B, UC_PROT_READ, m->flash + SLOT_B - CHIP_FLASH);
	uc_mem_map_ptr(cpu, CHIP_RAM, CHIP_RAM_SIZE, UC_PROT_READ | UC_PROT_WRITE, m->ram);
	uc_mem_map(cpu, CHIP_UNIQUE, 0x1000, UC_PROT_READ);
	uc_mmio_map(cpu, 0x40000000, 0x10100000, on_read, m, on_write, m);
	uc_mmio_map(cpu, 0xe000e000, 0x1000, on_system_read, m, on_system_write, m);
	cortex_hook(cpu, UC_HOOK_BLOCK, (void *)on_block, m, 1, 0);
	cortex_hook(cpu, UC_HOOK_INTR, (void *)on_exception, m, 1, 0);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_register_set, m, at_set, at_set);
	if (m == &leader)
		cortex_hook(cpu, UC_HOOK_CODE, (void *)on_code, m, SLOT_A, SLOT_A + SECTOR_SIZE - 1);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_boot, m, at_boot, at_boot);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_turn, m, at_turn, at_turn);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_end, m, at_halt, at_halt);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_end, m, at_restart, at_restart);
	cortex_hook(cpu, UC_HOOK_CODE, (void *)on_display, m, elf_find(&image, "display_code"), elf_find(&image, "display_code"));
	for (unsigned i = 0; i < sizeof(drawing) / sizeof(drawing[0]); i++)
		cortex_hook(cpu, UC_HOOK_CODE, (void *)on_drawing, m, elf_find(&image, drawing[i]), elf_find(&image, drawing[i]));
	for (unsigned i = 0; i < LIBRARY_FUNCTIONS; i++)
		cortex_hook(cpu, UC_HOOK_CODE, (void *)on_library, m, at_library[i], at_library[i]);
	return cpu;
}

static bool
make_machine(struct machine *m)
{
	m->ram = calloc(1, CHIP_RAM_SIZE);
	m->flash = calloc(1, CHIP_FLASH_SIZE);
	if (m->ram == NULL || m->flash == NULL)
		return false;
	m->cpu = m->fast = make_processor(m);
	return m->cpu != NULL;
}

/* The trial's tells in another one what it reads. */
static bool
make_machines(void)
{
	if (!make_machine(&leader) || !make_machine(&trial) || (trial.telling = make_processor(&trial)) == NULL)
		return false;
	cortex_hook(trial.telling, UC_HOOK_MEM_READ | UC_HOOK_MEM_WRITE, (void *)on_memory, NULL, 1, 0);
	reads.ram = trial.ram;
	reads.flash = trial.flash;
	return true;
}

static bool
find_names(void)
{
	at_boot = elf_find(&image, "seal_boot");
	at_set = elf_find(&image, "register_set");
	at_slots = elf_find(&image, "slots");
	at_turn = elf_find(&image, "board_keep");
	at_halt = elf_find(&image, "board_halt");
	at_restart = elf_find(&image, "images_restart");
	at_ticks = elf_find(&image, "ticks");
	ram_used = (elf_find(&image, "bss_end") - CHIP_RAM + 7) & ~7u;
	for (unsigned i = 0; i < LIBRARY_FUNCTIONS; i++)
		if ((at_library[i] = elf_find(&image, library[i].name)) == 0) {
			fprintf(stderr, "imageskip: the image has no %s\n", library[i].name);
			return false;
		}
	return at_boot != 0 && at_set != 0 && at_slots != 0 && at_turn != 0 && at_halt != 0 && at_restart != 0 && at_ticks != 0 && ram_used < READS_RAM;
}

static bool
is_wanted(const char *name, char **named)
{
	if (*named == NULL)
		return true;
	for (; *named != NULL; named++)
		if (strcmp(name, *named) == 0)
			return true;
	return false;
}

int
main(int argc, char **argv)
{
	bool good = true;

	if (argc < 7) {
		fputs("usage: imageskip BOOT.elf IMAGE.elf INSTRUCTIONS STRIDE WHOLE ALWAYS [SCENARIO...]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	if (!elf_read(&boot, argv[1]) || !elf_read(&image, argv[2]) || !find_names() || !make_machines()) {
		fputs("imageskip: no image, or no processor for it\n", stderr);
		return 2;
	}
	stride = strtoul(argv[4], NULL, 10);
	whole = strtoul(argv[5], NULL, 10);
	always = (uint32_t)strtoul(argv[6], NULL, 16);
	flash_all(&trial);
	if (!instructions_read(&instructions, trial.flash + SLOT_A - CHIP_FLASH, SLOT_A, SECTOR_SIZE, argv[3])) {
		perror(argv[3]);
		return 2;
	}
	if (!get_ready()) {
		printf("it does not become ready; it is at 0x%x\n", cortex_get(trial.cpu, UC_ARM_REG_PC));
		return 1;
	}
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++) {
		scenario = &scenarios[i];
		if (is_wanted(scenario->name, argv + 7))
			good = perform() && good;
	}
	return good && test_result() == 0 ? 0 : 1;
}

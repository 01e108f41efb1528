/*
 * An image for a Cortex-M4 and libunicorn: what of it lies where, and how one of its instructions is left out. For bootskip.c and imageskip.c, which also read the
 * list that tests/instructions.sh makes of it.
 */
#ifndef TESTS_HELPERS_CORTEX_H
#define TESTS_HELPERS_CORTEX_H

#include <elf.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unicorn/unicorn.h>

/* ---- the program ---- */

enum { ELF_MAX = 4 << 20 };

struct elf {
	uint8_t bytes[ELF_MAX];
};

static inline const Elf32_Ehdr *
elf_head(const struct elf *elf)
{
	return (const void *)elf->bytes;
}

static inline bool
elf_read(struct elf *elf, const char *name)
{
	FILE *f = fopen(name, "rb");
	size_t len = f == NULL ? 0 : fread(elf->bytes, 1, ELF_MAX, f);

	if (f != NULL)
		fclose(f);
	return len > sizeof(Elf32_Ehdr) && len < ELF_MAX && memcmp(elf->bytes, ELFMAG, SELFMAG) == 0;
}

/* Puts what is flashed into `memory`, which begins at `base`. */
static inline void
elf_load(const struct elf *elf, uint8_t *memory, uint32_t base, uint32_t size)
{
	for (unsigned i = 0; i < elf_head(elf)->e_phnum; i++) {
		const Elf32_Phdr *part = (const void *)(elf->bytes + elf_head(elf)->e_phoff + i * elf_head(elf)->e_phentsize);

		if (part->p_type == PT_LOAD && part->p_filesz > 0 && part->p_paddr - base < size && part->p_filesz <= size - (part->p_paddr - base))
			memcpy(memory + part->p_paddr - base, elf->bytes + part->p_offset, part->p_filesz);
	}
}

static inline const Elf32_Shdr *
elf_section(const struct elf *elf, unsigned i)
{
	return (const void *)(elf->bytes + elf_head(elf)->e_shoff + i * elf_head(elf)->e_shentsize);
}

/* The address of what has this name, or begins with it and a dot as a static in a function does; 0: there is none. */
static inline uint32_t
elf_find(const struct elf *elf, const char *name)
{
	for (unsigned i = 0; i < elf_head(elf)->e_shnum; i++) {
		const Elf32_Shdr *table = elf_section(elf, i);

		for (uint32_t at = 0; table->sh_type == SHT_SYMTAB && at < table->sh_size; at += sizeof(Elf32_Sym)) {
			const Elf32_Sym *symbol = (const void *)(elf->bytes + table->sh_offset + at);
			const char *is = (const char *)elf->bytes + elf_section(elf, table->sh_link)->sh_offset + symbol->st_name;
			size_t len = strlen(name);

			if (strncmp(is, name, len) == 0 && (is[len] == '\0' || is[len] == '.') && symbol->st_value != 0)
				return ELF32_ST_TYPE(symbol->st_info) == STT_FUNC ? symbol->st_value & ~1u : symbol->st_value;
		}
	}
	return 0;
}

/* By octet of the program's code. */
struct instructions {
	uint8_t *length; /* of what begins there and is to be left out; 0: nothing is */
	uint8_t *it;	 /* ITSTATE where it begins (ARMv7-M, A7.3.2): libunicorn does not say in a hook */
};

static inline uint8_t
it_behind(uint8_t it)
{
	return (uint8_t)((it & 7) == 0 ? 0 : (it & 0xe0) | (it << 1 & 0x1f));
}

static inline void
instructions_note_blocks(struct instructions *is, const uint8_t *code, uint32_t size)
{
	for (uint32_t at = 0; at + 1 < size; at++) {
		uint32_t next = at + 2;

		if (is->length[at] != 2 || code[at + 1] != 0xbf || (code[at] & 0xf) == 0)
			continue;
		for (uint8_t it = code[at]; it != 0 && next < size; it = it_behind(it)) {
			is->it[next] = it;
			next += is->length[next];
		}
	}
}

/* `code` begins at `base`. The list has lines `<address, hex> <length>`. False when there is none. */
static inline bool
instructions_read(struct instructions *is, const uint8_t *code, uint32_t base, uint32_t size, const char *name)
{
	FILE *f = fopen(name, "r");
	unsigned long address;
	unsigned length;

	is->length = calloc(size, 1);
	is->it = calloc(size, 1);
	if (f == NULL || is->length == NULL || is->it == NULL)
		return false;
	while (fscanf(f, "%lx %u", &address, &length) == 2)
		if (address - base < size)
			is->length[address - base] = (uint8_t)length;
	fclose(f);
	instructions_note_blocks(is, code, size);
	return true;
}

/* ---- the processor ---- */

static inline uint32_t
cortex_get(uc_engine *cpu, int which)
{
	uint32_t value = 0;

	uc_reg_read(cpu, which, &value);
	return value;
}

/* All that a program has in hand; the flags are last. */
enum { CORTEX_SP = 13, CORTEX_PC = 15, CORTEX_FLAGS = 16, CORTEX_REGISTERS = 17 };

static const int cortex_registers[CORTEX_REGISTERS] = {UC_ARM_REG_R0, UC_ARM_REG_R1, UC_ARM_REG_R2, UC_ARM_REG_R3, UC_ARM_REG_R4, UC_ARM_REG_R5, UC_ARM_REG_R6, UC_ARM_REG_R7,
	UC_ARM_REG_R8, UC_ARM_REG_R9, UC_ARM_REG_R10, UC_ARM_REG_R11, UC_ARM_REG_R12, UC_ARM_REG_SP, UC_ARM_REG_LR, UC_ARM_REG_PC, UC_ARM_REG_CPSR};

static inline void
cortex_get_all(uc_engine *cpu, uint32_t values[CORTEX_REGISTERS])
{
	void *at[CORTEX_REGISTERS];

	for (unsigned i = 0; i < CORTEX_REGISTERS; i++)
		at[i] = &values[i];
	uc_reg_read_batch(cpu, (int *)cortex_registers, at, CORTEX_REGISTERS);
}

static inline void
cortex_set_all(uc_engine *cpu, const uint32_t values[CORTEX_REGISTERS])
{
	void *at[CORTEX_REGISTERS];

	for (unsigned i = 0; i < CORTEX_REGISTERS; i++)
		at[i] = (void *)&values[i];
	uc_reg_write_batch(cpu, (int *)cortex_registers, at, CORTEX_REGISTERS);
}

static inline void
cortex_set(uc_engine *cpu, int which, uint32_t value)
{
	uc_reg_write(cpu, which, &value);
}

static inline void
cortex_hook(uc_engine *cpu, int type, void *function, void *context, uint32_t begin, uint32_t end)
{
	uc_hook unused;

	uc_hook_add(cpu, &unused, type, function, context, begin, end);
}

static inline uc_engine *
cortex_new(void)
{
	uc_engine *cpu;

	if (uc_open(UC_ARCH_ARM, UC_MODE_THUMB | UC_MODE_MCLASS, &cpu) != UC_ERR_OK || uc_ctl_set_cpu_model(cpu, UC_CPU_ARM_CORTEX_M4) != UC_ERR_OK)
		return NULL;
	return cpu;
}

static inline void
cortex_go_on(uc_engine *cpu, uint32_t address, uint8_t it)
{
	uint32_t psr = cortex_get(cpu, UC_ARM_REG_CPSR);

	cortex_set(cpu, UC_ARM_REG_CPSR, (psr & ~0x0600fc00u) | (it & 3u) << 25 | (it & 0xfcu) << 8);
	cortex_set(cpu, UC_ARM_REG_PC, address | 1);
}

/* Goes on behind the instruction at `at` in the code from `base` on. What is in an IT block belongs to its place in it, and moves on with what is left out. */
static inline void
cortex_leave_out(uc_engine *cpu, const struct instructions *is, uint32_t base, uint32_t at)
{
	cortex_go_on(cpu, base + at + is->length[at], it_behind(is->it[at]));
}

/* Returns from the function that was just called. */
static inline void
cortex_return(uc_engine *cpu, uint32_t value)
{
	cortex_set(cpu, UC_ARM_REG_R0, value);
	cortex_set(cpu, UC_ARM_REG_PC, cortex_get(cpu, UC_ARM_REG_LR));
}

/* The vectors of what lies at `code`: its stack, where it begins. On both processors the lowest octet is first. */
static inline uint32_t
cortex_vector(const uint8_t *code, unsigned which)
{
	uint32_t vector;

	memcpy(&vector, code + which * sizeof(vector), sizeof(vector));
	return vector;
}

#endif

/*
 * When a run of imagemachine.h's can end early: when the machine is as one was whose run has ended well, for it will come to the same (docs/decisions/0059).
 * Notes are kept of what machines were like, and of what they came to. There are two kinds.
 *
 * At a block of code all must be the same: registers and flags, RAM, the chip, its flash, and what the host is about to do; nobody reads what is below the stack.
 * The rehearsal leaves these notes, densely, and a trial looks for one soon after the instruction that was left out, and then ever more rarely: once it is as the
 * rehearsal was, it stays so.
 *
 * At a step of the scenario that part of the memory must be the same that the run went on to read before it wrote to it, a mask; what was left behind elsewhere
 * changes nothing. A run that comes to a step where none before was like it goes on in a processor that tells what it reads, slowly, and leaves such a note for each
 * step from there on.
 */
#ifndef TESTS_HELPERS_IMAGEALIKE_H
#define TESTS_HELPERS_IMAGEALIKE_H

#include "imagehost.h"

enum { NOTES = 1 << 22, DENSE = 4 /* of so many blocks one */, MASKS_MAX = 128 /* of a step */, MASK_LARGE = 16 << 10, LEARN_ALL = 256, LEARN_SOME = 16, LANES = 8,
       LOOP_FROM = 64 << 10 /* octets */, LOOP_LOOKS = 16 };

/* ---- mixing ---- */

/* In lanes, which a processor does at once; what is left over by itself. */
static uint64_t
fold_bytes(uint64_t all, const void *bytes, size_t len)
{
	const uint8_t *at = bytes;
	uint64_t lane[LANES] = {all, 1, 2, 3, 4, 5, 6, 7}, word[LANES];

	for (; len >= sizeof(word); at += sizeof(word), len -= sizeof(word)) {
		memcpy(word, at, sizeof(word));
		for (unsigned i = 0; i < LANES; i++)
			lane[i] = chip_fold(lane[i], word[i]);
	}
	for (; len > 0; len--)
		lane[0] = chip_fold(lane[0], *at++);
	for (unsigned i = 1; i < LANES; i++)
		lane[0] = chip_fold(lane[0], lane[i]);
	return lane[0];
}

/* All but memory. */
static uint64_t
likeness_outside(struct machine *m, const uint32_t registers[CORTEX_REGISTERS])
{
	uint64_t all = fold_bytes(0, registers, CORTEX_REGISTERS * sizeof(*registers));

	if (!m->host_is_known)
		m->host_likeness = fold_bytes(0, &m->host, sizeof(m->host));
	m->host_is_known = true;
	return chip_fold(fold_bytes(all, &m->chip, offsetof(struct chip, flash)), m->host_likeness);
}

/* Of a function that is called without arguments: nobody reads them, nor flags. */
static void
forget_scratch(uint32_t registers[CORTEX_REGISTERS])
{
	registers[0] = registers[1] = registers[2] = registers[3] = registers[12] = registers[CORTEX_FLAGS] = 0;
}

/* Where RAM begins that somebody may read; below the stack a copy of what was never set is no more than that. */
static uint32_t
begin_of_ram(uint32_t sp)
{
	return sp - CHIP_RAM < ram_used ? (sp - CHIP_RAM) & ~7u : 0;
}

static uint64_t
likeness(struct machine *m, uint32_t pc)
{
	uint32_t registers[CORTEX_REGISTERS], from;

	cortex_get_all(m->cpu, registers);
	registers[CORTEX_PC] = pc;
	if (pc == at_turn)
		forget_scratch(registers);
	from = begin_of_ram(registers[CORTEX_SP]);
	return fold_bytes(chip_fold(likeness_outside(m, registers), m->chip.flash), m->ram + from, ram_used - from);
}

/* ---- notes ---- */

/* The lowest bits are what became of it, the others what it was like; 0: none. */
static uint64_t notes[NOTES];
static unsigned noted;

enum { NOTE_END = 3 };

static uint64_t *
note_of(uint64_t all)
{
	uint64_t at = (all >> 2) % NOTES;

	while (notes[at] != 0 && ((notes[at] ^ all) & ~(uint64_t)NOTE_END) != 0)
		at = (at + 1) % NOTES;
	return &notes[at];
}

static void
note(uint64_t all, enum end end)
{
	uint64_t *at = note_of(all);

	if (*at == 0 && noted < NOTES / 2) {
		noted++;
		*at = (all & ~(uint64_t)NOTE_END) | end;
	}
}

/* GOES_ON: nobody knows. */
static enum end
end_of(uint64_t all)
{
	return *note_of(all) & NOTE_END;
}

/* ---- masks ---- */

static struct mask {
	uint64_t id;
	unsigned long used;
	uint32_t len;
	struct piece {
		uint32_t unit, bits; /* four of RAM, or one of flash */
	} part[];
} *masks[STEPS_MAX][MASKS_MAX];
static unsigned masks_len[STEPS_MAX], unknown[STEPS_MAX]; /* how often nobody knew at that step */

static uint8_t live[UNITS];   /* it matters what this unit is */
static uint32_t value[UNITS]; /* which is */

static uint32_t
part_value(uint32_t unit)
{
	uint32_t word;

	if (unit >= READS_RAM)
		return unit_value(unit);
	memcpy(&word, reads.ram + unit, 4);
	return word;
}

static uint64_t
likeness_masked(const struct mask *mask, uint64_t outside)
{
	uint64_t all = chip_fold(outside, mask->id), odd = 1;
	uint32_t i = 0;

	for (; i + 1 < mask->len; i += 2) {
		all = chip_fold(all, part_value(mask->part[i].unit) & mask->part[i].bits);
		odd = chip_fold(odd, part_value(mask->part[i + 1].unit) & mask->part[i + 1].bits);
	}
	if (i < mask->len)
		all = chip_fold(all, part_value(mask->part[i].unit) & mask->part[i].bits);
	return chip_fold(all, odd);
}

/* The same from value[]. */
static uint64_t
likeness_learnt(const struct mask *mask, uint64_t outside)
{
	uint64_t lane[2] = {chip_fold(outside, mask->id), 1};

	for (uint32_t i = 0; i < mask->len; i++) {
		uint32_t unit = mask->part[i].unit, word = value[unit];

		if (unit < READS_RAM)
			word |= value[unit + 1] << 8 | value[unit + 2] << 16 | value[unit + 3] << 24;
		lane[i % 2] = chip_fold(lane[i % 2], word & mask->part[i].bits);
	}
	return chip_fold(lane[0], lane[1]);
}

/* What is live now; NULL: no more masks fit, or it takes too long to compare, as all of the journal would that is read when the power comes. */
static struct mask *
mask_of(unsigned step, uint32_t sp)
{
	static struct piece part[UNITS];
	struct mask *mask;
	uint64_t id;
	uint32_t len = 0;

	for (uint32_t unit = begin_of_ram(sp), bits; unit < READS_RAM; unit += 4)
		if ((bits = live[unit] * 0xffu | live[unit + 1] * 0xff00u | live[unit + 2] * 0xff0000u | live[unit + 3] * 0xff000000u) != 0)
			part[len++] = (struct piece){unit, bits};
	for (uint32_t unit = READS_RAM; unit < UNITS; unit++)
		if (live[unit])
			part[len++] = (struct piece){unit, UINT32_MAX};
	if (len > MASK_LARGE)
		return NULL;
	id = fold_bytes(0, part, len * sizeof(*part));
	for (unsigned i = 0; i < masks_len[step]; i++)
		if (masks[step][i]->id == id)
			return masks[step][i];
	if (masks_len[step] == MASKS_MAX || (mask = malloc(sizeof(*mask) + len * sizeof(*part))) == NULL)
		return NULL;
	mask->id = id;
	mask->len = len;
	mask->used = 0;
	memcpy(mask->part, part, len * sizeof(*part));
	return masks[step][masks_len[step]++] = mask;
}

static void
forget_all(void)
{
	memset(notes, 0, sizeof(notes));
	noted = 0;
	memset(unknown, 0, sizeof(unknown));
	for (unsigned step = 0; step < STEPS_MAX; step++) {
		while (masks_len[step] > 0)
			free(masks[step][--masks_len[step]]);
	}
}

/* ---- a run that is watched ---- */

static enum { ALONE, REHEARSAL, TRIAL } watching; /* the machine `trial` */
static uint64_t outside_at[SPANS_MAX];		  /* the beginning of each span */
static uint32_t sp_at[SPANS_MAX];
static unsigned step_at[SPANS_MAX];
static const struct mask *matched; /* by which the run ended */
static uint64_t at_step_outside;   /* where it was UNKNOWN */
static uint32_t at_step_registers[CORTEX_REGISTERS];

static bool
is_dense(uint32_t address)
{
	return (address * 0x9e3779b1u >> 16) % DENSE == 0;
}

static void
look(struct machine *m, uint32_t pc)
{
	uint64_t all = likeness(m, pc);
	enum end known = watching == TRIAL ? end_of(all) : GOES_ON;

	if (watching == REHEARSAL)
		note(all, ALIKE);
	else if (known != GOES_ON)
		finish(m, known);
}

/* It is where it was before, and as it was, without anything from outside in between. A place is kept that it may come back to, and ever later another one. */
static bool
is_in_loop(struct machine *m, uint32_t pc)
{
	if (m->spent < m->anchored + m->anchored / 4 + LOOP_FROM) {
		if (pc != m->anchor || m->anchor_looks == LOOP_LOOKS)
			return false;
		m->anchor_looks++;
		return likeness(m, pc) == m->anchor_likeness;
	}
	m->anchored = m->spent;
	m->anchor = pc;
	m->anchor_looks = 0;
	m->anchor_likeness = likeness(m, pc);
	return false;
}

static void
on_block(uc_engine *cpu, uint64_t address, uint32_t size, void *context)
{
	struct machine *m = context;
	uint32_t pc = (uint32_t)address;

	(void)cpu;
	if ((m->spent += size) > (m->host.by_itself ? PATIENCE_ALONE : PATIENCE))
		finish(m, ENDED);
	if (watching == ALONE || m != &trial)
		return;
	if (watching == TRIAL && m->spent > LOOP_FROM && is_in_loop(m, pc))
		finish(m, ENDED);
	if (m->blocks++ < m->next_look || m->blocks == 1 || !is_dense(pc) || (watching == TRIAL && reads.on)) /* what the rehearsal read from there on is not known */
		return;
	if (watching == TRIAL)
		m->next_look = m->blocks + m->blocks / 4;
	look(m, pc);
}

/* Those by which most has ended come first. */
static enum end
match(unsigned step, uint64_t outside)
{
	struct mask **of = masks[step];

	for (unsigned i = 0; i < masks_len[step]; i++) {
		enum end known = end_of(likeness_masked(of[i], outside));
		struct mask *mask = of[i];

		if (known == GOES_ON)
			continue;
		matched = mask;
		mask->used++;
		if (i > 0 && of[i - 1]->used < mask->used) {
			of[i] = of[i - 1];
			of[i - 1] = mask;
		}
		return known;
	}
	return GOES_ON;
}

/* Where much is unknown, most of it stays so: the first of it is learnt from, and some of what follows. */
static bool
is_to_be_learnt(unsigned step)
{
	return unknown[step]++ < LEARN_ALL || unknown[step] % LEARN_SOME == 0;
}

/* A step has begun. */
static void
at_step(struct machine *m)
{
	uint32_t registers[CORTEX_REGISTERS];
	uint64_t outside;
	enum end known;

	cortex_get_all(m->cpu, at_step_registers);
	memcpy(registers, at_step_registers, sizeof(registers));
	registers[CORTEX_PC] = 0; /* the step says it */
	forget_scratch(registers);
	at_step_outside = outside = likeness_outside(m, registers);
	known = watching == TRIAL ? match(m->host.step, outside) : GOES_ON;
	if (known != GOES_ON) {
		finish(m, known);
	} else if (!reads.on) {
		if (is_to_be_learnt(m->host.step))
			finish(m, UNKNOWN);
	} else {
		reads_next();
		outside_at[reads.spans] = outside;
		sp_at[reads.spans] = at_step_registers[CORTEX_SP];
		step_at[reads.spans] = m->host.step;
	}
}

/* ---- what was learnt from it ---- */

static void
set_live(uint32_t unit)
{
	live[unit] = 1;
	value[unit] = unit_value(unit);
}

/* What the mask names by which it ended. On trial, what is_confirmed() reads. */
static void
live_at_end(void)
{
	memset(live, 0, sizeof(live));
	for (uint32_t i = 0; matched != NULL && i < matched->len; i++) {
		const struct piece *part = &matched->part[i];

		for (uint32_t octet = 0; octet < (part->unit < READS_RAM ? 4 : 1); octet++)
			if ((part->bits >> 8 * octet & 1) != 0)
				set_live(part->unit + octet);
	}
	for (uint32_t at = LOG_A; matched == NULL && scenario->on_trial && at < LOG_B + LOG_SIZE; at += 4)
		set_live(READS_RAM + (at - CHIP_FLASH) / 4);
}

/* The run has ended well. */
static void
learn(enum end end)
{
	struct mask *mask;

	reads_next();
	reads.on = false;
	if (reads.lost)
		return;
	live_at_end();
	for (unsigned span = reads.spans; span-- > 0;) {
		for (uint32_t i = reads.begin[span]; i < reads.begin[span + 1]; i++) {
			const struct touched *t = &reads.touched[i];

			live[t->unit] = (t->how & READ_FIRST) != 0;
			value[t->unit] = t->was;
		}
		if (outside_at[span] != 0 && (mask = mask_of(step_at[span], sp_at[span])) != NULL)
			note(likeness_learnt(mask, outside_at[span]), end);
	}
}

#endif

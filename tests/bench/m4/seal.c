/*
 * What an unlocking costs a Cortex-M4: instructions, and those of them that Ed25519 takes; the deepest stack of the core over enrolment, table, unlocking, presses,
 * photos, receipts, a reboot. Run by tests/bench/seal.sh in QEMU with -icount, where an instruction is a nanosecond; the linker puts the functions below before
 * those of the core (--wrap).
 */
#include "unit/sealbench.h"

struct fpgaio {
	volatile uint32_t led, unused, button, unused2, hertz, hertz100, counter, prescale;
};

enum { INSTRUCTIONS_A_COUNT = 40 /* 25 MHz */, PAINTED = 12 * 1024, MARGIN = 64, PAINT = 0x5a };

static struct fpgaio *const fpgaio = (struct fpgaio *)0x40028000;
static struct {
	uint64_t verifying, answering;
	unsigned verifications;
	size_t deepest;
} figures;

static uint64_t
instructions_since(uint32_t start)
{
	return (uint64_t)(uint32_t)(fpgaio->counter - start) * INSTRUCTIONS_A_COUNT;
}

/* ---- the stack ---- */

static volatile uint8_t *painted;

/* What lies below this function's own frame: there are no interrupts to use it. */
static __attribute__((noinline)) void
paint(void)
{
	painted = (volatile uint8_t *)__builtin_frame_address(0) - MARGIN - PAINTED;
	for (size_t i = 0; i < PAINTED; i++)
		painted[i] = PAINT;
}

static __attribute__((noinline)) void
look(void)
{
	size_t unused = 0;

	while (unused < PAINTED && painted[unused] == PAINT)
		unused++;
	if (PAINTED + MARGIN - unused > figures.deepest)
		figures.deepest = PAINTED + MARGIN - unused;
}

/* ---- before the core ---- */

bool __real_wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE]);
bool __wrap_wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE]);
size_t __real_seal_answer(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX]);
size_t __wrap_seal_answer(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX]);
void __real_seal_tick(struct seal *seal);
void __wrap_seal_tick(struct seal *seal);
void __real_seal_boot(struct seal *seal, const struct port *port);
void __wrap_seal_boot(struct seal *seal, const struct port *port);

bool
__wrap_wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE])
{
	uint32_t start = fpgaio->counter;
	bool good = __real_wire_ed25519_verify(signature, message, point);

	figures.verifying += instructions_since(start);
	figures.verifications++;
	return good;
}

size_t
__wrap_seal_answer(struct seal *seal, const struct frame *request, uint8_t out[FRAME_MAX])
{
	uint32_t start;
	size_t len;

	paint();
	start = fpgaio->counter;
	len = __real_seal_answer(seal, request, out);
	figures.answering += instructions_since(start);
	look();
	return len;
}

void
__wrap_seal_tick(struct seal *seal)
{
	paint();
	__real_seal_tick(seal);
	look();
}

void
__wrap_seal_boot(struct seal *seal, const struct port *port)
{
	paint();
	__real_seal_boot(seal, port);
	look();
}

/* ---- the run ---- */

static struct bench bench;

static void
ask_for_evidence(void)
{
	struct answer answer;
	uint8_t counter[8], photo[8 + SHA256_SIZE] = {0};

	bench_wait(&bench, 3000);
	for (uint64_t n = 1; n <= bench.seal.memory.counter; n++) {
		put64(counter, n);
		bench_ask(&answer, &bench, FRAME_RECEIPT, span_of(counter, sizeof(counter)));
		put64(photo, n);
		bench_ask(&answer, &bench, FRAME_PHOTO, span_of(photo, sizeof(photo)));
	}
	bench_ask(&answer, &bench, FRAME_CERTIFICATE, (struct span){0});
	bench_ask(&answer, &bench, FRAME_HELLO, (struct span){0});
}

int
main(void)
{
	fpgaio->prescale = 0;
	bench_ready(&bench, BENCH_AREA);
	memset(&figures, 0, sizeof(figures));
	CHECK_EQUAL(bench_open(&bench, NULL), WIRE_OK);
	printf("verifications %u\nverifying %llu\nunlocking %llu\n", figures.verifications, (unsigned long long)figures.verifying,
		(unsigned long long)figures.answering);
	figures.deepest = 0;
	bench_ready(&bench, BENCH_AREA);
	CHECK_EQUAL(bench_open(&bench, NULL), WIRE_OK);
	CHECK_EQUAL(bench_press(&bench), WIRE_OK);
	CHECK_EQUAL(bench_press(&bench), WIRE_OK);
	CHECK_EQUAL(bench_tell(&bench, FRAME_CLOSE, (struct span){0}), WIRE_OK);
	ask_for_evidence();
	bench_boot(&bench);
	printf("stack %u\n", (unsigned)figures.deepest);
	return test_result();
}

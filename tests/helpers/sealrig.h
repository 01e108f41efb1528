/* For sealskip.c: a seal on the bench, and what is no RAM of it: its board, whose signals no stray write reaches. */
#ifndef TESTS_HELPERS_SEALRIG_H
#define TESTS_HELPERS_SEALRIG_H

#define BENCH_AREA (32 * 1024)
#include "unit/sealbench.h"

static struct bench ready, bench;
static unsigned allowed; /* strokes */

static struct rig {
	bool arm, fire, coil, die;
	unsigned strokes;
	struct port port;
} *rig;

static void
follow_coil(void)
{
	rig->strokes += rig->arm && rig->fire && !rig->coil;
	rig->coil = rig->arm && rig->fire;
}

static void
rig_arm(void *board, bool on)
{
	(void)board;
	rig->arm = on;
	follow_coil();
}

static void
rig_fire(void *board, bool on)
{
	(void)board;
	rig->fire = on;
	follow_coil();
}

static void
rig_die(void *board, bool on)
{
	(void)board;
	rig->die = on;
}

static void
power_on(void)
{
	rig->arm = rig->fire = rig->coil = rig->die = false;
	bench_boot(&bench);
}

static void
set_up(void)
{
	bench_copy(&bench, &ready);
	memset(rig, 0, sizeof(*rig));
	rig->port = bench.port;
	rig->port.arm = rig_arm;
	rig->port.fire = rig_fire;
	rig->port.die = rig_die;
	bench.port = rig->port; /* for bench_boot() */
	bench.seal.port = bench.seal.memory.journal.port = &rig->port;
}

static bool
has_moved(void)
{
	return rig->strokes > allowed || rig->die;
}

/* ---- verdicts on signatures, remembered: they are asked for a million times ---- */

enum { MEMO = 128 };

bool __real_wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE]);
bool __wrap_wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE]);

bool
__wrap_wire_ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message, const uint8_t point[ED25519_POINT_SIZE])
{
	static struct {
		uint8_t digest[SHA256_SIZE];
		bool holds;
	} memo[MEMO];
	static unsigned known;
	uint8_t digest[SHA256_SIZE];
	struct wire_sha256 h;

	wire_sha256_init(&h);
	wire_sha256_update(&h, span_of(signature, ED25519_SIGNATURE_SIZE));
	wire_sha256_update(&h, span_of(point, ED25519_POINT_SIZE));
	wire_sha256_update(&h, message);
	wire_sha256_final(&h, digest);
	for (unsigned i = 0; i < known; i++)
		if (memcmp(memo[i].digest, digest, SHA256_SIZE) == 0)
			return memo[i].holds;
	if (known == MEMO)
		known = 0;
	memcpy(memo[known].digest, digest, SHA256_SIZE);
	memo[known].holds = __real_wire_ed25519_verify(signature, message, point);
	return memo[known++].holds;
}

#endif

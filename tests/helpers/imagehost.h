/* What a host does with the seal of imagemachine.h, step by step, and what of it must not open it: for imageskip.c. Time passes when the host says so. */
#ifndef TESTS_HELPERS_IMAGEHOST_H
#define TESTS_HELPERS_IMAGEHOST_H

#include "imagemachine.h"

enum { IDLE_TURNS = 3, STEPS_MAX = 40 };

/* ---- scenarios ---- */

enum deed { SAY, SHOW, ECHO, PLUG, WAIT, STAMP, OPEN_CASE, POWER };

struct step {
	enum deed deed;
	unsigned what; /* frame, part, milliseconds */
};

struct scenario {
	const char *name;
	struct forgery forgery;
	unsigned spoilt; /* this part's signature was made with another key; PARTS: none's */
	bool on_trial;	 /* the image is, and nobody has asked it anything yet */
	bool by_itself;	 /* what is left out is the library's, while that part is verified */
	unsigned allowed; /* strokes */
	struct step steps[STEPS_MAX];
};

#define PRESS_ONCE {ECHO, 0}, {SAY, FRAME_PRESS}, {STAMP, 0}
#define PRESS_TWICE PRESS_ONCE, {WAIT, 1500}, PRESS_ONCE, {WAIT, 1500}
#define OPEN_WITH(...) {SAY, FRAME_BEGIN}, __VA_ARGS__, {SAY, FRAME_OPEN}
#define ALL_PARTS {SHOW, APPLY}, {SHOW, MANAGER}, {SHOW, DIRECTOR}, {SHOW, STATE}, {SHOW, SESSION}
#define OPEN_ALL OPEN_WITH(ALL_PARTS)
#define ONE_PRESS {{APPLY, KEY_PRESSES, "1"}, {MANAGER, KEY_PRESSES, "1"}, {DIRECTOR, KEY_PRESSES, "1"}, {STATE, KEY_CAP, "1"}, {SESSION, KEY_PRESSES, "1"}}
#define TWO_PRESSES {{APPLY, KEY_PRESSES, "2"}, {MANAGER, KEY_PRESSES, "2"}, {DIRECTOR, KEY_PRESSES, "2"}, {STATE, KEY_CAP, "2"}, {SESSION, KEY_PRESSES, "1"}}

static const struct scenario scenarios[] = {
	{"nothing-shown", .spoilt = PARTS, .steps = {OPEN_WITH({WAIT, 0}), PRESS_TWICE}},
	{"no-approval", .spoilt = PARTS, .steps = {OPEN_WITH({SHOW, APPLY}, {SHOW, MANAGER}, {SHOW, STATE}, {SHOW, SESSION}), PRESS_TWICE}},
	{"bad-signature", .spoilt = DIRECTOR, .steps = {OPEN_ALL, PRESS_TWICE}},
	{"rejected", .forgery = {{{STATE, KEY_STATUS, "rejected"}}, 0}, .spoilt = PARTS, .steps = {OPEN_ALL, PRESS_TWICE}},
	{"expired", .forgery = {{{APPLY, KEY_NOT_AFTER, "2026-11-22T06:59:59Z"}}, 0}, .spoilt = PARTS, .steps = {OPEN_ALL, PRESS_TWICE}},
	{"another-session", .forgery = {{{SESSION, KEY_DEVICE_NONCE, OTHER_HEX16}}, 0}, .spoilt = PARTS, .steps = {OPEN_ALL, PRESS_TWICE}},
	{"own-approval", .forgery = {{{MANAGER, KEY_ACTOR, "alice"}}, 0}, .spoilt = PARTS, .steps = {OPEN_ALL, PRESS_TWICE}},
	{"not-seen", .spoilt = PARTS, .steps = {OPEN_ALL, {SAY, FRAME_PRESS}, {WAIT, 3000}, {SAY, FRAME_PRESS}, {WAIT, 100}}},
	{"one-too-many", .forgery = {ONE_PRESS, 0}, .spoilt = PARTS, .allowed = 1,
		.steps = {OPEN_ALL, PRESS_TWICE, {SAY, FRAME_CLOSE}, {POWER, 0}, {PLUG, 0}, OPEN_ALL, PRESS_TWICE}},
	{"two-sessions", .forgery = {TWO_PRESSES, 0}, .spoilt = PARTS, .allowed = 2,
		.steps = {OPEN_ALL, PRESS_ONCE, {SAY, FRAME_CLOSE}, OPEN_ALL, PRESS_ONCE, {SAY, FRAME_CLOSE}, OPEN_ALL, PRESS_ONCE}},
	{"tampered", .spoilt = PARTS, .steps = {OPEN_ALL, {ECHO, 0}, {OPEN_CASE, 0}, {SAY, FRAME_PRESS}, {STAMP, 0}, {WAIT, 1500}}},
	{"power-on", .spoilt = PARTS, .steps = {{POWER, 0}, {PLUG, 0}, {SAY, FRAME_OPEN}, PRESS_TWICE}},
	{"on-trial", .spoilt = PARTS, .on_trial = true, .steps = {{POWER, 0}, {PLUG, 0}, {WAIT, UPDATE_TRIAL - 1}, {WAIT, 1}}},
	{"library", .spoilt = DIRECTOR, .by_itself = true, .steps = {OPEN_ALL, PRESS_TWICE}},
};

static const struct scenario *scenario;
static struct bench bench; /* of it, what papers are written for */
static struct papers papers;

/* ---- what it does ---- */

static void
ask(struct host *h, enum frame_type type, struct span payload)
{
	h->len = (uint32_t)frame_write(h->request, sizeof(h->request), type, payload);
}

static void
pass_time(struct machine *m, uint32_t milliseconds)
{
	uint32_t ticks;

	touch_memory(at_ticks, 4, READ_FIRST);
	touch_memory(at_ticks, 4, WRITTEN);
	memcpy(&ticks, m->ram + at_ticks - CHIP_RAM, 4);
	ticks += milliseconds;
	memcpy(m->ram + at_ticks - CHIP_RAM, &ticks, 4);
}

/* For the nonce that the seal named last. */
static const struct draft *
paper(const struct host *h, enum part part)
{
	static uint8_t written_for[NONCE_SIZE], written_to[ED25519_POINT_SIZE];
	static const struct scenario *written_in;

	if (written_in != scenario || memcmp(written_for, h->nonce, NONCE_SIZE) != 0 || memcmp(written_to, h->point, sizeof(written_to)) != 0) {
		written_in = scenario;
		memcpy(written_for, h->nonce, NONCE_SIZE);
		memcpy(written_to, h->point, sizeof(written_to));
		memcpy(bench.seal.bundle.nonce, h->nonce, NONCE_SIZE);
		memcpy(bench.seal.memory.point, h->point, sizeof(h->point));
		papers_write(&papers, &bench, &scenario->forgery);
		if (scenario->spoilt < PARTS) {
			papers.part[scenario->spoilt].hand = "mallory";
			draft_sign(&papers.part[scenario->spoilt]);
		}
	}
	return &papers.part[part];
}

static void
begin(struct machine *m, const struct step *s)
{
	struct host *h = &m->host;

	h->stage = h->len = h->given = h->idle = h->got = 0;
	h->answered = false;
	h->by_itself = scenario->by_itself && s->deed == SHOW && s->what == scenario->spoilt;
	memset(h->request, 0, sizeof(h->request));
	memset(h->answer, 0, sizeof(h->answer));
	switch (s->deed) {
	case SAY:
		ask(h, s->what, (struct span){0});
		break;
	case SHOW:
		ask(h, FRAME_ACT, draft_raw(paper(h, s->what)));
		break;
	case ECHO:
		ask(h, FRAME_ECHO, span_of(h->camera, NONCE_SIZE));
		break;
	case WAIT:
		pass_time(m, s->what);
		break;
	case OPEN_CASE:
		m->chip.tampered = true;
		break;
	case POWER:
		power(m);
		break;
	case PLUG:
	case STAMP:
		break;
	}
}

static void
take_answer(struct host *h, const uint8_t *packet, uint32_t len)
{
	struct frame_identity id;
	struct frame frame;
	enum wire_code code;

	if (h->got + len > sizeof(h->answer))
		h->got = 0;
	memcpy(h->answer + h->got, packet, len);
	h->got += len;
	if (len == CHIP_PACKET)
		return;
	h->answered = true;
	if (frame_read(&frame, span_of(h->answer, h->got), &code) > 0 && frame.type == FRAME_IDENTITY && frame_read_identity(&id, frame.payload))
		memcpy(h->nonce, id.nonce, NONCE_SIZE);
	if (frame.type == FRAME_IDENTITY)
		memcpy(h->point, id.point, sizeof(h->point));
}

/* True while there is something to give or take. */
static bool
exchange(struct machine *m)
{
	struct host *h = &m->host;
	uint8_t packet[CHIP_PACKET];
	int len = chip_take(&m->chip, packet, 1);
	uint32_t next = h->len - h->given < CHIP_PACKET ? h->len - h->given : CHIP_PACKET;
	bool did = len >= 0;

	if (did)
		take_answer(h, packet, (uint32_t)len);
	if (next > 0 && chip_give(&m->chip, h->request + h->given, next)) {
		h->given += next;
		did = true;
	}
	h->idle = did ? 0 : h->idle + 1;
	return h->idle < IDLE_TURNS;
}

static bool
plug(struct machine *m)
{
	static const uint8_t address[8] = {0x00, 5, 7, 0, 0, 0, 0, 0}, configuration[8] = {0x00, 9, 1, 0, 0, 0, 0, 0};
	uint8_t packet[CHIP_PACKET];

	chip_take(&m->chip, packet, 0);
	switch (m->host.stage++) {
	case 0:
		m->chip.events |= EVENT_RESET;
		return true;
	case 1:
		m->chip.events |= EVENT_ENUMERATED;
		return true;
	case 2:
		chip_setup(&m->chip, address);
		return true;
	case 4:
		chip_setup(&m->chip, configuration);
		return true;
	default:
		return m->host.stage < 8;
	}
}

/* As somebody does whose seal opens: down, and up again. */
static bool
stamp(struct machine *m)
{
	switch (m->host.stage++) {
	case 0:
		m->chip.stamp_down = m->chip.coil;
		return true;
	case 2:
		m->chip.stamp_down = false;
		return true;
	default:
		return m->host.stage < 5;
	}
}

/* False at the scenario's end. */
static bool
turn(struct machine *m)
{
	const struct step *s = &scenario->steps[m->host.step];
	bool goes_on = s->deed == PLUG ? plug(m) : s->deed == STAMP ? stamp(m) : s->deed == POWER ? false : exchange(m);

	if (goes_on)
		return true;
	m->host.step++;
	if (m->host.step == STEPS_MAX || (s[1].deed == SAY && s[1].what == 0))
		return false;
	begin(m, s + 1);
	return true;
}

#endif

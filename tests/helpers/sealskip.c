/*
 * Leaves out each instruction of the seal's decision code once, while it is shown what it must refuse, and sees whether the coil moves.
 *
 *	sealskip INSTRUCTIONS STRIDE [SCENARIO...]
 *
 * INSTRUCTIONS: lines `<address in the program, hex> <length>` of every instruction of firmware/core, wire/ and its binding that decides. Of each STRIDE of them that are
 * executed one is tried. Prints per scenario how many were executed and tried; exits 1 when the coil was energised once too often.
 *
 * The leader goes through a scenario with the processor's trap flag, which stops before each instruction; what is not listed (the cryptographic library,
 * the board) runs to a breakpoint behind its call. Each BATCH instructions it forks a worker, which goes on likewise, and at each instruction keeps a
 * copy of all that can change, goes on without that instruction to the end of the scenario, and puts the copy back. A trial may spoil its worker for the
 * next one in ways that nobody has kept a copy of; its foreman then sends another one, to begin behind it.
 */
#include <signal.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "sealrig.h"

enum { TRAP_FLAG = 0x100, BREAKPOINT = 0xcc, PATIENCE = 20000, WORKERS = 2, BATCH = 500, SHOWN = 20, SLOTS = 64 }; /* PATIENCE: microseconds */
enum { XSTATE_MAGIC = 0x46505853, RED_ZONE = 256, STACK_MAX = 1 << 20 };

extern const char __executable_start, __etext;
extern const char __start_stepped, __stop_stepped;
extern char __data_start[], _end[];

static uint8_t *length_of; /* of the instruction at each octet of the program, 0: not decision code */
static unsigned long stride;

/* ---- what is counted, by all processes ---- */

static struct count {
	unsigned long executed, tried, refused, faulted, energised;
	unsigned long without[SHOWN];
	unsigned long next[SLOTS]; /* by batch, the position behind the last trial */
} *count;

static void
give_verdict(unsigned long address, bool faulted)
{
	__atomic_add_fetch(&count->tried, 1, __ATOMIC_RELAXED);
	if (has_moved())
		count->without[__atomic_fetch_add(&count->energised, 1, __ATOMIC_RELAXED) % SHOWN] = address;
	else
		__atomic_add_fetch(faulted ? &count->faulted : &count->refused, 1, __ATOMIC_RELAXED);
}

/* ---- one trial ---- */

static bool in_trial;
static unsigned long trial; /* the address of what is left out */
static char *stack_end;	    /* main()'s frame */

/* Of all that a trial changes; in memory that it does not know. */
static struct kept {
	ucontext_t context;
	uint8_t xstate[16384];
	struct rig rig;
	uint8_t stack[STACK_MAX];
	uint8_t data[];
} *kept;

static size_t
xstate_size(const ucontext_t *at)
{
	const uint32_t *software = (const uint32_t *)at->uc_mcontext.fpregs + 464 / 4;

	return software[0] == XSTATE_MAGIC ? software[4] : 512;
}

static char *
stack_begin(const ucontext_t *at)
{
	return (char *)at->uc_mcontext.gregs[REG_RSP] - RED_ZONE;
}

static void
keep(const ucontext_t *at)
{
	kept->context = *at;
	kept->rig = *rig;
	memcpy(kept->xstate, at->uc_mcontext.fpregs, xstate_size(at));
	memcpy(kept->stack, stack_begin(at), (size_t)(stack_end - stack_begin(at)));
	memcpy(kept->data, __data_start, (size_t)(_end - __data_start));
}

static void
put_back(ucontext_t *at)
{
	char *begin = stack_begin(&kept->context);

	memcpy(at->uc_mcontext.gregs, kept->context.uc_mcontext.gregs, sizeof(at->uc_mcontext.gregs));
	memcpy(at->uc_mcontext.fpregs, kept->xstate, xstate_size(at));
	*rig = kept->rig;
	at->uc_sigmask = kept->context.uc_sigmask;
	memcpy(begin, kept->stack, (size_t)(stack_end - begin));
	memcpy(__data_start, kept->data, (size_t)(_end - __data_start));
}

/* A fault of the processor, or a loop: on a board the fault handler or the watchdog, which end locked. SIGUSR1: the scenario's end. */
static void
on_end(int signal, siginfo_t *info, void *context)
{
	(void)info;
	if (!in_trial && signal == SIGVTALRM)
		return;
	if (!in_trial)
		_exit(3);
	give_verdict(trial, signal != SIGUSR1);
	put_back(context);
}

static void
begin_trial(ucontext_t *at, unsigned long address)
{
	const struct itimerval patience = {.it_value = {0, PATIENCE}};

	keep(at);
	in_trial = true;
	trial = address;
	setitimer(ITIMER_VIRTUAL, &patience, NULL);
	at->uc_mcontext.gregs[REG_RIP] += length_of[address];
	at->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
}

/* ---- leader and workers ---- */

static bool is_worker, rehearsing;
static unsigned long position; /* in the scenario */
static unsigned running, batch_left;
static unsigned long *next_trial;

static bool
ended_well(int status)
{
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void
wait_until(unsigned most_running)
{
	int status;

	for (; running > most_running && wait(&status) > 0; running--)
		if (!ended_well(status))
			printf("  a foreman ended with status 0x%x\n", (unsigned)status);
}

static pid_t
fork_or_die(void)
{
	pid_t pid = fork();

	if (pid < 0) {
		perror("fork");
		_exit(2);
	}
	return pid;
}

/* Returns in the worker. */
static void
be_foreman(void)
{
	int status = 0;

	next_trial = &count->next[position / BATCH % SLOTS];
	*next_trial = position;
	for (unsigned long before = position;; before = *next_trial) {
		if (fork_or_die() == 0)
			break;
		wait(&status);
		if (ended_well(status))
			_exit(0);
		if (*next_trial == before) /* nothing was tried: it would go on for ever */
			_exit(1);
	}
	is_worker = true;
	batch_left = BATCH;
}

static void
hire(void)
{
	wait_until(WORKERS - 1);
	if (fork_or_die() == 0)
		be_foreman();
	else
		running++;
}

/* Before an instruction of the decision code. */
static void
step(ucontext_t *at, unsigned long address)
{
	unsigned long here = position++;

	if (!is_worker && here % BATCH == 0) {
		position = here;
		hire();
		position = here + 1;
	}
	if (!is_worker)
		return;
	if (batch_left-- == 0)
		_exit(0);
	if (here % stride != 0 || here < *next_trial)
		return;
	*next_trial = here + 1;
	begin_trial(at, address);
}

/* ---- stepping ---- */

static uint8_t *breakpoint;
static uint8_t broken;

static unsigned long
in_program(unsigned long address)
{
	unsigned long start = (unsigned long)&__executable_start;

	return address >= start && address < (unsigned long)&__etext ? address - start : 0;
}

static void
place_breakpoint(ucontext_t *at)
{
	breakpoint = *(uint8_t **)at->uc_mcontext.gregs[REG_RSP]; /* just called: the return address is on top */
	broken = *breakpoint;
	*breakpoint = BREAKPOINT;
	at->uc_mcontext.gregs[REG_EFL] &= ~TRAP_FLAG;
}

static void
take_breakpoint(ucontext_t *at)
{
	*breakpoint = broken;
	at->uc_mcontext.gregs[REG_RIP] = (greg_t)breakpoint;
	at->uc_mcontext.gregs[REG_EFL] |= TRAP_FLAG;
	breakpoint = NULL;
}

static void
on_trap(int signal, siginfo_t *info, void *context)
{
	ucontext_t *at = context;
	unsigned long rip = (unsigned long)at->uc_mcontext.gregs[REG_RIP], address;

	if (in_trial) { /* it has run into what is no code */
		on_end(signal, info, context);
		return;
	}
	if (breakpoint != NULL && rip == (unsigned long)breakpoint + 1) {
		take_breakpoint(at);
		rip--;
	}
	if (rip >= (unsigned long)&__start_stepped && rip < (unsigned long)&__stop_stepped)
		return;
	address = in_program(rip);
	if (length_of[address] == 0)
		place_breakpoint(at);
	else
		step(at, address);
}

#define STEP_ON __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; orq $0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "memory", "cc")
#define STEP_OFF __asm__ volatile("lea -128(%%rsp), %%rsp; pushfq; andq $~0x100, (%%rsp); popfq; lea 128(%%rsp), %%rsp" ::: "memory", "cc")

/* Alone in its section: where it is stepped through, nothing is tried. */
static __attribute__((section("stepped"), noinline)) size_t
answer_stepping(const struct frame *request, uint8_t out[FRAME_MAX])
{
	size_t len;

	if (!in_trial && !rehearsing)
		STEP_ON;
	len = seal_answer(&bench.seal, request, out);
	STEP_OFF;
	return len;
}

static __attribute__((section("stepped"), noinline)) void
tick_stepping(void)
{
	if (!in_trial && !rehearsing)
		STEP_ON;
	seal_tick(&bench.seal);
	STEP_OFF;
}

static void
tell(enum frame_type type, struct span payload)
{
	static uint8_t out[FRAME_MAX];
	struct frame request = {type, payload};

	answer_stepping(&request, out);
}

/* ---- what must not open it ---- */

static struct papers papers;

/* Goes on as a thief would: opens, echoes what the display shows, presses, stamps; three times, with the seal running on in between. */
static void
try_to_press(void)
{
	for (int i = 0; i < 2; i++) {
		uint8_t code[NONCE_SIZE];

		memcpy(code, bench.seal.watch.code, NONCE_SIZE);
		tell(FRAME_ECHO, span_of(code, NONCE_SIZE));
		tell(FRAME_PRESS, (struct span){0});
		bench.stamp_down = rig->coil;
		tick_stepping();
		bench.stamp_down = false;
		bench.now += 1500;
		tick_stepping();
	}
}

static void
show_bundle(const struct forgery *forgery, unsigned spoilt)
{
	bench_tell(&bench, FRAME_BEGIN, (struct span){0});
	papers_write(&papers, &bench, forgery);
	if (spoilt < PARTS)
		papers.part[spoilt].raw[12] ^= 1; /* a digit of the tree, which is signed */
	for (unsigned part = 0; part < PARTS; part++)
		if (!(forgery->without >> part & 1))
			tell(FRAME_ACT, draft_raw(&papers.part[part]));
	tell(FRAME_OPEN, (struct span){0});
	try_to_press();
}

static void
nothing_shown(void)
{
	tell(FRAME_BEGIN, (struct span){0});
	tell(FRAME_OPEN, (struct span){0});
	try_to_press();
}

static void
no_approval(void)
{
	show_bundle(&(struct forgery){{{0}}, 1 << DIRECTOR}, PARTS);
}

static void
bad_signature(void)
{
	show_bundle(&(struct forgery){{{0}}, 0}, DIRECTOR);
}

static void
rejected(void)
{
	show_bundle(&(struct forgery){{{STATE, KEY_STATUS, "rejected"}}, 0}, PARTS);
}

static void
expired(void)
{
	show_bundle(&(struct forgery){{{APPLY, KEY_NOT_AFTER, "2026-11-22T06:59:59Z"}}, 0}, PARTS);
}

static void
another_session(void)
{
	show_bundle(&(struct forgery){{{SESSION, KEY_DEVICE_NONCE, OTHER_HEX16}}, 0}, PARTS);
}

static void
own_approval(void)
{
	show_bundle(&(struct forgery){{{MANAGER, KEY_ACTOR, "alice"}}, 0}, PARTS);
}

/* Opened rightfully; nobody looks at the display. */
static void
not_seen(void)
{
	bench_open(&bench, NULL);
	tell(FRAME_PRESS, (struct span){0});
	tick_stepping();
	bench_open(&bench, NULL);
	tell(FRAME_ECHO, SPAN_LITERAL("0123456789abcdef"));
	tell(FRAME_PRESS, (struct span){0});
	bench_open(&bench, NULL);
	bench.now += 3000; /* the deadline */
	tick_stepping();
	tell(FRAME_PRESS, (struct span){0});
	tick_stepping();
}

/* One press was granted, and is made; more are asked for in this session, in another, and after the power was off. */
static void
one_too_many(void)
{
	static const struct forgery one = {{{APPLY, KEY_PRESSES, "1"}, {MANAGER, KEY_PRESSES, "1"}, {DIRECTOR, KEY_PRESSES, "1"}, {STATE, KEY_CAP, "1"},
		{SESSION, KEY_PRESSES, "1"}}, 0};

	bench_open(&bench, &one);
	bench_echo(&bench);
	try_to_press();
	tell(FRAME_CLOSE, (struct span){0});
	power_on();
	bench_open(&bench, &one);
	try_to_press();
}

/* Armed rightfully, then the housing is opened. (A close that got lost is not tried: what was granted is granted still.) */
static void
tampered(void)
{
	bench_open(&bench, NULL);
	bench_echo(&bench);
	bench.tampered = true;
	tick_stepping();
	tell(FRAME_PRESS, (struct span){0});
	tick_stepping();
}

static const struct scenario {
	const char *name;
	void (*run)(void);
	unsigned allowed;
} scenarios[] = {
	{"nothing-shown", nothing_shown, 0}, {"no-approval", no_approval, 0},
	{"bad-signature", bad_signature, 0}, {"rejected", rejected, 0},
	{"expired", expired, 0},	     {"another-session", another_session, 0},
	{"own-approval", own_approval, 0},   {"not-seen", not_seen, 0},
	{"one-too-many", one_too_many, 1},   {"tampered", tampered, 0},
};

/* Once without stepping: it behaves, and the signatures are known. */
static bool
rehearse(const struct scenario *s)
{
	rehearsing = true;
	set_up();
	s->run();
	rehearsing = false;
	if (rig->strokes != s->allowed)
		printf("%s: the coil was energised %u times with every instruction in its place\n", s->name, rig->strokes);
	return rig->strokes == s->allowed && !has_moved();
}

static void
perform(const struct scenario *s)
{
	set_up();
	position = 0;
	s->run();
	if (in_trial)
		raise(SIGUSR1);
	if (is_worker)
		_exit(0);
	wait_until(0);
}

static bool
run(const struct scenario *s)
{
	memset(count, 0, sizeof(*count));
	allowed = s->allowed;
	if (!rehearse(s))
		return false;
	perform(s);
	printf("%-16s %8lu instructions executed, %8lu left out: %8lu refused, %7lu ended in a fault, %lu energised the coil\n", s->name, position,
	       count->tried, count->refused, count->faulted, count->energised);
	for (unsigned long i = 0; i < count->energised && i < SHOWN; i++)
		printf("  energised without the instruction at 0x%lx\n", count->without[i]);
	return position > 1000 && count->energised == 0 && count->tried == (position + stride - 1) / stride;
}

/* ---- the program ---- */

static void *
share(size_t size, int how)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, how | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		perror("mmap");
		exit(2);
	}
	return memory;
}

static void
read_instructions(const char *name)
{
	unsigned long size = (unsigned long)(&__etext - &__executable_start), address;
	unsigned length;
	FILE *f = fopen(name, "r");

	if (f == NULL || (length_of = calloc(size, 1)) == NULL) {
		perror(name);
		exit(2);
	}
	while (fscanf(f, "%lx %u", &address, &length) == 2)
		if (address < size)
			length_of[address] = (uint8_t)length;
	fclose(f);
}

static void
catch_signals(void)
{
	static const int ends[] = {SIGUSR1, SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGVTALRM, SIGSYS};
	struct sigaction trap = {.sa_sigaction = on_trap, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	struct sigaction end = {.sa_sigaction = on_end, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	stack_t stack = {.ss_size = 1 << 16};

	stack.ss_sp = share(stack.ss_size, MAP_PRIVATE);
	sigaltstack(&stack, NULL);
	sigaction(SIGTRAP, &trap, NULL);
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		sigaction(ends[i], &end, NULL);
}

static void
allow_breakpoints(void)
{
	unsigned long page = (unsigned long)sysconf(_SC_PAGESIZE), start = (unsigned long)&__executable_start;
	unsigned long text = (unsigned long)&__etext;

	if (mprotect((void *)start, (text - start + page - 1) / page * page, PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
		perror("mprotect");
		exit(2);
	}
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

	if (argc < 3) {
		fputs("usage: sealskip INSTRUCTIONS STRIDE [SCENARIO...]\n", stderr);
		return 2;
	}
	setvbuf(stdout, NULL, _IOLBF, 0);
	stack_end = __builtin_frame_address(0);
	count = share(sizeof(*count), MAP_SHARED);
	rig = share(sizeof(*rig), MAP_PRIVATE);
	kept = share(sizeof(*kept) + (size_t)(_end - __data_start), MAP_PRIVATE);
	stride = strtoul(argv[2], NULL, 10);
	bench_ready(&ready, BENCH_AREA);
	read_instructions(argv[1]);
	allow_breakpoints();
	catch_signals();
	for (size_t i = 0; i < sizeof(scenarios) / sizeof(scenarios[0]); i++)
		if (is_wanted(scenarios[i].name, argv + 3))
			good = run(&scenarios[i]) && good;
	return good && test_result() == 0 ? 0 : 1;
}

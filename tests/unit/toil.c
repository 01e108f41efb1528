/* Who works is seen to, who waits is not, nor who is stopped or gone. */
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "drive/toil.h"
#include "test.h"

/* A process whose thread, of this name, works when it has read an octet, and waits when it has read another. */
struct worker {
	pid_t process;
	int orders, answers;
};

static void *
work(void *context)
{
	const struct worker *worker = context;
	char order;

	while (read(worker->orders, &order, 1) == 1)
		for (volatile uint64_t i = 0; order == 'w' && i < UINT64_MAX; i++)
			if (i == 0 && write(worker->answers, &order, 1) != 1)
				abort();
	return NULL;
}

static void
live(const struct worker *worker)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, work, (void *)worker) || pthread_setname_np(thread, CH_TOIL_THREAD) || write(worker->answers, "b", 1) != 1)
		abort();
	pthread_join(thread, NULL);
	_exit(0);
}

static struct worker
begin(void)
{
	int orders[2], answers[2];
	struct worker worker;

	if (pipe(orders) || pipe(answers) || (worker.process = fork()) < 0)
		abort();
	if (worker.process == 0) {
		close(orders[1]);
		live(&(struct worker){0, orders[0], answers[1]});
	}
	close(orders[0]);
	close(answers[1]);
	worker.orders = orders[1];
	worker.answers = answers[0];
	return worker;
}

static void
hear(const struct worker *worker)
{
	char answer;

	if (read(worker->answers, &answer, 1) != 1)
		abort();
}

/* Its state is that of a moment: what it was by the way to where it waits counts as work, and ends. */
static bool
comes_to_rest(struct ch_toil *toil)
{
	for (int quiet = 0; quiet < 3;)
		quiet = ch_toil_goes_on(toil) ? 0 : quiet + 1;
	return true;
}

int
main(void)
{
	struct worker worker = begin();
	struct ch_toil toil, other;

	hear(&worker);
	ch_toil_watch(&toil, worker.process);
	CHECK_EQUAL(toil.process, worker.process);
	CHECK(toil.thread != 0 && toil.thread != worker.process);
	CHECK(comes_to_rest(&toil));

	if (write(worker.orders, "w", 1) != 1)
		abort();
	hear(&worker);
	CHECK(ch_toil_goes_on(&toil));
	CHECK(ch_toil_goes_on(&toil));
	kill(worker.process, SIGSTOP);
	waitpid(worker.process, NULL, WUNTRACED);
	CHECK(comes_to_rest(&toil));
	kill(worker.process, SIGCONT);
	waitpid(worker.process, NULL, WCONTINUED);
	while (!ch_toil_goes_on(&toil))
		;

	ch_toil_watch(&other, getpid()); /* nobody here has that name */
	CHECK_EQUAL(other.thread, 0);
	CHECK(!ch_toil_goes_on(&other));
	kill(worker.process, SIGKILL);
	waitpid(worker.process, NULL, 0);
	CHECK(!ch_toil_goes_on(&toil));
	ch_toil_watch(&other, worker.process);
	CHECK(!ch_toil_goes_on(&other));
	return test_result();
}

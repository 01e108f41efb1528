#include "process.h"

#include <err.h>

#include "core/cable.h"

struct process {
	struct board *board;
	struct seal seal;
	struct cable cable;
};

/* The boot stage, and what it starts. Where nothing may start a real seal stands still; this one cannot but say so. */
static void
start(struct process *process)
{
	struct board *board = process->board;

	if (board->port.slots != NULL && !board_boot(board))
		errx(1, "the boot stage finds no image that it may start");
	seal_boot(&process->seal, &board->port);
}

static size_t
feed(void *context, struct span *input, uint8_t out[FRAME_MAX])
{
	struct process *process = context;

	size_t len = cable_feed(&process->cable, &process->seal, input, out);

	if (process->seal.update.restart)
		start(process);
	return len;
}

static void
unplugged(void *context)
{
	struct process *process = context;

	cable_unplugged(&process->cable, &process->seal);
}

static void
tick(void *context)
{
	struct process *process = context;

	seal_tick(&process->seal);
	if (process->seal.update.restart)
		start(process);
}

void
process_start(struct device *device, struct board *board)
{
	static struct process process;

	process.board = board;
	start(&process);
	*device = (struct device){&process, feed, unplugged, tick, false};
}

#include "process.h"

#include "core/cable.h"

struct process {
	struct seal seal;
	struct cable cable;
};

static size_t
feed(void *context, struct span *input, uint8_t out[FRAME_MAX])
{
	struct process *process = context;

	return cable_feed(&process->cable, &process->seal, input, out);
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
}

void
process_start(struct device *device, const struct board *board)
{
	static struct process process;

	seal_boot(&process.seal, &board->port);
	*device = (struct device){&process, feed, unplugged, tick};
}

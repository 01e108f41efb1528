#include "send.h"

#include <unistd.h>

/* What the register says of the acts of one call. */
struct sending {
	const struct ch_oid *commits;
	size_t count, accepted, refused;
	enum wire_code code; /* of the first refusal */
	char reason[512];
};

static void
see_settled(void *context, const struct ch_settled *settled)
{
	struct sending *sending = context;
	size_t i = 0;

	while (i < sending->count && !ch_oid_equal(&sending->commits[i], &settled->commit))
		i++;
	if (i == sending->count)
		return;
	sending->accepted += settled->fate == CH_ACCEPTED;
	if (settled->fate != CH_TURNED_DOWN)
		return;
	if (sending->refused++ == 0) {
		sending->code = settled->code;
		snprintf(sending->reason, sizeof(sending->reason), "%s", settled->reason);
	}
}

static void
see_page(void *cli, const struct ch_page *page)
{
	cli_progress(cli, page->seq);
}

void
cli_sync_begin(struct ch_sync *sync, struct cli *cli)
{
	static struct ch_observer observer = {.page = see_page};

	observer.context = cli;
	*sync = (struct ch_sync){.store = &cli->store, .remote = {.git = {.archive = cli->store.path, .environment = environ}, .origin = cli->origin},
				 .observer = &observer};
}

const struct ch_error *
cli_shortage(const struct ch_sync *sync)
{
	const struct ch_error *shortage = &sync->shortage;

	return shortage->class ? ch_fail(shortage->class, "%s; everything else is done", shortage->message) : NULL;
}

const struct ch_error *
cli_waits(const struct ch_sync *sync, const char *said)
{
	struct span url = sync->remote.origin.url;

	if (!sync->unanswered)
		return ch_fail(CH_LATER, "%s", said);
	return ch_fail(CH_LATER, "'%.*s' took what was sent and did not answer as a register does: is it one, with its hooks? see chancery-receive(8); kept here",
		       (int)url.len, (const char *)url.data);
}

/* As the tools say it when the register is here. */
static const struct ch_error *
verdict(const struct sending *sending, const struct ch_sync *sync)
{
	if (sending->refused && sending->count > 1)
		return ch_refuse(sending->code, "%s (%zu of %zu acts refused)", sending->reason, sending->refused, sending->count);
	if (sending->refused)
		return ch_refuse(sending->code, "%s%s", sending->reason,
				 sending->code == WIRE_WRONG_TIME ? "; is the clock of this machine right? chancery-doctor says what it knows of it" : "");
	if (sending->accepted < sending->count)
		return cli_waits(sync, "received, but not registered yet; kept here, chancery-sync tells what becomes of it");
	return NULL;
}

static const struct ch_error *
not_sent(const struct ch_error *error)
{
	const struct ch_error e = *error;

	if (e.class == CH_LATER)
		return ch_fail(CH_LATER, "%s; kept here, will be sent by chancery-sync", e.message);
	return ch_fail(e.class, "%s; the act is kept here, see chancery-sync", e.message);
}

const struct ch_error *
cli_send(struct cli *cli, const struct ch_oid *commits, size_t count)
{
	struct sending sending = {.commits = commits, .count = count};
	struct ch_state synced = {0};
	const struct ch_error *error, *first;
	struct ch_error kept;
	struct ch_sync sync;

	if ((error = ch_outbox_put(&cli->store, cli->origin.client, commits, count)))
		return error;
	cli_sync_begin(&sync, cli);
	sync.settled = see_settled;
	sync.context = &sending;
	error = ch_sync(&sync, &synced);
	ch_state_clear(&synced);
	cli_progress_end(cli);
	ch_arena_clear(&sync.arena);
	first = ch_error_keep(&kept, error ? not_sent(error) : verdict(&sending, &sync));
	cli->kept = first && first->class == CH_LATER;
	error = cli_reload(cli);
	return error ? error : ch_error_again(first);
}

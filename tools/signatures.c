#include "signatures.h"

#include "foreign/signatures.h"

enum { KEYRING_MAX = 256 << 20 };

struct tally {
	struct cli *cli;
	size_t count[CH_SIGNED_NOT + 1];
};

static void
see(void *context, const struct ch_commit_verdict *verdict)
{
	static const char *const names[] = {"good", "bad", "unknown", "unsigned"};
	struct tally *tally = context;
	char id[2 * OBJECT_ID_SIZE + 1];

	tally->count[verdict->by.verdict]++;
	if (tally->cli->quiet && verdict->by.verdict == CH_SIGNED_GOOD)
		return;
	text_put_hex(id, verdict->commit.id, OBJECT_ID_SIZE);
	cli_record(tally->cli,
		   (struct cli_field[]){{"commit", span_text(id)},
					{"verdict", span_text(names[verdict->by.verdict])},
					{"key", span_text(verdict->by.key)},
					{"reason", span_text(verdict->by.reason)}},
		   4);
}

static const struct ch_error *
conclude(const struct tally *tally)
{
	const size_t *count = tally->count, bad = count[CH_SIGNED_BAD], unsign = count[CH_SIGNED_NOT], unknown = count[CH_SIGNED_UNKNOWN];
	size_t all = bad + unsign + unknown + count[CH_SIGNED_GOOD];

	if (all == 0)
		return ch_fail(CH_UNKNOWN, "there is no commit: nothing to verify");
	if (bad + unsign + unknown == 0)
		return NULL;
	return ch_fail(bad + unsign > 0 ? CH_REFUSED : CH_UNKNOWN, "of %zu commits %zu are bad, %zu unsigned, %zu by unknown keys", all, bad, unsign, unknown);
}

static const struct ch_error *
begin(struct ch_history *history, const char *repository, char **revisions, int count)
{
	const struct ch_error *error = ch_history_open(history, repository);

	if (error == NULL && count == 0)
		ch_history_add_all(history);
	for (int i = 0; i < count && error == NULL; i++)
		error = ch_history_add(history, revisions[i]);
	return error;
}

const struct ch_error *
verify_signatures(struct cli *cli, const char *keyring, const char *repository, char **revisions, int count)
{
	struct tally tally = {.cli = cli};
	struct ch_history history = {0};
	const struct ch_error *error;
	struct ch_keyring ring = {0};
	struct span exported;

	if ((error = cli_read_file(&exported, cli, keyring, KEYRING_MAX)) == NULL &&
	    (error = ch_keyring_open(&ring, exported, cli_temporary())) == NULL &&
	    (error = begin(&history, repository, revisions, count)) == NULL &&
	    (error = ch_signatures_check(&history, &ring, see, &tally)) == NULL)
		error = conclude(&tally);
	ch_history_close(&history);
	ch_keyring_close(&ring);
	return error;
}

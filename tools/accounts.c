#include "accounts.h"

#include <inttypes.h>

#include "seal/account.h"

static void
put_account(struct cli *cli, const struct ch_account *a)
{
	struct ch_arena *arena = &cli->state.arena;
	bool whole = a->missing == 0 && a->uncovered == 0 && a->unproven_count == 0;

	cli_record(cli,
		   (struct cli_field[]){{"seal", a->seal->id},
					{"device", a->seal->device},
					{"verdict", whole ? SPAN_LITERAL("proven") : SPAN_LITERAL("lacking")},
					{"receipts", ch_arena_number(arena, a->receipts)},
					{"presses", ch_arena_number(arena, a->presses)},
					{"photos", ch_arena_number(arena, a->photos)},
					{"later", ch_arena_number(arena, a->later)},
					{"void", ch_arena_number(arena, a->voids)},
					{"lack a photo", ch_arena_number(arena, a->missing)},
					{"uncovered", ch_arena_number(arena, a->uncovered)},
					{"unproven sessions", ch_arena_number(arena, a->unproven_count)}},
		   11);
}

static void
put_press(struct cli *cli, const struct ch_use *press, const char *what)
{
	cli_record(cli,
		   (struct cli_field[]){{"press", SPAN_LITERAL("press")},
					{"seal", press->seal->id},
					{"device", press->receipt.device},
					{"receipt", ch_arena_number(&cli->state.arena, press->receipt.counter)},
					{"application", press->application ? press->application->subject->name.id : SPAN_LITERAL("none")},
					{"what", span_text(what)}},
		   6);
}

static void
put_unproven(struct cli *cli, const struct ch_account *a)
{
	for (size_t i = 0; i < a->unproven_count; i++) {
		const struct statement *st = &ch_entry_act(&cli->state, a->unproven[i].session)->statement;
		cli_record(cli,
			   (struct cli_field[]){{"session", SPAN_LITERAL("session")},
						{"seal", a->seal->id},
						{"device", a->seal->device},
						{"signed", st->value[KEY_TIME]},
						{"application", a->unproven[i].application->subject->name.id},
						{"presses at most", ch_arena_number(&cli->state.arena, a->unproven[i].presses)}},
			   6);
	}
}

const struct ch_error *
verify_accounts(struct cli *cli)
{
	struct ch_account *accounts;
	const struct ch_error *error;
	struct ch_use *uses;
	size_t count, use_count, lacking = 0;

	if ((error = ch_usage_read(&uses, &use_count, &cli->state, &cli->store)))
		return error;
	ch_accounts(&accounts, &count, &cli->state, uses, use_count);
	for (size_t i = 0; i < count; i++) {
		lacking += accounts[i].missing + accounts[i].uncovered + accounts[i].unproven_count;
		if (!cli->quiet)
			put_account(cli, &accounts[i]);
	}
	for (size_t i = 0; i < use_count && !cli->quiet; i++) {
		const char *uncovered = uses[i].receipt.kind == RECEIPT_PRESS ? ch_use_uncovered(&uses[i], &cli->state.arena) : NULL;
		if (uncovered)
			put_press(cli, &uses[i], uncovered);
		if (uses[i].receipt.kind == RECEIPT_PRESS && ch_use_lacks_photo(&uses[i]))
			put_press(cli, &uses[i], "no photo, nor a reason why");
	}
	for (size_t i = 0; i < count && !cli->quiet; i++)
		put_unproven(cli, &accounts[i]);
	return lacking ? ch_fail(CH_UNKNOWN, "presses, receipts and photos do not all agree: %zu thing%s lacking", lacking, lacking == 1 ? " is" : "s are") : NULL;
}

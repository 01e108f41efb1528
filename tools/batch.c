#include "batch.h"

#include <stdlib.h>

#include "register/application.h"
#include "register/decision.h"
#include "register/explain.h"

struct item {
	struct ch_draft draft;
	const struct ch_application *application;
	const char *missing; /* before it */
};

struct items {
	struct item **list;
	size_t count, refused;
};

/* Who may not, or not so, is told who may, or how. */
static const struct ch_error *
refuse(struct cli *cli, const struct item *item, const char *name, const struct ch_judgement *judgement)
{
	struct ch_explanation why = {0};

	switch (judgement->code) {
	case WIRE_OWN_APPLICATION:
	case WIRE_NO_AUTHORITY:
	case WIRE_SAME_PERSON:
	case WIRE_TRANSFERRED:
	case WIRE_ABOVE_LIMIT:
		if (ch_explain(&why, &cli->state, cli->signer.actor, span_text(act_kind_name(item->draft.kind)), item->draft.subject) ||
		    why.judgement.code != judgement->code)
			why.needed = span_of(NULL, 0);
		break;
	default:
		break;
	}
	if (why.needed.len == 0)
		return ch_refuse(judgement->code, "'%s': %s", name, judgement->reason);
	return ch_refuse(judgement->code, "'%s': %s; needed: %.*s", name, judgement->reason, (int)why.needed.len, (const char *)why.needed.data);
}

/* Judged before it is signed: whoever holds a card is not asked for a PIN in vain. */
static const struct ch_error *
prepare(struct item *item, struct cli *cli, const struct batch *batch, const char *name)
{
	struct ch_application *application;
	struct ch_judgement judgement;
	const struct ch_error *error;

	if ((error = cli_application(&application, cli, name)))
		return error;
	item->application = application;
	item->draft.kind = batch->kind;
	item->draft.subject = application->subject->path;
	item->missing = ch_application_missing(application, &cli->state.arena);
	batch->fill(&item->draft, cli, application, batch->options);
	if ((error = ch_draft_judge(&judgement, &item->draft, &cli->state, &cli->signer)))
		return error;
	return judgement.code ? refuse(cli, item, name, &judgement) : NULL;
}

static const struct ch_error *
prepare_all(struct items *items, struct cli *cli, const struct batch *batch)
{
	const struct ch_error *error;
	char **names;

	if ((error = cli_subjects(&names, cli)))
		return error;
	for (; *names; names++) {
		struct item *item = ch_arena_alloc(&cli->state.arena, sizeof(*item));
		error = prepare(item, cli, batch, *names);
		if (error && (!batch->keep_going || error->class != CH_REFUSED))
			return error;
		if (error) {
			fprintf(stderr, "%s: %s\n", cli->name, error->message);
			items->refused++;
			continue;
		}
		items->list = ch_arena_grow(&cli->state.arena, items->list, items->count, sizeof(*items->list));
		items->list[items->count++] = item;
	}
	return NULL;
}

static void
tell(struct cli *cli, const struct items *items)
{
	for (size_t i = 0; i < items->count && !cli->quiet; i++) {
		const struct ch_draft *draft = &items->list[i]->draft;
		const char *would = ch_arena_format(&cli->state.arena, "%s: %s", act_kind_name(draft->kind),
						    ch_decision_words(draft->value, &cli->state.arena));
		cli_record(cli,
			   (struct cli_field[]){{"subject", draft->subject},
						{"would", span_text(would)},
						{"missing", span_text(items->list[i]->missing)}},
			   3);
	}
}

static void
print_registered(struct cli *cli, const struct batch *batch, const struct ch_oid *commit)
{
	const struct ch_entry *entry = ch_state_commit(&cli->state, commit);
	const char *next = batch->next;

	if (entry == NULL)
		return; /* kept in the outbox, and it would not be accepted any more */
	if (next == NULL)
		next = ch_application_missing(ch_entry_application(&cli->state, entry), &cli->state.arena);
	cli_record(cli,
		   (struct cli_field[]){{"act", ch_arena_hex(&cli->state.arena, entry->id, SHA256_SIZE)},
					{"subject", ch_entry_subject(&cli->state, entry)->path},
					{"next", span_text(next)}},
		   3);
}

static const struct ch_error *
perform(struct cli *cli, const struct batch *batch, const struct items *items)
{
	struct ch_oid *commits = calloc(items->count, sizeof(*commits));
	const struct ch_error *error = NULL;

	if (commits == NULL)
		return ch_fail_errno("cannot sign %zu acts", items->count);
	for (size_t i = 0; i < items->count && error == NULL; i++)
		error = ch_draft_sign(&commits[i], &items->list[i]->draft, &cli->state, &cli->store, &cli->signer);
	if (error == NULL)
		error = cli_register(cli, commits, items->count);
	for (size_t i = 0; i < items->count && (error == NULL || cli->kept) && !cli->quiet; i++)
		print_registered(cli, batch, &commits[i]);
	free(commits);
	return error;
}

static const struct ch_error *
write_payload(struct cli *cli, const struct batch *batch, struct item *item)
{
	const struct ch_application *a = item->application;
	struct ch_application_record record;
	const struct ch_error *error;

	if ((error = ch_application_record(&record, a, &cli->store, &cli->state.arena)))
		return error;
	return payload_write(cli, &batch->payload, &item->draft, &record, span_text(a->permit.applicant));
}

static const struct ch_error *
write_payloads(struct cli *cli, const struct batch *batch, const struct items *items)
{
	const struct ch_error *error = NULL;

	payload_check(cli, &batch->payload, items->count);
	for (size_t i = 0; i < items->count && error == NULL; i++)
		error = write_payload(cli, batch, items->list[i]);
	return error;
}

int
batch_option(struct batch *batch, struct cli *cli, int argc, char **argv)
{
	int option;

	while ((option = cli_option(cli, argc, argv)) == 'k' || payload_option(&batch->payload, option))
		batch->keep_going = batch->keep_going || option == 'k';
	return option;
}

const struct ch_error *
batch_run(struct cli *cli, const struct batch *batch)
{
	struct items items = {0};
	const struct ch_error *error;

	if ((error = payload_open(cli, &batch->payload)) || (error = prepare_all(&items, cli, batch)))
		return error;
	if (cli->dry_run)
		tell(cli, &items);
	else if (batch->payload.file)
		error = write_payloads(cli, batch, &items);
	else if (items.count)
		error = perform(cli, batch, &items);
	if (error)
		return error;
	if (items.refused)
		return ch_fail(CH_REFUSED, "%zu of %zu refused", items.refused, items.refused + items.count);
	return NULL;
}

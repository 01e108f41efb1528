#include "export.h"

/* Pages are found going back along main; their numbers fall by one each time. */
static const struct ch_error *
find_pages(struct ch_evidence *evidence)
{
	const struct ch_selection *selection = &evidence->selection;
	struct ch_oid at = evidence->state->head;
	size_t left = selection->page_count;
	const struct ch_error *error;
	const struct act *page;
	uint64_t seq = 0;

	evidence->pages = ch_arena_alloc(&evidence->state->arena, left * sizeof(struct act *));
	while (left) {
		if ((error = ch_state_read_act(&page, evidence->state, evidence->store, &at)))
			return error;
		statement_number(&seq, &page->statement, KEY_SEQ);
		if (seq == selection->pages[left - 1])
			evidence->pages[--left] = page;
		memcpy(at.id, page->commit.parent[0], sizeof(at.id));
	}
	return NULL;
}

void
ch_export_manifest(struct ch_manifest *manifest, const struct ch_evidence *evidence)
{
	const struct ch_selection *selection = &evidence->selection;
	const struct ch_entry *last = selection->acts[selection->act_count - 1];
	size_t page = selection->page_count - 1;

	*manifest = (struct ch_manifest){.format = evidence->format,
					 .archive = evidence->state->id,
					 .subject = selection->application->subject->path,
					 .seq = last->seq,
					 .received = last->received};
	memcpy(manifest->tip, last->id, SHA256_SIZE);
	while (selection->pages[page] > last->seq)
		page--;
	memcpy(manifest->head, evidence->pages[page]->id, SHA256_SIZE);
}

const struct ch_error *
ch_export(struct ch_tarball *tarball, int64_t *mtime, struct ch_state *state, struct ch_store *store, const struct ch_application *application)
{
	struct ch_evidence evidence = {.state = state, .store = store, .format = CH_EXTRACT_FORMAT};
	const struct ch_error *error;

	ch_select(&evidence.selection, state, application);
	if ((error = find_pages(&evidence)))
		return error;
	*mtime = ch_subject_tip(application->subject)->received;
	return ch_export_members(tarball, &evidence);
}

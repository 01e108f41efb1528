#include "memory.h"

#include <errno.h>
#include <inttypes.h>

#include "base/file.h"
#include "register/charter.h"
#include "wire/statement.h"

const struct ch_error *
ch_memory_read(struct ch_memory *memory, struct span text)
{
	struct span format, epoch, seq, head;
	uint8_t id[ARCHIVE_ID_SIZE];

	if (!record_take(&format, &text, "Format") || !span_is(format, "1") || !record_take(&memory->archive, &text, "Archive") ||
	    !text_get_hex(id, sizeof(id), memory->archive) || !record_take(&epoch, &text, "Epoch") || !text_get_number(&memory->epoch, epoch) ||
	    memory->epoch == 0 || !record_take(&seq, &text, "Seq") || !text_get_number(&memory->seq, seq) ||
	    memory->seq == 0 || !record_take(&head, &text, "Head") || !text_get_hex(memory->head.id, OBJECT_ID_SIZE, head) || text.len != 0)
		return ch_refuse(WIRE_MALFORMED_RECORD, "the memory of the register is not in its form");
	return NULL;
}

const struct ch_error *
ch_memory_load(struct ch_memory *memory, bool *known, const char *path, struct ch_arena *arena)
{
	const struct ch_error *error;
	struct span text;

	*known = false;
	if ((error = ch_file_read(&text, path, RECORD_MAX, arena)))
		return error->class == CH_IO && error->errnum == ENOENT ? NULL : error;
	if (ch_memory_read(memory, text))
		return ch_refuse(WIRE_MALFORMED_RECORD, "'%s' is damaged; compare the register with somebody else's before you remove it", path);
	*known = true;
	return NULL;
}

const struct ch_error *
ch_memory_save(const char *path, const struct ch_state *state)
{
	char text[2 * VALUE_MAX], epoch[21], seq[21], head[2 * OBJECT_ID_SIZE + 1];
	const struct ch_error *error;
	size_t len = 0;

	text_put_number(epoch, state->epoch);
	text_put_number(seq, state->seq);
	text_put_hex(head, state->head.id, OBJECT_ID_SIZE);
	if (!record_put(text, sizeof(text), &len, "Format", SPAN_LITERAL("1")) || !record_put(text, sizeof(text), &len, "Archive", state->id) ||
	    !record_put(text, sizeof(text), &len, "Epoch", span_text(epoch)) || !record_put(text, sizeof(text), &len, "Seq", span_text(seq)) || !record_put(text, sizeof(text), &len, "Head", span_text(head)))
		return ch_refuse(WIRE_MALFORMED_RECORD, "the register has nothing to remember");
	if ((error = ch_file_directories(path)))
		return error;
	return ch_file_replace(path, span_of(text, len), 0600);
}

/* A page's number and the page before it. */
static const struct ch_error *
read_page(struct ch_line *line, struct ch_oid *before, struct ch_store *store, const struct ch_oid *commit)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct span raw;
	struct act act;

	if ((error = ch_store_read(&raw, store, CH_COMMIT, commit, &arena)) == NULL) {
		*line = (struct ch_line){.head = *commit};
		if (act_read(&act, raw) != WIRE_OK || !statement_number(&line->seq, &act.statement, KEY_SEQ) || act.statement.kind != ACT_REGISTER ||
		    act.commit.parents == 0)
			error = ch_refuse(WIRE_WRONG_CONTENT, "a commit that should be one is no page of the register");
		else
			memcpy(before->id, act.commit.parent[0], OBJECT_ID_SIZE);
	}
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_line_read(struct ch_line *line, struct ch_store *store, const struct ch_oid *head)
{
	struct ch_oid before;

	return read_page(line, &before, store, head);
}

/* Numbers that do not fall by one from page to page would lead us anywhere. */
static const struct ch_error *
step_back(struct ch_line *line, struct ch_store *store)
{
	const struct ch_error *error;
	struct ch_line here;
	struct ch_oid before;

	if (line->seq == 1)
		return ch_refuse(WIRE_WRONG_ARCHIVE, "the two registers have no page in common");
	if ((error = read_page(&here, &before, store, &line->head)) || (error = ch_line_read(&here, store, &before)))
		return error;
	if (here.seq != line->seq - 1)
		return ch_refuse(WIRE_WRONG_PREVIOUS, "page %" PRIu64 " of the register does not follow the page before", line->seq);
	*line = here;
	return NULL;
}

const struct ch_error *
ch_line_common(struct ch_line *common, struct ch_store *store, const struct ch_line *a, const struct ch_line *b)
{
	struct ch_line x = *a, y = *b;
	const struct ch_error *error = NULL;

	while (error == NULL && !ch_oid_equal(&x.head, &y.head))
		error = step_back(x.seq > y.seq ? &x : &y, store);
	*common = x;
	return error;
}

/* The page of that number on the way back from a line's end; false when it cannot be read, or there is none. */
static bool
go_back(struct ch_line *line, struct ch_store *store, uint64_t seq)
{
	while (line->seq > seq)
		if (step_back(line, store))
			return false;
	return line->seq == seq;
}

const struct ch_error *
ch_memory_compare(struct ch_store *store, const struct ch_line *seen, const struct ch_line *now, const char *where)
{
	char was[2 * OBJECT_ID_SIZE + 1], is[2 * OBJECT_ID_SIZE + 1];
	struct ch_line at = *now, then = *seen;

	text_put_hex(was, seen->head.id, OBJECT_ID_SIZE);
	text_put_hex(is, now->head.id, OBJECT_ID_SIZE);
	if (go_back(&at, store, seen->seq) && ch_oid_equal(&at.head, &seen->head))
		return NULL;
	if (now->seq < seen->seq && !(go_back(&then, store, now->seq) && !ch_oid_equal(&then.head, &now->head)))
		return ch_fail(CH_REFUSED, "ROLLBACK: the register of '%s' ends at page %" PRIu64 " (%s); page %" PRIu64 " (%s) has been seen", where, now->seq,
			       is, seen->seq, was);
	return ch_fail(CH_REFUSED, "FORK: the register of '%s' (page %" PRIu64 ", %s) does not go on from page %" PRIu64 " (%s), which has been seen", where,
		       now->seq, is, seen->seq, was);
}

bool
ch_memory_left_behind(const struct ch_state *state, uint64_t epoch, uint64_t seq)
{
	uint64_t page = ch_charter_recovered(state, epoch);

	return page && page <= seq;
}

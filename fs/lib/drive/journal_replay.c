#include "journal.h"
#include "segment.h"

static const struct ch_error *
fail_at(enum ch_class class, const struct ch_journal *journal, const struct ch_segment *segment, size_t offset, const char *what)
{
	char name[32];

	ch_segment_name(name, segment->number);
	return ch_fail(class, "journal '%s/%s' offset %zu: %s", journal->path, name, offset, what);
}

/*
 * A record that does not read back was torn by the end of the machine, unless one behind it was written in the knowledge that
 * it had reached the disk. Most of what is looked at is of the segment's former lives: it tells so by its sequence, at less cost than a CRC.
 */
static bool
was_durable(uint64_t torn, struct span records, uint32_t salt)
{
	struct ch_journal_record record;
	uint64_t sequence, durable;

	for (; ch_journal_record_peek(&sequence, &durable, records); records = span_skip(records, CH_JOURNAL_RECORD_ALIGN))
		if (durable >= torn && sequence > durable && sequence - torn < CH_SEGMENT_SIZE &&
		    ch_journal_record_read(&record, records, salt) == CH_JOURNAL_WHOLE)
			return true;
	return false;
}

static const struct ch_error *
replay_segment(struct ch_journal *journal, size_t index, const struct ch_error *(*each)(void *context, const struct ch_journal_record *record),
	       void *context)
{
	struct ch_segment *segment = &journal->segments[index];
	size_t at = CH_SEGMENT_HEADER;
	struct ch_journal_record record;
	const struct ch_error *error;
	enum ch_journal_read found;
	struct span bytes;
	uint32_t salt;

	if ((error = ch_segment_read(&bytes, &salt, journal, segment)))
		return error;
	if (index == 0)
		journal->sequence = segment->first - 1;
	else if (segment->first != journal->sequence + 1)
		return fail_at(CH_REFUSED, journal, segment, 0, "the segment before ends too early");
	while ((found = ch_journal_record_read(&record, span_skip(bytes, at), salt)) == CH_JOURNAL_WHOLE) {
		if (record.sequence != journal->sequence + 1)
			return fail_at(CH_REFUSED, journal, segment, at, "record out of sequence");
		if ((error = each(context, &record)))
			return fail_at(error->class, journal, segment, at, error->message);
		journal->sequence = record.sequence;
		at += record.size;
	}
	if (found == CH_JOURNAL_MALFORMED)
		return fail_at(CH_REFUSED, journal, segment, at, "malformed record");
	if (index + 1 == journal->count && was_durable(journal->sequence + 1, span_skip(bytes, at), salt))
		return fail_at(CH_REFUSED, journal, segment, at, "a record that was on disk does not read back");
	return NULL;
}

const struct ch_error *
ch_journal_replay(struct ch_journal *journal, const struct ch_error *(*each)(void *context, const struct ch_journal_record *record), void *context)
{
	const struct ch_error *error;

	for (size_t i = 0; i < journal->count; i++)
		if ((error = replay_segment(journal, i, each, context)))
			return error;
	return NULL;
}

static const struct ch_error *
find_ends(void *context, const struct ch_journal_record *record)
{
	struct ch_journal_survey *survey = context;

	if (ch_operation_is_change(record->operation.kind))
		survey->last = record->sequence;
	else if (record->operation.kind == CH_OP_BASE && record->operation.number > survey->through)
		survey->through = record->operation.number;
	return NULL;
}

static const struct ch_error *
count_pending(void *context, const struct ch_journal_record *record)
{
	struct ch_journal_survey *survey = context;

	survey->pending += ch_operation_is_change(record->operation.kind) && record->sequence > survey->through;
	return NULL;
}

void
ch_journal_looked(struct ch_journal_looks *looks, const struct ch_journal *journal)
{
	uint64_t oldest = journal->count ? journal->segments[0].number : 0;

	looks->vain = oldest == looks->oldest ? looks->vain + 1 : 1;
	looks->oldest = oldest;
}

static const struct ch_error *
survey_once(struct ch_journal_survey *survey, struct ch_journal_looks *looks, const char *archive)
{
	const struct ch_error *error;
	struct ch_journal journal;

	*survey = (struct ch_journal_survey){0};
	if ((error = ch_journal_look(&journal, archive)) == NULL && (error = ch_journal_replay(&journal, find_ends, survey)) == NULL)
		error = ch_journal_replay(&journal, count_pending, survey);
	ch_journal_looked(looks, &journal);
	ch_journal_close(&journal);
	return error;
}

const struct ch_error *
ch_journal_survey(struct ch_journal_survey *survey, const char *archive)
{
	struct ch_journal_looks looks = {0};
	const struct ch_error *error;

	/* The drive may give up a segment between the listing and the reading. */
	do
		error = survey_once(survey, &looks, archive);
	while (error && looks.vain < CH_JOURNAL_LOOKS);
	return error;
}

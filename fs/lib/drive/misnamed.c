#include "misnamed.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { FILE_SIZE = CH_MISNAMED_MAX * CH_MISNAMED_SIZE };

static int
open_file(const char *archive, int flags)
{
	char path[4096];

	if ((size_t)snprintf(path, sizeof(path), "%s/chancery/journal/misnamed", archive) >= sizeof(path))
		return -1;
	return open(path, flags | O_CLOEXEC, 0600);
}

void
ch_misnamed_begin(const char *archive)
{
	int file = open_file(archive, O_WRONLY | O_TRUNC);

	if (file >= 0)
		close(file);
}

static bool
read_piece(struct ch_misnamed *piece, struct span bytes)
{
	struct span line = span_cut(&bytes, '\n'), time = span_cut(&line, ' ');
	uint64_t number;

	if (!text_get_number(&number, time) || number > INT64_MAX)
		return false;
	piece->time = (int64_t)number;
	piece->directory = span_cut(&line, '\t');
	piece->reason = line;
	return piece->reason.len > 0;
}

static int
latest_first(const void *a, const void *b)
{
	int64_t x = ((const struct ch_misnamed *)a)->time, y = ((const struct ch_misnamed *)b)->time;

	return x < y ? 1 : x > y ? -1 : 0;
}

size_t
ch_misnamed_read(struct ch_misnamed *list, struct span bytes)
{
	size_t count = 0;

	for (size_t i = 0; i < CH_MISNAMED_MAX && bytes.len >= CH_MISNAMED_SIZE; i++, bytes = span_skip(bytes, CH_MISNAMED_SIZE))
		count += read_piece(&list[count], span_of(bytes.data, CH_MISNAMED_SIZE));
	qsort(list, count, sizeof(*list), latest_first);
	return count;
}

static struct span
read_file(int file, uint8_t buffer[FILE_SIZE])
{
	ssize_t n = pread(file, buffer, FILE_SIZE, 0);

	return span_of(buffer, n > 0 ? (size_t)n : 0);
}

size_t
ch_misnamed(struct ch_misnamed *list, const char *archive, struct ch_arena *arena)
{
	int file = open_file(archive, O_RDONLY);
	struct span bytes;

	if (file < 0)
		return 0;
	bytes = read_file(file, ch_arena_alloc(arena, FILE_SIZE));
	close(file);
	return ch_misnamed_read(list, bytes);
}

/* Where the next one goes: in place of what says the same, of nothing, or of the oldest. */
static size_t
place_for(bool *known, struct span bytes, struct span directory, const char *reason)
{
	size_t oldest = bytes.len / CH_MISNAMED_SIZE;
	int64_t time = INT64_MAX;
	struct ch_misnamed piece;

	*known = false;
	if (oldest >= CH_MISNAMED_MAX)
		oldest = 0;
	else
		time = INT64_MIN; /* there is room behind them */
	for (size_t i = 0; i < bytes.len / CH_MISNAMED_SIZE; i++) {
		if (!read_piece(&piece, span_of(bytes.data + i * CH_MISNAMED_SIZE, CH_MISNAMED_SIZE)))
			piece = (struct ch_misnamed){0};
		*known = span_equal(piece.directory, directory) && span_is(piece.reason, reason);
		if (*known)
			return i;
		if (piece.time < time) {
			time = piece.time;
			oldest = i;
		}
	}
	return oldest;
}

bool
ch_misnamed_note(const char *archive, struct span directory, const char *reason, int64_t time)
{
	uint8_t buffer[FILE_SIZE];
	char piece[CH_MISNAMED_SIZE] = "";
	int file = open_file(archive, O_RDWR | O_CREAT);
	ssize_t written;
	size_t place;
	bool known;

	if (file < 0)
		return false;
	place = place_for(&known, read_file(file, buffer), directory, reason);
	snprintf(piece, sizeof(piece), "%" PRId64 " %.*s\t%s\n", time, (int)(directory.len < 200 ? directory.len : 200), (const char *)directory.data, reason);
	written = pwrite(file, piece, sizeof(piece), (off_t)(place * sizeof(piece)));
	close(file);
	return !known && written == (ssize_t)sizeof(piece);
}

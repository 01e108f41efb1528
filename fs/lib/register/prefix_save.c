#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "prefix_inside.h"
#include "state_inside.h"

/*
 * So many acts are worth remembering. Whoever pushes one act waits for two programs which verify again what is not remembered, 0.15 ms for each act. To write it
 * all takes 0.3 ms, 4 ms for 10,000 acts, 0.8 s for a million; what has changed 0.02 ms for each chunk that has been looked at, and as much as some acts.
 */
enum { WHOLE_MIN = 2, WHOLE_MAX = 512, WHOLE_SHARE = 8192, DELTA_MIN = 4, DELTA_CHUNKS = 16 };

struct writing {
	FILE *file;
	const struct ch_state *state;
	uint8_t key[PREFIX_KEY_SIZE];
	struct prefix_head head;
	struct ch_flat drives, seals;
	struct ch_flat *flats[PREFIX_FLATS];
};

static void
copy_id(char out[ID_MAX + 1], struct span id)
{
	memcpy(out, id.data, id.len < ID_MAX ? id.len : ID_MAX);
}

static void
gather_the_rest(struct writing *w)
{
	const struct ch_state *state = w->state;

	ch_flat_begin(&w->drives, sizeof(struct prefix_drive));
	ch_flat_begin(&w->seals, sizeof(struct prefix_seal));
	for (size_t i = 0; i < state->names.size; i++) {
		const struct ch_name *name = state->names.slots[i].value;
		struct prefix_drive *drive;
		if (name == NULL || name->number == 0)
			continue;
		drive = ch_flat_add(&w->drives);
		drive->number = name->number;
		copy_id(drive->id, name->id);
	}
	for (size_t i = 0; i < state->seals.size; i++) {
		for (const struct ch_seal *seal = state->seals.slots[i].value; seal; seal = seal->before) {
			struct prefix_seal *kept = ch_flat_add(&w->seals);
			kept->epoch = seal->epoch;
			kept->counter = seal->counter;
			memcpy(kept->head, seal->head, sizeof(kept->head));
			copy_id(kept->id, seal->id);
		}
	}
}

static void
fill_head(struct writing *w)
{
	const struct ch_state *state = w->state;
	struct ch_index *indexes[PREFIX_INDEXES];

	memcpy(w->head.archive, state->id.data, sizeof(w->head.archive));
	w->head.seq = state->seq;
	w->head.received = state->received;
	w->head.first_year = state->first_year;
	w->head.last_year = state->last_year;
	w->head.refused = state->ledger.refused;
	w->head.head = state->head;
	w->head.tree = state->tree;
	memcpy(w->head.page, state->page, sizeof(w->head.page));
	w->head.view = state->part.view;
	memcpy(w->head.only, state->part.only, sizeof(w->head.only));
	w->head.absent = state->absent;
	prefix_indexes(indexes, (struct ch_ledger *)&state->ledger);
	for (unsigned i = 0; i < PREFIX_FLATS; i++)
		w->head.count[i] = w->flats[i]->count;
	for (unsigned i = 0; i < PREFIX_INDEXES; i++) {
		w->head.index_bits[i] = indexes[i]->bits;
		w->head.index_count[i] = indexes[i]->count;
	}
}

static void
gather(struct writing *w, const struct ch_state *state)
{
	*w = (struct writing){.state = state};
	gather_the_rest(w);
	ch_ledger_flats(w->flats, (struct ch_ledger *)&state->ledger);
	w->flats[PREFIX_DRIVES] = &w->drives;
	w->flats[PREFIX_SEALS] = &w->seals;
	fill_head(w);
}

static void
finish(struct writing *w)
{
	ch_flat_clear(&w->drives);
	ch_flat_clear(&w->seals);
	wire_wipe(w->key, sizeof(w->key));
}

/* ---- all of it ---- */

static void
write_head(struct writing *w)
{
	uint8_t bytes[PREFIX_HEAD_SIZE + PREFIX_MAC_SIZE];

	prefix_head_write(bytes, &w->head);
	prefix_head_mac(bytes + PREFIX_HEAD_SIZE, w->key, bytes);
	fwrite(bytes, 1, sizeof(bytes), w->file);
}

/* Chunks that nobody has asked for go from file to file; what is wrong there gets no MAC that is right. */
static void
write_flat(struct writing *w, const struct ch_flat *flat, uint32_t number)
{
	size_t size = ch_flat_chunk_size(flat);
	uint8_t mac[PREFIX_MAC_SIZE], *passing = calloc(1, size);

	if (passing == NULL)
		abort();
	for (uint32_t i = 0; i < ch_flat_chunks(flat); i++) {
		const void *chunk = flat->chunks[i];
		if (chunk == NULL) {
			flat->bring(flat->context, flat, i, passing);
			chunk = passing;
		}
		if (ch_state_trouble(w->state))
			break;
		prefix_chunk_mac(mac, w->key, w->head.nonce, number, i, span_of(chunk, size));
		fwrite(chunk, 1, size, w->file);
		fwrite(mac, 1, sizeof(mac), w->file);
	}
	free(passing);
}

/* The head last: a file is a memory when all that is in it was right. */
static void
write_whole(struct writing *w)
{
	if (fseeko(w->file, PREFIX_HEAD_SIZE + PREFIX_MAC_SIZE, SEEK_SET) != 0)
		return;
	for (uint32_t i = 0; i < PREFIX_FLATS && ch_state_trouble(w->state) == NULL; i++)
		write_flat(w, w->flats[i], i);
	if (ch_state_trouble(w->state) == NULL && fseeko(w->file, 0, SEEK_SET) == 0)
		write_head(w);
}

/* What is brought from now on comes from the file that was just written, and what changes from now on is a delta to it. */
static void
go_on_from(struct ch_state *state, int fd, const struct writing *w)
{
	struct ch_prefix *memory = prefix_of(fd, w->key, &w->head, state);
	struct ch_flat *flats[LEDGER_FLATS];

	if (memory == NULL)
		return;
	ch_ledger_flats(flats, &state->ledger);
	for (unsigned i = 0; i < LEDGER_FLATS; i++)
		if (flats[i]->bring)
			flats[i]->context = &memory->places[i];
	ch_prefix_free(state->prefix);
	state->prefix = memory;
}

/* Made by one of us, and known by no other name: what we write is read by nobody else, and is nobody's file. */
static bool
is_ours_alone(int fd)
{
	struct stat status;

	return prefix_is_private(fd) && fstat(fd, &status) == 0 && status.st_nlink == 1;
}

static int
open_private(const char *path)
{
	const int how = O_RDWR | O_CREAT | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, how, 0600);

	if (fd >= 0 && is_ours_alone(fd))
		return fd;
	if (fd >= 0)
		close(fd);
	return unlink(path) == 0 ? open(path, how | O_EXCL, 0600) : -1;
}

/* Nobody else writes it, and it has not got its name meanwhile. */
static bool
is_free(int fd, const char *temporary)
{
	struct stat ours, there;

	return flock(fd, LOCK_EX | LOCK_NB) == 0 && fstat(fd, &ours) == 0 && lstat(temporary, &there) == 0 && ours.st_dev == there.st_dev &&
	       ours.st_ino == there.st_ino && ftruncate(fd, 0) == 0;
}

/*
 * Under another name first, always the same: what somebody has left there who was killed is written over. It need not be on disk before it has its own: what a
 * crash leaves of it is found out. -1: it cannot be, or somebody else is about it.
 */
static int
begin_file(struct writing *w, char temporary[PATH_MAX], const char *path)
{
	int len = snprintf(temporary, PATH_MAX, "%s.new", path);
	int fd;

	if (len < 0 || len >= PATH_MAX || ch_file_directories(path) || (fd = open_private(temporary)) < 0)
		return -1;
	if (is_free(fd, temporary) && (w->file = fdopen(fd, "w")))
		return fd;
	close(fd);
	return -1;
}

/* What was written gets its name, unless some of it could not be. */
static bool
end_file(struct writing *w, const char *temporary, const char *path)
{
	bool good = fflush(w->file) == 0 && !ferror(w->file) && ch_state_trouble(w->state) == NULL && rename(temporary, path) == 0;

	if (!good)
		unlink(temporary);
	fclose(w->file);
	return good;
}

static void
save_whole(struct ch_state *state)
{
	char temporary[PATH_MAX], delta[PATH_MAX];
	const char *path = state->store->memory;
	struct writing w;
	int fd, kept;

	gather(&w, state);
	wire_random(w.head.nonce, sizeof(w.head.nonce));
	if (prefix_key(w.key, state->store->memory_key, true) && (fd = begin_file(&w, temporary, path)) >= 0) {
		kept = fcntl(fd, F_DUPFD_CLOEXEC, 0); /* with its lock, which nobody wants who writes another file */
		write_whole(&w);
		if (end_file(&w, temporary, path) && prefix_delta_path(delta, path)) {
			unlink(delta); /* of what was there before */
			go_on_from(state, kept, &w);
		} else if (kept >= 0) {
			close(kept);
		}
	}
	finish(&w);
}

/* ---- what has changed ---- */

/* Whether the arrays lie as in this file, which is still the one that others find. */
static bool
goes_on(const struct ch_prefix *memory, const struct ch_state *state)
{
	struct ch_index *indexes[PREFIX_INDEXES];

	if (memory == NULL || !prefix_is_there(memory))
		return false;
	prefix_indexes(indexes, (struct ch_ledger *)&state->ledger);
	for (unsigned i = 0; i < PREFIX_INDEXES; i++)
		if (indexes[i]->bits != memory->head.index_bits[i])
			return false;
	return true;
}

/* The patches that a chunk had before, of chunks that are asked for in ascending order; *next is the first that has not been. */
static struct span
had_before(size_t *next, const struct prefix_delta *delta, uint32_t flat, uint32_t chunk)
{
	const struct prefix_patched *patched = &delta->chunks[*next];

	if (*next == delta->count || patched->flat != flat || patched->chunk != chunk)
		return SPAN_LITERAL("");
	++*next;
	return patched->patches;
}

/* Chunks that nobody has asked for have changed as they had before. False: what is in the file is not what was written there. */
static bool
write_changes(struct writing *w, size_t *next, const struct ch_prefix *memory, uint32_t number)
{
	const struct ch_flat *flat = w->flats[number];
	size_t size = ch_flat_chunk_size(flat);
	uint8_t *was = malloc(size);
	bool good = true;

	if (was == NULL)
		abort();
	for (uint32_t i = 0; i < ch_flat_chunks(flat) && good; i++) {
		struct span before = had_before(next, &memory->delta, number, i);
		if (flat->chunks[i] == NULL)
			fwrite(before.data, 1, before.len, w->file);
		else if ((good = prefix_written(&memory->places[number], i, was, size)))
			prefix_delta_write(w->file, number, i, was, flat->chunks[i], size);
	}
	free(was);
	return good;
}

/* The patches, in memory that the caller frees. */
static bool
collect_changes(struct span *patches, struct writing *w, const struct ch_prefix *memory)
{
	char *bytes = NULL;
	size_t next = 0;
	bool good = true;

	if ((w->file = open_memstream(&bytes, &patches->len)) == NULL)
		abort();
	for (uint32_t i = 0; i < PREFIX_FLATS && good; i++)
		good = write_changes(w, &next, memory, i);
	good = good && next == memory->delta.count; /* each is in there again */
	if (fclose(w->file) != 0)
		abort();
	patches->data = (const uint8_t *)bytes;
	return good;
}

static bool
write_delta(struct writing *w, struct span patches)
{
	uint8_t head[PREFIX_HEAD_SIZE], mac[PREFIX_MAC_SIZE];
	char path[PATH_MAX], temporary[PATH_MAX];

	prefix_head_write(head, &w->head);
	prefix_delta_mac(mac, w->key, span_of(head, sizeof(head)), patches);
	if (!prefix_delta_path(path, w->state->store->memory) || begin_file(w, temporary, path) < 0)
		return false;
	fwrite(head, 1, sizeof(head), w->file);
	fwrite(patches.data, 1, patches.len, w->file);
	fwrite(mac, 1, sizeof(mac), w->file);
	return end_file(w, temporary, path);
}

/* False: it is so much that all is to be written anew. */
static bool
save_delta(struct ch_state *state)
{
	struct ch_prefix *memory = state->prefix;
	struct span patches;
	struct writing w;
	bool fits;

	gather(&w, state);
	memcpy(w.head.nonce, memory->head.nonce, sizeof(w.head.nonce));
	memcpy(w.key, memory->key, sizeof(w.key));
	fits = collect_changes(&patches, &w, memory) && (off_t)(PREFIX_HEAD_SIZE + patches.len + PREFIX_MAC_SIZE) <= prefix_delta_room(memory);
	if (fits && write_delta(&w, patches))
		prefix_takes(memory, &w.head, patches);
	free((void *)patches.data);
	finish(&w);
	return fits;
}

/* ---- when ---- */

static size_t
whole_is_worth(size_t known)
{
	size_t acts = WHOLE_MIN + known / WHOLE_SHARE;

	return acts < WHOLE_MAX ? acts : WHOLE_MAX;
}

static size_t
delta_is_worth(struct ch_state *state)
{
	struct ch_flat *flats[LEDGER_FLATS];
	size_t looked_at = 0;

	ch_ledger_flats(flats, &state->ledger);
	for (unsigned i = 0; i < LEDGER_FLATS; i++)
		for (uint32_t chunk = 0; chunk < ch_flat_chunks(flats[i]); chunk++)
			looked_at += flats[i]->chunks[chunk] != NULL;
	return DELTA_MIN + looked_at / DELTA_CHUNKS;
}

static size_t
known_by(const struct ch_prefix *memory)
{
	return memory ? memory->head.count[0] + (size_t)memory->head.absent : 0;
}

/* How far the memory goes that somebody else has put there. */
static size_t
known_there(const struct ch_state *state)
{
	struct ch_prefix *memory;
	size_t known;

	if (prefix_open(&memory, state))
		return 0;
	known = known_by(memory);
	ch_prefix_free(memory);
	return known;
}

/* Acts that are on no page yet (ch_expect()). */
static bool
expects(const struct ch_state *state)
{
	return state->entry_count && ch_state_entry(state, state->entry_count - 1)->seq > state->seq;
}

void
ch_prefix_save(struct ch_state *state, bool dear)
{
	static const uint8_t whole[SHA256_SIZE];
	size_t named = state->entry_count + (size_t)state->absent, known = known_by(state->prefix);
	bool lasts = !state->extract || (memcmp(state->part.only, whole, sizeof(whole)) != 0 && !state->part.unsettled);

	if (*state->store->memory == '\0' || ch_state_trouble(state) || !lasts || state->seq == 0 || named <= known || expects(state))
		return;
	if (goes_on(state->prefix, state)) {
		if (named - known >= (dear ? 1 : delta_is_worth(state)) && !save_delta(state))
			save_whole(state);
	} else {
		known = known_there(state);
		if (named >= known + (dear ? 1 : whole_is_worth(known)))
			save_whole(state);
	}
}

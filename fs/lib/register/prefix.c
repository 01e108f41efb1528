#include "prefix_inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "state_inside.h"

/* A delta is read whole with each opening, a memory of a million acts takes 0.8 s to write: both cost the same where it has a 256th of the bytes. */
enum { DELTA_ROOM = 64 * 1024, DELTA_SHARE = 256 };

void
prefix_indexes(struct ch_index *out[PREFIX_INDEXES], struct ch_ledger *ledger)
{
	struct ch_index *all[] = {&ledger->acts, &ledger->commits, &ledger->paths, &ledger->digests};

	memcpy(out, all, sizeof(all));
}

static const struct ch_error *
changed(void)
{
	return ch_fail(CH_LATER, "the memory of what was verified has been changed; it is removed: again, and all is verified from the founding on");
}

void
ch_prefix_free(struct ch_prefix *memory)
{
	if (memory == NULL)
		return;
	if (memory->fd >= 0)
		close(memory->fd);
	ch_flat_clear(&memory->drives);
	ch_flat_clear(&memory->seals);
	ch_arena_clear(&memory->delta.arena);
	wire_wipe(memory->key, sizeof(memory->key));
	free(memory);
}

uint64_t
ch_prefix_seq(const struct ch_prefix *memory)
{
	return memory->head.seq;
}

bool
prefix_delta_path(char path[PATH_MAX], const char *memory)
{
	int len = snprintf(path, PATH_MAX, "%s.delta", memory);

	return len > 0 && len < PATH_MAX;
}

void
ch_prefix_remove(const struct ch_store *store)
{
	char delta[PATH_MAX];

	if (*store->memory == '\0')
		return;
	unlink(store->memory);
	if (prefix_delta_path(delta, store->memory))
		unlink(delta);
}

/* ---- reading ---- */

/* Into memory first: what is checked there is what is used, whatever becomes of the file. */
bool
prefix_written(const struct prefix_place *place, uint32_t chunk, void *out, size_t size)
{
	const struct ch_prefix *memory = place->memory;
	uint8_t mac[PREFIX_MAC_SIZE], is[PREFIX_MAC_SIZE];
	off_t at = place->at + (off_t)chunk * (off_t)(size + PREFIX_MAC_SIZE);

	if (chunk >= place->chunks) {
		memset(out, 0, size);
		return true;
	}
	if (pread(memory->fd, out, size, at) != (ssize_t)size || pread(memory->fd, mac, sizeof(mac), at + (off_t)size) != (ssize_t)sizeof(mac))
		return false;
	prefix_chunk_mac(is, memory->key, memory->head.nonce, place->flat, chunk, span_of(out, size));
	return memcmp(is, mac, sizeof(mac)) == 0;
}

bool
prefix_is_there(const struct ch_prefix *memory)
{
	struct stat there, ours;

	return stat(memory->state->store->memory, &there) == 0 && fstat(memory->fd, &ours) == 0 && there.st_dev == ours.st_dev && there.st_ino == ours.st_ino;
}

static void
bring(void *context, const struct ch_flat *flat, uint32_t chunk, void *out)
{
	const struct prefix_place *place = context;
	size_t size = ch_flat_chunk_size(flat);

	if (prefix_written(place, chunk, out, size)) {
		prefix_delta_apply(out, prefix_delta_of(&place->memory->delta, place->flat, chunk));
		return;
	}
	memset(out, 0, size);
	state_trouble(place->memory->state, changed());
	if (prefix_is_there(place->memory))
		ch_prefix_remove(place->memory->state->store);
}

/* Where each array lies follows from how many records the ones before it have; the whole file is as long as they say. */
static bool
lay_out(struct ch_prefix *memory)
{
	off_t at = PREFIX_HEAD_SIZE + PREFIX_MAC_SIZE;
	struct stat status;

	for (uint32_t i = 0; i < PREFIX_FLATS; i++) {
		struct ch_flat flat;
		ch_flat_begin(&flat, prefix_record_size(i));
		flat.count = memory->head.count[i];
		memory->places[i] = (struct prefix_place){memory, i, ch_flat_chunks(&flat), at};
		at += (off_t)ch_flat_chunks(&flat) * (off_t)(ch_flat_chunk_size(&flat) + PREFIX_MAC_SIZE);
	}
	memory->size = at;
	return fstat(memory->fd, &status) == 0 && status.st_size == at;
}

/* *good is false for a file of another release or machine, which is no memory to us. */
static const struct ch_error *
read_head(bool *good, struct ch_prefix *memory)
{
	uint8_t bytes[PREFIX_HEAD_SIZE + PREFIX_MAC_SIZE], mac[PREFIX_MAC_SIZE];

	*good = pread(memory->fd, bytes, sizeof(bytes), 0) == (ssize_t)sizeof(bytes) && prefix_head_read(&memory->head, span_of(bytes, PREFIX_HEAD_SIZE));
	if (!*good)
		return NULL;
	prefix_head_mac(mac, memory->key, bytes);
	return memcmp(mac, bytes + PREFIX_HEAD_SIZE, sizeof(mac)) == 0 && lay_out(memory) ? NULL : changed();
}

/* Arrays only grow, and where an index is laid out anew the file is written anew. */
static bool
goes_on_from(const struct prefix_head *head, const struct prefix_head *first)
{
	for (unsigned i = 0; i < PREFIX_FLATS; i++)
		if (head->count[i] < first->count[i] || (i >= LEDGER_FIRST_INDEX && i < LEDGER_FLATS && head->count[i] != first->count[i]))
			return false;
	return memcmp(head->nonce, first->nonce, sizeof(head->nonce)) == 0;
}

off_t
prefix_delta_room(const struct ch_prefix *memory)
{
	return PREFIX_HEAD_SIZE + PREFIX_MAC_SIZE + DELTA_ROOM + memory->size / DELTA_SHARE;
}

/* Empty: there is none that could be a delta of this memory. */
static struct span
read_delta_file(struct ch_prefix *memory)
{
	struct span bytes = {0};
	char path[PATH_MAX];
	struct stat status;
	int fd;

	if (!prefix_delta_path(path, memory->state->store->memory) || (fd = open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC)) < 0)
		return bytes;
	if (fstat(fd, &status) || !S_ISREG(status.st_mode) || status.st_size > prefix_delta_room(memory) ||
	    ch_file_read_open(&bytes, fd, path, (size_t)status.st_size, &memory->delta.arena) || bytes.len < PREFIX_HEAD_SIZE + PREFIX_MAC_SIZE)
		bytes.len = 0;
	close(fd);
	return bytes;
}

/* What has changed since the file was written, if that is kept. What goes with another file is left over from before this one. */
static const struct ch_error *
read_delta(struct ch_prefix *memory)
{
	struct span bytes = read_delta_file(memory), head = span_of(bytes.data, PREFIX_HEAD_SIZE), patches;
	uint8_t mac[PREFIX_MAC_SIZE];
	struct prefix_head now;

	if (bytes.len == 0 || !prefix_head_read(&now, head) || !goes_on_from(&now, &memory->head))
		return NULL;
	patches = span_of(bytes.data + head.len, bytes.len - head.len - sizeof(mac));
	prefix_delta_mac(mac, memory->key, head, patches);
	if (memcmp(mac, patches.data + patches.len, sizeof(mac)) != 0 || !prefix_delta_read(&memory->delta, patches, now.count))
		return changed();
	memory->head = now;
	return NULL;
}

const struct ch_error *
prefix_open(struct ch_prefix **out, const struct ch_state *state)
{
	struct ch_prefix *memory = calloc(1, sizeof(*memory));
	const struct ch_error *error = NULL;
	bool good;

	if (memory == NULL)
		abort();
	memory->state = state;
	memory->fd = open(state->store->memory, O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC);
	good = memory->fd >= 0 && prefix_key(memory->key, state->store->memory_key, false);
	if (good)
		error = read_head(&good, memory);
	if (good && error == NULL)
		error = read_delta(memory);
	good = good && memcmp(memory->head.only, state->part.only, sizeof(state->part.only)) == 0;
	*out = memory;
	if (error || !good) {
		ch_prefix_free(memory);
		*out = NULL;
	}
	return error;
}

struct ch_prefix *
prefix_of(int fd, const uint8_t key[PREFIX_KEY_SIZE], const struct prefix_head *head, const struct ch_state *state)
{
	struct ch_prefix *memory = calloc(1, sizeof(*memory));

	if (memory == NULL)
		abort();
	*memory = (struct ch_prefix){.fd = fd, .head = *head, .state = state};
	memcpy(memory->key, key, sizeof(memory->key));
	if (lay_out(memory))
		return memory;
	ch_prefix_free(memory);
	return NULL;
}

void
prefix_takes(struct ch_prefix *memory, const struct prefix_head *head, struct span patches)
{
	struct prefix_delta delta = {0};

	if (!prefix_delta_read(&delta, ch_arena_copy(&delta.arena, patches), head->count))
		abort(); /* they are our own */
	ch_arena_clear(&memory->delta.arena);
	memory->delta = delta;
	memory->head = *head;
}

static void
connect_flats(struct ch_state *state, struct ch_prefix *memory)
{
	const struct prefix_head *head = &memory->head;
	struct ch_flat *flats[PREFIX_FLATS];
	struct ch_index *indexes[PREFIX_INDEXES];

	ch_ledger_flats(flats, &state->ledger);
	prefix_indexes(indexes, &state->ledger);
	flats[PREFIX_DRIVES] = &memory->drives;
	flats[PREFIX_SEALS] = &memory->seals;
	for (unsigned i = 0; i < PREFIX_FLATS; i++) {
		ch_flat_clear(flats[i]);
		ch_flat_begin_from(flats[i], prefix_record_size(i), head->count[i], bring, &memory->places[i]);
	}
	for (unsigned i = 0; i < PREFIX_INDEXES; i++) {
		indexes[i]->bits = head->index_bits[i];
		indexes[i]->count = head->index_count[i];
	}
	state->ledger.refused = (uint32_t)head->refused;
	state->entry_count = head->count[0];
}

/* People, keys, policies and seals are few: their acts are taken once more. */
static const struct ch_error *
retake(struct ch_state *state)
{
	const struct ch_error *error = ch_state_trouble(state);

	for (uint32_t i = 0; i < state->ledger.ground.count && error == NULL; i++)
		if ((error = state_retake(state, i)) == NULL)
			error = ch_state_trouble(state);
	return error;
}

/* What acts have said that are not taken once more. */
static void
add_the_rest(struct ch_state *state, struct ch_prefix *memory)
{
	for (uint32_t i = 0; i < memory->drives.count; i++) {
		const struct prefix_drive *drive = ch_flat_at(&memory->drives, i);
		struct ch_name *name = state_name(state, span_text(drive->id));
		if (name)
			name->number = drive->number;
	}
	for (uint32_t i = 0; i < memory->seals.count; i++) {
		const struct prefix_seal *kept = ch_flat_at(&memory->seals, i);
		struct ch_seal *seal = ch_state_seal_at(state, span_text(kept->id), kept->epoch);
		if (seal == NULL)
			continue;
		seal->counter = kept->counter;
		memcpy(seal->head, kept->head, sizeof(seal->head));
	}
	for (uint32_t i = 0; i < state->ledger.saves.count; i++) {
		struct ch_subject *space = state_subject(state, ((const struct ch_saves *)ch_flat_at(&state->ledger.saves, i))->chain);
		if (space)
			state_list_space(state, space);
	}
}

static void
take_place(struct ch_state *state, const struct prefix_head *head)
{
	state->head = head->head;
	state->tree = head->tree;
	memcpy(state->page, head->page, sizeof(state->page));
	state->seq = state->whole = head->seq;
	state->received = head->received;
	state->first_year = head->first_year;
	state->last_year = head->last_year;
	state->part.view = head->view;
	state->absent = head->absent;
}

const struct ch_error *
ch_prefix_load(bool *loaded, struct ch_state *state)
{
	const struct ch_error *error;
	struct ch_prefix *memory;

	*loaded = false;
	if (*state->store->memory == '\0')
		return NULL;
	if ((error = prefix_open(&memory, state)) || memory == NULL)
		return error;
	state->prefix = memory;
	connect_flats(state, memory);
	if ((error = retake(state)))
		return error;
	add_the_rest(state, memory);
	take_place(state, &memory->head);
	*loaded = true;
	if (!span_equal(span_of(memory->head.archive, sizeof(memory->head.archive)), state->id))
		return changed();
	return ch_state_trouble(state);
}

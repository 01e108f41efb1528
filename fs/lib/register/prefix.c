#include "prefix_inside.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "state_inside.h"

/*
 * So many acts are worth remembering: the more, the larger the file that is written for it. Whoever pushes one act waits for two programs which verify
 * again what is not remembered, 0.15 ms for each act; the file takes 0.3 ms, 4 ms for 10,000 acts, 0.8 s for a million.
 */
enum { WORTH_IT_MIN = 2, WORTH_IT_MAX = 512, WORTH_IT_SHARE = 8192 };

/* Where an array lies in the file. */
struct place {
	struct ch_prefix *memory;
	uint32_t flat;
	off_t at;
};

struct ch_prefix {
	int fd;
	uint8_t key[PREFIX_KEY_SIZE];
	struct prefix_head head;
	struct place places[PREFIX_FLATS];
	struct ch_flat drives, seals;
	const struct ch_state *state;
};

void
prefix_flats(struct ch_flat *out[PREFIX_DRIVES], struct ch_ledger *ledger)
{
	struct ch_flat *all[] = {&ledger->entries, &ledger->chains, &ledger->texts, &ledger->grants, &ledger->proofs, &ledger->saves,
				 &ledger->versions, &ledger->journals, &ledger->ground, &ledger->acts.slots, &ledger->commits.slots,
				 &ledger->paths.slots, &ledger->digests.slots};

	memcpy(out, all, sizeof(all));
}

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
	wire_wipe(memory->key, sizeof(memory->key));
	free(memory);
}

uint64_t
ch_prefix_seq(const struct ch_prefix *memory)
{
	return memory->head.seq;
}

void
ch_prefix_remove(const struct ch_store *store)
{
	if (*store->memory)
		unlink(store->memory);
}

/* ---- reading ---- */

/* Into memory first: what is checked there is what is used, whatever becomes of the file. */
static bool
read_chunk(const struct place *place, uint32_t chunk, void *out, size_t size)
{
	const struct ch_prefix *memory = place->memory;
	uint8_t mac[PREFIX_MAC_SIZE], is[PREFIX_MAC_SIZE];
	off_t at = place->at + (off_t)chunk * (off_t)(size + PREFIX_MAC_SIZE);

	if (pread(memory->fd, out, size, at) != (ssize_t)size || pread(memory->fd, mac, sizeof(mac), at + (off_t)size) != (ssize_t)sizeof(mac))
		return false;
	prefix_chunk_mac(is, memory->key, memory->head.nonce, place->flat, chunk, span_of(out, size));
	return memcmp(is, mac, sizeof(mac)) == 0;
}

static void
bring(void *context, const struct ch_flat *flat, uint32_t chunk, void *out)
{
	const struct place *place = context;
	size_t size = ch_flat_chunk_size(flat);

	if (read_chunk(place, chunk, out, size))
		return;
	memset(out, 0, size);
	state_trouble(place->memory->state, changed());
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
		memory->places[i] = (struct place){memory, i, at};
		at += (off_t)ch_flat_chunks(&flat) * (off_t)(ch_flat_chunk_size(&flat) + PREFIX_MAC_SIZE);
	}
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

static const struct ch_error *
open_memory(struct ch_prefix **out, const struct ch_state *state)
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
	good = good && memcmp(memory->head.only, state->part.only, sizeof(state->part.only)) == 0;
	*out = memory;
	if (error || !good) {
		ch_prefix_free(memory);
		*out = NULL;
	}
	return error;
}

static void
connect_flats(struct ch_state *state, struct ch_prefix *memory)
{
	const struct prefix_head *head = &memory->head;
	struct ch_flat *flats[PREFIX_FLATS];
	struct ch_index *indexes[PREFIX_INDEXES];

	prefix_flats(flats, &state->ledger);
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
	if ((error = open_memory(&memory, state)) || memory == NULL)
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

/* ---- writing ---- */

struct writing {
	FILE *file;
	const struct ch_state *state;
	uint8_t key[PREFIX_KEY_SIZE];
	struct prefix_head head;
	struct ch_flat drives, seals;
};

static void
copy_id(char out[ID_MAX + 1], struct span id)
{
	memcpy(out, id.data, id.len < ID_MAX ? id.len : ID_MAX);
}

static void
gather(struct writing *w)
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
fill_head(struct writing *w, struct ch_flat *const flats[PREFIX_FLATS])
{
	const struct ch_state *state = w->state;
	struct ch_index *indexes[PREFIX_INDEXES];

	wire_random(w->head.nonce, sizeof(w->head.nonce));
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
		w->head.count[i] = flats[i]->count;
	for (unsigned i = 0; i < PREFIX_INDEXES; i++) {
		w->head.index_bits[i] = indexes[i]->bits;
		w->head.index_count[i] = indexes[i]->count;
	}
}

static void
write_head(struct writing *w)
{
	uint8_t bytes[PREFIX_HEAD_SIZE + PREFIX_MAC_SIZE];

	prefix_head_write(bytes, &w->head);
	prefix_head_mac(bytes + PREFIX_HEAD_SIZE, w->key, bytes);
	fwrite(bytes, 1, sizeof(bytes), w->file);
}

/* Chunks that nobody has asked for go from file to file. */
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
		prefix_chunk_mac(mac, w->key, w->head.nonce, number, i, span_of(chunk, size));
		fwrite(chunk, 1, size, w->file);
		fwrite(mac, 1, sizeof(mac), w->file);
	}
	free(passing);
}

static void
write_all(struct writing *w)
{
	struct ch_flat *flats[PREFIX_FLATS];

	gather(w);
	prefix_flats(flats, (struct ch_ledger *)&w->state->ledger);
	flats[PREFIX_DRIVES] = &w->drives;
	flats[PREFIX_SEALS] = &w->seals;
	fill_head(w, flats);
	write_head(w);
	for (uint32_t i = 0; i < PREFIX_FLATS; i++)
		write_flat(w, flats[i], i);
	ch_flat_clear(&w->drives);
	ch_flat_clear(&w->seals);
}

/* Under a name of its own first. It need not be on disk before it has its name: what a crash leaves of it is found out. */
static void
save_to(const struct ch_state *state, const char *path)
{
	struct writing w = {.state = state};
	char temporary[sizeof(state->store->memory) + 8];
	bool good = false;
	int fd;

	snprintf(temporary, sizeof(temporary), "%s.XXXXXX", path);
	if (ch_file_directories(path) || !prefix_key(w.key, state->store->memory_key, true) || (fd = mkostemp(temporary, O_CLOEXEC)) < 0)
		return;
	if ((w.file = fdopen(fd, "w")) == NULL) {
		close(fd);
	} else {
		write_all(&w);
		good = !ferror(w.file) && ch_state_trouble(state) == NULL;
		good = fclose(w.file) == 0 && good;
	}
	if (!good || rename(temporary, path) != 0)
		unlink(temporary);
	wire_wipe(w.key, sizeof(w.key));
}

static size_t
worth_it(size_t known)
{
	size_t acts = WORTH_IT_MIN + known / WORTH_IT_SHARE;

	return acts < WORTH_IT_MAX ? acts : WORTH_IT_MAX;
}

void
ch_prefix_save(struct ch_state *state, bool dear)
{
	static const uint8_t whole[SHA256_SIZE];
	size_t known = state->prefix ? state->prefix->head.count[0] + (size_t)state->prefix->head.absent : 0;
	size_t named = state->entry_count + (size_t)state->absent;
	bool lasts = !state->extract || (memcmp(state->part.only, whole, sizeof(whole)) != 0 && !state->part.unsettled);

	if (*state->store->memory && lasts && state->seq > 0 && named - known >= (dear ? 1 : worth_it(known)))
		save_to(state, state->store->memory);
}

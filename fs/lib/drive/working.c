#include "working.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

struct ch_working {
	unsigned references;
	int directory;
	uint64_t size;
	uint64_t aside;
	int file;	 /* -1: in memory */
	uint8_t *memory;
	size_t capacity;
	void *map; /* of the file, as long as `mapped` */
	size_t mapped;
};

static size_t held; /* capacities of all that are in memory; under the callers' lock, as all counting */

static void
set_capacity(struct ch_working *working, size_t capacity)
{
	held = held - working->capacity + capacity;
	working->capacity = capacity;
}

static bool
fits_memory(const struct ch_working *working, uint64_t size)
{
	return size <= CH_WORKING_SMALL || (size <= CH_WORKING_MEMORY && held - working->capacity + 2 * size <= CH_WORKING_MEMORY_ALL);
}

struct ch_working *
ch_working_new(int directory)
{
	struct ch_working *working = calloc(1, sizeof(*working));

	if (working == NULL)
		abort();
	working->references = 1;
	working->directory = directory;
	working->file = -1;
	return working;
}

struct ch_working *
ch_working_ref(struct ch_working *working)
{
	working->references++;
	return working;
}

static void
unmap(struct ch_working *working)
{
	if (working->map)
		munmap(working->map, working->mapped);
	working->map = NULL;
}

void
ch_working_unref(struct ch_working *working)
{
	if (working == NULL || --working->references)
		return;
	unmap(working);
	if (working->file >= 0)
		close(working->file);
	free(working->memory);
	set_capacity(working, 0);
	free(working);
}

void
ch_working_set_aside(struct ch_working *working, uint64_t id)
{
	working->aside = id;
}

uint64_t
ch_working_aside(const struct ch_working *working)
{
	return working->aside;
}

uint64_t
ch_working_size(const struct ch_working *working)
{
	return working->size;
}

static const struct ch_error *
write_file(int file, uint64_t offset, struct span data)
{
	while (data.len) {
		ssize_t n = pwrite(file, data.data, data.len, (off_t)offset);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return ch_fail_errno("cannot write to a working file");
		data = span_skip(data, (size_t)n);
		offset += (uint64_t)n;
	}
	return NULL;
}

/* Moves the content out of memory. */
static const struct ch_error *
spill(struct ch_working *working)
{
	const struct ch_error *error;
	int file = openat(working->directory, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);

	if (file < 0 && (errno == EROFS || errno == EACCES))
		file = memfd_create("working", MFD_CLOEXEC);
	if (file < 0)
		return ch_fail_errno("cannot make a working file");
	if ((error = write_file(file, 0, span_of(working->memory, (size_t)working->size)))) {
		close(file);
		return error;
	}
	free(working->memory);
	working->memory = NULL;
	set_capacity(working, 0);
	working->file = file;
	return NULL;
}

static void
grow(struct ch_working *working, size_t size)
{
	size_t capacity = working->capacity ? working->capacity : 512;

	while (capacity < size)
		capacity *= 2;
	if (capacity == working->capacity)
		return;
	working->memory = realloc(working->memory, capacity);
	if (working->memory == NULL)
		abort();
	set_capacity(working, capacity);
}

/* In memory: what comes to lie before `offset` reads as zeros. */
static void
fill_gap(struct ch_working *working, uint64_t offset)
{
	if (working->size < offset)
		memset(working->memory + working->size, 0, (size_t)(offset - working->size));
}

static const struct ch_error *
make_room(struct ch_working *working, uint64_t size)
{
	if (size > CH_WORKING_MAX) {
		errno = EFBIG;
		return ch_fail_errno("cannot hold a file of more than 2 GiB");
	}
	unmap(working);
	if (working->file < 0 && !fits_memory(working, size))
		return spill(working);
	if (working->file < 0)
		grow(working, (size_t)size);
	return NULL;
}

/* A copy for a writer when others hold the content, too. */
static const struct ch_error *
own(struct ch_working **working)
{
	struct ch_working *copy;
	const struct ch_error *error;
	struct span content;

	if ((*working)->references == 1)
		return NULL;
	if ((error = ch_working_content(&content, *working)))
		return error;
	copy = ch_working_new((*working)->directory);
	if ((error = ch_working_write(&copy, 0, content))) {
		ch_working_unref(copy);
		return error;
	}
	ch_working_unref(*working);
	*working = copy;
	return NULL;
}

const struct ch_error *
ch_working_reserve(struct ch_working **working, uint64_t offset, uint64_t size)
{
	const struct ch_error *error;
	struct ch_working *w;

	if (size == 0)
		return NULL;
	if ((error = own(working)) || (error = make_room(*working, offset + size)))
		return error;
	w = *working;
	if (w->file >= 0 && fallocate(w->file, FALLOC_FL_KEEP_SIZE, (off_t)offset, (off_t)size) != 0 && errno != EOPNOTSUPP)
		return ch_fail_errno("cannot make room in a working file");
	return NULL;
}

const struct ch_error *
ch_working_write(struct ch_working **working, uint64_t offset, struct span data)
{
	const struct ch_error *error;
	struct ch_working *w;

	if (data.len == 0)
		return NULL;
	if ((error = own(working)) || (error = make_room(*working, offset + data.len)))
		return error;
	w = *working;
	w->aside = 0;
	if (w->file >= 0) {
		if ((error = write_file(w->file, offset, data)))
			return error;
	} else {
		fill_gap(w, offset);
		memcpy(w->memory + offset, data.data, data.len);
	}
	if (w->size < offset + data.len)
		w->size = offset + data.len;
	return NULL;
}

const struct ch_error *
ch_working_resize(struct ch_working **working, uint64_t size)
{
	const struct ch_error *error;
	struct ch_working *w;

	if ((error = own(working)) || (error = make_room(*working, size)))
		return error;
	w = *working;
	w->aside = 0;
	if (w->file >= 0 && ftruncate(w->file, (off_t)size) != 0)
		return ch_fail_errno("cannot change the size of a working file");
	if (w->file < 0)
		fill_gap(w, size);
	w->size = size;
	return NULL;
}

const struct ch_error *
ch_working_read(size_t *got, const struct ch_working *working, uint64_t offset, uint8_t *out, size_t size)
{
	*got = 0;
	if (offset >= working->size)
		return NULL;
	if (size > working->size - offset)
		size = (size_t)(working->size - offset);
	if (working->file < 0) {
		memcpy(out, working->memory + offset, size);
		*got = size;
		return NULL;
	}
	while (*got < size) {
		ssize_t n = pread(working->file, out + *got, size - *got, (off_t)(offset + *got));

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return ch_fail_errno("cannot read a working file");
		*got += (size_t)n;
	}
	return NULL;
}

const struct ch_error *
ch_working_content(struct span *content, struct ch_working *working)
{
	*content = span_of(working->memory, (size_t)working->size);
	if (working->file < 0 || working->size == 0)
		return NULL;
	if (working->map == NULL) {
		void *map = mmap(NULL, (size_t)working->size, PROT_READ, MAP_SHARED, working->file, 0);

		if (map == MAP_FAILED)
			return ch_fail_errno("cannot map a working file");
		working->map = map;
		working->mapped = (size_t)working->size;
	}
	*content = span_of(working->map, (size_t)working->size);
	return NULL;
}

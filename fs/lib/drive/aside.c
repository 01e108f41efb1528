#include "aside.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/crc32c.h"
#include "base/file.h"

enum { HEADER = 32, AT_SIZE = 16, AT_CHECK = 24, FEW = 16 };

static const char magic[AT_SIZE] = "CHANCERYASIDE-1";

static void
name_of(char out[32], uint64_t id)
{
	snprintf(out, 32, "aside.%llu", (unsigned long long)id);
}

static void
make_header(uint8_t header[HEADER], struct span content)
{
	memset(header, 0, HEADER);
	memcpy(header, magic, sizeof(magic));
	put64(header + AT_SIZE, content.len);
	put32(header + AT_CHECK, ch_crc32c(ch_crc32c(0, span_of(header, AT_CHECK)), content));
}

/* Of a few each is synced; many are at once. */
static const struct ch_error *
write_one(int directory, const struct ch_aside *aside, bool sync)
{
	const struct ch_error *error;
	uint8_t header[HEADER];
	struct span content;
	char name[32];
	int file;

	if ((error = ch_working_content(&content, aside->working)))
		return error;
	make_header(header, content);
	name_of(name, aside->id);
	file = openat(directory, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (file < 0 || !ch_file_write(file, span_of(header, sizeof(header))) || !ch_file_write(file, content) || (sync && fdatasync(file) != 0))
		error = ch_fail_errno("cannot put a temporary file aside in '%s'", name);
	if (file >= 0)
		close(file);
	return error;
}

const struct ch_error *
ch_aside_write(int directory, const struct ch_aside *list, size_t count)
{
	const struct ch_error *error;
	size_t new = 0;

	for (size_t i = 0; i < count; i++)
		new += list[i].id && !list[i].written;
	for (size_t i = 0; i < count; i++)
		if (list[i].id && !list[i].written && (error = write_one(directory, &list[i], new <= FEW)))
			return error;
	if (new && ((new > FEW && syncfs(directory) != 0) || fsync(directory) != 0))
		return ch_fail_errno("cannot sync temporary files put aside");
	return NULL;
}

static const struct ch_error *
damaged(const char *name)
{
	return ch_fail(CH_REFUSED, "journal: '%s', the content of a temporary file, is not as it was written", name);
}

const struct ch_error *
ch_aside_read(struct ch_working **working, int directory, uint64_t id)
{
	const struct ch_error *error = NULL;
	uint8_t header[HEADER], *bytes;
	struct stat st;
	char name[32];
	int file;

	name_of(name, id);
	file = openat(directory, name, O_RDONLY | O_CLOEXEC);
	if (file < 0)
		return errno == ENOENT ? damaged(name) : ch_fail_errno("cannot open '%s'", name);
	bytes = fstat(file, &st) == 0 && st.st_size >= HEADER ? mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, file, 0) : MAP_FAILED;
	close(file);
	if (bytes == MAP_FAILED)
		return damaged(name);
	make_header(header, span_of(bytes + HEADER, (size_t)st.st_size - HEADER));
	*working = ch_working_new(directory);
	if (memcmp(header, bytes, sizeof(header)) != 0)
		error = damaged(name);
	else
		error = ch_working_write(working, 0, span_of(bytes + HEADER, (size_t)st.st_size - HEADER));
	munmap(bytes, (size_t)st.st_size);
	if (error) {
		ch_working_unref(*working);
		*working = NULL;
	}
	return error;
}

static int
by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static bool
is_listed(const char *name, const uint64_t *ids, size_t count)
{
	uint64_t id = strtoull(name + strlen("aside."), NULL, 10);

	return bsearch(&id, ids, count, sizeof(id), by_number) != NULL;
}

const struct ch_error *
ch_aside_sweep(int directory, const struct ch_aside *list, size_t count)
{
	int copy = openat(directory, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = copy < 0 ? NULL : fdopendir(copy);
	uint64_t *ids = reallocarray(NULL, count + 1, sizeof(*ids));
	struct dirent *entry;

	if (ids == NULL)
		abort();
	for (size_t i = 0; i < count; i++)
		ids[i] = list[i].id;
	qsort(ids, count, sizeof(*ids), by_number);
	while (stream && (entry = readdir(stream)))
		if (strncmp(entry->d_name, "aside.", 6) == 0 && !is_listed(entry->d_name, ids, count))
			unlinkat(directory, entry->d_name, 0);
	free(ids);
	if (stream == NULL)
		return ch_fail_errno("cannot read the journal's directory");
	closedir(stream);
	return NULL;
}

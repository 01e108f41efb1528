/*
 * fill DIRECTORY COUNT SIZE [TEXT]: saves COUNT files of SIZE bytes each in files/DIRECTORY of $CHANCERY_ARCHIVE, a thousand to a directory, 50,000 to an act. The content is
 * random hexadecimal digits, which deflate to about half, or pieces of the file TEXT, each with its number in front. For measuring.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/file.h"
#include "drive/save.h"
#include "helper.h"

enum { BATCH = 50000, BUCKET = 1000, NUMBER = sizeof("0000000 ") - 1, TEXT_MAX = 64 << 20 };

static struct span text; /* empty: none */

static struct span
piece(uint8_t *out, size_t size, uint64_t seed)
{
	snprintf((char *)out, size + 1, "%07" PRIu64 " ", seed);
	if (size > NUMBER)
		memcpy(out + NUMBER, text.data + seed * 102953 % (text.len - size), size - NUMBER);
	return span_of(out, size);
}

static struct span
digits_of(uint8_t *out, size_t size, uint64_t seed)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < size; i++) {
		seed = seed * 6364136223846793005u + 1442695040888963407u;
		out[i] = (uint8_t)digits[seed >> 60];
	}
	return span_of(out, size);
}

static int
by_path(const void *a, const void *b)
{
	return span_compare(((const struct ch_cut_file *)a)->path, ((const struct ch_cut_file *)b)->path);
}

static const struct ch_error *
save(struct ch_saver *saver, const char *directory, uint64_t first, size_t count, size_t size)
{
	static const uint8_t journal[CH_JOURNAL_ID_SIZE] = "a great writer";
	struct ch_cut cut = {.through = first + count, .count = count};
	const struct ch_error *error = NULL;
	uint8_t *bytes = malloc(size + 1);
	struct ch_oid head;

	cut.files = ch_arena_alloc(&cut.arena, count * sizeof(*cut.files));
	for (size_t i = 0; i < count && error == NULL; i++) {
		uint64_t n = first + i;

		cut.files[i] = (struct ch_cut_file){.has = true};
		cut.files[i].path = span_text(ch_arena_format(&cut.arena, "%s/d%04u/f%07" PRIu64, directory, (unsigned)(n / BUCKET), n));
		error = ch_store_write(&cut.files[i].new, &saver->store, CH_BLOB, text.len ? piece(bytes, size, n) : digits_of(bytes, size, n));
	}
	qsort(cut.files, count, sizeof(*cut.files), by_path);
	if (error == NULL && (error = ch_saver_load(saver)) == NULL)
		error = ch_save(&head, saver, &cut, journal);
	ch_arena_clear(&cut.arena);
	free(bytes);
	return error;
}

int
main(int argc, char **argv)
{
	uint64_t count = argc >= 4 ? strtoull(argv[2], NULL, 10) : 0;
	size_t size = argc >= 4 ? (size_t)strtoull(argv[3], NULL, 10) : 0;
	const struct ch_error *error;
	struct ch_arena arena = {0};
	struct ch_saver saver;

	if (argc < 4 || argc > 5 || getenv("CHANCERY_ARCHIVE") == NULL)
		return 2;
	if (argc == 5) {
		must(ch_file_read(&text, argv[4], TEXT_MAX, &arena));
		if (text.len <= size)
			errx(2, "'%s' is shorter than a file", argv[4]);
	}
	error = ch_saver_open(&saver, getenv("CHANCERY_ARCHIVE"));
	for (uint64_t done = 0; done < count && error == NULL; done += BATCH)
		error = save(&saver, argv[1], done, count - done < BATCH ? (size_t)(count - done) : BATCH, size);
	if (error)
		fprintf(stderr, "fill: %s\n", error->message);
	ch_saver_close(&saver);
	ch_arena_clear(&arena);
	return error ? 1 : 0;
}

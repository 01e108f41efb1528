#include "pointer.h"

#include <assert.h>

#include "store/object.h"

#define VERSION "version https://git-lfs.github.com/spec/v1\n"
#define OID "oid sha256:"
#define SIZE "size "

enum { HEAD = sizeof(VERSION OID) - 1 + HEX_DIGEST };

static_assert(HEAD + sizeof("\n" SIZE "0\n") - 1 == POINTER_MIN, "the shortest");
static_assert(HEAD + sizeof("\n" SIZE "9223372036854775807\n") - 1 <= POINTER_MAX, "the longest");

static bool
take(struct span *rest, struct span what)
{
	if (!span_starts(*rest, what))
		return false;
	*rest = span_skip(*rest, what.len);
	return true;
}

bool
ch_pointer_read(struct ch_pointer *pointer, struct span text)
{
	struct ch_pointer read;

	if (text.len < POINTER_MIN || text.len > POINTER_MAX || text.data[text.len - 1] != '\n')
		return false;
	text.len--;
	if (!take(&text, SPAN_LITERAL(VERSION OID)) || text.len < HEX_DIGEST || !text_get_hex(read.digest, SHA256_SIZE, span_of(text.data, HEX_DIGEST)))
		return false;
	text = span_skip(text, HEX_DIGEST);
	if (!take(&text, SPAN_LITERAL("\n" SIZE)) || !text_get_number(&read.size, text) || read.size > INT64_MAX)
		return false;
	*pointer = read;
	return true;
}

size_t
ch_pointer_write(char out[POINTER_MAX + 1], const struct ch_pointer *pointer)
{
	char number[21];
	size_t at = 0;

	text_append(out, POINTER_MAX, &at, SPAN_LITERAL(VERSION OID));
	text_put_hex(out + at, pointer->digest, SHA256_SIZE);
	at += HEX_DIGEST;
	text_append(out, POINTER_MAX, &at, SPAN_LITERAL("\n" SIZE));
	text_append(out, POINTER_MAX, &at, span_of(number, text_put_number(number, pointer->size)));
	text_append(out, POINTER_MAX, &at, SPAN_LITERAL("\n"));
	out[at] = '\0';
	return at;
}

static bool
contains(struct span text, const char *word)
{
	return memmem(text.data, text.len, word, strlen(word)) != NULL;
}

bool
ch_pointer_alike(struct span text)
{
	static const char *const names[] = {"git-lfs", "git-media", "hawser"};

	while (text.len && text.data[0] <= ' ')
		text = span_skip(text, 1);
	if (text.len > POINTER_ALIKE_MAX || !contains(text, "version"))
		return false;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (contains(text, names[i]))
			return contains(text, "sha256");
	return false;
}

/* `size` is that of the blob. */
static const struct ch_error *
read_blob(struct ch_pointer *pointer, bool *is, struct ch_store *store, const struct ch_oid *blob, uint64_t size)
{
	struct ch_arena arena = {0};
	const struct ch_error *error;
	struct span raw;

	*is = false;
	if (size < POINTER_MIN || size > POINTER_MAX)
		return NULL;
	if ((error = ch_store_read(&raw, store, CH_BLOB, blob, &arena)) == NULL)
		*is = ch_pointer_read(pointer, raw);
	ch_arena_clear(&arena);
	return error;
}

const struct ch_error *
ch_pointer_of(struct ch_pointer *pointer, bool *is, struct ch_store *store, const struct ch_oid *blob)
{
	const struct ch_error *error;
	uint64_t size;

	*is = false;
	error = ch_object_size(&size, store, blob);
	return error ? error : read_blob(pointer, is, store, blob, size);
}

const struct ch_error *
ch_pointer_size(uint64_t *size, struct ch_store *store, const struct ch_oid *blob)
{
	const struct ch_error *error;
	struct ch_pointer pointer;
	bool is;

	if ((error = ch_object_size(size, store, blob)) || (error = read_blob(&pointer, &is, store, blob, *size)))
		return error;
	if (is)
		*size = pointer.size;
	return NULL;
}

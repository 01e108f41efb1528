/* Files in, armor out, and a key of our own: what the programs beside this file share. They end when something cannot be read. */
#ifndef TESTS_HELPERS_PGP_H
#define TESTS_HELPERS_PGP_H

#include <stdio.h>
#include <stdlib.h>

#include "keys/secret.h"
#include "wire/armor.h"

enum { FILE_MAX = 1 << 20 };

static struct ch_arena arena;
static uint8_t buffer[FILE_MAX];

static inline struct span
read_file(const char *path)
{
	FILE *file = fopen(path, "r");
	size_t len;

	if (file == NULL) {
		perror(path);
		exit(2);
	}
	len = fread(buffer, 1, sizeof(buffer), file);
	fclose(file);
	return ch_arena_copy(&arena, span_of(buffer, len));
}

static inline int
put(struct span bytes)
{
	return fwrite(bytes.data, 1, bytes.len, stdout) == bytes.len ? 0 : 74;
}

static inline int
put_armor(enum armor_kind kind, struct span bytes)
{
	static char text[2 * FILE_MAX];

	return put(span_of(text, armor_write(text, sizeof(text), kind, bytes)));
}

static inline int
report(const struct ch_error *error)
{
	if (error == NULL)
		return 0;
	fprintf(stderr, "pgp: %s\n", error->message);
	return (int)error->class;
}

static inline struct ch_secret
loaded(const char *path)
{
	struct ch_secret secret;
	int status = report(ch_secret_load(&secret, path));

	if (status != 0)
		exit(status);
	return secret;
}

#endif

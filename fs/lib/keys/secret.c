#include "secret.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/file.h"
#include "wire/armor.h"
#include "wire/statement.h"

enum { FILE_MAX = 512, ARMOR_MAX = 1024 };

static void
derive_fingerprint(struct ch_secret *secret)
{
	uint8_t point[ED25519_POINT_SIZE];

	wire_ed25519_point(point, secret->seed);
	pgpkey_fingerprint(secret->fingerprint, point, secret->created);
}

static bool
read_record(struct ch_secret *secret, struct span text)
{
	struct span format, kind, user_id, created, seed;

	if (!record_take(&format, &text, "Format") || !span_is(format, "1") || !record_take(&kind, &text, "Kind") || !span_is(kind, "secret"))
		return false;
	if (!record_take(&user_id, &text, "User-Id") || user_id.len > PGPKEY_USER_ID_MAX)
		return false;
	if (!record_take(&created, &text, "Created") || !text_get_time(&secret->created, created) || secret->created > UINT32_MAX)
		return false;
	if (!record_take(&seed, &text, "Seed") || !text_get_hex(secret->seed, sizeof(secret->seed), seed) || text.len > 0)
		return false;
	memcpy(secret->user_id, user_id.data, user_id.len);
	return true;
}

/* Returns the length, 0 when the user id cannot stand in a record. */
static size_t
write_record(char text[FILE_MAX], const struct ch_secret *secret)
{
	char seed[2 * ED25519_SEED_SIZE + 1], created[TIME_TEXT + 1];
	size_t len = 0;
	bool fits;

	text_put_hex(seed, secret->seed, sizeof(secret->seed));
	text_put_time(created, secret->created);
	fits = record_put(text, FILE_MAX, &len, "Format", SPAN_LITERAL("1")) &&
	       record_put(text, FILE_MAX, &len, "Kind", SPAN_LITERAL("secret")) &&
	       record_put(text, FILE_MAX, &len, "User-Id", span_text(secret->user_id)) &&
	       record_put(text, FILE_MAX, &len, "Created", span_text(created)) && record_put(text, FILE_MAX, &len, "Seed", span_text(seed));
	wire_wipe(seed, sizeof(seed));
	return fits ? len : 0;
}

const struct ch_error *
ch_secret_create(struct ch_secret *secret, const char *path, struct span user_id)
{
	const struct ch_error *error;
	char text[FILE_MAX];
	size_t len = 0;

	*secret = (struct ch_secret){.created = time(NULL)};
	wire_random(secret->seed, sizeof(secret->seed));
	if (user_id.len <= PGPKEY_USER_ID_MAX && memchr(user_id.data, '\0', user_id.len) == NULL) {
		memcpy(secret->user_id, user_id.data, user_id.len);
		len = write_record(text, secret);
	}
	if (len == 0)
		return ch_fail(CH_USAGE, "cannot create '%s': a key's user id is text of 1 to %d bytes", path, PGPKEY_USER_ID_MAX);
	derive_fingerprint(secret);
	error = ch_file_create(path, span_of(text, len), S_IRUSR | S_IWUSR);
	wire_wipe(text, sizeof(text));
	return error;
}

static const struct ch_error *
check_private(int fd, const char *path)
{
	struct stat status;

	if (fstat(fd, &status) < 0)
		return ch_fail_errno("cannot read '%s'", path);
	if (!S_ISREG(status.st_mode))
		return ch_fail(CH_REFUSED, "cannot use '%s': it is not a regular file", path);
	if (status.st_uid != geteuid())
		return ch_fail(CH_REFUSED, "cannot use '%s': it belongs to another user", path);
	if (status.st_mode & (S_IRWXG | S_IRWXO))
		return ch_fail(CH_REFUSED, "cannot use '%s': others may read or write it; replace the key unless nobody did, then 'chmod 600 %s'",
			       path, path);
	return NULL;
}

static const struct ch_error *
read_file(char text[FILE_MAX + 1], size_t *len, const char *path)
{
	const struct ch_error *error;
	ssize_t n = 1;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC); /* a FIFO must not hold us up */

	if (fd < 0)
		return ch_fail_errno("cannot open '%s'", path);
	error = check_private(fd, path);
	for (; error == NULL && n > 0 && *len <= FILE_MAX; *len += n > 0 ? (size_t)n : 0)
		n = read(fd, text + *len, FILE_MAX + 1 - *len);
	if (error == NULL && n < 0)
		error = ch_fail_errno("cannot read '%s'", path);
	close(fd);
	return error;
}

const struct ch_error *
ch_secret_load(struct ch_secret *secret, const char *path)
{
	char text[FILE_MAX + 1];
	const struct ch_error *error;
	size_t len = 0;

	*secret = (struct ch_secret){0};
	error = read_file(text, &len, path);
	if (error)
		goto done;
	if (len > FILE_MAX || !read_record(secret, span_of(text, len))) {
		error = ch_refuse(WIRE_MALFORMED_RECORD, "'%s' is not a key of ours; restore it from a backup", path);
		goto done;
	}
	derive_fingerprint(secret);
done:
	wire_wipe(text, sizeof(text));
	return error;
}

void
ch_secret_clear(struct ch_secret *secret)
{
	if (secret)
		wire_wipe(secret, sizeof(*secret));
}

struct span
ch_secret_certificate(const struct ch_secret *secret, struct ch_arena *arena)
{
	uint8_t bytes[PGPKEY_OWN_MAX];
	char text[ARMOR_MAX];
	size_t len = pgpkey_write(bytes, sizeof(bytes), secret->seed, secret->created, span_text(secret->user_id));

	return ch_arena_copy(arena, span_of(text, armor_write(text, sizeof(text), ARMOR_PUBLIC_KEY, span_of(bytes, len))));
}

#include "local.h"

#include "keylife.h"

#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/file.h"

static const struct ch_error *
path_of(char path[PATH_MAX], const struct ch_store *store, const char *name)
{
	if ((size_t)snprintf(path, PATH_MAX, "%s/chancery/%s", store->path, name) >= PATH_MAX)
		return ch_fail(CH_USAGE, "'%s': path too long", store->path);
	return NULL;
}

static const struct ch_error *
load(struct ch_secret *secret, struct ch_store *store, const char *name)
{
	const struct ch_error *error;
	char path[PATH_MAX];

	if ((error = path_of(path, store, name)))
		return error;
	return ch_secret_load(secret, path);
}

const struct ch_error *
ch_local_registrar(struct ch_secret *secret, struct ch_store *store)
{
	return load(secret, store, "keys/registrar");
}

static bool
is_key(const struct ch_secret *secret, const struct ch_key *key)
{
	return key == NULL || memcmp(secret->fingerprint, key->key.fingerprint, FINGERPRINT_SIZE) == 0;
}

/* The old key is of no use to anybody any more, and goes. */
static const struct ch_error *
promote(struct ch_store *store)
{
	char next[PATH_MAX], path[PATH_MAX], directory[PATH_MAX];
	const struct ch_error *error;
	int fd;

	if ((error = path_of(next, store, "keys/registrar.next")) || (error = path_of(path, store, "keys/registrar")) ||
	    (error = path_of(directory, store, "keys")))
		return error;
	if (rename(next, path) != 0)
		return ch_fail_errno("cannot rename '%s'", next);
	if ((fd = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 || fsync(fd) != 0)
		error = ch_fail_errno("cannot write '%s'", directory);
	if (fd >= 0)
		close(fd);
	return error;
}

const struct ch_error *
ch_local_registrar_of(struct ch_secret *secret, struct ch_store *store, const struct ch_state *state)
{
	const struct ch_error *error = load(secret, store, "keys/registrar");

	if (error || is_key(secret, state->registrar))
		return error;
	ch_secret_clear(secret);
	if (load(secret, store, "keys/registrar.next") == NULL && is_key(secret, state->registrar))
		return promote(store);
	ch_secret_clear(secret);
	return ch_refuse(WIRE_WRONG_KEY, "the registrar's key is not on this machine: another has taken its place");
}

const struct ch_error *
ch_local_next_registrar(struct ch_secret *secret, struct ch_store *store, const char *archive_id)
{
	char path[PATH_MAX], user_id[PGPKEY_USER_ID_MAX + 1];
	const struct ch_error *error;

	if ((error = path_of(path, store, "keys/registrar.next")))
		return error;
	if (access(path, F_OK) == 0)
		return ch_secret_load(secret, path);
	snprintf(user_id, sizeof(user_id), "registrar <registrar@%s>", archive_id);
	return ch_secret_create(secret, path, span_text(user_id));
}

const struct ch_error *
ch_local_device(struct ch_secret *secret, struct ch_store *store)
{
	return load(secret, store, "keys/device");
}

static const struct ch_error *
create(struct ch_secret *secret, struct ch_store *store, const char *name, const char *actor, const char *archive_id)
{
	char path[PATH_MAX], user_id[PGPKEY_USER_ID_MAX + 1];
	const struct ch_error *error;

	if ((error = path_of(path, store, name)))
		return error;
	snprintf(user_id, sizeof(user_id), "%s <%s@%s>", actor, actor, archive_id);
	return ch_secret_create(secret, path, span_text(user_id));
}

const struct ch_error *
ch_local_create_keys(struct ch_secret *registrar, struct ch_secret *device, struct ch_store *store, const char *archive_id)
{
	const struct ch_error *error = create(registrar, store, "keys/registrar", "registrar", archive_id);

	return error ? error : create(device, store, "keys/device", "d1", archive_id);
}

/* Nothing follows from the user id; which id the key gets is said by the act that admits it. */
const struct ch_error *
ch_local_create_device(struct ch_secret *device, struct ch_store *store, struct span name, struct span archive_id)
{
	const struct ch_error *error;
	struct ch_arena arena = {0};
	char path[PATH_MAX];

	if ((error = path_of(path, store, "keys/device")))
		return error;
	if (access(path, F_OK) == 0)
		error = ch_secret_load(device, path);
	else
		error = create(device, store, "keys/device", ch_arena_text(&arena, name), ch_arena_text(&arena, archive_id));
	if (error == NULL && (error = path_of(path, store, "keys/device.asc")) == NULL)
		error = ch_file_replace(path, ch_secret_certificate(device, &arena), 0644);
	ch_arena_clear(&arena);
	return error;
}

bool
ch_local_remember(struct ch_store *store)
{
	char registrar[PATH_MAX];

	if (path_of(registrar, store, "keys/registrar") || access(registrar, R_OK) != 0)
		return false;
	return path_of(store->memory, store, "memory") == NULL && path_of(store->memory_key, store, "keys/memory") == NULL;
}

const struct ch_error *
ch_local_device_id(struct span *id, const struct ch_secret *device, const struct ch_state *state)
{
	const struct ch_key *key = ch_state_key(state, device->fingerprint);

	if (key == NULL || key->scope != CH_DEPOSIT)
		return ch_refuse(WIRE_UNKNOWN_KEY, "this device's key has not been admitted to the archive");
	if (key->ended != CH_VALID)
		return ch_refuse(WIRE_KEY_ENDED, "this device's key has ended (%s); admit another one with people-key", ch_ended_name(key->ended));
	*id = key->owner;
	return NULL;
}

static uint64_t
highest_registered(const struct ch_state *state, struct span device)
{
	const struct ch_name *name = ch_state_name(state, device);

	return name && name->use == CH_A_DRIVE && span_equal(name->id, device) ? name->number : 0;
}

static const struct ch_error *
take_number(uint64_t *number, int fd, uint64_t highest, const char *path)
{
	char text[32] = {0};
	uint64_t last = 0;
	ssize_t len = pread(fd, text, sizeof(text) - 1, 0);
	int written;

	if (len < 0)
		return ch_fail_errno("cannot read '%s'", path);
	if (len > 0 && !text_get_number(&last, span_of(text, (size_t)len)))
		return ch_fail(CH_IO, "'%s' does not hold a number; remove it to begin again behind what is registered", path);
	*number = (last > highest ? last : highest) + 1;
	written = snprintf(text, sizeof(text), "%llu", (unsigned long long)*number);
	if (pwrite(fd, text, (size_t)written, 0) != written || fdatasync(fd) != 0)
		return ch_fail_errno("cannot write '%s'", path);
	return NULL;
}

const struct ch_error *
ch_local_number(uint64_t *number, struct ch_store *store, const struct ch_state *state, struct span device, bool take)
{
	const struct ch_error *error;
	char path[PATH_MAX];
	int fd;

	*number = highest_registered(state, device) + 1;
	if (!take)
		return NULL;
	if ((error = path_of(path, store, "number")))
		return error;
	if ((fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)) < 0)
		return ch_fail_errno("cannot open '%s'", path);
	if (flock(fd, LOCK_EX) != 0)
		error = ch_fail_errno("cannot lock '%s'", path);
	else
		error = take_number(number, fd, highest_registered(state, device), path);
	close(fd);
	return error;
}

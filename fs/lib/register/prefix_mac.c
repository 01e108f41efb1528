#include <fcntl.h>
#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "prefix_inside.h"

void
prefix_head_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], const uint8_t head[PREFIX_HEAD_SIZE])
{
	crypto_generichash(mac, PREFIX_MAC_SIZE, head, PREFIX_HEAD_SIZE, key, PREFIX_KEY_SIZE);
}

void
prefix_chunk_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], const uint8_t nonce[PREFIX_MAC_SIZE], uint32_t flat, uint32_t chunk,
		 struct span bytes)
{
	const uint32_t place[2] = {flat, chunk};
	crypto_generichash_state state;

	crypto_generichash_init(&state, key, PREFIX_KEY_SIZE, PREFIX_MAC_SIZE);
	crypto_generichash_update(&state, nonce, PREFIX_MAC_SIZE);
	crypto_generichash_update(&state, (const uint8_t *)place, sizeof(place));
	crypto_generichash_update(&state, bytes.data, bytes.len);
	crypto_generichash_final(&state, mac, PREFIX_MAC_SIZE);
}

void
prefix_delta_mac(uint8_t mac[PREFIX_MAC_SIZE], const uint8_t key[PREFIX_KEY_SIZE], struct span head, struct span patches)
{
	static const uint8_t what[] = "delta";
	crypto_generichash_state state;

	crypto_generichash_init(&state, key, PREFIX_KEY_SIZE, PREFIX_MAC_SIZE);
	crypto_generichash_update(&state, what, sizeof(what));
	crypto_generichash_update(&state, head.data, head.len);
	crypto_generichash_update(&state, patches.data, patches.len);
	crypto_generichash_final(&state, mac, PREFIX_MAC_SIZE);
}

bool
prefix_is_private(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISREG(status.st_mode) && status.st_uid == geteuid() && (status.st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static bool
load(uint8_t key[PREFIX_KEY_SIZE], const char *path)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
	bool loaded = fd >= 0 && prefix_is_private(fd) && read(fd, key, PREFIX_KEY_SIZE) == PREFIX_KEY_SIZE;

	if (fd >= 0)
		close(fd);
	return loaded;
}

bool
prefix_key(uint8_t key[PREFIX_KEY_SIZE], const char *path, bool make)
{
	if (load(key, path))
		return true;
	if (!make || ch_file_directories(path))
		return false;
	wire_random(key, PREFIX_KEY_SIZE);
	return ch_file_create(path, span_of(key, PREFIX_KEY_SIZE), 0600) == NULL;
}

#include "libgit2.h"

#include <git2.h>

int
mbedtls_x509_crt_parse_file(void *chain, const char *path)
{
	(void)chain, (void)path;
	return -1;
}

void
mbedtls_entropy_init(void *source)
{
	(void)source;
}

void
mbedtls_entropy_free(void *source)
{
	(void)source;
}

int
mbedtls_ctr_drbg_seed(void *generator, int (*entropy)(void *, unsigned char *, size_t), void *source, const unsigned char *custom, size_t len)
{
	(void)generator, (void)entropy, (void)source, (void)custom, (void)len;
	return 0;
}

int
mbedtls_ssl_handshake(void *connection)
{
	(void)connection;
	return -1;
}

int
libssh2_init(int flags)
{
	(void)flags;
	return 0;
}

void
ch_libgit2_init(void)
{
	git_libgit2_init();
}

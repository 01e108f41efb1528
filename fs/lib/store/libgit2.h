/*
 * libgit2, started without what it would get ready for connections: it has mbedTLS read the certificates of some 140 authorities, 2.4 ms in each program, and
 * gather randomness, 0.3 ms, and libssh2 fill the tables of OpenSSL, 0.6 ms. Nothing here speaks TLS or ssh; git does (docs/decisions/0041).
 */
#ifndef CH_LIBGIT2_H
#define CH_LIBGIT2_H

#include <stddef.h>

/* Before anything else of libgit2, as often as somebody begins with it. Ended with git_libgit2_shutdown(). */
void ch_libgit2_init(void);

/* These stand in the way of functions of mbedTLS and libssh2 that libgit2 calls. They do nothing; without randomness no connection comes about, either. */
__attribute__((visibility("default"))) int mbedtls_x509_crt_parse_file(void *chain, const char *path);
__attribute__((visibility("default"))) void mbedtls_entropy_init(void *source);
__attribute__((visibility("default"))) void mbedtls_entropy_free(void *source);
__attribute__((visibility("default"))) int mbedtls_ctr_drbg_seed(void *generator, int (*entropy)(void *, unsigned char *, size_t), void *source,
								 const unsigned char *custom, size_t len);
__attribute__((visibility("default"))) int mbedtls_ssl_handshake(void *connection);
__attribute__((visibility("default"))) int libssh2_init(int flags);

#endif

/*
 * libgit2, started without what it would get ready for connections: it has mbedTLS read the certificates of some 140 authorities, 2.4 ms in each program, a
 * quarter of what a short one takes and more than anything else of a push. Nothing here speaks TLS; git does (docs/decisions/0041).
 */
#ifndef CH_LIBGIT2_H
#define CH_LIBGIT2_H

/* Before anything else of libgit2, as often as somebody begins with it. Ended with git_libgit2_shutdown(). */
void ch_libgit2_init(void);

/* Stands in the way of mbedTLS's function of this name, which libgit2 calls. It reads nothing. */
__attribute__((visibility("default"))) int mbedtls_x509_crt_parse_file(void *chain, const char *path);

#endif

/*
 * The subkeys of a certificate that may sign (RFC 4880 5.2.1, 11.1). A subkey signs acts under its own fingerprint, and only when both keys say so:
 *
 *	- behind the subkey's packet stands a binding signature (0x18) by the primary key, the newest of them, whose key flags say that it signs;
 *	- in that stands a back signature (0x19) by the subkey over the same two keys: nobody binds a subkey of which he has no secret;
 *	- both with SHA-256 or better, limited by nothing but the subkey's expiry, which has no say here: what ends a key is an act;
 *	- nothing in the certificate is revoked.
 *
 * Read by code of our own: whether gpg calls a subkey good depends on gpg's version and on today's clock, and every verifier has to agree for ever.
 */
#ifndef CH_SUBKEY_H
#define CH_SUBKEY_H

#include "base/error.h"
#include "wire/pgpkey.h"

/*
 * The subkey with that fingerprint; `primary` is filled in as well. WRONG-CONTENT when there is none in the certificate, MALFORMED-KEY, and why, when it
 * may not sign. Spans point into the certificate.
 */
const struct ch_error *ch_subkey_read(struct pgpkey *key, struct pgpkey *primary, struct span certificate, const uint8_t fingerprint[FINGERPRINT_SIZE]);

/*
 * The key that its owner signs with. `which`, if it is a full fingerprint, with or without the '!' that gpg takes for it, names it; otherwise, and when it is
 * NULL, it is the primary key when that says that it signs, else the only subkey that does. MALFORMED-KEY when there is none; CH_REFUSED when there
 * are several.
 */
const struct ch_error *ch_subkey_choose(struct pgpkey *key, struct pgpkey *primary, struct span certificate, const char *which);

#endif

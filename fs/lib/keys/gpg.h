/*
 * gpg through GPGME: the keys of persons. Signing goes through gpg-agent (PIN, card); verifying is asked of gpg only for key types
 * that wire/ does not verify itself, in a home directory of its own, so that nobody's keyring or trust has a say.
 */
#ifndef CH_GPG_H
#define CH_GPG_H

#include "base/arena.h"
#include "base/error.h"
#include "wire/pgpsig.h"

/* Fingerprints of the secret keys at hand. */
const struct ch_error *ch_gpg_secret_keys(uint8_t (**fingerprints)[FINGERPRINT_SIZE], size_t *count, struct ch_arena *arena);

/* A public certificate, binary, minimal (no third-party certifications). `which`: fingerprint, mail or name; it must name exactly one key. */
const struct ch_error *ch_gpg_export(struct span *certificate, const char *which, struct ch_arena *arena);

/* A detached signature over `text`, one binary packet in canonical form. CH_LATER when gpg-agent gives none (cancelled, locked). */
const struct ch_error *ch_gpg_sign(struct span *packet, const uint8_t fingerprint[FINGERPRINT_SIZE], struct span text, struct ch_arena *arena);

/* WIRE_BAD_SIGNATURE when gpg does not call it good for exactly this certificate's primary key. */
const struct ch_error *ch_gpg_verify(struct span certificate, const uint8_t fingerprint[FINGERPRINT_SIZE], struct span packet, struct span head,
				     struct span tail);

#endif

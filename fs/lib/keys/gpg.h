/*
 * gpg through GPGME: the keys of persons, whose secrets it keeps. Signing goes through gpg-agent (PIN, card); what acts are signed with is verified in
 * process, by publickey.h.
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

#endif

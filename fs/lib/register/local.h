/* What this machine keeps of an archive beside the git objects: its own keys, and the numbers it has given out. */
#ifndef CH_LOCAL_H
#define CH_LOCAL_H

#include "keys/secret.h"
#include "state.h"

/* ARCHIVE/chancery/keys/registrar and .../device. The caller must wipe them with ch_secret_clear(). */
const struct ch_error *ch_local_registrar(struct ch_secret *secret, struct ch_store *store);
/*
 * The registrar's, as the archive has it. After a change of registrar the new key takes its place in ARCHIVE/chancery/keys/ when it is first asked for.
 * CH_REFUSED when the archive's is not here.
 */
const struct ch_error *ch_local_registrar_of(struct ch_secret *secret, struct ch_store *store, const struct ch_state *state);

/* The key that is to be the next registrar's: made when it is not there yet. The caller must wipe it with ch_secret_clear(). */
const struct ch_error *ch_local_next_registrar(struct ch_secret *secret, struct ch_store *store, const char *archive_id);

const struct ch_error *ch_local_device(struct ch_secret *secret, struct ch_store *store);
const struct ch_error *ch_local_create_keys(struct ch_secret *registrar, struct ch_secret *device, struct ch_store *store, const char *archive_id);

/* A clone's own device key, and its certificate in .../device.asc for whoever admits it; what is there already stays. `name` is for its user id. */
const struct ch_error *ch_local_create_device(struct ch_secret *device, struct ch_store *store, struct span name, struct span archive_id);

/*
 * Lets the store remember what was verified of it beside the registrar's key, in ARCHIVE/chancery/memory and .../keys/memory: false where there is none that
 * we may read. Whoever has made the archive can have written both: for who serves it, as hooks and drives do, never for who judges it.
 */
bool ch_local_remember(struct ch_store *store);

/* The id under which the archive knows this device's key ("d1"). CH_REFUSED when no act has admitted it. */
const struct ch_error *ch_local_device_id(struct span *id, const struct ch_secret *device, const struct ch_state *state);

/*
 * The next free application number of this device. `take`: it is never given out again, durably, before this returns, and may stay unused; otherwise nothing
 * is written, and it is one behind all that are registered.
 */
const struct ch_error *ch_local_number(uint64_t *number, struct ch_store *store, const struct ch_state *state, struct span device, bool take);

#endif

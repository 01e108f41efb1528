/*
 * Quarantine: where git keeps what a push has brought until the pre-receive hook has looked at it (git-receive-pack(1), QUARANTINE ENVIRONMENT).
 * git says in its environment where that is; the environment is believed only where the archive itself agrees.
 */
#ifndef CH_QUARANTINE_H
#define CH_QUARANTINE_H

#include <limits.h>

#include "base/error.h"

/*
 * `said` is what GIT_QUARANTINE_PATH holds. `path` is that directory's real path: one of ours that git has made directly below objects/ of `archive`, no
 * link. CH_REFUSED otherwise.
 */
const struct ch_error *ch_quarantine(char path[PATH_MAX], const char *archive, const char *said);

#endif

/*
 * Other sessions of the same ssh connection. git-lfs opens up to eight of them, and before its release 3.5 it ends the first one first and waits for ssh to
 * end, which waits for the others: for ever. So whoever is told to quit tells the others that they are not needed any more.
 */
#ifndef CH_SIBLINGS_H
#define CH_SIBLINGS_H

#include "base/error.h"

/* A descriptor that becomes readable when a sibling has quit. The caller must close it. */
const struct ch_error *ch_siblings_listen(int *wake);

/* Tells all processes of this user that run this program and have the same parent, if that is sshd. As far as it may and can. */
void ch_siblings_tell(void);

#endif

/* What a drive that was killed leaves behind: a mount that nobody serves ("Transport endpoint is not connected"). */
#ifndef MOUNT_STALE_H
#define MOUNT_STALE_H

/* Takes such a mount away from `path`; what is served, or is no mount, stays. */
void stale_unmount(const char *path);

#endif

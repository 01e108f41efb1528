#!/bin/bash
# Where a user's inotify instances are used up, the drive is mounted all the same and sees what others register.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

if [ -z "${UNWATCHED:-}" ]; then
	unshare -rm true 2>/dev/null || skip 'no name spaces of users'
	UNWATCHED=1 exec unshare -rm bash "$0"
fi
echo 0 >/proc/sys/user/max_inotify_instances
archive
drive
check_has "$TEST_DIR/drive.err" 'cannot be told when main moves'
mkdir "$DRIVE/files/lib"
echo ours >"$DRIVE/files/lib/f"
chancery-commit -q
echo theirs >theirs
save-file files/lib/f theirs
wait_for cmp "$DRIVE/files/lib/f" theirs
drive_end

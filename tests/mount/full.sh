#!/bin/bash
# A full disk: writes are refused with ENOSPC, what was acknowledged stays, and saving goes on when there is room again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

[ "$(id -u)" = 0 ] || skip "only root can make a small file system"
mkdir "$TEST_DIR/small"
mount -t tmpfs -o size=40m none "$TEST_DIR/small" || skip "no tmpfs"
archive "$TEST_DIR/small/archive"
drive -o commit=3600 # when it saves, that gives room back
mkdir "$DRIVE/files/lib"
echo before >"$DRIVE/files/lib/before"
chancery-commit -q

# Until it is full; the oracle is what was acknowledged.
fill_up 'No space left on device' notrunc
filled
check_status 74 chancery-commit
check_has err 'the drive cannot save'
drive_kill

mount -o remount,size=300m "$TEST_DIR/small"
relieved
drive_end
umount "$TEST_DIR/small"

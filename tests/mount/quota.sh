#!/bin/bash
# A user's quota is used up: writes are refused with EDQUOT, what was acknowledged stays, and is saved when there is room again. On btrfs, whose quotas need no
# kernel module of their own.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

[ "$(id -u)" = 0 ] || skip "only root can make a file system"
command -v mkfs.btrfs >/dev/null || skip "no btrfs-progs"
truncate -s 400M "$TEST_DIR/disk"
mkfs.btrfs -q "$TEST_DIR/disk" >said 2>&1 || fail "$(cat said)"
mkdir "$TEST_DIR/limited"
mount -o loop "$TEST_DIR/disk" "$TEST_DIR/limited" || skip "no loop device, or no btrfs"
btrfs -q subvolume create "$TEST_DIR/limited/home"
btrfs quota enable "$TEST_DIR/limited"
archive "$TEST_DIR/limited/home/archive"
drive -o commit=3600
mkdir "$DRIVE/files/lib"
echo before >"$DRIVE/files/lib/before"
chancery-commit -q
sync -f "$TEST_DIR/limited"
btrfs -q qgroup limit 60M "$TEST_DIR/limited/home"

# The oracle is what was acknowledged.
fill_up 'Disk quota exceeded' notrunc,fsync
filled
check_status 74 chancery-commit
check_has err 'the drive cannot save'
[[ "$(getfattr --absolute-names --only-values -n user.chancery.state "$DRIVE/files/lib/large")" == 'journalled: '*'Disk quota exceeded' ]] || fail "state"
drive_kill

btrfs -q qgroup limit none "$TEST_DIR/limited/home"
relieved
drive_end
umount "$TEST_DIR/limited"

#!/bin/bash
# A full disk: writes are refused with ENOSPC, what was acknowledged stays, and saving goes on when there is room again.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

[ "$(id -u)" = 0 ] || skip "only root can make a small file system"
mkdir "$TEST_DIR/small"
mount -t tmpfs -o size=40m none "$TEST_DIR/small" || skip "no tmpfs"
archive "$TEST_DIR/small/archive"
drive
mkdir "$DRIVE/files/lib"
echo before >"$DRIVE/files/lib/before"
chancery-commit -q
head -c 1000000 /dev/urandom >chunk

# Until it is full; the oracle is what was acknowledged.
n=0
while dd if=chunk of="$DRIVE/files/lib/large" bs=1000000 seek="$n" conv=notrunc status=none 2>err; do
	n=$((n + 1))
	[ "$n" -lt 60 ] || fail "never full"
done
check_has err 'No space left on device'
[ "$n" -gt 0 ] || fail "full at once"
for _ in $(seq "$n"); do cat chunk; done >expected
check() { head -c $((n * 1000000)) "$DRIVE/files/lib/large" | cmp - expected; }
check
check_status 74 chancery-commit
check_has err 'the drive cannot save'
drive_kill

mount -o remount,size=300m "$TEST_DIR/small"
drive
check
truncate -s $((n * 1000000)) "$DRIVE/files/lib/large"
check_status 0 chancery-commit
saved files/lib/large expected
echo before >expected
saved files/lib/before expected
check_status 0 chancery-verify
drive_end
umount "$TEST_DIR/small"

#!/bin/bash
# What -o close=sync adds: a close puts what was written on disk, and says so when that fails; what is written with O_SYNC is put there in any case.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

gcc -shared -fPIC -o disk.so "$SRC/tests/helpers/preload/disk.c" -ldl
export DISK_ROOT=$TEST_DIR/archive DISK_AT=2 DISK_ERRNO=5 DISK_ON=$PWD/on
archive
drive
mkdir "$DRIVE/files/lib"
for name in plain closed each; do echo before >"$DRIVE/files/lib/$name"; done
drive_end

# attempt OPTION...: mounts it so that of the calls that change the disk the second fails: the first is the write, the second a sync, if there is one.
attempt() {
	LD_PRELOAD=$PWD/disk.so drive "$@"
	cat "$DRIVE/files/lib/plain" >before
	echo begun >"$DRIVE/files/lib/segment"
	: >on
}
finish() {
	rm on
	drive_kill
}
attempt -o commit=600
dd if=before of="$DRIVE/files/lib/plain" oflag=append conv=notrunc status=none || fail 'a close without close=sync waits for the disk'
finish
attempt -o commit=600,close=sync
check_status 1 dd if=before of="$DRIVE/files/lib/closed" oflag=append conv=notrunc status=none
check_has err 'Input/output error'
finish
attempt -o commit=600
check_status 1 dd if=before of="$DRIVE/files/lib/each" oflag=append,sync conv=notrunc status=none
check_has err 'Input/output error'
finish
check_status 2 chanceryfs -o close=never "$DRIVE"

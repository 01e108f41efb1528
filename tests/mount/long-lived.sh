#!/bin/bash
# A drive does not grow with what it has saved: beyond some MiB for what it has read again, it keeps of an act what everybody keeps who knows the register, some
# hundred bytes.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

rounds=300
[ "$SOAK" = 0 ] || rounds=3000
own() { awk '/^RssAnon/ { print $2 }' "/proc/$DRIVE_PID/status"; }
# save N: twenty files, and waits until they are on a page
save() {
	for n in {1..20}; do echo "$1 $n" >"$DRIVE/files/lib/f$n"; done
	kill -USR1 "$DRIVE_PID"
	until git -C "$CHANCERY_ARCHIVE" cat-file blob main:files/lib/f20 2>/dev/null | cmp -s - "$DRIVE/files/lib/f20"; do :; done
}
# least TEXT: the same so many times, and the least that it had of its own meanwhile: what is free, to be used again, comes and goes by MiB (fs/mount/commit.c).
least() { for i in $(seq "$rounds"); do save "$1 $i" && own; done | sort -n | sed -n 1p; }

export ASAN_OPTIONS=$ASAN_OPTIONS:quarantine_size_mb=1 # what it has given back is given back
archive
drive
mkdir "$DRIVE/files/lib"
least first >/dev/null
before=$(least again)
after=$(least 'once more')
echo "$before KiB of its own after $rounds saves, $after after as many more"
[ "$after" -lt $((before + 4096)) ] || fail "$before KiB have become $after"
drive_end
check_status 0 chancery-verify -q

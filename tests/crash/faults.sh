#!/bin/bash
# timeout: 900
# The disk says ENOSPC, or EIO, at one call that changes something below the archive: journal, working files, what is put aside, packs, references. Each of
# them in soak, some in check. What the drive then refuses has not happened, what it does not refuse is there, also after the next mount; it can be saved; and
# after a sync that failed nothing is taken any more.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

step=9
[ "$SOAK" = 0 ] || step=1
gcc -shared -fPIC -o disk.so "$SRC/tests/helpers/preload/disk.c" -ldl
export DISK_ROOT=$TEST_DIR/archive DISK_MET=$PWD/met

work() { # work NAME SEED: a load, saved; whether that succeeds is the question
	mkdir "$DRIVE/files/lib/$1" 2>/dev/null || return 0
	load run "$DRIVE/files/lib/$1" "$PWD/$1.log" "$2" 20
	chancery-commit -q 2>>said || chancery-commit -q 2>>said || true
}
check() {
	[ -e "$1.log" ] || return 0
	mkdir -p "$DRIVE/files/lib/$1"
	load check "$DRIVE/files/lib/$1" "$1.log" fault >>said
}
check_both() { { check a && check b; } || fail "$1 ($(cat met)): $(cat said)"; }
attempt() { # attempt ERRNO N
	rm -rf "$DISK_ROOT" "$XDG_STATE_HOME" ./*.log met # and what was seen of the last one
	cp -a founded "$DISK_ROOT"
	: >said
	mkdir -p "$DRIVE"
	DISK_AT=$2 DISK_ERRNO=$1 LD_PRELOAD=$PWD/disk.so chanceryfs -f "$DRIVE" 2>"$TEST_DIR/drive.err" &
	DRIVE_PID=$!
	wait_for mounted_or_ended
	if mountpoint -q "$DRIVE"; then
		truncate -s 5000000 "$DRIVE/files/lib/large" 2>>said || true # not in memory
		head -c 400000 /dev/urandom | dd of="$DRIVE/files/lib/large" bs=400000 iflag=fullblock conv=notrunc status=none 2>>said || true
		rm "$DRIVE/files/lib/large" 2>>said || true
		work a 1
		work b 2
		fusermount3 -u "$DRIVE"
	fi
	wait "$DRIVE_PID" || true
	drive
	check_both "errno $1 at call $2"
	echo more >"$DRIVE/files/lib/more"
	check_status 0 chancery-commit -q
	saved files/lib/more "$DRIVE/files/lib/more"
	check_both "errno $1 at call $2, after saving"
	check_status 0 chancery-verify -q
	drive_end
}

archive
drive
mkdir "$DRIVE/files/lib"
echo 1 >"$DRIVE/files/lib/first"
drive_end
cp -a "$DISK_ROOT" founded
for errno in 28 5; do
	: >where
	for ((n = 1; ; n += step)); do
		attempt "$errno" "$n"
		[ -e met ] || break
		cat met >>where
	done
	[ "$n" -gt 60 ] || fail "only $n calls"
	echo "errno $errno at every ${step}th of $n calls:"
	sed "s,$DISK_ROOT/,,; s,[0-9a-f]\{8\,\},N,; s,/#.*,/(working file)," where | sort | uniq -c
done

# A drive to test with; sourced after lib.sh and office.sh:
#
#	archive [DIR]       founds $CHANCERY_ARCHIVE with alice as administrator; devices may save
#	drive [OPTION...]   mounts it on $DRIVE, in the foreground of a process $DRIVE_PID
#	drive_kill          kill -9 of that process
#	drive_end           unmounts it and waits until all is saved
#	saved PATH FILE     main holds the same as FILE at PATH
#	last_day            on which something was registered, as history/ has it: by now it may be another one
# shellcheck shell=bash

[ -w /dev/fuse ] || skip 'may not open /dev/fuse'
DRIVE=$TEST_DIR/drive

archive() {
	make_person alice
	export CHANCERY_ARCHIVE=${1:-$TEST_DIR/archive}
	office_policy S-0007 >"$TEST_DIR/policy"
	as alice chancery-init -q --policy "$TEST_DIR/policy" "$CHANCERY_ARCHIVE" alice
}

drive() {
	mkdir -p "$DRIVE"
	chanceryfs -f "$@" "$DRIVE" 2>"$TEST_DIR/drive.err" &
	DRIVE_PID=$!
	wait_for mounted_or_ended
	mountpoint -q "$DRIVE" || fail "not mounted: $(cat "$TEST_DIR/drive.err")"
}

mounted_or_ended() { mountpoint -q "$DRIVE" || ! kill -0 "$DRIVE_PID"; }

drive_kill() {
	kill -9 "$DRIVE_PID"
	wait "$DRIVE_PID" 2>/dev/null || true
	fusermount3 -uz "$DRIVE"
}

drive_end() {
	fusermount3 -u "$DRIVE"
	wait "$DRIVE_PID" || fail "chanceryfs ended with $?: $(cat "$TEST_DIR/drive.err")"
}

last_day() { git -C "$CHANCERY_ARCHIVE" log -1 --format=%cd --date=format:%Y-%m-%d main; }

saved() { git -C "$CHANCERY_ARCHIVE" show "main:$1" | cmp - "$2"; }

# fill_up TEXT CONVERSION: files/lib/large grows by a chunk of 1,000,000 bytes until that fails so; then `filled` compares it with what was acknowledged.
fill_up() {
	local n=0

	head -c 1000000 /dev/urandom >chunk
	while dd if=chunk of="$DRIVE/files/lib/large" bs=1000000 seek="$n" conv="$2" status=none 2>err; do
		n=$((n + 1))
		[ "$n" -lt 100 ] || fail 'never full'
	done
	check_has err "$1"
	[ "$n" -gt 0 ] || fail 'full at once'
	for _ in $(seq "$n"); do cat chunk; done >expected
}
filled() { head -c "$(stat -c %s expected)" "$DRIVE/files/lib/large" | cmp - expected; }

# relieved: with room again a drive has what was acknowledged, and saves it, and has what was there before.
relieved() {
	drive
	filled
	truncate -r expected "$DRIVE/files/lib/large"
	check_status 0 chancery-commit
	saved files/lib/large expected
	echo before >expected
	saved files/lib/before expected
	check_status 0 chancery-verify
}

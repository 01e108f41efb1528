#!/bin/bash
# timeout: 900
# A loss of power under load: what was not synced is gone, all of it or any part, from the journal, from packs, from references and from directories that were made. What is
# there afterwards is what was there after some operation, none of those before the last fsync that returned is missing, a large file and one that was dropped neither, and the archive is whole.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

losses=12
[ "$SOAK" = 0 ] || losses=200
names=(a b)
gcc -shared -fPIC -o disk.so "$SRC/tests/helpers/preload/disk.c" -ldl
export DISK_ROOT=$TEST_DIR/archive DISK_UNDO=$TEST_DIR/undo

pause() { sleep "$(printf '0.%03d' $((RANDOM % $1)))"; }
fragile() {
	rm -rf "$DISK_UNDO"
	mkdir "$DISK_UNDO"
	LD_PRELOAD=$PWD/disk.so drive
}

# has_come: where it was dropped, or from there where it belongs.
has_come() { find "$DRIVE/drop/documents" "$DRIVE/files" -name "$round.bin" -exec cmp {} photo \; -print | grep -q .; }

archive
drive
mkdir "$DRIVE/files/lib"
drive_end
for round in $(seq "$losses"); do
	fragile
	loads=()
	for name in "${names[@]}"; do
		rm -rf "$DRIVE/files/lib/$name"
		mkdir "$DRIVE/files/lib/$name"
		sync "$DRIVE/files/lib/$name"
		: >"$name.log"
		load run "$DRIVE/files/lib/$name" "$PWD/$name.log" $((RANDOM * 32768 + RANDOM)) 100000 2>>errors &
		loads+=($!)
	done
	for name in "${names[@]}"; do wait_for test -s "$name.log"; done
	head -c 300000 /dev/urandom >photo
	cp photo "$DRIVE/files/lib/$round.jpg"
	sync "$DRIVE/files/lib/$round.jpg"
	cp photo "$DRIVE/drop/documents/$round.bin"
	sync "$DRIVE/drop/documents/$round.bin"
	pause 400
	[ $((round % 2)) = 0 ] || { kill -USR1 "$DRIVE_PID"; pause 300; }
	drive_kill
	for load in "${loads[@]}"; do wait "$load" || fail "a load has failed: $(cat errors)"; done
	power-loss "$DISK_ROOT" "$DISK_UNDO" "$round" | sed "s/^/round $round: lost /"
	drive
	for name in "${names[@]}"; do
		load check "$DRIVE/files/lib/$name" "$name.log" power || { cp "$name.log" "$TEST_DIR/lost.log"; fail "round $round"; }
	done
	cmp photo "$DRIVE/files/lib/$round.jpg"
	wait_for has_come
	check_status 0 chancery-verify -q
	wait_for chancery-commit -q
	drive_end
	# Not beside the drive, which puts packs together: what git has listed and not opened yet would be gone.
	git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling >said 2>&1 || fail "$(cat said)"
done
check_status 0 chancery-verify -q

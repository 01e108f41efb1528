#!/bin/bash
# kill -9 in the middle of writing: whatever write() or rename() had acknowledged is there afterwards. The oracle lies outside of the drive.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

# Appends numbered lines to a file and notes each once it is written; every tenth is saved by rename as editors do.
writer() {
	local name=$1 i=0

	while :; do
		i=$((i + 1))
		echo "line $i" >>"$DRIVE/files/lib/$name" 2>/dev/null || return 0
		echo "$i" >>"$TEST_DIR/$name.done"
		[ $((i % 10)) -eq 0 ] || continue
		echo "version $i" >"$DRIVE/files/lib/.$name.new" 2>/dev/null || return 0
		mv "$DRIVE/files/lib/.$name.new" "$DRIVE/files/lib/$name.saved" 2>/dev/null || return 0
		echo "$i" >>"$TEST_DIR/$name.renamed"
	done
}

check_writer() {
	local name=$1 written renamed found

	written=$(tail -n 1 "$TEST_DIR/$name.done")
	renamed=$(tail -n 1 "$TEST_DIR/$name.renamed")
	head -n "$written" "$DRIVE/files/lib/$name" >found
	seq -f 'line %.0f' "$written" | cmp - found || fail "$name: $written lines were written"
	[ -n "$renamed" ] || return 0
	found=$(sed 's/version //' "$DRIVE/files/lib/$name.saved")
	[ "$found" -ge "$renamed" ] || fail "$name: version $renamed was saved, $found is there"
}

# shellcheck disable=SC2317
has_written() { [ "$(wc -l <"$TEST_DIR/$1.done")" -ge "$2" ]; }

archive
rounds=6
[ "${SOAK:-0}" = 0 ] || rounds=100
for round in $(seq $rounds); do
	drive
	mkdir -p "$DRIVE/files/lib"
	for name in x y; do
		rm -f "$DRIVE/files/lib/$name" "$DRIVE/files/lib/$name.saved"
		: >"$TEST_DIR/$name.done"
		: >"$TEST_DIR/$name.renamed"
	done
	writer x &
	x=$!
	writer y &
	y=$!
	wait_for has_written x $((40 + RANDOM % 200))
	wait_for has_written y 1
	[ $((round % 2)) = 0 ] || kill -USR1 "$DRIVE_PID" # also while it saves
	drive_kill
	wait $x $y
	if [ $((round % 3)) = 0 ]; then
		chancery-commit -q # recovers without a drive
		saved files/lib/x <(git -C "$CHANCERY_ARCHIVE" show main:files/lib/x)
	fi
	drive
	check_writer x
	check_writer y
	chancery-commit -q
	saved files/lib/x "$DRIVE/files/lib/x"
	saved files/lib/y "$DRIVE/files/lib/y"
	drive_end
done
check_status 0 chancery-verify
git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling >checked 2>&1 || fail "git fsck: $(cat checked)"

#!/bin/bash
# Saving while three processes do everything there is to do: each save knows what the one before it has made, so none is in conflict with another, and in the
# end main has what the drive shows.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive
mkdir "$DRIVE/files/lib"
saves() { git -C "$CHANCERY_ARCHIVE" rev-list --count main; }
dirs=()
until [ "$(saves)" -gt 10 ]; do # on a slow machine that takes more than one round
	loads=()
	for name in a b c; do
		name+=${#dirs[@]}
		mkdir "$DRIVE/files/lib/$name"
		load run "$DRIVE/files/lib/$name" "$PWD/$name.log" $((RANDOM * 32768 + RANDOM)) 3000 &
		loads+=($!)
		dirs+=("$name")
	done
	while jobs -rp | grep -qvx "$DRIVE_PID"; do chancery-commit -q; done
	wait "${loads[@]}"
done
chancery-commit -q
for name in "${dirs[@]}"; do load check "$DRIVE/files/lib/$name" "$name.log" fault; done
git -C "$CHANCERY_ARCHIVE" log --format= --name-only --diff-filter=A main | grep conflict >conflicts || true
check_output conflicts </dev/null
check_status 0 chancery-verify -q
drive_end

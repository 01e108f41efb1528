#!/bin/bash
# What a drive has registered itself the next one does not verify again, but for the last few pages when it was killed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
memory=$CHANCERY_ARCHIVE/chancery/memory
save() {
	for i in $(seq "$1"); do
		echo "$i" >"$DRIVE/files/lib/f"
		check_status 0 chancery-commit
	done
}
again() { "$BUILD/tests/helpers/remembered" "$CHANCERY_ARCHIVE" | cut -d ' ' -f 1; }
drive -o commit=3600
mkdir "$DRIVE/files/lib"
save 40
drive_kill
[ -s "$memory.delta" ] || fail "nothing was remembered"
pages=$(again)
[ "$pages" -lt 20 ] || fail "$pages pages were verified again"
check_status 0 chancery-verify --full

# Unmounted: nothing.
drive -o commit=3600
save 3
drive_end
pages=$(again)
[ "$pages" = 0 ] || fail "$pages pages were verified again"

# The control: without its memory there are all of them to be verified.
rm "$memory" "$memory.delta"
[ "$(again)" -gt 40 ] || fail "there is nothing to be verified again"

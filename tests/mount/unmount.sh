#!/bin/bash
# The drive's beginning and end: ready when it says so, one drive per archive, all saved at the end, nothing lost without an end.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
mkdir "$DRIVE" other

# In the background: mounted when the program returns.
check_status 0 chanceryfs "$DRIVE"
mountpoint -q "$DRIVE" || fail "returned before it was mounted"
check_status 75 chanceryfs other
check_has err "is in use by process" "unmount that drive first"
mkdir "$DRIVE/files/lib"
echo saved >"$DRIVE/files/lib/f"
fusermount3 -u "$DRIVE"
echo saved >expected
wait_for saved files/lib/f expected
journal_is_free() { chancery-status | grep 'not mounted'; }
wait_for journal_is_free

# Killed with something unsaved: chancery-commit saves it without a drive; main says what it was.
drive -o commit=3600
echo again >"$DRIVE/files/lib/g"
drive_kill
check_status 0 chancery-commit
grep -qP '^[0-9a-f]{64}\tfiles/lib$' out || fail "$(cat out)"
echo again >expected
saved files/lib/g expected
check_status 0 chancery-commit
check_output out </dev/null

# Killed, and nobody has taken the dead mount away: the next drive does. What is served stays.
drive -o commit=3600
echo kept >"$DRIVE/files/lib/k"
kill -9 "$DRIVE_PID"
wait "$DRIVE_PID" 2>/dev/null || true
check_status 1 stat "$DRIVE"
check_has err 'Transport endpoint is not connected'
check_status 0 chanceryfs "$DRIVE"
[ "$(cat "$DRIVE/files/lib/k")" = kept ] || fail 'lost'
check_status 75 chanceryfs "$DRIVE"
[ "$(cat "$DRIVE/files/lib/k")" = kept ] || fail 'gone'
fusermount3 -u "$DRIVE"
wait_for journal_is_free

# SIGTERM ends it like unmounting.
drive
echo term >"$DRIVE/files/lib/t"
kill -TERM "$DRIVE_PID"
wait "$DRIVE_PID"
echo term >expected
saved files/lib/t expected

check_status 2 chanceryfs
check_status 74 chanceryfs -A missing "$DRIVE"
check_has err "cannot open archive 'missing'"
check_status 0 chanceryfs --help

#!/bin/bash
# Who died while he moved main has left its lock: the next one who registers takes it away, unless its owner may be alive.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"

office
lock=$CHANCERY_ARCHIVE/refs/heads/main.lock
touch -d '-1 hour' "$lock"
check_status 0 as alice policy-set "$TEST_DIR/policy"
[ ! -e "$lock" ] || fail 'it is still there'

# The control: a process that works in the archive and was there before.
(cd "$CHANCERY_ARCHIVE" && exec sleep 600) &
owner=$!
there() { [ "$(readlink "/proc/$owner/cwd")" = "$CHANCERY_ARCHIVE" ]; }
wait_for there
touch "$lock"
before=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
check_status 75 as alice policy-set "$TEST_DIR/policy"
check_output err <<<"policy-set: another process holds '$lock'; try again"
[ -e "$lock" ] || fail 'taken from a living process'
[ "$before" = "$(git -C "$CHANCERY_ARCHIVE" rev-parse main)" ] || fail 'moved all the same'
kill "$owner"
wait "$owner" || true
check_status 0 as alice policy-set "$TEST_DIR/policy"
check_status 0 chancery-verify -q

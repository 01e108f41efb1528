#!/bin/bash
# What the policy does not let the device save stays in the journal, through unmounting too, and is saved once the policy allows it.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
sed 's,Allow: device save files/\*\*,Allow: device save files/lib,' "$TEST_DIR/policy" >lib
check_status 0 as alice policy-set lib
drive -o commit=3600
mkdir "$DRIVE/files/lib" "$DRIVE/files/secret"
echo 1 >"$DRIVE/files/lib/f"
echo 2 >"$DRIVE/files/secret/f"
check_status 1 chancery-commit
check_has err "the drive cannot save: NOT-ALLOWED"
saved files/lib/f "$DRIVE/files/lib/f" # the control: the space that is allowed
check_status 128 git -C "$CHANCERY_ARCHIVE" show main:files/secret/f
echo 3 >>"$DRIVE/files/secret/f"
echo 4 >>"$DRIVE/files/lib/f"
state() { getfattr --absolute-names --only-values -n user.chancery.state "$DRIVE/files/$1"; }
[[ "$(state secret/f)" == journalled ]] || fail "written to since: $(state secret/f)"
[[ "$(state lib/f)" == journalled ]] || fail "nobody has refused this: $(state lib/f)"
check_status 1 chancery-commit
[[ "$(state secret/f)" == 'refused: NOT-ALLOWED'* ]] || fail "$(state secret/f)"
[[ "$(state lib/f)" == registered ]] || fail "$(state lib/f)"
drive_end
check_status 1 chancery-commit
check_has err "NOT-ALLOWED"
drive
[ "$(cat "$DRIVE/files/secret/f" "$DRIVE/files/lib/f" | tr -d '\n')" = 2314 ] || fail "lost"
check_status 0 as alice policy-set "$TEST_DIR/policy"
check_status 0 chancery-commit
saved files/secret/f "$DRIVE/files/secret/f"
saved files/lib/f "$DRIVE/files/lib/f"
check_status 0 chancery-verify
drive_end

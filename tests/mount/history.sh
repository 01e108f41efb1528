#!/bin/bash
# history/: older states by page, by act and by day; read-only.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
drive -o commit=3600
mkdir "$DRIVE/files/lib"
echo one >"$DRIVE/files/lib/f"
first_act=$(chancery-commit | cut -f 1)
first=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)
[ "$(cat "$DRIVE/history/$first/files/lib/f")" = one ] || fail "by page"
ls "$DRIVE/files/lib/late" 2>/dev/null && fail "too early"
echo two >"$DRIVE/files/lib/f"
echo late >"$DRIVE/files/lib/late"
second_act=$(chancery-commit | cut -f 1)
second=$(git -C "$CHANCERY_ARCHIVE" rev-parse main)

[ "$(cat "$DRIVE/history/$first/files/lib/f")" = one ] || fail "first page"
[ "$(cat "$DRIVE/history/$second/files/lib/f")" = two ] || fail "second page"
[ "$(cat "$DRIVE/history/$first_act/files/lib/f")" = one ] || fail "first act"
[ "$(ls "$DRIVE/history/$second_act/files/lib")" = "$(printf 'f\nlate')" ] || fail "second act"
[ ! -e "$DRIVE/history/$second_act/policy" ] || fail "an act holds its subject only"
today=$(last_day)
ls "$DRIVE/history" >days
grep -qx "$today" days
[ "$(cat "$DRIVE/history/$today/files/lib/f")" = two ] || fail "today"
echo three >"$DRIVE/files/lib/f"
chancery-commit -q
[ "$(cat "$DRIVE/history/$today/files/lib/f")" = three ] || fail "today goes on"
check_status 1 touch "$DRIVE/history/$today/files/lib/f"
check_has err 'Read-only file system'
for absent in 1999-01-01 9999-01-01 2026-13-01 today "${first%?}0" "${first_act%?}"; do
	[ "$absent" = "$first" ] || [ ! -e "$DRIVE/history/$absent" ] || fail "history/$absent"
done

# Nothing of it is ever asked for twice, and it is nobody's to change.
[ "$(stat -c %i "$DRIVE/history/$first/files/lib/f")" != "$(stat -c %i "$DRIVE/history/$second/files/lib/f")" ] || fail "one inode for two versions"

# A mount of its own, which goes with the outer one.
beside=$(readlink "$DRIVE/history")
mountpoint -q "$beside" || fail "'$beside' is no mount"
drive_end
[ ! -e "$beside" ] || fail "'$beside' has been left"

# Also when the drive is killed.
drive
[ "$(readlink "$DRIVE/history")" = "$beside" ] || fail "elsewhere now"
drive_kill
gone() { ! mountpoint -q "$beside"; }
wait_for gone
drive
[ "$(cat "$DRIVE/history/$today/files/lib/f")" = three ] || fail "after a kill"
drive_end

# Where there is no place for it, and in an office, it is a directory of the drive.
office=
[ "$(id -u)" -ne 0 ] || office=allow_other
for option in fsname=x $office; do
	place=$XDG_RUNTIME_DIR
	[ "$option" = allow_other ] || place=$TEST_DIR/policy
	XDG_RUNTIME_DIR=$place drive -o "$option"
	[ ! -L "$DRIVE/history" ] || fail "a link"
	[ "$(cat "$DRIVE/history/$first/files/lib/f")" = one ] || fail "in the drive"
	echo "four $option" >"$DRIVE/files/lib/f"
	chancery-commit -q
	wait_for grep -qx "four $option" "$DRIVE/history/$today/files/lib/f"
	drive_end
done

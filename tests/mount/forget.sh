#!/bin/bash
# Above a limit the kernel is told to forget: what it asked for is bounded, and everything is still there, also what is open. -o inodes makes the limit small.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

archive
fill lib 3000 100
forgets() { grep -c '^forget' "$TEST_DIR/drive.err" || true; }
has_forgotten() { grep -q '^forget' "$TEST_DIR/drive.err"; }

drive --trace
read-all read "$DRIVE/files/lib" >all
[ "$(forgets)" = 0 ] || fail 'forgotten without need'
read-all walk "$DRIVE/files/lib" >looked
drive_end

for view in files "history/$(last_day)/files"; do
	drive --trace -o inodes=500
	first=$(find "$DRIVE/$view/lib" -type f | sort | sed -n 1p)
	exec 7<"$first"
	read-all read "$DRIVE/$view/lib" | cmp - all
	[ "$view" != files ] || wait_for has_forgotten
	read-all read "$DRIVE/$view/lib" | cmp - all
	read-all walk "$DRIVE/$view/lib" | cmp - looked
	cmp "$first" /dev/fd/7
	exec 7<&-
	drive_end
done

# What is being written to stays.
drive -o inodes=500
exec 7>>"$DRIVE/files/lib/new"
echo one >&7
read-all read "$DRIVE/files/lib" >/dev/null
echo two >&7
exec 7<&-
[ "$(cat "$DRIVE/files/lib/new")" = $'one\ntwo' ] || fail "$(cat "$DRIVE/files/lib/new")"
drive_end
printf 'one\ntwo\n' >new
saved files/lib/new new

#!/bin/bash
# Stock git repacks under a mounted drive, every way it knows: what is open is read on, what is old is read, and saving goes on.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

G() { git -C "$CHANCERY_ARCHIVE" -c gc.pruneExpire=now "$@" 2>>git.err; }

# All of it as it was, in the present and in the past; and something new.
still_there() {
	local n

	for n in 1 2 3; do
		[ "$(cat "$DRIVE/files/lib/$n")" = "number $n" ] || fail "$1: files/lib/$n"
		[ "$(cat "$DRIVE/history/$page/files/lib/$n")" = "number $n" ] || fail "$1: in the past, $n"
	done
	[ "$(head -n 1 <&3)" = 'number 1' ] || fail "$1: what was open"
	exec 3<"$DRIVE/files/lib/1"
	echo "after $1" >"$DRIVE/files/lib/last"
	check_status 0 chancery-commit -q
	echo "after $1" >expected
	saved files/lib/last expected
}

archive
drive
mkdir "$DRIVE/files/lib"
for n in 1 2 3; do
	echo "number $n" >"$DRIVE/files/lib/$n"
	chancery-commit -q
done
page=$(G rev-parse main)
exec 3<"$DRIVE/files/lib/1"
while IFS= read -r command; do
	# shellcheck disable=SC2086
	G $command || fail "git $command: $(cat git.err)"
	still_there "$command"
done <<-'END'
	maintenance run
	maintenance run --task=gc
	maintenance run --task=loose-objects
	maintenance run --task=incremental-repack
	maintenance run --task=commit-graph
	maintenance run --task=pack-refs
	maintenance run --auto
	repack -adq
	repack -dq --geometric=2
	multi-pack-index write
	multi-pack-index expire
	multi-pack-index repack
	gc --quiet --prune=now
	prune-packed -q
	pack-refs --all
END
exec 3<&-
drive_end
git -C "$CHANCERY_ARCHIVE" fsck --strict --full >checked 2>&1 || fail "$(cat checked)"
check_status 0 chancery-verify -q --full --store

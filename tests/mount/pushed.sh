#!/bin/bash
# Whoever reads file after file in files/ finds the next ones in the page cache, put there before he asks (fs/mount/push.h). Whoever has changed one of them through a mapping,
# or changes it meanwhile, or writes to it, loses nothing by that: neither while he is about it, nor in what is saved.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

# changed HOW NUMBER DIRECTORY: so many files there begin with an X, and are saved so.
changed() {
	[ "$(grep -rl '^X' "$L/$3" | wc -l)" -eq "$2" ] || fail "$1: of $2 changes in $3 some are lost"
	sync -f "$DRIVE"
	check_status 0 chancery-commit
	rm -rf files
	git -C "$CHANCERY_ARCHIVE" archive main "files/lib/$3" | tar -xf -
	[ "$(grep -rl '^X' "files/lib/$3" | wc -l)" -eq "$2" ] || fail "$1: of $2 changes in $3 some were not saved"
}

archive
fill lib 7000 2048
L=$DRIVE/files/lib

# It is pushed at all, in every directory but for a few files.
drive --trace
read-all read "$L/d0000" >/dev/null
read-all read "$L/d0001" >/dev/null
reads=$(grep -c '^read	' "$TEST_DIR/drive.err")
[ "$reads" -lt 1500 ] || fail "$reads of 2000 were asked for"
drive_end

# changing HOW FIRST STEP DIRECTORY: in the background, and until `hold` is closed nobody but the kernel has what is changed.
mkfifo hold
changing() {
	change-all "$1" "$2" "$3" "$L/$4" <hold >is.changed &
	changer=$!
	exec 9>hold
}
changed_all() { grep -q changed is.changed || ! kill -0 "$changer"; }
# unchanging HOW NUMBER DIRECTORY: he lets go of it.
unchanging() {
	exec 9>&-
	wait "$changer" || fail "$1: a change was lost"
	changed "$@"
}

# What was changed already; and what is about to be pushed: whoever comes to a directory beside one that was read to its end begins to change it at its other end.
drive
changing map 40 3 d0002
wait_for changed_all
read-all read "$L/d0002" >/dev/null
unchanging before 320 d0002
read-all read "$L/d0003" >/dev/null
changing write 999 -1 d0004
wait_for changed_all
unchanging backwards 1000 d0004

# One reads and one changes, so that they are about the same files in turn.
for how in map write; do
	directory=d0005
	[ "$how" = map ] || directory=d0006
	changing "$how" 0 1 "$directory"
	read-all read "$L/$directory" >/dev/null
	wait_for changed_all
	unchanging "$how" 1000 "$directory"
done
drive_end
check_status 0 chancery-verify

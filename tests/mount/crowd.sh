#!/bin/bash
# Many processes in each other's way, in one small tree of names, while the drive saves: no call fails for another reason than that somebody was faster, and
# what is there at the end is on main, and on the drive when it is mounted again, with its times and permissions. The control: the same on the file system below.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

count=1500
[ "$SOAK" = 0 ] || count=50000
mkdir below
crowd below 1 4 500

# everything NAME DIRECTORY: what is there, with the digest of each file
everything() {
	(cd "$2" && find . -type d -printf '%p/\n' -o -type f -printf '%p ' -exec sh -c 'sha256sum <"$1"' - {} \;) | sort >"$1"
}

# dated NAME DIRECTORY: when it was changed, and how it may be used; is_dated: as in the file `dated`, which may take a while (chanceryfs(8))
dated() { (cd "$2" && find . -printf '%p %T@ %m\n') | sort >"$1"; }
is_dated() { dated now "$DRIVE/files/$mode" && cmp now dated; }

archive
seed=$RANDOM
echo "seeds from $seed"
for mode in personal office; do
	options=()
	[ "$mode" = personal ] || options=(-o allow_other)
	[ "$mode" = personal ] || [ "$(id -u)" = 0 ] || continue
	drive "${options[@]}"
	mkdir "$DRIVE/files/$mode"
	crowd "$DRIVE/files/$mode" "$seed" 4 "$count" &
	crowd=$!
	while kill -0 "$crowd" 2>/dev/null; do chancery-commit -q; done
	wait "$crowd"
	everything there "$DRIVE/files/$mode"
	dated dated "$DRIVE/files/$mode"
	chancery-commit -q
	dated now "$DRIVE/files/$mode"
	check_output now <dated
	everything saved "$DRIVE/files/$mode"
	check_output saved <there
	drive_kill
	drive "${options[@]}"
	everything again "$DRIVE/files/$mode"
	check_output again <there
	wait_for is_dated
	drive_end
	mkdir main
	git -C "$CHANCERY_ARCHIVE" archive main "files/$mode" | tar -xf - -C main
	everything committed "main/files/$mode"
	grep -v '/$' committed >files
	grep -v '/$\|/\.#f' there | check_output files
	rm -r main
done
check_status 0 chancery-verify
git -C "$CHANCERY_ARCHIVE" fsck --strict --no-dangling

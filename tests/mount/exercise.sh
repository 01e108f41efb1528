#!/bin/bash
# Random work on one file at a time, four of them at once, each compared with its content in memory at every step; with and without shared mappings, while
# the drive saves. The control: the same on the file system below.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

steps=1000
[ "$SOAK" = 0 ] || steps=100000
check_status 0 exercise below 1 1000 map

archive
drive
mkdir "$DRIVE/files/lib"
seed=$RANDOM
echo "seeds from $seed"
runs=()
for n in 1 2 3 4; do
	if [ $((n % 2)) = 0 ]; then map=(map); else map=(); fi
	exercise "$DRIVE/files/lib/$n" $((seed + n)) "$steps" "${map[@]}" &
	runs+=($!)
done
while jobs -rp | grep -qvx "$DRIVE_PID"; do chancery-commit -q; done
for run in "${runs[@]}"; do wait "$run" || fail "a file is not as it was written"; done
chancery-commit -q
for n in 1 2 3 4; do saved "files/lib/$n" "$DRIVE/files/lib/$n"; done
drive_end

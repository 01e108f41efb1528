#!/bin/bash
# Whoever makes a file writes past the page cache. Who reads it meanwhile, through the cache and a mapping, sees what was written, and what he writes through the mapping
# stays. For one user, in an office, and where each write is synced; while the drive saves. The control: the same on the file system below.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../drive.sh"

count=1000
[ "$SOAK" = 0 ] || count=100000
check_status 0 beside below 10000

archive
for options in '' '-o allow_other,write=journal' '-o write=sync'; do
	[ "$(id -u)" -eq 0 ] || [ "${options/allow_other/}" = "$options" ] || continue
	# shellcheck disable=SC2086
	drive $options
	mkdir -p "$DRIVE/files/lib"
	rm -f "$DRIVE"/files/lib/*
	beside "$DRIVE/files/lib/1" "$count" &
	runs=($!)
	beside "$DRIVE/files/lib/2" "$count" &
	runs+=($!)
	chancery-commit -q
	for run in "${runs[@]}"; do wait "$run" || fail "with '$options'"; done
	chancery-commit -q
	for n in 1 2; do saved "files/lib/$n" "$DRIVE/files/lib/$n"; done
	drive_end
done

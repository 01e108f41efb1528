#!/bin/bash
# Photos of real cameras and scanners are read, and nobody takes what is in them for the display of a seal.
. "$(dirname "$0")/../lib.sh"

shopt -s nullglob
photos=("$SRC"/../shared/data/gps-photos/*.jpg "$SRC"/../shared/data/receipts/*.jpg)
[ ${#photos[@]} -gt 0 ] || skip 'no shared/data beside the source'
for photo in "${photos[@]}"; do
	check_status 1 read-code "$photo"
	check_output err </dev/null
done
check_status 0 read-code "$SRC/tests/fuzz/corpus/jpeg/code"
check_output out <<<0123456789abcdef0123456789abcdef

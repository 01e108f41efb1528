#!/bin/bash
# Photos of real cameras and scanners are read: codes, and when and where they were taken; and nobody takes what is in them for the display of a seal.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

check_status 0 read-code "$SRC/tests/fuzz/corpus/jpeg/code"
check_output out <<<0123456789abcdef0123456789abcdef
shopt -s nullglob
data=$SRC/../shared/data
[ -d "$data" ] || data=/nowhere
photos=("$data"/gps-photos/*.jpg "$data"/receipts/*.jpg)
[ ${#photos[@]} -gt 0 ] || skip 'no shared/data beside the source'
for photo in "${photos[@]}"; do
	check_status 1 read-code "$photo"
	check_output err </dev/null
done

# As photos of presses they are kept to the byte, with what the camera says of them.
office_seals
apply bob S-0007 --presses 3
as carol seal-approve -q d1-000001
as dave seal-approve -q d1-000001
use d1-000001 3 0
check_status 0 as bob seal-photo d1-000001 "$data"/gps-photos/*.jpg
cut -f 2,6,7 out >said
check_output said <<'END'
2	2008-10-22 16:28:39	43.467448,11.885127
3	2008-10-22 16:29:49	43.467157,11.885395
4	2008-10-22 16:38:20	43.467082,11.884538
END
git -C "$CHANCERY_ARCHIVE" show "main:seals/S-0007/applications/$(date -u +%Y)/0/d1-000001/photos/press-2.jpg" >pointer
check_has pointer "oid sha256:$(sha256sum <"$data/gps-photos/DSCN0010.jpg" | cut -d ' ' -f 1)"
chancery-export -o case.tar d1-000001
tar -xOf case.tar --wildcards '*/photos/press-2.jpg' | cmp - "$data/gps-photos/DSCN0010.jpg"

# Codes on real things. Each file beside them says what is on it.
png() { convert "$1" ppm:- 2>/dev/null || pngtopnm "$1" 2>/dev/null; }
read=0 all=0
for photo in "$data"/qr-photos/*.png; do
	png "$photo" >photo.ppm || skip 'no program that reads PNG files'
	all=$((all + 1))
	text=$(python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))["data"].rstrip())' "${photo%.png}.json" | tr -d '\r')
	[[ $(read-qr <photo.ppm | tr -d '\r') != "$text"* ]] || read=$((read + 1))
done
echo "$read of $all codes on real things read"
[ "$read" -eq "$all" ] || fail 'too few codes are read'

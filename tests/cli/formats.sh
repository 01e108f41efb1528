#!/bin/bash
# What earlier releases wrote is verified by this one, from the bytes alone and with the same verdicts (tests/formats/make). One octet altered is not.
. "$(dirname "$0")/../lib.sh"

found=0
for format in "$SRC"/tests/formats/*/; do
	[ -e "$format/archive.bundle" ] || continue
	found=$((found + 1))
	git clone -q --bare -b main "$format/archive.bundle" archive.git
	check_status 0 chancery-verify -v -A archive.git
	check_output out <"$format/archive.verdicts"
	check_status 0 chancery-verify -v "$format/application.tar"
	check_output out <"$format/application.verdicts"

	cp "$format/application.tar" altered.tar
	at=$(grep -abo -m 1 'Presses: 3' altered.tar | cut -d : -f 1)
	printf 9 | dd of=altered.tar bs=1 seek=$((at + 9)) conv=notrunc status=none
	check_status 1 chancery-verify altered.tar
	rm -r archive.git
done
[ "$found" -gt 0 ] || fail 'no format is kept'

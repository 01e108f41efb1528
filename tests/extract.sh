# Extracts to look at and to tamper with; sourced after lib.sh, office.sh and office-seal.sh:
#
#	used_application    two applications with the seal used in turns: A, which is exported to a.tar, and B, of which nothing may be in there; a third
#	                    shares a page of the register with A
#	unpack FILE         into the directory $ROOT, which is made anew
#	repack FILE         that directory as a tarball, its members in the order of MANIFEST
#	restate             MANIFEST and SHA256SUMS for what is in $ROOT now
# shellcheck shell=bash

# shellcheck disable=SC2034
used_application() {
	local application

	office_seals
	apply frank S-0007 --title Payroll --reason 'a foreign reason' --presses 4
	# shellcheck disable=SC2153
	B=$APPLICATION
	echo 'the rent' >"$TEST_DIR/合同.txt"
	A=$(as bob seal-apply --document "$TEST_DIR/合同.txt" --title Lease --reason 'we move' --presses 3 --photos 3 S-0007 | cut -f 2)
	A=${A##*/}
	apply frank S-0007 --title Desks
	for application in "$A" "$B"; do
		as carol seal-approve -q "$application"
	done
	as dave seal-approve -q "$B"
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$A" "$APPLICATION"
	use_as frank "$B" 1
	use_as bob "$A" 1
	use_as frank "$B" 2
	sed -i 's/^Gap: .*/Gap: 86400/' "$TEST_DIR/policy"
	as alice policy-set -q "$TEST_DIR/policy"
	use_as bob "$A" 2
	as alice policy-set -q "$TEST_DIR/policy"
	as frank seal-cancel -q --reason 'foreign end' "$B"
	chancery-export -q -o a.tar "$A"
}

# use_as PERSON APPLICATION PRESSES
use_as() {
	as "$1" paper-seal session "$2" "$3" none
	paper-seal press "$TEST_DIR/S-0007" "$2" "$3" "$3"
	paper-seal record "$TEST_DIR/S-0007" "$2"
}

unpack() {
	rm -rf root
	mkdir root
	tar -xf "$1" -C root
	ROOT=root/$(ls root)
}

repack() {
	local directory=${ROOT#root/}

	{
		printf '%s\n' README MANIFEST SHA256SUMS
		sed -n 's/^File: [0-9a-f]* [0-9]* //p' "$ROOT/MANIFEST" | grep -vx README
	} | sed "s,^,$directory/," | while read -r path; do [ ! -e "root/$path" ] || echo "$path"; done >order
	tar -C root --format=ustar --owner=0 --group=0 --mtime=@1700000000 -cf "$1" -T order
}

restate() {
	(
		cd "$ROOT" || exit
		sed -n 's/^File: [0-9a-f]* [0-9]* //p' MANIFEST | while read -r path; do [ ! -e "$path" ] || echo "$path"; done >../paths
		xargs -d '\n' sha256sum <../paths >../digests
		{
			grep -v ^File: MANIFEST
			paste -d ' ' <(cut -c 1-64 ../digests) <(xargs -d '\n' stat -c %s <../paths) ../paths | sed 's/^/File: /'
		} >../MANIFEST
		mv ../MANIFEST MANIFEST
		{
			grep '  README$' ../digests || true
			sha256sum MANIFEST
			grep -v '  README$' ../digests
		} >SHA256SUMS
	)
}

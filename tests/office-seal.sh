# An office with seals to apply for; sourced after lib.sh and office.sh:
#
#	office_seals [SEAL...]    office, and each seal (S-0007 unless told) enrolled with a device that exists on paper only (tests/helpers/paper-seal.c);
#	                          its key is $TEST_DIR/SEAL
#	apply PERSON SEAL [OPTION...]    applies with a small document; the application's id is in $APPLICATION
# shellcheck shell=bash

office_seals() {
	[ $# -gt 0 ] || set -- S-0007
	local seal

	office "$@"
	for seal; do as alice paper-seal enrol "$TEST_DIR/$seal" "$seal" "seal-${seal#S-}"; done
	echo 'twelve desks' >"$TEST_DIR/contract.txt"
}

# shellcheck disable=SC2034
apply() {
	local person=$1 seal=$2
	shift 2

	APPLICATION=$(as "$person" seal-apply --document "$TEST_DIR/contract.txt" --title Desks --reason 'a contract' "$@" "$seal" | cut -f 2)
	APPLICATION=${APPLICATION##*/}
}

# use APPLICATION PRESSES PHOTOS: bob opens the seal S-0007, presses and reports.
use() {
	as bob paper-seal session "$1" "$2" 31.2304,121.4737
	paper-seal press "$TEST_DIR/S-0007" "$1" "$2" "$3"
	paper-seal record "$TEST_DIR/S-0007" "$1"
}

# example PAGE N: the N-th command of a manual page's EXAMPLES.
example() {
	sed -n 's/^\.Dl \$ //p' "$SRC/docs/man/$1.1" | sed -n "$2{s/\\\\(dq/\"/g;s/\\\\e/\\\\/g;p}"
}

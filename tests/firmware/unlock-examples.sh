#!/bin/bash
# The examples of seal-enrol and seal-unlock do what they show, with a seal attached.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

# run PERSON PAGE: each line `$ command` of its EXAMPLES, one seal attached to all of them.
run() {
	sed -n 's/^\.Dl \$ //p' "$SRC/docs/man/$2.1" >"$2.sh"
	check_status 0 plug seal "$1" bash -e "$PWD/$2.sh"
}

office S-0007
run alice seal-enrol
echo 'twelve desks' >"$TEST_DIR/contract.txt"
export CHANCERY_CAMERA="camera $TEST_DIR/seal.pgm"
approved --presses 3
run bob seal-unlock
check_has err 'seal-unlock: armed, 2 of 2 presses'

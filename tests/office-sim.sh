# An office with a seal that runs: its firmware as a process, on a USB bus that exists for one command. Sourced after lib.sh and office.sh:
#
#	plug FLASH PERSON COMMAND...    runs COMMAND as that person with a seal attached: its memory is FLASH.flash, its display FLASH.pgm; more options
#	                                of seal-sim in the array SEAL_SIM. Where TMPDIR is below /dev, umockdev's library (0.17.16) takes each file that the command
#	                                opens for a device's; it has room for fifty, and aborts ("fd_map_add(): overflow") when all of an archive is read
#	office_sim                      office, and the seal `seal` enrolled as device s7 of S-0007 and equipped
#	approved [OPTION...]            bob applies with a small document, carol and dave approve; the application's id is in $APPLICATION
#	unlock [OPTION...]              bob opens `seal` for $APPLICATION, a camera looking at its display
# shellcheck shell=bash

# Time enough for a camera on a busy machine: only tests of the deadline have a short one.
SEAL_SIM=(--deadline-ms 60000)

plug() {
	local flash=$1 person=$2
	shift 2

	unlogged as "$person" seal-sim --flash "$TEST_DIR/$flash.flash" --display "$TEST_DIR/$flash.pgm" --serial "$flash" "${SEAL_SIM[@]}" -- "$@"
}

office_sim() {
	office S-0007
	plug seal alice seal-enrol -q S-0007 s7
	as alice seal-table -q S-0007
	echo 'twelve desks' >"$TEST_DIR/contract.txt"
	export CHANCERY_CAMERA="camera $TEST_DIR/seal.pgm"
}

approved() {
	APPLICATION=$(as bob seal-apply --document "$TEST_DIR/contract.txt" --reason 'a contract' "$@" S-0007 | cut -f 2)
	APPLICATION=${APPLICATION##*/}
	as carol seal-approve -q "$APPLICATION"
	as dave seal-approve -q "$APPLICATION"
}

unlock() { plug seal bob seal-unlock "$@" "$APPLICATION"; }

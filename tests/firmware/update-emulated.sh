#!/bin/bash
# Boot stage and images for real, on a Cortex-M4 and a Cortex-M3 in QEMU: burnt, delivered, enrolled, updated into the other slot and back, on a seal that keeps what it has. One
# that nobody can reach, or that does not even start, is over with the next start.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

images
for name in anna boris clara; do
	openssl genpkey -algorithm ed25519 -out "$name.pem"
	openssl pkey -in "$name.pem" -pubout
done >keys
# release BOARD NUMBER FILE [CODE CODE]: of the code as built, or of another, signed by two.
release() {
	local board=$1 number=$2 file=$3
	shift 3

	[ $# -gt 0 ] || set -- "$BUILD/seal-$board-a.bin" "$BUILD/seal-$board-b.bin"
	seal-image --make --board "$board" --release "$number" --out "$file" "$@"
	seal-image --sign anna.pem --keys keys "$file"
	seal-image --sign clara.pem --keys keys "$file"
}
runs() { plug "$SEAL" alice seal-update | cut -f 1-4 | tr '\t' ' '; }
expect() { [ "$(runs)" = "$1" ] || fail "runs $(runs) instead of $1"; }

# Without keys the boot stage starts nothing; nor does it when there is nothing.
in_process=("${SEAL_SIM[@]}") SEAL=blank
release mps2-an386 1 one
cp "$BUILD/boot-mps2-an386.bin" an386.bin
SEAL_SIM+=(--image "$PWD/an386.bin" --install "$PWD/one")
check_status 74 plug blank alice seal-update
check_has err 'the emulator has ended'
seal-image --burn --keys keys an386.bin
rm "$TEST_DIR/blank.flash"
SEAL_SIM=("${in_process[@]}" --image "$PWD/an386.bin")
check_status 74 plug blank alice seal-update

SEAL=seal
SEAL_SIM+=(--install "$PWD/one")
office_sim
expect 'mps2-an386 1 1 no'
release mps2-an386 2 two
check_status 0 plug seal alice seal-update -q two
expect 'mps2-an386 2 2 no'
approved
check_status 0 unlock -q
check_status 1 plug seal alice seal-update one
check_has err 'STALE-IMAGE'

# Code that does nothing but reset the processor, and is signed: it starts once, and the seal is back.
printf '\0\0\x01\x20\x09\x02\x06\x21\x01\x48\x02\x49\x01\x60\xfe\xe7\x0c\xed\0\xe0\x04\0\xfa\x05' >resets
release mps2-an386 3 three resets
check_status 1 plug seal alice seal-update three
check_has err 'FAULT: release 3 did not start, or did not confirm itself; the seal is back at release 2'
expect 'mps2-an386 2 2 no'
release mps2-an386 4 four
check_status 0 plug seal alice seal-update -q four
expect 'mps2-an386 4 4 no'
approved
check_status 0 unlock -q
as alice chancery-verify -q --seals

# An image for the other processor is none for this; the Cortex-M3 does it as the M4.
release mps2-an385 5 five
check_status 1 plug seal alice seal-update five
check_has err "WRONG-BOARD: 'five' is made for the board 'mps2-an385'; the attached seal is 'mps2-an386'"
cp "$BUILD/boot-mps2-an385.bin" an385.bin
seal-image --burn --keys keys an385.bin
release mps2-an385 4 four
SEAL=other SEAL_SIM=("${in_process[@]}" --image "$PWD/an385.bin" --install "$PWD/four")
check_status 0 plug other alice seal-update -q five
expect 'mps2-an385 5 5 no'

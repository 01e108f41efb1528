#!/bin/bash
# The image for a Cortex-M4, in QEMU behind the cable: enrolled, equipped, unlocked under a camera, pressed, recorded. Between two sessions it is the seal of
# another process: both have the same flash.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../images.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

images
in_process=("${SEAL_SIM[@]}")
SEAL_SIM+=(--image "$BUILD/seal-mps2-an386.elf")
office_sim
approved --presses 3
check_status 0 unlock --presses 2
check_has err 'seal-unlock: armed, 2 of 2 presses'
as bob seal-show "$APPLICATION" >shown
check_has shown 'nothing: 1 of 3 presses are left'
check_status 1 unlock --presses 2
check_has err 'TOO-MANY-PRESSES: asks for 2 presses; 1 remain'

image=("${SEAL_SIM[@]}")
SEAL_SIM=("${in_process[@]}")
check_status 0 unlock
SEAL_SIM=("${image[@]}")
check_status 1 unlock
check_has err 'USED-UP: every granted press is used'
chancery-verify >out

# Its host is gone: it locks. The M3 answers as the M4 does.
for board in an385 an386; do
	check_status 0 unlogged seal-sim --flash "$TEST_DIR/$board.flash" --image "$BUILD/seal-mps2-$board.elf" --serial B-7 -- frames <<<$'=0a\n00000000\n=05\n=0a\n=0b'
	cut -c -6 out >"$board.answers"
done
check_output an386.answers <an385.answers
check_status 74 unlogged seal-sim --flash "$TEST_DIR/x.flash" --image "$TEST_DIR/no.elf" -- true
check_has err "cannot start '$TEST_DIR/no.elf': No such file or directory"

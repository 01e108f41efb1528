#!/bin/bash
# What seal-unlock says when the attached seal is another one, when it refuses, and when it locks; each beside its control.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

# refused TEXT [OPTION...]: with exactly that reason.
refused() {
	local text=$1
	shift

	check_status 1 unlock "$@"
	check_has err "$text"
	[ -z "$(ls "$CHANCERY_ARCHIVE/chancery/spool")" ] || fail 'the spool is not empty'
}

other_seal() { plug other bob seal-unlock "$APPLICATION"; }

# A seal without a table believes nobody. Control: with one it opens.
office S-0007 S-0008
plug seal alice seal-enrol -q S-0007 s7
echo 'twelve desks' >"$TEST_DIR/contract.txt"
export CHANCERY_CAMERA="camera $TEST_DIR/seal.pgm"
approved --presses 6
check_status 1 as bob seal-unlock -n "$APPLICATION"
check_has err "NO-TABLE: seal 'S-0007' has no approver table yet: seal-table makes it"
refused 'NO-TABLE: the seal says: the seal has no approver table'
as alice seal-table -q S-0007
check_status 0 unlock --presses 1

# A battery that would not last. Control: one that just does.
full=("${SEAL_SIM[@]}")
SEAL_SIM+=(--battery 3399)
refused 'LOW-BATTERY: the seal says: the battery is too low to stamp; charge the seal'
SEAL_SIM=("${full[@]}" --battery 3400)
check_status 0 unlock --presses 1
SEAL_SIM=("${full[@]}")

# Another seal than the one applied for, or the same seal's name on another device.
check_status 1 other_seal
check_has err 'NOT-ENROLLED: the attached seal belongs to no archive yet; see seal-enrol'
plug other alice seal-enrol -q S-0008 s8
check_status 1 other_seal
check_has err "WRONG-SEAL: the attached seal is 'S-0008'; the application is for 'S-0007'"
chancery_archive=$CHANCERY_ARCHIVE
export CHANCERY_ARCHIVE=$TEST_DIR/elsewhere
as alice chancery-init -q --name 'Another Ltd' --person-name 'Alice Zhang' --policy "$TEST_DIR/policy" "$CHANCERY_ARCHIVE" alice
plug third alice seal-enrol -q S-0007 s7
export CHANCERY_ARCHIVE=$chancery_archive
check_status 1 plug third bob seal-unlock "$APPLICATION"
check_has err 'WRONG-ARCHIVE: the attached seal belongs to archive '

# Approved under a policy that the seal's table does not know, applied for by somebody whom it does not know. Control: a new table.
sed 's/ 20$/ 19/' "$TEST_DIR/policy" >"$TEST_DIR/stricter"
as alice policy-set -q "$TEST_DIR/stricter"
before=$APPLICATION
approved --presses 3
check_status 1 as bob seal-unlock -n "$APPLICATION"
check_has err "WRONG-POLICY: 'carol' decided under a policy that the seal's newest table does not accept; see seal-table --earlier"
refused 'WRONG-POLICY: the seal says: names a policy that is not accepted'
make_person gina
office_person gina 'Gina Qi' employee
foreign=$(as gina seal-apply --document "$TEST_DIR/contract.txt" --reason 'a contract' S-0007 | cut -f 2)
as carol seal-approve -q "$foreign"
as dave seal-approve -q "$foreign"
check_status 1 as gina seal-unlock -n "$foreign"
check_has err "UNKNOWN-KEY: the seal's newest table does not know the key of 'gina': seal-table makes a new one"
check_status 1 plug seal gina seal-unlock "$foreign"
check_has err 'UNKNOWN-KEY: the seal says: the key is not registered'
as alice seal-table -q --earlier 1 S-0007
check_status 0 as bob seal-unlock -n "$APPLICATION"
check_status 0 plug seal gina seal-unlock "$foreign"
check_status 0 unlock --presses 1 --photo-mode manual
after=$APPLICATION
APPLICATION=$before
check_status 0 unlock --presses 1

# The code must be seen, and be the display's own. Control: the same with a camera that looks.
patient=("${SEAL_SIM[@]}")
SEAL_SIM=(--deadline-ms 700)
refused 'TOO-LATE: the seal has locked after 0 of 1 presses: the code was not seen in time' --presses 1 --camera "cat $SRC/tests/fuzz/corpus/jpeg/grey"
SEAL_SIM=("${patient[@]}")
acts=$(git -C "$CHANCERY_ARCHIVE" rev-list --count main)
check_status 74 unlock --presses 1 --camera false
check_output err <<<"seal-unlock: the camera 'false' failed; the seal was not opened"
[ "$(git -C "$CHANCERY_ARCHIVE" rev-list --count main)" -eq "$acts" ] || fail 'something was signed before there was a picture'
refused 'WRONG-CODE: the seal has locked after 0 of 1 presses: not the code that the display shows' --presses 1 --camera "cat $SRC/tests/fuzz/corpus/jpeg/code"
check_status 0 unlock --presses 1

# An archive put back from a copy knows less than the seal, and says so with every state. What it learns from the seal counts; what it never
# learns, the withdrawal, holds at the seal. Control: the archive itself.
APPLICATION=$after
cp -a "$CHANCERY_ARCHIVE" "$TEST_DIR/copy"
as carol seal-withdraw -q --cap 2 "$APPLICATION"
check_status 0 unlock --photo-mode manual
CHANCERY_ARCHIVE=$TEST_DIR/copy
forget_seen
refused 'STALE-STATE: the seal says: the seal-state is older than the application allows' --presses 1
refused 'TOO-MANY-PRESSES: asks for 2 presses; 1 remain' --presses 2
refused 'WITHDRAWN: the seal says: the remaining presses were withdrawn' --presses 1
CHANCERY_ARCHIVE=$chancery_archive
forget_seen
APPLICATION=$before
refused 'STALE-STATE: the seal has handed in receipts up to '

#!/bin/bash
# The whole way with a seal that runs: two of three presses with a camera, each with receipt and photo; the rest withdrawn, a third press refused.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office S-0007
check_status 0 plug seal alice seal-enrol S-0007 s7
check_has err 'key of the attached seal: '
check_status 1 plug seal alice seal-enrol S-0007 s7
check_has err "ENROLLED: the attached seal is 'S-0007' already, device 's7'"
check_status 1 plug other alice seal-enrol S-0007 s8
check_has err 'CONFLICT: '
check_status 1 plug other carol seal-enrol S-0008 s8
check_has err 'NOT-ALLOWED: '
as alice seal-table -q S-0007
echo 'twelve desks' >"$TEST_DIR/contract.txt"
export CHANCERY_CAMERA="camera $TEST_DIR/seal.pgm"

approved --presses 3
check_status 0 as bob seal-unlock -n "$APPLICATION"
check_output out <<<"seals/S-0007/applications/$(date -u +%Y)/0/d1-000001	3	nothing: 3 of 3 presses are left	any time	needs one	any"
check_status 0 unlock --presses 2 --position 31.2304,121.4737
check_has err 'seal-unlock: armed, 2 of 2 presses'
as bob seal-show "$APPLICATION" >shown
check_has shown 'Presses 2, Position 31.2304,121.4737, Photo-Mode automatic' 'nothing: 1 of 3 presses are left'
[ -z "$(ls "$CHANCERY_ARCHIVE/chancery/spool")" ] || fail 'the spool is not empty'

# Presses, photo receipts and photos are tied one to one, and the code that each photo shows is the one that the seal says it showed.
git lfs install --skip-repo >/dev/null
git clone -q "$CHANCERY_ARCHIVE" "$TEST_DIR/clone"
cd "$TEST_DIR/clone/seals/S-0007/applications/"*/0/d1-000001
[ "$(grep -c '^Kind: press' receipts.1)" -eq 2 ] || fail 'not two press receipts'
[ "$(grep -A 4 '^Kind: press' receipts.1 | grep -c '^Watch: seen')" -eq 2 ] || fail 'a press was not watched'
for photo in photos/*.jpg; do
	counter=$(basename "$photo" .jpg)
	grep -A 5 -x "Counter: $counter" receipts.1 >receipt
	check_has receipt 'Kind: photo' "Code: $(read-code "$photo")" "Watch: photo $(sha256sum <"$photo" | cut -c -64)"
	grep -B 4 -x "Code: $(read-code "$photo")" receipts.1 | grep -x 'Kind: press' >/dev/null || fail "no press has the code of $photo"
done
[ "$(find photos -name '*.jpg' | wc -l)" -eq 2 ] || fail 'not two photos'
cd "$TEST_DIR/work"
chancery-verify >out

# Control: one press is left. Then none.
check_status 0 as bob seal-unlock -n "$APPLICATION"
as carol seal-withdraw -q "$APPLICATION"
check_status 1 as bob seal-unlock -n "$APPLICATION"
check_has err 'WITHDRAWN: the remaining presses were withdrawn'
check_status 1 unlock
check_has err 'WITHDRAWN: the remaining presses were withdrawn'

# All of another one: used up; only its applicant opens it, and only for what remains.
approved
check_status 1 plug seal frank seal-unlock "$APPLICATION"
check_has err "NOT-APPLICANT: only 'bob' may unlock for this application"
check_status 1 unlock --presses 2
check_has err 'TOO-MANY-PRESSES: asks for 2 presses; 1 remain'
check_status 0 unlock
check_status 1 unlock
check_has err 'USED-UP: every granted press is used'

# At a terminal one line says what to do now, and has room.
approved
plug seal bob script -qec "stty cols 60; seal-unlock $APPLICATION" /dev/null </dev/null >live
tr '\r' '\n' <live | sed -n 's/^\x1b\[K\(.*; .*; \)/\1/p' >lines
check_has lines 'wait for a new code; 0 of 1 press, 0 photos; code seen' 'done; 1 of 1 press, 1 photo; code seen'
[ "$(wc -L <lines)" -lt 60 ] || fail 'a line has no room'

approved
check_status 75 as bob seal-unlock "$APPLICATION"
check_has err 'no seal is attached; connect it and try again'

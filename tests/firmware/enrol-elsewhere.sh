#!/bin/bash
# A seal is enrolled by an administrator who is not where it is attached, and has gpg alone: the act comes back, and the seal takes it from whoever plugs it in.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"
. "$(dirname "$0")/../elsewhere.sh"

office S-0007
enrol() { plug seal bob seal-enrol --as alice --payload "$1" S-0007 s7; }
check_status 0 enrol "$PWD/enrolment"
key=$(sed -n 's/^seal-enrol: key of the attached seal: //p' err)
check_has out "decides	seal-enrol: Device-Key $key, Image-SHA256 " "subject	seals/S-0007"
sign_elsewhere alice enrolment 'gpg --armor --detach-sign enrolment'
# Not handed in yet: nothing for the seal, and what is there is not overwritten.
check_status 1 enrol "$PWD/enrolment"
check_has err 'it exists, and is not overwritten'
check_status 0 chancery-submit -q enrolment enrolment.asc
check_status 0 enrol "$PWD/again"
[ ! -e again ] || fail 'something to be signed again'
check_status 1 enrol "$PWD/again"
check_has err "seal-enrol: ENROLLED: the attached seal is 'S-0007' already, device 's7'"
check_status 0 as alice seal-table -q S-0007
check_status 0 chancery-verify -q

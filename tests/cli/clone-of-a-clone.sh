#!/bin/bash
# A clone registers nothing: who has taken one for the register is told so, and what he has signed stays where it is.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../clones.sh"

office_seals
serve
apply bob S-0007
clone desk
chancery-clone -q "$TEST_DIR/desk" "$TEST_DIR/second" 2>/dev/null
nobody="'$TEST_DIR/desk' took what was sent and did not answer as a register does: is it one, with its hooks? see chancery-receive(8); kept here"

check_status 75 at second as carol seal-approve "$APPLICATION"
check_output err <<<"seal-approve: $nobody"
check_status 75 at second chancery-sync
check_output err <<<"chancery-sync: $nobody"
check_status 1 chancery-receive --install -A "$TEST_DIR/desk"
check_output err <<<"chancery-receive: '$TEST_DIR/desk' is a clone: who pushes there waits for ever; the register is at '$server'"

# The same act, sent to the register.
sed -i "s,^Url: .*,Url: $server," "$TEST_DIR/second/chancery/origin"
check_status 0 at second chancery-sync
check_has out "	approve	" "	accepted	"

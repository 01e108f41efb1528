#!/bin/bash
# The seal takes a substitute's approval when it is shown whose substitute he is, by somebody in its table; without that it does not.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-sim.sh"

office_sim
make_person grace
office_person grace 'Grace Sun' clerk
bob_applies() {
	APPLICATION=$(as bob seal-apply --document "$TEST_DIR/contract.txt" --reason 'a contract' S-0007 | cut -f 2)
	APPLICATION=${APPLICATION##*/}
}
as carol people-delegate -q --to grace --until +1d
bob_applies
as grace seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"

# The table that the seal has knows carol and not grace.
check_status 1 unlock --presses 1
check_output err <<<"seal-unlock: UNKNOWN-KEY: the seal says: the key is not registered; the seal's newest table does not know the key of 'grace': seal-table makes a new one"
as alice seal-table -q S-0007
git -C "$CHANCERY_ARCHIVE" show main:seals/S-0007/table.2 | grep -q '^Person: grace ' || fail 'grace is not in the table'
check_status 0 unlock --presses 1
seal-list | grep -q "^$APPLICATION	.*" || fail "$(seal-list)"
[ "$(seal-list --json | grep -o '"used":"1"' | wc -l)" -eq 1 ] || { seal-list; fail 'not pressed once'; }
check_status 0 chancery-verify -q
chancery-export -o case.tar "$APPLICATION"
check_status 0 chancery-verify -q case.tar

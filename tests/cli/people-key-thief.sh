#!/bin/bash
# Whoever had an administrator's key may have given himself everything else: people-key says what was set with it and still holds, until it is said anew.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
office_allows 'administrator key-end keys/**'
make_person grace
office_person grace Grace administrator
seq() { chancery-status | sed -n 's/^seq\t//p'; }
person() { git -C "$CHANCERY_ARCHIVE" ls-tree -r -d --name-only main | grep "^people/../$1\$"; }
key=keys/$(fingerprint grace | sed 's/^../&\/&/')

# Bob's roles were hers to set before; Frank's, the policy and the table are the thief's.
as grace people-add -q --name 'Bob Li' --role employee --role manager bob
from=$(($(seq) + 1))
as grace people-add -q --name 'Frank Ma' --role employee --role director frank
sed 's/^Allow: administrator policy policy/&\nAllow: employee policy policy/' "$TEST_DIR/policy" >bent
as grace policy-set -q bent
as grace seal-table -q S-0007

policy='was put into force in that time and goes on holding: look at it, and put another into force with policy-set'
rights='was described in that time, roles included, and goes on having them: see people-show, and say it anew with people-add'
table='got its table in that time: make another with seal-table and show it to the seal'
check_status 0 as alice people-key --from "$from" compromised grace
check_output out <<END
$key	ended: compromised
seals/S-0007	goes on accepting the key until it is shown a new table; see seal-table
$(person frank)	$rights
policy	$policy
seals/S-0007	$table
END

# Said anew, it is the administrator's word; Bob's roles are in doubt when it turns out that the thief was there before.
as alice policy-set -q "$TEST_DIR/policy"
as alice people-add -q --name 'Frank Ma' --role employee frank
as alice seal-table -q S-0007
check_status 0 as alice people-key --from $((from - 1)) compromised grace
check_output out <<END
$key	ended: compromised
$(person bob)	$rights
END

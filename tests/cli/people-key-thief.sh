#!/bin/bash
# Whoever had an administrator's key may have given himself everything else: people-key says what was set with it and still holds, until it is said anew.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
office_allows 'administrator key-end keys/**' 'administrator seal-suspend seals/*' 'administrator seal-resume seals/*' 'administrator seal-retire seals/*'
make_person grace
office_person grace Grace administrator
as alice paper-seal enrol "$TEST_DIR/S-0008" S-0008 seal-8
as alice seal-suspend -q --reason 'it is gone' S-0008
seq() { chancery-status | sed -n 's/^seq\t//p'; }
person() { git -C "$CHANCERY_ARCHIVE" ls-tree -r -d --name-only main | grep "^people/../$1\$"; }
key=keys/$(fingerprint grace | sed 's/^../&\/&/')

# Bob's roles were hers to set before; Frank's, the policy and the table are the thief's. Frank lends what he has: that does not hide where he has it from. One seal
# is back, another has a device.
as grace people-add -q --name 'Bob Li' --role employee --role manager bob
from=$(($(seq) + 1))
as grace people-add -q --name 'Frank Ma' --role employee --role director frank
sed 's/^Allow: administrator policy policy/&\nAllow: employee policy policy/' "$TEST_DIR/policy" >bent
as grace policy-set -q bent
as grace seal-table -q S-0007
as frank people-delegate -q --to bob --until +1d
as grace seal-resume -q --reason 'found again' S-0008
as grace paper-seal enrol "$TEST_DIR/S-0009" S-0009 seal-9

policy='was put into force in that time and goes on holding: look at it, and put another into force with policy-set'
rights='was described in that time, roles included, and goes on having them: see people-show, and say it anew with people-add'
table='got its table in that time: make another with seal-table and show it to the seal'
back='was put into service again in that time: see where it is, or suspend it with seal-suspend'
device='got its device in that time, which goes on being this seal: see whether it is the right one, or retire it with seal-retire'
check_status 0 as alice people-key --from "$from" compromised grace
check_output out <<END
$key	ended: compromised
seals/S-0007	goes on accepting the key until it is shown a new table; see seal-table
$(person frank)	$rights
policy	$policy
seals/S-0007	$table
seals/S-0008	$back
seals/S-0009	$device
END

# Said anew, it is the administrator's word; Bob's roles are in doubt when it turns out that the thief was there before.
as alice policy-set -q "$TEST_DIR/policy"
as alice people-add -q --name 'Frank Ma' --role employee frank
as alice seal-table -q S-0007
as alice seal-suspend -q --reason 'where is it?' S-0008
as alice seal-retire -q --reason 'nobody knows it' S-0009
check_status 0 as alice people-key --from $((from - 1)) compromised grace
check_output out <<END
$key	ended: compromised
$(person bob)	$rights
END

#!/bin/bash
# A seal that is suspended, one that is lost, and another device in its place: what dies with it, what is not proven, and what still comes home.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

approve() { as carol seal-approve -q "$1" && as dave seal-approve -q "$1"; }

office_seals
as alice seal-table -q S-0007 || fail 'no table'
apply bob S-0007 --presses 3
approve d1-000001

# Nobody may whom the policy does not let; then whoever it lets.
check_status 1 as alice seal-suspend --reason 'found open' S-0007
check_has err 'seal-suspend: NOT-ALLOWED: '
office_allows 'administrator seal-suspend seals/*' 'administrator seal-resume seals/*' 'administrator seal-retire seals/*'
check_status 1 as bob seal-suspend --reason 'found open' S-0007
check_status 2 as alice seal-suspend S-0007
check_has err 'seal-suspend: why? say --reason TEXT'
check_status 1 as alice seal-suspend --reason x S-0009
check_has err "NOT-ENROLLED: there is no seal 'S-0009'"

# Suspended: no session; the application stays approved, and goes on afterwards.
check_status 1 as alice seal-resume --reason 'never mind' S-0007
check_output err <<<"seal-resume: OUT-OF-ORDER: seal 'S-0007' is not suspended"
check_status 0 as alice seal-suspend -n --reason 'found open' S-0007
check_status 0 as alice seal-suspend --reason 'found open' S-0007
check_status 1 as alice seal-suspend --reason again S-0007
check_output err <<<"seal-suspend: OUT-OF-ORDER: seal 'S-0007' is suspended already"
check_status 1 as bob seal-unlock -n d1-000001
check_output err <<<"seal-unlock: SUSPENDED: seal 'S-0007' is suspended: see chancery-status"
chancery-status >status
check_has status "seal	S-0007: suspended by alice: found open; see seal-resume; table 1 "
check_status 0 seal-list
check_has out 'd1-000001	S-0007	approved	bob	3	0	' "the end of the suspension of seal 'S-0007'"
forge register "$(as bob forge act seal-session seals/S-0007/applications/"$(date -u +%Y)"/0/d1-000001 \
	Device-Nonce=00112233445566778899aabbccddeeff Presses=1 Photo-Mode=manual)" >verdict
check_has verdict 'SUSPENDED'
as alice seal-resume -q --reason 'it was the cleaner' S-0007
as bob seal-unlock -n d1-000001 >out
use d1-000001 1 1

# The device is lost with a session of which nothing has come back.
as bob paper-seal session d1-000001 2 none
paper-seal press "$TEST_DIR/S-0007" d1-000001 1 0
apply bob S-0007
check_status 0 as alice seal-retire --reason 'lost in a taxi' S-0007
sed -E 1d out | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/' >unproven
check_output unproven <<<'unproven	d1-000001	bob	TIME	2'
check_output err <<<'seal-retire: receipts up to 3 are recorded; of 1 session behind them, with up to 2 presses, no receipt has come'
chancery-status >status
check_has status "seal	S-0007: its device was retired by alice: lost in a taxi; see seal-enrol; table "
check_status 1 as alice seal-retire --reason again S-0007
check_output err <<<"seal-retire: RETIRED: device 'seal-0007' of seal 'S-0007' was retired"
check_status 1 as carol seal-approve d1-000002
check_has err 'RETIRED: '
check_status 1 as bob seal-unlock -n d1-000001
check_has err 'RETIRED: '
check_status 1 as bob seal-apply --document "$TEST_DIR/contract.txt" --reason more S-0007
check_has err 'RETIRED: '
check_status 1 as alice seal-table S-0007
check_has err 'RETIRED: '
check_status 0 as bob seal-cancel -q --reason 'the seal is lost' d1-000002

# What is missing is named, and is no forgery.
check_status 0 chancery-verify -q
check_status 3 chancery-verify --seals
sed 1d out | sed -E 's/[0-9-]{10}T[0-9:]{8}Z/TIME/' >lacking
check_output lacking <<END
S-0007	seal-0007	lacking	3	1	1	0	0	0	0	1
session	S-0007	seal-0007	TIME	d1-000001	2
END
check_output err <<<'chancery-verify: presses, receipts and photos do not all agree: 1 thing is lacking'

# Another takes its place: the next epoch, a table and a chain of receipts of its own; what was approved for the old one stays dead.
as alice paper-seal enrol "$TEST_DIR/new" S-0007 seal-0007b
git -C "$CHANCERY_ARCHIVE" show main:seals/S-0007/seal-enrol.0.alice.2 >enrolled
check_has enrolled 'Epoch: 2' 'Predecessor: seal-0007'
check_status 0 as alice seal-table -q S-0007
check_status 1 as bob seal-unlock -n d1-000001
check_has err 'RETIRED: '
check_status 1 as alice paper-seal enrol "$TEST_DIR/third" S-0007 seal-0007c
check_has err 'CONFLICT'
apply bob S-0007 --presses 2
approve "$APPLICATION"
as bob paper-seal session "$APPLICATION" 1 none
paper-seal press "$TEST_DIR/new" "$APPLICATION" 1 1
paper-seal record "$TEST_DIR/new" "$APPLICATION"

# The taxi driver brings the old one back: its receipts are evidence, and count; but not those of the new one under its name.
cp -r "$CHANCERY_ARCHIVE" "$TEST_DIR/before"
paper-seal record "$TEST_DIR/S-0007" d1-000001
seal-list >list
check_has list 'd1-000001	S-0007	approved	bob	3	2	'
check_status 0 chancery-verify -q
rm "$XDG_STATE_HOME/chancery" -rf
check_status 0 chancery-verify -q
seal-log | cut -f 4-6 >log
check_output log <<END
2	bob	d1-000001
2	bob	$APPLICATION
5	bob	d1-000001
END

# Each is put together again from its tarball, of the old device and of the new one.
for application in d1-000001 "$APPLICATION"; do
	chancery-export -o "$application.tar" "$application"
	check_status 0 chancery-verify -q "$application.tar"
done

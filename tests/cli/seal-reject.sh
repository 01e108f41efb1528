#!/bin/bash
# One rejection ends an application, whoever may approve may reject, and nothing follows.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

office_seals
path=seals/S-0007/applications/$(date -u +%Y)/0
apply bob S-0007
apply bob S-0007

check_status 2 as carol seal-reject d1-000001
check_has err 'seal-reject: wants a --reason'
check_status 1 as bob seal-reject --reason no d1-000001
check_output err <<<"seal-reject: OWN-APPLICATION: 'd1-000001': nobody decides on an application of his own; needed: another 'manager': carol, erin"
check_status 1 as dave seal-reject --reason no d1-000001
check_output err <<<"seal-reject: NO-AUTHORITY: 'd1-000001': level 1 needs a 'manager', and 'dave' is not one; needed: another 'manager': carol, erin"
check_status 2 as carol seal-reject --reason "$(printf 'two\nlines')" d1-000001
check_has err 'seal-reject: --reason wants one line of 1 to 256 bytes'

check_status 0 as carol seal-reject -n --reason 'the annex is missing' d1-000001
check_output out <<<"$path/d1-000001	reject: Level 1, Role manager, Reason the annex is missing	level 1 wants 1 more 'manager'"
check_status 0 as carol bash -c "$(example seal-reject 1)"
cut -f 2- out >next
check_output next <<<"$path/d1-000001	closed: the application was rejected"

# Closed for everybody, also for a second opinion.
for tool in 'erin seal-approve' 'erin seal-reject --reason no' 'erin seal-transfer --to carol' 'dave seal-withdraw' 'bob seal-cancel --reason no'; do
	# shellcheck disable=SC2086
	check_status 1 as $tool d1-000001
	check_has err "REJECTED: 'd1-000001': the application was rejected"
done

# At a later level, too.
as carol seal-approve -q d1-000002
check_status 0 as dave seal-reject --json --reason 'not now' d1-000002
sed 's/"act":"[0-9a-f]\{64\}"/"act":"..."/' out >next
check_output next <<<"{\"act\":\"...\",\"subject\":\"$path/d1-000002\",\"next\":\"closed: the application was rejected\"}"
seal-show d1-000002 | grep '^act' | cut -f 3-6 >line
check_output line <<END
bob	apply	Presses 1, Photos 1	accepted
carol	approve	Level 1, Role manager, Presses 1	accepted
dave	reject	Level 2, Role director, Reason not now	accepted
END

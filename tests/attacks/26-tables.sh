#!/bin/bash
# timeout: 300
# The table that a seal counts approvals by is what the policy says, whoever signs it, and accepts no policy that nobody has seen.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
as alice seal-table -q S-0007
git -C "$CHANCERY_ARCHIVE" show main:seals/S-0007/table.1 | sed 's/^Version: 1$/Version: 2/' >honest
policy=$(sha256sum "$TEST_DIR/policy" | cut -d ' ' -f 1)
never=$(sha256sum </dev/null | cut -d ' ' -f 1)
table() { as alice forge act -f table.2="$1" seal-table seals/S-0007 Seal=S-0007 Device=seal-0007 Epoch=1 Version=2 Accepts-Policy="${2:-$policy}"; }
other() { refused WRONG-CONTENT "other levels than the policy in 'the table'" "$(sed "$1" honest >table && table table)"; }

other 's/^Level: 1 manager 1 20$/Level: 1 manager 1 200/'
other 's/^Level: 1 manager/Level: 1 employee/'
other 's/^Level: 2 director 1/Level: 2 director 2/'
other '/^Level: 2/d'
other 's/^Level: 2.*/&\nLevel: 3 director 1 20/'
refused WRONG-POLICY 'Accepts-Policy names a policy that has never been in force here' "$(table honest "$policy $never")"
refused WRONG-POLICY 'Accepts-Policy names a policy that has never been in force here' "$(table honest "$never")"
accepted "$(table honest)"

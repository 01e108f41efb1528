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

# Whose key and roles a row gives: the archive's, for a key that decides and has not ended. And whose word the seal is to take for the register's.
wrong() { sed "$2" honest >table && ! cmp -s honest table && refused WRONG-CONTENT "$1" "$(table table)"; }
rights="the table gives other roles to" key="the table gives another key to"
wrong "$rights 'bob'" '/^Person: bob /s/ employee$/ employee manager/'
wrong "$rights 'carol'" '/^Person: carol /s/ manager$/ director/'
wrong "$rights 'zoe'" 's/^Person: frank /Person: zoe /'
row() { sed -n "s/^Person: $1 \\([0-9a-f]* [0-9a-f]*\\) .*/\\1/p" honest; }
carol=$(row carol) erin=$(row erin)
wrong "$key 'carol'" "/^Person: erin /d; s/^Person: carol $carol/Person: carol $erin/"
wrong "$key 'carol'" "/^Person: erin /d; s/^Person: carol $carol/Person: carol ${carol% *} ${erin#* }/"
wrong "$key 'carol'" "s/^Person: carol ${carol% *}/Person: carol $(printf %040d 0)/"
device=$(pgp certificate "$CHANCERY_ARCHIVE/chancery/keys/device" >device.asc && pgp key device.asc | cut -d ' ' -f 3)
wrong "$key 'carol'" "s/^Person: carol ${carol% *}/Person: carol $device/"
registrar=$(sed -n 's/^Registrar: //p' honest)
wrong "another registrar in 'the table'" "s/^Registrar: ${registrar% *}/Registrar: $device/"
wrong "another registrar in 'the table'" "/^Person: erin /d; s/^Registrar: $registrar/Registrar: ${registrar% *} ${erin#* }/"
another="the table is that of 'another archive, seal or version'"
wrong "$another" "s/^Archive: .*/Archive: $(printf %032d 7)/"
wrong "$another" 's/^Seal: .*/Seal: S-0008/'
wrong "$another" 's/^Version: .*/Version: 3/'

refused WRONG-POLICY 'Accepts-Policy names a policy that has never been in force here' "$(table honest "$policy $never")"
refused WRONG-POLICY 'Accepts-Policy names a policy that has never been in force here' "$(table honest "$never")"

# One that was in force once is not enough, and a key that has ended is nobody's any more. The control: both said anew.
sed 's/ 2 director 1 20$/ 2 director 1 10/' "$TEST_DIR/policy" >lower
as alice policy-set -q lower
lower=$(sha256sum <lower | cut -d ' ' -f 1)
sed -i 's/^Level: 2 director 1 20/Level: 2 director 1 10/' honest
refused WRONG-POLICY 'Accepts-Policy does not name the policy in force' "$(table honest "$policy")"
as erin people-key -q lost
refused WRONG-CONTENT "the table gives a key that has ended to 'erin'" "$(table honest "$lower $policy")"
sed -i '/^Person: erin /d' honest
accepted "$(table honest "$lower $policy")"

#!/bin/bash
# Authority that somebody lends: never to the applicant or by way of him, never further than one step, never in a circle, never longer than whoever
# lent it has it himself; and two who share it are one. At the seal as in the office. Attacks 13, 16, 17.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
office_allows 'administrator key-end keys/**'
make_person grace heidi
for id in grace heidi; do office_person "$id" "$id" clerk; done
year=$(date -u +%Y)
new() { apply "$@" && path=seals/S-0007/applications/$year/0/$APPLICATION; }
person() { git -C "$CHANCERY_ARCHIVE" ls-tree -r -d --name-only main | grep "^people/../$1\$"; }
# lend GIVER TO ROLES UNTIL [KEY=VALUE...]: prints the commit
lend() {
	local version
	version=$(people-show "$1" | grep -c '^delegation	'"$1" || true)
	as "$1" forge act delegate "$(person "$1")" Version=$((version + 1)) To="$2" Roles="$3" Until="$4" "${@:5}"
}
end() { as "$1" forge act delegate "$(person "$2")" Version=9 To="$3"; }
via() { forge id "$1"; }
approve() { as "$1" forge act approve "$path" Level=1 Role=manager Presses=1 "${@:2}"; }
at() { date -u -d "$1" +%Y-%m-%dT%H:%M:%SZ; }
not='the delegation is not to this person, for this role and seal, at that time'
tomorrow=$(at +1day)

# Who lends, and what: his own, to somebody who is there, with an end.
refused NOT-ALLOWED "only 'carol' may let somebody decide in his place" "$(as grace forge act delegate "$(person carol)" Version=1 To=grace Roles='*' Until="$tomorrow")"
refused NO-AUTHORITY "'carol' does not have the role 'director'" "$(lend carol grace 'manager director' "$tomorrow")"
refused NO-AUTHORITY "there is nobody called 'nobody'; see people-list" "$(lend carol nobody manager "$tomorrow")"
refused EXPIRED 'Until has passed already' "$(lend carol grace manager "$(at -1hour)")"
refused WRONG-CONTENT 'a delegation has an end' "$(lend carol grace manager none)"
refused WRONG-TIME 'From is after Until' "$(lend carol grace manager "$tomorrow" From="$(at +2days)")"
refused CIRCULAR 'nobody is his own substitute' "$(lend carol carol manager "$tomorrow")"
refused WRONG-VERSION 'version 3 does not follow version 0' "$(lend carol grace manager "$tomorrow" Version=3)"
lent=$(lend carol grace manager "$tomorrow")
accepted "$lent"

# The substitute, and nobody else, by naming it; not for another role, nor for another level.
new bob S-0007
refused NO-AUTHORITY "level 1 needs a 'manager', and 'grace' is not one" "$(approve grace)"
refused NOT-DELEGATED "$not" "$(approve heidi Via="$(via "$lent")")"
level2=$(as grace forge act approve "$path" Level=2 Role=director Presses=1 Via="$(via "$lent")")
refused NOT-DELEGATED "$not" "$level2"
accepted "$(approve grace Via="$(via "$lent")")"
# He has used up what carol could have done, at this level and above.
as alice people-add -q --name carol --role director --role manager carol
refused SAME-PERSON 'the person has decided on this application already' "$(as carol forge act approve "$path" Level=2 Role=director Presses=1)"
as alice people-add -q --name carol --role manager carol
accepted "$(as dave forge act approve "$path" Level=2 Role=director Presses=1)"

# Not on the application of who lends, nor on his own, nor back by a transfer.
new carol S-0007
refused OWN-APPLICATION 'nobody decides on an application of his own' "$(approve grace Via="$(via "$lent")")"
as alice people-add -q --name grace --role clerk --role employee grace
new grace S-0007
refused OWN-APPLICATION 'nobody decides on an application of his own' "$(approve grace Via="$(via "$lent")")"
new bob S-0007
back=$(as grace forge act transfer "$path" Level=1 Role=manager To=carol Via="$(via "$lent")")
refused TOO-MANY-TRANSFERS 'transferred too often, or in a circle' "$back"
# What carol has given away, her substitute does not have either.
accepted "$(as carol forge act transfer "$path" Level=1 Role=manager To=erin)"
refused TRANSFERRED 'the actor has transferred this decision to somebody else' "$(approve grace Via="$(via "$lent")")"

# In one step: grace cannot lend what she has from carol, and no circle closes, however long.
refused NO-AUTHORITY "'grace' does not have the role 'manager'" "$(lend grace heidi manager "$tomorrow")"
further=$(lend grace heidi '*' "$tomorrow")
accepted "$further"
new bob S-0007
refused NO-AUTHORITY "level 1 needs a 'manager', and 'grace' is not one" "$(approve heidi Via="$(via "$further")")"
refused CIRCULAR "'carol' has let 'heidi' decide in his place already, or by way of others" "$(lend heidi carol '*' "$tomorrow")"

# Within its dates and its seals, which the register's clock decides.
ahead=$(lend erin heidi manager "$tomorrow" From="$(at +1hour)")
accepted "$ahead"
refused NOT-DELEGATED 'the delegation has not begun' "$(approve heidi Via="$(via "$ahead")")"
elsewhere=$(lend erin grace 'manager@S-0008' "$tomorrow")
accepted "$elsewhere"
refused NOT-DELEGATED "$not" "$(approve grace Via="$(via "$elsewhere")")"
before=$(as grace forge act approve "$path" Level=1 Role=manager Presses=1 Via="$(via "$lent")" Time="$(at -1hour)")
refused NOT-DELEGATED "$not" "$before"
# Signed in time, and brought when it is over. The control: brought within it.
library=$(dpkg -L libfaketime | grep '/libfaketime\.so\.1$')
signed=$(approve grace Via="$(via "$lent")")
id=$(via "$signed")
before=$(main)
LD_PRELOAD=$library FAKETIME=+2d forge page -a "$signed" >lie
verify_says "NOT-DELEGATED: page $(field main Seq) of the register says OK of act $id: the delegation is over"
restore
LD_PRELOAD=$library FAKETIME=+1h forge page -a "$signed" >honest
check_status 0 chancery-verify -q
restore
forget_seen

# Ended by either of them, at once; by nobody else. The last word is the latest act, also when it did not know of it.
signed_before=$(approve grace Via="$(via "$lent")")
refused NOT-ALLOWED "no line of the policy allows 'bob' (roles: employee) to delegate '$(person carol)'" "$(end bob carol grace)"
refused CONFLICT "'bob' is not a substitute of 'carol'" "$(end carol carol bob)"
refused WRONG-CONTENT 'the end of a delegation has no dates' "$(as carol forge act delegate "$(person carol)" Version=9 To=grace Until="$tomorrow")"
refused WRONG-CONTENT 'the end of a delegation has no dates' "$(as carol forge act delegate "$(person carol)" Version=9 To=grace From="$tomorrow")"
accepted "$(end grace carol grace)"
refused NOT-DELEGATED 'the delegation has ended' "$signed_before"

# Never longer than carol has it: the role, then a key, then no doubt.
lent=$(as carol forge act delegate "$(person carol)" Version=2 To=heidi Roles=manager Until="$tomorrow")
accepted "$lent"
as alice people-add -q --name carol --role employee carol
refused NO-AUTHORITY "level 1 needs a 'manager', and 'carol' is not one" "$(approve heidi Via="$(via "$lent")")"
as alice people-add -q --name carol --role manager carol
accepted "$(approve heidi Via="$(via "$lent")")"
new bob S-0007
as carol people-key -q lost
refused NOT-DELEGATED 'whoever gave it has no valid key any more' "$(approve heidi Via="$(via "$lent")")"

# Who leaves takes it back for good: also when he comes back, has a key and the role again, and the dates would still allow it.
lent=$(as erin forge act delegate "$(person erin)" Version=3 To=heidi Roles=manager Until="$tomorrow")
accepted "$lent"
accepted "$(approve heidi Via="$(via "$lent")")"
new bob S-0007
as erin people-key -q left
refused NOT-DELEGATED 'the delegation has ended' "$(approve heidi Via="$(via "$lent")")"
as erin gpg --quiet --batch --passphrase '' --quick-generate-key 'Erin again <again@example.org>' ed25519 sign never 2>/dev/null
as erin people-key --key again@example.org prove erin >again
as alice people-add -q --name 'Erin He' --role manager --key ./again erin
refused NOT-DELEGATED 'the delegation has ended' "$(approve heidi Via="$(via "$lent")")"
# The control: said once more.
lent=$(as erin forge act delegate "$(person erin)" Version=4 To=heidi Roles=manager Until="$tomorrow")
accepted "$lent"
accepted "$(approve heidi Via="$(via "$lent")")"

# So does the substitute: what others had lent him is not his any more when he comes back, whoever he is then.
new bob S-0007
as heidi people-key -q left
as heidi gpg --quiet --batch --passphrase '' --quick-generate-key 'Heidi again <again@example.org>' ed25519 sign never 2>/dev/null
as heidi people-key --key again@example.org prove heidi >again
as alice people-add -q --name Heidi --role clerk --key ./again heidi
refused NOT-DELEGATED 'the delegation has ended' "$(approve heidi Via="$(via "$lent")")"
# The control: lent again, to who he is now; in an extract, too.
lent=$(as erin forge act delegate "$(person erin)" Version=5 To=heidi Roles=manager Until="$tomorrow")
accepted "$lent"
accepted "$(approve heidi Via="$(via "$lent")")"
accepted "$(as dave forge act approve "$path" Level=2 Role=director Presses=1)"
chancery-export -q -o lent.tar "$APPLICATION"
check_status 0 chancery-verify -q lent.tar

#!/bin/bash
# Whose decision counts: nobody's on his own application, by whatever way; nobody's without the role, before his turn, or after the end.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
year=$(date -u +%Y)
make_person grace heidi
for id in grace heidi; do office_person "$id" "$id" manager; done
new() { apply "$@" && path=seals/S-0007/applications/$year/0/$APPLICATION; }
act() { as "$2" forge act "$1" "$path" Level=1 Role=manager "${@:3}"; }
approve() { act approve "$1" Presses=1 "${@:2}"; }
transfer() { act transfer "$1" To="$2" "${@:3}"; }
reject() { act reject "$1" Reason=no "${@:2}"; }
id() { seal-show --json "$APPLICATION" | sed -n "s/.*\"person\":\"$1\",\"kind\":\"$2\".*\"verdict\":\"accepted\",\"act\":\"\([0-9a-f]*\)\".*/\1/p"; }
own='nobody decides on an application of his own'
lacks() { echo "level $1 needs a '$2', and '$3' is not one"; }

# His own: a manager applies, and is among those who might decide; by his own hand, and by way of a colleague.
new carol S-0007
refused OWN-APPLICATION "$own" "$(approve carol)"
refused OWN-APPLICATION "$own" "$(reject carol)"
refused OWN-APPLICATION "$own" "$(transfer carol erin)"
refused OWN-APPLICATION "$own" "$(transfer erin carol)"
refused OWN-APPLICATION "$own" "$(act approve carol Presses=1 Via="$(sha256sum </dev/null | cut -d ' ' -f 1)")"
accepted "$(approve erin)"

# In a circle, to himself, to somebody who has decided, on and on.
new bob S-0007
refused TOO-MANY-TRANSFERS 'transferred too often, or in a circle' "$(transfer carol carol)"
accepted "$(transfer carol erin)"
refused TOO-MANY-TRANSFERS 'transferred too often, or in a circle' "$(transfer erin carol Via="$(id carol transfer)")"
refused TRANSFERRED 'the actor has transferred this decision to somebody else' "$(approve carol)"
refused WRONG-PREVIOUS 'does not follow what was decided before' "$(approve erin)"
refused WRONG-PREVIOUS 'does not follow what was decided before' "$(approve erin Via="$(sha256sum </dev/null | cut -d ' ' -f 1)")"
refused WRONG-PREVIOUS 'does not follow what was decided before' "$(approve grace Via="$(id carol transfer)")"
accepted "$(transfer erin grace Via="$(id carol transfer)")"
accepted "$(transfer grace heidi Via="$(id erin transfer)")"
refused TOO-MANY-TRANSFERS 'transferred too often, or in a circle' "$(transfer heidi erin Via="$(id grace transfer)")"
accepted "$(approve heidi Via="$(id grace transfer)")"

# Nor to somebody who has approved already: he would be two. (A policy of two managers, then the one before.)
sed 's/ 1 manager 1 20/ 1 manager 2 20/' "$TEST_DIR/policy" >two
as alice policy-set -q two
new bob S-0007
accepted "$(approve erin)"
refused SAME-PERSON 'the person has decided on this application already' "$(transfer carol erin)"
accepted "$(transfer carol grace)"
as alice policy-set -q "$TEST_DIR/policy"

# Without the role: his own, another one that he names, one that he had when it was given to him.
new bob S-0007
refused NO-AUTHORITY "$(lacks 1 manager frank)" "$(approve frank)"
refused NO-AUTHORITY "$(lacks 1 manager frank)" "$(act approve frank Presses=1 Role=employee)"
refused NO-AUTHORITY "$(lacks 1 manager dave)" "$(act approve dave Presses=1 Role=director)"
refused NO-AUTHORITY "$(lacks 1 manager frank)" "$(transfer carol frank)"
refused NO-AUTHORITY "there is nobody called 'nobody'; see people-list" "$(transfer carol nobody)"
accepted "$(transfer carol grace)"
as alice people-add -q --name grace --role employee grace
refused NO-AUTHORITY "$(lacks 1 manager grace)" "$(approve grace Via="$(id carol transfer)")"
refused ABOVE-APPLICATION 'grants more than was applied for' "$(act approve erin Presses=2)"
refused ABOVE-APPLICATION 'grants more than was applied for' "$(new bob S-0007 --not-after +1d >/dev/null; path=seals/S-0007/applications/$year/0/$APPLICATION
	approve erin Not-After="$(date -u -d +2days +%FT%TZ)")"
refused ABOVE-LIMIT 'more presses than the level may grant' "$(new bob S-0007 --presses 21 >/dev/null; path=seals/S-0007/applications/$year/0/$APPLICATION; act approve erin Presses=21)"
# What he signed while he had it counts if it came in while he had it: loss is counted from registration.
signed_before=$(approve heidi)
as alice people-add -q --name heidi --role employee heidi
refused NO-AUTHORITY "$(lacks 1 manager heidi)" "$signed_before"
accepted "$(approve erin)"

# Before the application is there; out of order; after it has ended.
path=seals/S-0007/applications/$year/0/d1-000099
early=$(as carol forge act -p none approve "$path" Level=1 Role=manager Presses=1 Subject-SHA256="$(sha256sum </dev/null | cut -d ' ' -f 1)" Previous-SHA256="$(sha256sum </dev/null | cut -d ' ' -f 1)")
refused WRONG-SUBJECT "there is no '$path'" "$early"
new bob S-0007
level2=$(as dave forge act approve "$path" Level=2 Role=director Presses=1)
refused LEVEL-ORDER 'the application is not at this level' "$level2"
late=$(approve erin)
accepted "$(reject carol)"
refused REJECTED 'the application was rejected' "$late"
refused REJECTED 'the application was rejected' "$(as bob forge act cancel "$path" Reason=no)"
new bob S-0007
late=$(approve carol)
refused NOT-APPLICANT 'only the applicant may do this' "$(as carol forge act cancel "$path" Reason=no)"
accepted "$(as bob forge act cancel "$path" Reason=no)"
refused CANCELLED 'the application was cancelled' "$late"

# What was withdrawn is not granted again, by a higher withdrawal or a session.
new bob S-0007 --presses 3
as carol seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"
refused NO-AUTHORITY "'frank' has not applied, nor holds a role of one of the levels" "$(as frank forge act withdraw "$path" Cap=0)"
accepted "$(as dave forge act withdraw "$path" Cap=1)"
refused CONFLICT 'a withdrawal that leaves no more presses is registered already' "$(as bob forge act withdraw "$path" Cap=2)"
unlock() { as "$1" forge act seal-session "$path" Device-Nonce=0123456789abcdef0123456789abcdef Presses="$2" Photo-Mode=automatic; }
refused NOT-APPLICANT "only 'bob' may unlock for this application" "$(unlock carol 1)"
refused TOO-MANY-PRESSES 'asks for 2 presses; 1 remain' "$(unlock bob 2)"
accepted "$(unlock bob 1)"
accepted "$(as dave forge act withdraw "$path" Cap=0)"
refused WITHDRAWN 'the remaining presses were withdrawn' "$(unlock bob 1)"

# Nor is a session opened before its time.
new bob S-0007 --not-before +1d
as carol seal-approve -q "$APPLICATION"
as dave seal-approve -q "$APPLICATION"
refused NOT-YET 'the period of the application has not begun' "$(unlock bob 1)"

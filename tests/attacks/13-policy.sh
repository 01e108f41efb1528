#!/bin/bash
# A policy is judged by the one before it, only ever rises, and allows what it says: nothing by default, by order, or by counting keys.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"
. "$(dirname "$0")/../cheating.sh"

office_seals
year=$(date -u +%Y)
path=seals/S-0007/applications/$year/0/d1-000001
set_policy() { as "$1" forge act -f "rules.$2=$3" policy policy Version="$2"; }

# A change that would allow itself.
sed 's/^Allow: administrator policy policy/&\nAllow: employee policy policy/' "$TEST_DIR/policy" >own
refused NOT-ALLOWED "no line of the policy allows 'bob' (roles: employee) to policy 'policy'" "$(set_policy bob 2 own)"
# Nor does it help to have it on one page with the act it would allow: what comes first is judged first.
apply bob S-0007
as alice policy-set -q "$TEST_DIR/policy"
sed 's/ 1 manager 1 20/ 1 employee 1 20/' "$TEST_DIR/policy" >loose
before=$(main)
change=$(set_policy alice 3 loose)
early=$(as frank forge act apply "${path%1}2" Presses=1 -p none)
early=$(as frank forge act approve "$path" Level=1 Role=employee Presses=1)
forge page -a "$early" -a "$change" >lie
check_status 1 chancery-verify -q
check_has err 'NO-AUTHORITY: page' "level 1 needs a 'manager', and 'frank' is not one"
restore
# And the application keeps the levels it was registered under.
accepted "$change"
refused NO-AUTHORITY "level 1 needs a 'manager', and 'frank' is not one" "$early"

# An older one brought back: the version rises, and with it the act is a new one, by somebody who answers for it.
refused WRONG-CONTENT "does not bring 'policy/rules.2'" "$(set_policy alice 2 "$TEST_DIR/policy")"
refused WRONG-CONTENT "changes or removes files of 'policy'" "$(set_policy alice 3 "$TEST_DIR/policy")"
refused WRONG-VERSION 'version 5 does not follow version 3' "$(set_policy alice 5 "$TEST_DIR/policy")"
first=$(git -C "$CHANCERY_ARCHIVE" log --no-merges --format=%H main -- policy | tail -n 1)
check_status 1 forge register "$first"
check_output err <<<'forge: DUPLICATE: registered already'
accepted "$(set_policy alice 4 "$TEST_DIR/policy")"

# What was allowed before and after, but not in between: each act is judged where it stands.
sed /manager.apply/d "$TEST_DIR/policy" >strict
accepted "$(set_policy alice 5 strict)"
before=$(main)
digest=$(sha256sum "$TEST_DIR/contract.txt" | cut -d ' ' -f 1)
printf 'Format: 1\nKind: application\nTitle: t\nReason: r\nAttachment: %s 13 contract.txt\n' "$digest" >record
carols=seals/S-0007/applications/$year/0/d1-000009
between=$(as carol forge act -f record=record -f attachments/contract.txt="$TEST_DIR/contract.txt" apply "$carols" Seal=S-0007 Device=seal-0007 Epoch=1 \
	Nonce=0123456789abcdef0123456789abcdef Document-SHA256="$digest" Presses=1 Photos=0 Fresh=0 Subject-SHA256="$(sha256sum record | cut -d ' ' -f 1)")
refused NOT-ALLOWED "no line of the policy allows 'carol' (roles: manager) to apply '$carols'" "$between"
accepted "$(set_policy alice 6 "$TEST_DIR/policy")"

# A policy that was never in force here is none that anybody can have seen.
refused WRONG-POLICY 'names a policy that has never been in force here' \
	"$(as carol forge act approve "$path" Level=1 Role=manager Presses=1 Policy-SHA256="$(sha256sum own | cut -d ' ' -f 1)")"

# Nothing below one person or one press; no gap, nothing twice; nothing that two readers could read differently.
bad() {
	sed "$2" "$TEST_DIR/policy" >bad
	refused MALFORMED-RECORD "policy, line $1" "$(set_policy alice 7 bad)"
}
bad '12: a level needs at least one person and one press' 's/ 1 manager 1 20/ 1 manager 0 20/'
bad '12: a level needs at least one person and one press' 's/ 1 manager 1 20/ 1 manager 1 0/'
bad '12: levels of a seal rise from 1 without gap, each once' 's/ 1 manager 1 20/ 2 manager 1 20/'
bad '13: levels of a seal rise from 1 without gap, each once' 's/ 2 director 1 20/ 1 director 1 20/'
bad "12: 'Level:' wants seal, level, role, persons, presses" 's/ 1 manager 1 20/ 1 manager 01 20/'
bad "12: 'Level:' wants seal, level, role, persons, presses" 's/ 1 manager 1 20/ 1 manager 1 18446744073709551616/'
bad "1: begins with 'Format: 1'" 's/^Format: 1/Format: 2/'
bad "1: not a line 'Key: value'" '1s/^/\xef\xbb\xbf/'
bad "3: only 'Allow:' lines, then 'Level:' lines, then 'Remind:' and 'Escalate:' lines, then 'Large:' lines" '3s/Allow/Deny/'
bad "3: only 'Allow:' lines, then 'Level:' lines, then 'Remind:' and 'Escalate:' lines, then 'Large:' lines" '2p'
bad "3: 'Allow:' wants an act behind the role" '3s/ policy policy/ anything policy/'
bad "3: not a line 'Key: value'" '3s/ policy/\tpolicy/'

# Lines only allow, in whatever order: none can shadow another.
{ sed -n 1,2p "$TEST_DIR/policy"; sed -n '/^Allow/p' "$TEST_DIR/policy" | tac; sed -n '/^Level/p' "$TEST_DIR/policy"; } >turned
accepted "$(set_policy alice 7 turned)"
check_status 1 as frank policy-set "$TEST_DIR/policy"
check_status 0 as alice policy-set -q "$TEST_DIR/policy"

# Two persons wanted: one person with two keys is one person.
sed 's/ 1 manager 1 20/ 1 manager 2 20/' "$TEST_DIR/policy" >two
as alice policy-set -q two
make_person second
as second people-key --key second@example.org prove carol >second.asc
as alice people-add -q --role manager --key "$PWD/second.asc" carol
apply bob S-0007
approve() { as "$1" forge act approve "seals/S-0007/applications/$year/0/$APPLICATION" Level=1 Role=manager Presses=1 "${@:2}"; }
accepted "$(approve carol)"
refused SAME-PERSON 'the person has decided on this application already' "$(approve second)"
seal-list | tail -n 1 | cut -f 8 >missing
check_output missing <<<"level 1 wants 1 more 'manager'"
accepted "$(approve erin)"

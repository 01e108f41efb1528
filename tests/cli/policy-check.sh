#!/bin/bash
# Checks a policy's text; says who may do what, by which line, and what would be needed.
. "$(dirname "$0")/../lib.sh"
. "$(dirname "$0")/../office.sh"
. "$(dirname "$0")/../office-seal.sh"

# explain STATUS PERSON ACT SUBJECT: the answer without its tabs is on standard input.
explain() {
	local status=$1
	shift

	check_status "$status" policy-check --explain "$@"
	tr '\t' '|' <out >answer
	check_output answer
}

unknown() {
	local message=$1
	shift

	check_status 3 policy-check --explain "$@"
	check_output out </dev/null
	check_output err <<<"policy-check: $message"
}

office_seals S-0007

# ---- a text ----
check_status 0 policy-check "$TEST_DIR/policy"
check_output out <<<"$(sha256sum "$TEST_DIR/policy" | cut -d ' ' -f 1)$(printf '\t9\t2\tadministrator')"
check_status 0 policy-check --json - <"$TEST_DIR/policy"
check_has out '"rules":"9","levels":"2","successors":"administrator"}'
check_status 0 policy-check -q "$TEST_DIR/policy"
check_output out </dev/null
printf 'Format: 1\nGap: 0\n' >closed
check_status 0 policy-check closed
check_has out "$(printf '\t0\t0\tnone')"
sed '3s/policy policy/policy policy\/**\/x/' "$TEST_DIR/policy" >bad
check_status 1 policy-check bad
check_output err <<<"policy-check: MALFORMED-RECORD: policy, line 3: 'Allow:' wants a pattern of subjects behind the act"
check_status 74 policy-check missing
check_has err "policy-check: cannot open 'missing': No such file or directory"
check_status 2 policy-check
check_status 2 policy-check --explain bob apply

# ---- what the policy's lines decide ----
explain 0 alice policy policy <<<'allow|OK|3|Allow: administrator policy policy|none'
explain 1 bob policy policy <<<"deny|NOT-ALLOWED|0|none|the role 'administrator' (line 3)"
check_output err <<<"policy-check: NOT-ALLOWED: no line of the policy allows 'bob' (roles: employee) to policy 'policy'"
explain 0 alice person zoe <<<'allow|OK|4|Allow: administrator person people/**|none'
explain 0 alice key 0123456789abcdef0123456789abcdef01234567 <<<'allow|OK|5|Allow: administrator key keys/**|none'
explain 0 alice seal-enrol S-0008 <<<'allow|OK|6|Allow: administrator seal-enrol seals/*|none'
explain 1 alice seal-enrol S-0007 <<<'deny|CONFLICT|0|none|nothing that this person could do now'
explain 0 alice seal-table S-0007 <<<'allow|OK|7|Allow: administrator seal-table seals/*|none'
explain 0 bob apply S-0007 <<<'allow|OK|8|Allow: employee apply seals/*/applications/**|none'
explain 0 bob apply seals/S-0007 <<<'allow|OK|8|Allow: employee apply seals/*/applications/**|none'
explain 1 dave apply S-0007 <<<"deny|NOT-ALLOWED|0|none|the role 'employee' (line 8) or 'manager' (line 9)"
explain 0 d1 save office <<<'allow|OK|10|Allow: device save files/**|none'
explain 1 d1 stamp 5 <<<"deny|NOT-ALLOWED|0|none|a line 'Allow: <role> stamp stamps/0/5' in the policy"
explain 1 alice save files/office <<<"deny|NOT-ALLOWED|0|none|the role 'device' (line 10)"

# Somebody whose roles would do, but who has no key to sign with.
as alice people-add -q --role employee greta
explain 1 greta apply S-0007 <<<'deny|UNKNOWN-KEY|8|Allow: employee apply seals/*/applications/**|a key of his own; see people-add'

# ---- decisions on an application, as it goes through its levels ----
apply bob S-0007 --presses 3
one='Level: S-0007 1 manager 1 20' two='Level: S-0007 2 director 1 20'
explain 0 carol approve "$APPLICATION" <<<"allow|OK|12|$one|none"
explain 0 carol reject "$APPLICATION" <<<"allow|OK|12|$one|none"
explain 0 carol transfer "$APPLICATION" <<<"allow|OK|12|$one|none"
explain 0 dave withdraw "$APPLICATION" <<<"allow|OK|12|$one|none"
explain 0 bob cancel "$APPLICATION" <<<"allow|OK|12|$one|none"
explain 1 bob approve "$APPLICATION" <<<"deny|OWN-APPLICATION|12|$one|another 'manager': carol, erin"
explain 1 dave approve "$APPLICATION" <<<"deny|NO-AUTHORITY|12|$one|another 'manager': carol, erin"
explain 1 d1 approve "$APPLICATION" <<<"deny|WRONG-ROLE|0|none|nothing that this person could do now"
explain 1 alice withdraw "$APPLICATION" <<<"deny|NO-AUTHORITY|12|$one|the applicant, or somebody with the role of a level"
explain 1 carol cancel "$APPLICATION" <<<"deny|NOT-APPLICANT|12|$one|the applicant, bob"
explain 1 bob seal-session "$APPLICATION" <<<"deny|LEVEL-MISSING|0|none|level 1 wants 1 more 'manager'"

as carol seal-transfer -q --to erin "$APPLICATION"
explain 1 carol approve "$APPLICATION" <<<"deny|TRANSFERRED|12|$one|another 'manager': erin"
explain 0 erin approve "$APPLICATION" <<<"allow|OK|12|$one|none"
as erin seal-approve -q "$APPLICATION"
explain 0 dave approve "$APPLICATION" <<<"allow|OK|13|$two|none"
explain 1 erin approve "$APPLICATION" <<<"deny|NO-AUTHORITY|13|$two|another 'director': dave"
as dave seal-approve -q "$APPLICATION"
explain 1 dave approve "$APPLICATION" <<<"deny|CONFLICT|13|$two|nothing that this person could do now"
explain 0 bob seal-session "$APPLICATION" <<<'allow|OK|0|none|none'
explain 1 carol seal-session "$APPLICATION" <<<'deny|NOT-APPLICANT|0|none|the applicant, bob'

apply bob S-0007 --presses 21
explain 1 carol approve "$APPLICATION" <<<"deny|ABOVE-LIMIT|12|$one|no more than 20 presses, or a level that may grant more"
as carol seal-reject -q --reason 'too many' "$APPLICATION"
explain 1 erin approve "$APPLICATION" <<<"deny|REJECTED|12|$one|a new application; see seal-apply"

# Asking changes nothing, and the answer is what the register then says.
seq=$(chancery-status | awk -F '\t' '$1 == "seq" { print $2 }')
policy-check --json --explain bob apply S-0007 >out
check_output out <<<'{"verdict":"allow","code":"OK","line":"8","rule":"Allow: employee apply seals/*/applications/**","needed":"none"}'
[ "$seq" = "$(chancery-status | awk -F '\t' '$1 == "seq" { print $2 }')" ] || fail "the register has moved"

# ---- nobody, nothing ----
unknown "there is nobody called 'zoe'; see people-list" zoe apply S-0007
unknown "no act is called 'perforate'; see chancery-policy(5)" bob perforate S-0007
unknown "there is no seal 'S-0009' for 'apply'" bob apply S-0009
unknown "there is no seal 'S-0009' for 'seal-table'" alice seal-table S-0009
unknown "there is no application 'd1-000099' for 'approve'" carol approve d1-000099
unknown "there is no person 'seals/S-0007' for 'person'" alice person seals/S-0007
check_status 2 policy-check --explain alice found archive
check_has err "'found' is not up to the policy: only those who found an archive and its registrar do that"
